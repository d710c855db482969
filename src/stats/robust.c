/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/robust.h"

#include "base/arena.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAD_TO_SIGMA 1.4826
#define SIGMAS_5_TO_95 3.3
#define VARIES_MIN 1e-24 /* squared: what varies by less of its size is rounding, in any unit */
#define SPREAD_MIN 1e-12 /* a flat line at zero has no spread at all */

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double *stats_sorted(struct arena *arena, const double *samples, size_t count)
{
    double *sorted = arena_push_many(arena, double, count);
    if (count > 0) {
        memcpy(sorted, samples, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, compare);
    }
    return sorted;
}

double stats_quantile_sorted(const double *sorted, size_t count, double fraction)
{
    assert(count > 0);
    const double rank = fraction * (double)(count - 1);
    const size_t below = (size_t)rank;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (rank - (double)below) * (sorted[below + 1] - sorted[below]);
}

double stats_median(struct arena *arena, const double *samples, size_t count)
{
    return stats_quantile_sorted(stats_sorted(arena, samples, count), count, 0.5);
}

double stats_median_of_few(double *few, size_t count)
{
    assert(count > 0);
    for (size_t i = 1; i < count; i++) {
        const double value = few[i];
        size_t at = i;
        for (; at > 0 && value < few[at - 1]; at--)
            few[at] = few[at - 1];
        few[at] = value;
    }
    return count % 2 ? few[count / 2] : (few[count / 2 - 1] + few[count / 2]) / 2;
}

double stats_mean(const double *samples, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += samples[i];
    return count > 0 ? sum / (double)count : 0;
}

struct stats_level stats_level_of(struct arena *arena, const double *samples, size_t count,
                                  double spread_min)
{
    double *sorted = stats_sorted(arena, samples, count);
    const double median = stats_quantile_sorted(sorted, count, 0.5);
    const double width =
        stats_quantile_sorted(sorted, count, 0.95) - stats_quantile_sorted(sorted, count, 0.05);
    for (size_t i = 0; i < count; i++)
        sorted[i] = fabs(samples[i] - median);
    const double mad = MAD_TO_SIGMA * stats_median(arena, sorted, count);
    return (struct stats_level){
        .median = median,
        .spread = fmax(fmax(mad, width / SIGMAS_5_TO_95), fmax(spread_min, SPREAD_MIN)),
    };
}

double stats_correlation(const double *a, const double *b, size_t count)
{
    const double mean_a = stats_mean(a, count), mean_b = stats_mean(b, count);
    double ab = 0, aa = 0, bb = 0, size_a = 0, size_b = 0;
    for (size_t i = 0; i < count; i++) {
        ab += (a[i] - mean_a) * (b[i] - mean_b);
        aa += (a[i] - mean_a) * (a[i] - mean_a);
        bb += (b[i] - mean_b) * (b[i] - mean_b);
        size_a += a[i] * a[i];
        size_b += b[i] * b[i];
    }
    const bool both_vary = aa > VARIES_MIN * size_a && bb > VARIES_MIN * size_b;
    return both_vary ? ab / (sqrt(aa) * sqrt(bb)) : 0;
}
