/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A series as the metric expert reads it: the tokenizer. Of any length and any unit, it becomes a
 * fixed number of numbers between -1 and 1 that neither a change of unit nor of zero changes.
 *
 *   segments   the level of equal parts, as a share of the way from the lowest to the highest value
 *              (piecewise aggregate approximation: Keogh et al., Dimensionality reduction for fast
 *              similarity search in large time series databases, 2001; that of SAX, Lin et al.,
 *              2003, but for the letters: a level that is no letter loses nothing)
 *   facts      what a shape is told by: what a step, a line, a bend or a box leaves unexplained,
 *              runs of equal values, excursions, resets, repetition, holes
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define TOKENS_SEGMENTS 48
#define TOKENS_SAMPLES_MIN 8 /* fewer have no shape */
#define TOKENS_POINTS_MAX 256

/* What each says stands where it is measured, in tokens.c. */
#define TOKENS_FACTS(X)                                                                            \
    X(LENGTH)                                                                                      \
    X(HOLE_SHARE)                                                                                  \
    X(HOLE_STEPS)                                                                                  \
    X(MEDIAN)                                                                                      \
    X(SPREAD)                                                                                      \
    X(LOW_TAIL)                                                                                    \
    X(LOW_QUARTER)                                                                                 \
    X(HIGH_QUARTER)                                                                                \
    X(HIGH_TAIL)                                                                                   \
    X(AT_TOP)                                                                                      \
    X(AT_BOTTOM)                                                                                   \
    X(TOP_RUN)                                                                                     \
    X(BOTTOM_RUN)                                                                                  \
    X(EQUAL_RUN)                                                                                   \
    X(EQUAL_AT_END)                                                                                \
    X(EQUAL_AT_START)                                                                              \
    X(EQUAL_FIRST)                                                                                 \
    X(EQUAL_LAST)                                                                                  \
    X(STEP_NOISE)                                                                                  \
    X(ROUGHNESS)                                                                                   \
    X(RISE_MAX)                                                                                    \
    X(FALL_MAX)                                                                                    \
    X(RISING)                                                                                      \
    X(FALLING)                                                                                     \
    X(BIG_RISES)                                                                                   \
    X(BIG_FALLS)                                                                                   \
    X(SKEW)                                                                                        \
    X(STEP_FIT)                                                                                    \
    X(STEP_AT)                                                                                     \
    X(STEP_SIZE)                                                                                   \
    X(STEP_CLEAR)                                                                                  \
    X(STEP_CALMER)                                                                                 \
    X(LINE_FIT)                                                                                    \
    X(LINE_SLOPE)                                                                                  \
    X(BEND_FIT)                                                                                    \
    X(BEND_AT)                                                                                     \
    X(BEND_SLOPE)                                                                                  \
    X(BOX_FIT)                                                                                     \
    X(BOX_WIDTH)                                                                                   \
    X(BOX_AT)                                                                                      \
    X(BOX_SIZE)                                                                                    \
    X(HIGH_RUNS)                                                                                   \
    X(HIGH_SHARE)                                                                                  \
    X(HIGH_FIRST)                                                                                  \
    X(HIGH_LAST)                                                                                   \
    X(HIGH_MOST)                                                                                   \
    X(LOW_RUNS)                                                                                    \
    X(LOW_SHARE)                                                                                   \
    X(LOW_MOST)                                                                                    \
    X(CROSSINGS_FIRST)                                                                             \
    X(CROSSINGS_LAST)                                                                              \
    X(PERIOD)                                                                                      \
    X(PERIOD_FIRST)                                                                                \
    X(PERIOD_LAST)                                                                                 \
    X(SPREAD_FIRST)                                                                                \
    X(SPREAD_LAST)                                                                                 \
    X(SPREAD_SHARE)                                                                                \
    X(LEVEL_FIRST)                                                                                 \
    X(LEVEL_LAST)                                                                                  \
    X(LEVEL_END)

enum token_fact {
#define X(name) FACT_##name,
    TOKENS_FACTS(X)
#undef X
        TOKENS_FACTS_COUNT
};

#define TOKENS_COUNT (TOKENS_SEGMENTS + TOKENS_FACTS_COUNT)

struct metric_tokens {
    double of[TOKENS_COUNT]; /* the segments, then the facts */
};

/*
 * Times ascend; NULL: the samples are even. What is not finite is as if it were not there. False:
 * fewer than TOKENS_SAMPLES_MIN samples are left.
 */
bool metric_tokens_of(struct arena *arena, const int64_t *times_ns, const double *samples,
                      size_t count, struct metric_tokens *out);
