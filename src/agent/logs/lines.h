/* SPDX-License-Identifier: Apache-2.0 */
/* All log lines of a case and of its reference, each with its template. */
#pragma once

#include "base/map.h"
#include "case/call.h"

struct line {
    uint32_t service;  /* a number of lines->services */
    uint32_t template; /* of lines->templates, which are apart for each service */
    int64_t time_ns;
    struct str trace_id;
    struct str message;
    struct str level;
    bool of_reference;
};

struct line_template {
    struct str text; /* "ERROR db.Pool#31" or "connection to <host> refused" */
    struct str like; /* an SQL LIKE pattern, escaped with '\', that its lines match */
    bool failing;    /* tells of a failure by itself: see template_is_failing() */
};

struct miner;

struct lines {
    struct line *items; /* by time */
    uint32_t count;
    struct map services;
    struct map templates;      /* keys are of no use to others */
    struct line_template *of;  /* by template */
    uint32_t *service_of;      /* by template */
    uint32_t *exemplar;        /* by template: the last line of it */
    const struct miner *miner; /* finished; lines that name their place in the code are not in it */
};

/* Whether a row of the table logs tells of a failure, in SQL: by the words of text/level.h. */
#define LINE_FAILED_SQL                                                                            \
    "(lower(coalesce(level, '')) IN ('error', 'err', 'fatal', 'critical', 'crit', 'severe', "      \
    "'panic', 'dpanic', 'emerg', 'emergency', 'alert', 'ftl', 'failure', 'exception') OR "         \
    "contains(message, 'Exception') OR contains(message, 'Error'))"

/* The slot of a row of the table logs, counted from a time, in SQL; none of it lies on both sides.
 */
#define LINE_SLOT_NS (10 * NS_PER_S)
#define LINE_SLOT_SQL "(epoch_ns(time) - epoch_ns(%s)) // 10000000000"

/* The same of a time. Slots are counted from one that matters to the case, so that nothing depends
 * on where it falls within ten seconds of the clock. */
static inline int64_t line_slot(int64_t time_ns, int64_t from_ns)
{
    const int64_t since_ns = time_ns - from_ns;
    return since_ns / LINE_SLOT_NS - (since_ns % LINE_SLOT_NS < 0);
}

#define LINES_MAX 2000000 /* what is older than the newest two million is left out */

/* Read once a case. Lines without a time are left out. */
MUST_CHECK bool lines_load(struct call *call, struct lines *out, struct err *err);

struct str lines_service(const struct lines *lines, uint32_t service);
