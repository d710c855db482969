/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well shapes of series are named: made ones, and real ones that people have named (shapes.tsv)
 * out of recordings and out of series laid out as those of `warroom eval series`.
 *
 * Beside the metric expert stands what can be said without one: where the level changes
 * (stats/changepoint.h), which model fits around there (stats/shape.h), and which way it went.
 */
#pragma once

#include "eval/made.h"

struct shape_case {
    struct str set;
    int64_t *times_ns;
    double *values;
    size_t count;
    uint32_t right; /* a bit for each shape that is right */
};

struct shape_cases {
    struct arena *arena;
    struct shape_case *items;
    uint32_t count, room;
};

/* `made` says which series of the seed; noises as in made.h. */
void shapes_add_made(struct shape_cases *cases, uint64_t seed, uint32_t count, unsigned noises);

/* Those series of the folders that `labels`, a file as shapes.tsv is, has a name for. */
MUST_CHECK bool shapes_add_real(struct shape_cases *cases, const char *labels, char **folders,
                                struct err *err);

enum curve shape_by_rules(struct arena *arena, const struct shape_case *item);

struct shape_score {
    uint32_t cases;
    uint32_t right, right_by_rules;
    uint32_t only_expert, only_rules; /* of those where one of them is right */
    double calibration;               /* expected calibration error, of the likeliest */
};

/* Of a set; an empty name: of all. */
struct shape_score shapes_score(const struct shape_cases *cases, const struct curve_net *net,
                                struct str set);

/* Wilson's interval of a share, 95 %. */
void shapes_interval(uint32_t hits, uint32_t tries, double *low, double *high);
