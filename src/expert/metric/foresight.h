/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a series goes on: plain forecasters side by side with the mixture of stats/forecast.h, each
 * weighed by how it has done on the newest past of the series and by what the series is like. The
 * weights are learned (P. Montero-Manso et al., FFORMA: Feature-based forecast model averaging,
 * 2020, with a softmax in the place of trees).
 *
 * The interval is that of the mixture, moved to the new middle.
 */
#pragma once

#include "base/err.h"
#include "stats/forecast.h"

#include <jansson.h>

struct arena;

/* The names stand in the model's file: to change one is to train again. */
#define FORESIGHT_METHODS(X)                                                                       \
    X(MIXTURE, mixture)       /* stats/forecast.h */                                               \
    X(LAST, last)             /* the last value */                                                 \
    X(PERIOD_AGO, period_ago) /* the value one period ago */                                       \
    X(SMOOTHED, smoothed)     /* exponential smoothing (R. Brown, 1956) */                         \
    X(TREND, trend)           /* with a damped trend (E. Gardner, E. McKenzie, 1985) */            \
    X(THETA, theta)           /* V. Assimakopoulos, K. Nikolopoulos, The theta model, 2000 */      \
    X(LEVEL, level)           /* the median of the newest */                                       \
    X(USUAL, usual)           /* what is usual for the phase, about the smoothed level */

enum foresight_method {
#define X(name, word) FORESIGHT_##name,
    FORESIGHT_METHODS(X)
#undef X
        FORESIGHT_METHODS_COUNT
};

const char *foresight_method_name(enum foresight_method method);

/* How strong its period is, how rough it is, how far out the last value is; and always 1. */
#define FORESIGHT_FACTS 4

struct foresight {
    double facts[FORESIGHT_FACTS];
    double losses[FORESIGHT_METHODS_COUNT]; /* of the newest past, ln, beside the mean of all */
    double *made[FORESIGHT_METHODS_COUNT];  /* each `ahead` values */
    struct forecast *mixture;               /* `ahead` of them */
    size_t ahead;
};

struct foresight_weights {
    double of[FORESIGHT_METHODS_COUNT][FORESIGHT_FACTS];
    double loss;
};

/*
 * Samples are finite, even, at least one; 1 <= ahead <= FORECAST_AHEAD_MAX. `period` and `strength`
 * are season_of()'s.
 */
struct foresight foresight_of(struct arena *arena, const double *samples, size_t count,
                              size_t period, double strength, size_t ahead);

/* How much each counts; they sum to 1. */
void foresight_shares(const struct foresight_weights *weights, const struct foresight *foresight,
                      double shares[FORESIGHT_METHODS_COUNT]);

/* `out` has `ahead` of them. */
void foresight_mix(const struct foresight_weights *weights, const struct foresight *foresight,
                   struct forecast *out);

/* {"forecast": {"loss": -1, "mixture": [..], ...}} */
MUST_CHECK bool foresight_weights_read(const json_t *json, struct foresight_weights *out,
                                       struct err *err);
