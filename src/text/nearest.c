/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The distance of Damerau and Levenshtein, in its restricted form (optimal string alignment): no
 * letter is touched twice. Three rows of the table are enough for it.
 */
#include "text/nearest.h"

#include <ctype.h>
#include <stdlib.h>

#define LEN_MAX 64  /* longer names are nobody's slip */
#define PER_SLIP 4  /* letters that must be right for each further slip */
#define SLIPS_MAX 3 /* beyond that, words only look alike by chance */

static uint32_t slips_allowed(size_t len)
{
    const uint32_t slips = 1 + (uint32_t)(len / PER_SLIP);
    return slips < SLIPS_MAX ? slips : SLIPS_MAX;
}

struct nearest nearest_to(struct str wanted)
{
    return (struct nearest){.wanted = wanted, .distance = slips_allowed(wanted.len) + 1};
}

static bool same(struct str a, size_t i, struct str b, size_t k)
{
    return tolower((unsigned char)a.ptr[i]) == tolower((unsigned char)b.ptr[k]);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t distance_of(struct str a, struct str b)
{
    uint32_t rows[3][LEN_MAX + 1];
    uint32_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t k = 0; k <= b.len; k++)
        above[k] = (uint32_t)k;
    for (size_t i = 1; i <= a.len; i++) {
        row[0] = (uint32_t)i;
        for (size_t k = 1; k <= b.len; k++) {
            const uint32_t changed = above[k - 1] + !same(a, i - 1, b, k - 1);
            row[k] = least(changed, least(above[k], row[k - 1]) + 1);
            if (i > 1 && k > 1 && same(a, i - 1, b, k - 2) && same(a, i - 2, b, k - 1))
                row[k] = least(row[k], before[k - 2] + 1);
        }
        uint32_t *const oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b.len];
}

void nearest_try(struct nearest *nearest, struct str candidate)
{
    const struct str wanted = nearest->wanted;
    if (wanted.len == 0 || wanted.len > LEN_MAX || candidate.len > LEN_MAX)
        return;
    const uint32_t distance = distance_of(wanted, candidate);
    /* something of it must have been right */
    if (distance >= nearest->distance || distance >= wanted.len || distance >= candidate.len)
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}
