/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a bundle's files, one at a time: CSV, JSON lines, JSON and OTLP alike.
 *
 * A row is asked for (may it stay, and by how many seconds are its times moved?), then every text
 * of it is told anew; keys and columns stay. Of an OTLP line the rows are its log records, spans
 * and data points, with service and instance of their resource. Numbers are written with 15 digits.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdio.h>

enum matter {
    MATTER_METRICS,
    MATTER_LOGS,
    MATTER_TRACES,
    MATTER_CHANGES,
    MATTER_EVENTS,
    MATTER_ALERTS,
    MATTER_TOPOLOGY,
    MATTER_OTHER, /* state, and what is of another time: kept as it is, but for names and times */
};

struct row_facts {
    enum matter matter;
    bool has_time;
    int64_t time_ns;
    struct str service; /* of a row of topology the callee */
    struct str caller;
    struct str instance;
    struct str trace_id;
};

struct rows_visitor {
    /* May the row stay? Then *move_s is by how much its times move. */
    bool (*keep)(void *state, const struct row_facts *facts, int64_t *move_s);
    /* A text of a row that stays. */
    void (*tell)(void *state, struct str text, int64_t move_s, struct buf *out);
    void *state;
};

struct rows_count {
    uint64_t kept;
    uint64_t dropped;
    uint64_t unreadable; /* left out: nobody could say what names stand in them */
};

/* What a file of this name holds; false: nothing that a bundle has, or Parquet. */
bool rows_matter(struct str name, enum matter *out);

/* `out` NULL: the rows are only asked for. */
MUST_CHECK bool rows_walk(FILE *in, struct str name, FILE *out, const struct rows_visitor *visitor,
                          struct rows_count *count, struct err *err);
