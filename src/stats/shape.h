/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of change a series went through: it stepped, began to climb, came and went, had drifted
 * all along, became erratic or calm, or froze.
 *
 * Each kind is a model with its own number of parameters, fitted by least squares; the one with the
 * lowest Bayesian information criterion is it. Where the change lies is told as an interval: all
 * places between the outermost two that a likelihood ratio test does not reject at 95 %. The single
 * largest and the single smallest sample count as the next one, because one sample is no shape.
 * Sources: G. Schwarz, Estimating the dimension of a model, 1978; Y.-C. Yao, Estimating the number
 * of change-points via Schwarz' criterion, 1988; B. E. Hansen, Sample splitting and threshold
 * estimation, 2000 (the quantile of the test).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum stats_shape {
    SHAPE_NONE,    /* nothing that a model tells from noise, or too few samples */
    SHAPE_STEP,    /* another level, at once */
    SHAPE_TREND,   /* a slope that was not there before */
    SHAPE_SPIKE,   /* another level, and back again */
    SHAPE_DRIFT,   /* one slope all along: it did not begin here */
    SHAPE_ERRATIC, /* about the same level, three times the spread */
    SHAPE_CALM,    /* about the same level, a third of the spread */
    SHAPE_FROZEN,  /* one value over and over, which was never so before */
};

const char *stats_shape_name(enum stats_shape shape); /* "step" */

struct stats_change {
    enum stats_shape shape;
    size_t at;               /* the first sample of the new state; `split` where no model has one */
    size_t earliest, latest; /* it may as well be any of these */
    size_t back;             /* of a spike: the first sample that is back; else the count */
};

/*
 * The change near `split`, the first sample since the incident began: samples from `from_min` on
 * may be where it happened. With less than 3 samples before or after it is SHAPE_NONE. Samples are
 * finite, of any size, and evenly spaced; more than 256 are taken together in blocks, so the time
 * is bounded and the place as fine as a block. Equal samples: SHAPE_NONE.
 */
struct stats_change stats_shape_of(struct arena *arena, const double *samples, size_t count,
                                   size_t split, size_t from_min);
