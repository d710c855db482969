/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Series that are made: noise of many kinds, with or without a period, of which one thing happens,
 * whose name is known. What the metric expert learns from, and is asked about.
 *
 * A family of noise can be left out of one and asked in the other. The same seed makes the same
 * series.
 */
#pragma once

#include "expert/metric/curve.h"

struct arena;

#define MADE_NOISES(X)                                                                             \
    X(WHITE, white)             /* normal, each for itself */                                      \
    X(HEAVY, heavy)             /* with tails */                                                   \
    X(WANDERING, wandering)     /* each near the one before */                                     \
    X(COUNTS, counts)           /* of few events */                                                \
    X(SKEWED, skewed)           /* never below, often far above, as times are */                   \
    X(ROUNDED, rounded)         /* to a few values */                                              \
    X(ALTERNATING, alternating) /* two values in turns: a slow thing that is looked at often */    \
    X(QUIET, quiet)             /* none, or next to none */

enum made_noise {
#define X(name, word) MADE_##name,
    MADE_NOISES(X)
#undef X
        MADE_NOISES_COUNT
};

const char *made_noise_name(enum made_noise noise);

struct made {
    int64_t *times_ns;
    double *values;
    size_t count;
    enum curve curve;
    enum made_noise noise;
};

/*
 * Noise of one of these families, a bit each by its number. A quarter of the series have no
 * shape; the others are as frequent as one another. Each number has a series of its own.
 */
struct made made_series(struct arena *arena, uint64_t seed, uint64_t number, unsigned noises);
