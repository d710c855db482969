/* SPDX-License-Identifier: Apache-2.0 */
/* The spans of a case and of its reference, with parents found and times taken apart. */
#pragma once

#include "base/map.h"
#include "case/call.h"

#define SPAN_NONE UINT32_MAX

/*
 * Whether the span of that alias failed, in SQL: OpenTelemetry's words and number for it, or an
 * HTTP status of the server's fault. A 4xx is what the callee rightly answered to a wrong request;
 * a caller that suffers from it marks its own span.
 */
#define SPAN_FAILED_SQL(span)                                                                      \
    "coalesce(upper(" span ".status) IN ('ERROR', 'STATUS_CODE_ERROR', '2') OR "                   \
    "regexp_full_match(" span ".status, '5[0-9][0-9]'), false)"

struct span {
    uint32_t trace;     /* a number of forest->traces */
    uint32_t service;   /* of forest->services */
    uint32_t operation; /* of forest->operations */
    uint32_t parent;    /* of forest->spans; SPAN_NONE: a root, or the parent is missing */
    uint32_t entry;     /* the topmost span of the run of spans of one service that this is in */
    int64_t time_ns;
    double duration_us;
    double self_us;    /* without its children; 0 where they overlap it */
    bool root;         /* it names no parent, so the request came from outside */
    bool calls_out;    /* a child belongs to another service */
    bool failed;       /* its status is an error */
    bool child_failed; /* that of a child is */
    bool of_reference;
};

struct forest {
    struct span *spans;
    uint32_t count;
    bool any_repeated; /* spans were recorded twice; the later ones are left out */
    struct map traces, services, operations, ids;
};

/* Read once a case. Rows without time, duration or service are left out. */
MUST_CHECK bool forest_load(struct call *call, struct forest *out, struct err *err);

/* The place of the span among the trials of this alert. */
int forest_place(const struct span *span, int64_t alert_ns);

struct str forest_service(const struct forest *forest, uint32_t service);
struct str forest_operation(const struct forest *forest, uint32_t operation);
