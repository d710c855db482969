/* SPDX-License-Identifier: Apache-2.0 */
/* Where a series changes its level. */
#pragma once

#include <stddef.h>

struct arena;

/*
 * Pettitt's rank test for a single change: scores[k], for 0 < k < count, is how many standard
 * deviations the ranks of the first k samples are away from what chance would give; scores[0] is 0.
 * It sees shifts of level, not of shape, and does not care about units or outliers.
 * Source: A. N. Pettitt, A non-parametric approach to the change-point problem, 1979, with average
 * ranks for ties.
 */
double *stats_pettitt(struct arena *arena, const double *samples, size_t count);

/*
 * The split k, from_min <= k <= to_max, after which the mean is higher by the most, by least
 * squares; 0 where it is higher nowhere.
 */
size_t stats_rise_split(const double *samples, size_t count, size_t from_min, size_t to_max);
