/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done to a recording: nothing that would make its truth untrue, and all of it said.
 *
 * A survey tells what is there; out of it, the case's number and a seed follows the plan, the same
 * on every machine. The first cases have one transformation each, in an order that the seed
 * shuffles; those behind them have two to four together.
 */
#pragma once

#include "base/err.h"
#include "base/map.h"
#include "gym/recut/rename.h"

#include <jansson.h>

enum transformation {
    RECUT_LATE,       /* the window begins later: a shorter time of peace */
    RECUT_EARLY,      /* it ends sooner after the alert */
    RECUT_NO_METRICS, /* signals that nobody has kept */
    RECUT_NO_TRACES,
    RECUT_NO_LOGS, /* of one service */
    RECUT_NO_CHANGES,
    RECUT_THIN,  /* traces are sampled, whole ones */
    RECUT_SKEW,  /* the clock of one instance is wrong, in its logs and spans */
    RECUT_SHIFT, /* it all happened at another time */
    RECUT_RENAME,
    RECUTS_COUNT,
};

extern const char *const transformation_names[RECUTS_COUNT];

/* Several by name, "late,rename"; an error names those that there are. */
MUST_CHECK bool transformations_parse(struct str text, uint32_t *out, struct err *err);

struct survey {
    struct str id;
    int64_t alert_ns;
    int64_t onset_ns;
    struct str change;  /* that did it; empty: none */
    struct str service; /* where it was */
    int64_t first_ns;   /* of metrics, logs and traces */
    int64_t last_ns;
    struct map services;
    struct map logged;    /* services that have logs */
    struct map instances; /* with logs or spans: those whose clock can be wrong */
    bool has_metrics, has_traces, has_changes;
};

/* Times are as recorded: what is moved is moved afterwards. */
struct plan {
    uint32_t does; /* bits of enum transformation */
    int64_t from_ns;
    int64_t to_ns;
    struct str silent; /* service */
    double share;      /* of the traces that stay */
    struct str skewed; /* instance */
    int64_t skew_s;
    int64_t shift_s;
    struct renames renames;
};

static inline bool plan_does(const struct plan *plan, enum transformation what)
{
    return (plan->does & (1u << what)) != 0;
}

/* How many of `allowed` this recording can have. */
uint32_t plan_possible(const struct survey *survey, uint32_t allowed);

/* The plan of the `number`-th case. False: this recording can have none of what is allowed. */
bool plan_make(struct plan *plan, struct arena *arena, const struct survey *survey,
               uint32_t allowed, uint64_t seed, uint32_t number);

/* "late+rename" */
struct str plan_name(const struct plan *plan, struct arena *arena);

/* The list of transformations with what they were given, for truth.json; in the recording's own
 * names and times. */
json_t *plan_json(const struct plan *plan, const struct survey *survey);
