/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The learning curve: what the weights are worth on faults that they were not learned from, as the
 * number of those that they were learned from grows.
 *
 * A quarter of the cases is held out, whole classes of them, drawn at random; from the first n of
 * the others, in a random order, the weights are learned; for each n the held-out ones are asked.
 * That is repeated with other draws. All draws come from the seed: the same cases and the same seed
 * give the same numbers.
 */
#pragma once

#include "train/fit.h"

#define GROWTH_POINTS_MAX 16
#define GROWTH_SHUFFLES_MAX 100

/* What no case that is learned from has in common with one that is asked. */
#define GROWTH_SPLITS(X)                                                                           \
    X(FAULT, "fault", "faults that were not learned from")                                         \
    X(PLACE, "service", "services that were not learned from")                                     \
    X(BOTH, "both", "faults in services, of which neither was learned from")

enum growth_split {
#define X(id, name, text) GROWTH_##id,
    GROWTH_SPLITS(X)
#undef X
        GROWTH_SPLITS_COUNT
};

const char *growth_split_text(enum growth_split split);

struct growth_how {
    uint32_t seed;
    uint32_t shuffles; /* 1 to GROWTH_SHUFFLES_MAX */
    double spread;     /* of the penalty, as of fit() */
    const bool *base;  /* by set: always learned from, never asked; NULL: none is */
    const struct weights *start;
};

/* Over the shuffles. */
struct growth_band {
    double low, mean, high; /* the quartiles, and between them the mean */
};

struct growth_point {
    uint32_t faults;             /* learned from, beside the base */
    struct growth_band ac1;      /* the first is right; mean over the sets that are asked */
    struct growth_band loss;     /* nats a case; as well */
    struct growth_band unlearnt; /* the same with the weights of the start, scaled to the cases */
};

struct growth {
    struct growth_point points[GROWTH_POINTS_MAX];
    uint32_t points_count; /* 0: too few classes to hold some out */
    uint32_t asked;        /* cases a shuffle, on average */
    double gain;           /* of loss, first point less last: mean over the shuffles */
    double gain_error;     /* its standard error, as if shuffles were independent of each other */
    double ac1_gain, ac1_gain_error;
    double worth, worth_error; /* at the last point: loss of the start less that of the learned */
};

struct growth grow(struct examples *examples, enum growth_split split,
                   const struct growth_how *how);
