/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shape of each request: its spans as a tree, in an order that needs no recursion, on one
 * clock.
 *
 * A clock that is off shows as a span outside of the one that called it. It is corrected as
 * Jaeger's clock skew adjuster does (cmd/query/app/adjuster/clockskew): a span of another service
 * that does not fit into its parent is moved, with all below it, so that what is lost on the way
 * there and back is the same. One that took longer than its parent is only kept from beginning
 * before it.
 */
#pragma once

#include "agent/traces/forest.h"

struct shape {
    struct forest forest;
    /* spans that hang from a root, each after its parent; those of a circle are left out */
    uint32_t *order;
    uint32_t order_count;
    uint32_t *root;    /* by span: the one it hangs from; SPAN_NONE in a circle */
    int64_t *start_ns; /* by span, corrected */
    uint32_t
        *children;   /* of span i: children[first[i]] up to first[i + 1], the last to end first */
    uint32_t *first; /* forest->count + 1 of them */
    uint32_t moved_count;  /* spans whose own clock was corrected */
    uint32_t circle_count; /* spans that are left out */
};

/* Built once a case, with the forest; nobody changes it. */
MUST_CHECK bool shape_load(struct call *call, struct shape *out, struct err *err);

/* A span counts for a year at most, so that no sum of times runs over. */
int64_t shape_end_ns(const struct shape *shape, uint32_t span);

/*
 * The span that a call stands for: a client's span that leads to just one of another service stands
 * for that one. Else the span itself.
 */
uint32_t shape_target(const struct shape *shape, uint32_t span);

/* Whether the request of a span that stands in the order began since the onset, before it, or in
 * the reference. */
enum shape_period { SHAPE_SINCE, SHAPE_BEFORE, SHAPE_REFERENCE, SHAPE_PERIODS_COUNT };

enum shape_period shape_period_of(const struct shape *shape, uint32_t span, int64_t onset_ns);

#define SHAPE_BASELINE_MIN                                                                         \
    20 /* requests; with fewer before the onset the reference is the baseline */
