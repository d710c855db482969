/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cases as the trace expert sees them: the span classes of each, and which of them are of the place
 * that the truth names. What it is worth is told by service: the place of the right one in the
 * order by the likeliest of its classes.
 */
#pragma once

#include "base/err.h"
#include "expert/trace/blame.h"

struct span_case {
    struct str set, id, fault;
    struct span_classes classes;
    uint8_t *right; /* beside each class */
    uint32_t right_count;
};

struct span_cases {
    struct arena *arena;
    struct span_case *items;
    uint32_t count, room;
    uint32_t without; /* cases with traces of which no class is right, or behind which is nothing */
};

/* All cases of the folders that have traces; what cannot be read is told on stderr, and left out.
 */
MUST_CHECK bool span_cases_read(struct span_cases *cases, char **folders, struct err *err);

/* One score a class, the higher the likelier; a service has that of its likeliest. */
typedef void span_score_fn(const void *state, const struct span_case *item, double *scores);

/* The share of being right at the first place: services that stand as high share it. */
double span_case_first(const struct span_case *item, const double *scores);

/* What can be said without an expert. */
void span_score_self(const void *state, const struct span_case *item, double *scores);
void span_score_gap(const void *state, const struct span_case *item, double *scores);
void span_score_rules(const void *state, const struct span_case *item, double *scores);
