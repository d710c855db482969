/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of request in the traces of a case, each the root of a flame graph, before the onset
 * and since; and what SQL says of one frame of such a graph.
 *
 * With too few requests before the onset the fault-free reference stands for them, as in
 * traces.flame.
 */
#pragma once

#include "case/call.h"

enum period { PERIOD_BEFORE, PERIOD_SINCE, PERIODS_COUNT };

struct request_kind {
    struct str service, operation; /* of the root */
    int64_t calls[PERIODS_COUNT], failed[PERIODS_COUNT];
    /* The width of its flame graph, a request: the own times of all its spans added up, so calls
     * at the same time count each. 0 without calls. */
    double ms[PERIODS_COUNT];
};

struct requests {
    int64_t onset_ns;
    bool by_reference;
    struct request_kind *items; /* those with most calls first */
    uint32_t count;
    double span_s[PERIODS_COUNT]; /* from the first request to the last; at least one second */
    struct str query;             /* gives these numbers again */
};

MUST_CHECK bool requests_read(struct call *call, int64_t onset_ns, struct requests *out,
                              struct err *err);

/* One operation of one service below a kind of request. */
struct request_frame {
    struct str service, operation;
    int64_t calls[PERIODS_COUNT];
    int64_t failed[PERIODS_COUNT]; /* though nothing below them did */
    double ms[PERIODS_COUNT];      /* its own time, a request of the kind */
    struct str query;
};

MUST_CHECK bool requests_frame(struct call *call, const struct requests *requests,
                               const struct request_kind *kind, struct str service,
                               struct str operation, struct request_frame *out, struct err *err);

/* SQL: all operations that requests of the kind came through since the onset. */
struct str requests_ways_query(struct arena *arena, const struct requests *requests,
                               const struct request_kind *kind);
