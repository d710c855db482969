/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/changepoint.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>
#include <stdlib.h>

/* The average rank, from 1, of the samples equal to `sample`. */
static double average_rank(const double *sorted, size_t count, double sample)
{
    size_t low = 0, high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] < sample)
            low = middle + 1;
        else
            high = middle;
    }
    const size_t first = low;
    high = count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= sample)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)(first + 1 + low) / 2.0;
}

double *stats_pettitt(struct arena *arena, const double *samples, size_t count)
{
    const double *sorted = stats_sorted(arena, samples, count);
    double *scores = arena_push_many(arena, double, count + 1);
    const double n = (double)count;
    double ranks = 0;
    for (size_t k = 1; k < count; k++) {
        ranks += average_rank(sorted, count, samples[k - 1]);
        const double left = (double)k;
        scores[k] = fabs(ranks - left * (n + 1) / 2.0) / sqrt(left * (n - left) * (n + 1) / 12.0);
    }
    return scores;
}

size_t stats_rise_split(const double *samples, size_t count, size_t from_min, size_t to_max)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += samples[i];

    double left = 0, best = 0;
    size_t split = 0;
    for (size_t k = 1; k < count && k <= to_max; k++) {
        left += samples[k - 1];
        const double before = (double)k, after = (double)(count - k);
        const double rise = (total - left) / after - left / before;
        const double gain = before * after / (double)count * rise * rise;
        if (k >= from_min && rise > 0 && gain > best) {
            best = gain;
            split = k;
        }
    }
    return split;
}
