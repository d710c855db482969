/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Level and spread that one wild minute cannot stretch. All functions take samples in any order and
 * of any unit; the samples must be finite. `arena` is for a sorted copy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* The samples in ascending order, in the arena. */
double *stats_sorted(struct arena *arena, const double *samples, size_t count);

/* Linear interpolation between ranks (R's type 7), of samples in ascending order; count > 0. */
double stats_quantile_sorted(const double *sorted, size_t count, double fraction);

double stats_median(struct arena *arena, const double *samples, size_t count);

/* The same of a few, which are put in order where they lie; count > 0. */
double stats_median_of_few(double *few, size_t count);

double stats_mean(const double *samples, size_t count);

struct stats_level {
    double median;
    double spread; /* in the unit of the samples; never 0 */
};

/*
 * What is normal for these samples. The spread is the larger of 1.4826 MAD, the distance from the
 * 5th to the 95th percentile over 3.3 (both are the standard deviation of a normal distribution),
 * and `spread_min`: two rulers, because a MAD is 0 where half of the samples are equal.
 */
struct stats_level stats_level_of(struct arena *arena, const double *samples, size_t count,
                                  double spread_min);

/* Pearson's coefficient; 0 where one side does not vary. */
double stats_correlation(const double *a, const double *b, size_t count);
