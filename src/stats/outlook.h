/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a series goes on from some point, by each of many plain forecasters.
 *
 * A series is taken apart into what is usual for its phase, by one of several periods or none, and
 * the rest; the rest goes on in one of five ways. A way of one period is a forecaster; beside them
 * stands the value one period ago.
 *
 * Sources: S. Makridakis et al., The M4 competition, 2020 (plain ways, after the season is taken
 * out, do as well as others; no single one does always); R. G. Brown, Statistical forecasting for
 * inventory control, 1959 (smoothing); E. S. Gardner, E. McKenzie, Forecasting trends in time
 * series, 1985 (damping); H. Theil, A rank-invariant method of linear and polynomial regression
 * analysis, 1950 (slope).
 */
#pragma once

#include <stddef.h>

struct arena;

#define OUTLOOK_PERIODS 3 /* beside none */

enum outlook_way {
    OUTLOOK_USUAL,     /* the rest is over at once */
    OUTLOOK_FADING,    /* it fades from the recent level of the rest */
    OUTLOOK_SMOOTHED,  /* it stays, by the exponential smoothing that has missed the least */
    OUTLOOK_REGRESSED, /* by stats/autoregress.h */
    OUTLOOK_TREND,     /* it follows a damped slope */
    OUTLOOK_WAYS
};

#define OUTLOOK_FORECASTERS_MAX ((OUTLOOK_PERIODS + 1) * OUTLOOK_WAYS + 1)

struct outlook;

/*
 * Room for the outlooks from any number of points, one after the other, `ahead` steps at most. The
 * periods, OUTLOOK_PERIODS at most, are different, and none is 0.
 */
struct outlook *outlook_new(struct arena *arena, size_t ahead, const size_t *periods,
                            size_t periods_count);

/*
 * Turns to what the first `count` > 0 of the samples tell, which are finite, as are their squares.
 * Where they do not hold a period twice, its forecasters say what those of no period say.
 */
void outlook_from(struct outlook *outlook, const double *samples, size_t count);

/*
 * What each forecaster says of the value `ahead` >= 1 steps after the last of them: [0] the value
 * one period ago (the first of the periods; the last value where there is none), then the ways of
 * no period, then those of each period. The same count each time.
 */
size_t outlook_at(const struct outlook *outlook, size_t ahead, double out[OUTLOOK_FORECASTERS_MAX]);
