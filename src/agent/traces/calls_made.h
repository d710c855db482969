/* SPDX-License-Identifier: Apache-2.0 */
/* Trials made of spans, and the SQL that counts them again. */
#pragma once

#include "agent/traces/forest.h"
#include "agent/trials.h"

enum call_kind {
    CALL_SLOW,   /* own time of a span that calls no other service */
    CALL_GAP,    /* time of a call that the caller saw and the callee did not */
    CALL_FAILED, /* a span that failed though none below it did */
    CALL_PATH,   /* an operation that a request through the service ran */
    CALL_OWN, /* own time of a service in one request, against what its operations usually take */
};

const char *call_kind_name(enum call_kind kind);

struct call_trial {
    enum call_kind kind;
    uint32_t service;
    uint32_t operation;  /* of CALL_OWN: SPAN_NONE */
    uint32_t caller;     /* of CALL_GAP; else SPAN_NONE */
    double threshold_us; /* of CALL_SLOW and CALL_GAP */
    uint32_t exemplar;   /* a span of the hits since the alert's window began; SPAN_NONE: none */
};

struct call_trials {
    struct call_trial *items;
    struct trial *trials; /* beside items */
    size_t count;
};

/* All in `arena`. */
struct call_trials call_trials_make(const struct forest *forest, int64_t alert_ns,
                                    struct arena *arena);
