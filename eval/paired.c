/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/paired.h"

#include <stdlib.h>

#define DRAWS 1000

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

struct paired paired_of(const double *first, const double *second, uint32_t count)
{
    double draws[DRAWS];
    uint64_t state = 1;
    struct paired out = {0};
    if (count == 0)
        return out;
    for (uint32_t i = 0; i < count; i++) {
        out.mean += first[i] / count;
        out.difference += (first[i] - second[i]) / count;
    }
    for (int draw = 0; draw < DRAWS; draw++) {
        draws[draw] = 0.0;
        for (uint32_t i = 0; i < count; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u; /* D. Knuth, MMIX */
            const uint32_t at = (uint32_t)((state >> 33) % count);
            draws[draw] += (first[at] - second[at]) / count;
        }
    }
    qsort(draws, DRAWS, sizeof *draws, compare);
    out.low = draws[DRAWS / 40];
    out.high = draws[DRAWS - 1 - DRAWS / 40];
    return out;
}
