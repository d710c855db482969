/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of a change: a small network (one hidden layer) over the tokens of a series, with
 * probabilities that mean what they say of series like those that it has learned from
 * (temperature: C. Guo et al., On Calibration of Modern Neural Networks, 2017).
 *
 * It needs no onset, and knows shapes that are no single change of level; stats/shape.h fits models
 * to a change whose place is known.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "expert/metric/tokens.h"

#include <jansson.h>

/* The names stand in the model's file: to change one is to train again. */
#define CURVES(X)                                                                                  \
    X(NONE, none, "as it always was, periodic or not")                                             \
    X(STEP_UP, step_up, "a higher level, and it stayed")                                           \
    X(STEP_DOWN, step_down, "a lower level, and it stayed")                                        \
    X(RAMP_UP, ramp_up, "it climbs")                                                               \
    X(RAMP_DOWN, ramp_down, "it sinks")                                                            \
    X(SPIKE, spike, "once up, and back")                                                           \
    X(DIP, dip, "once down, and back")                                                             \
    X(BURST, burst, "several times up, and back")                                                  \
    X(OSCILLATION, oscillation, "it began to swing")                                               \
    X(PERIOD_LOST, period_lost, "it repeated itself, and does no more")                            \
    X(SATURATED, saturated, "it climbed to a ceiling, and stays at it")                            \
    X(FROZEN, frozen, "one value over and over, which it was never before")                        \
    X(GAP, gap, "a hole in it")                                                                    \
    X(SAWTOOTH, sawtooth, "it climbs and is reset, again and again")

enum curve {
#define X(name, word, text) CURVE_##name,
    CURVES(X)
#undef X
        CURVES_COUNT
};

const char *curve_name(enum curve curve); /* "step_up" */
const char *curve_text(enum curve curve); /* "a higher level, and it stayed" */

#define CURVE_HIDDEN 32

struct curve_net {
    double inside[CURVE_HIDDEN][TOKENS_COUNT + 1]; /* the last: what is added */
    double outside[CURVES_COUNT][CURVE_HIDDEN + 1];
    double sharpness; /* what the last layer is multiplied with */
};

/* {"shape": {"sharpness": 1, "inside": [[..], ..], "outside": [[..], ..]}} */
MUST_CHECK bool curve_net_read(const json_t *json, struct curve_net *out, struct err *err);

struct curve_verdict {
    enum curve curve;          /* the likeliest, the first of equals */
    double odds[CURVES_COUNT]; /* they sum to 1; to three places, the same on every machine */
};

struct curve_verdict curve_judge(const struct curve_net *net, const struct metric_tokens *tokens);

/* What the layers make of the tokens: for training. */
void curve_inside(const struct curve_net *net, const double *tokens, double hidden[CURVE_HIDDEN]);
void curve_outside(const struct curve_net *net, const double *hidden, double out[CURVES_COUNT]);
