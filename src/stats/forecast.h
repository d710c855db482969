/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes next in a series of evenly spaced, finite samples, and when it reaches a limit.
 *
 * The plain forecasters of stats/outlook.h are mixed: each has forecast the series' own past from a
 * number of origins before, and is weighed by the inverse square of its mean error at that
 * distance; the middle is the weighted median of what they say, which one that goes astray does not
 * move. The interval holds the share of the mixture's own past errors that it promises.
 *
 * Sources: J. M. Bates, C. W. J. Granger, The combination of forecasts, 1969 (weights); R. T.
 * Clemen, Combining forecasts, 1989; F. Petropoulos, I. Svetunkov, A simple combination of
 * univariate models, 2020 (the median); H. Theil, A rank-invariant method of linear and polynomial
 * regression analysis, 1950 and P. K. Sen, Estimates of the regression coefficient based on
 * Kendall's tau, 1968 (slope and its interval).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define FORECAST_SHARE 0.9   /* of what comes, that the interval is to hold */
#define FORECAST_COUNT_MIN 8 /* samples; fewer have no past to learn from */
#define FORECAST_AHEAD_MAX 4096
#define FORECAST_PERIODS 3 /* that may be tried */

struct forecast {
    double low, middle, high; /* in the unit of the samples */
};

/*
 * Forecasts of the next `ahead` samples, 1 <= ahead <= FORECAST_AHEAD_MAX, out[0] the nearest.
 * `periods` in samples, 0: none: what season_of() has found, a day, a week. One that does not help
 * does little harm, because each is tried on the past; what the samples do not hold twice, or was
 * named before, is left out. With fewer samples than FORECAST_COUNT_MIN, or none of them different:
 * the last value, and an interval from the lowest to the highest that was seen.
 */
void forecast_next(struct arena *arena, const double *samples, size_t count,
                   const size_t periods[FORECAST_PERIODS], size_t ahead, struct forecast *out);

/* When a series that grows reaches a limit, in samples after the last; INFINITY: not at this rate.
 */
struct forecast_fill {
    double soonest, middle, latest; /* the interval of the slope, FORECAST_SHARE of chance */
    double slope;                   /* a sample, in the unit of the samples */
};

/*
 * The straight line through what was seen since the last reset (a fall by half of all that it had
 * grown, as when a log is rotated or a process starts again): 0 where the limit is reached already,
 * INFINITY where it does not grow, or where fewer than FORECAST_COUNT_MIN samples tell.
 */
struct forecast_fill forecast_fill(struct arena *arena, const double *samples, size_t count,
                                   double limit);
