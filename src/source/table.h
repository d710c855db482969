/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a case, and how a file becomes rows of one.
 *
 * A table has the name of its file: metrics, logs, traces, changes, events, state, alerts,
 * topology, reference_logs, reference_traces, incidents, services, sources. Its columns are those
 * of docs/bundle.md, with `time` (UTC, ns) for the point in time, and `attributes` (JSON) for what
 * else stood in the file.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct telemetry;

enum table_format { TABLE_CSV, TABLE_JSON_LINES, TABLE_PARQUET };

struct table_column {
    const char *name;  /* in the file and, but for times, in the table */
    const char *alias; /* another name that files use; NULL: none */
    enum { COLUMN_TIME, COLUMN_REAL, COLUMN_INT, COLUMN_TEXT } kind;
    bool required;
};

struct table {
    const char *name;
    const struct table_column *columns; /* ends with a NULL name */
};

extern const struct table tables[]; /* ends with a NULL name */

const char *table_column_name(const struct table_column *column); /* in the table */
const char *table_column_type(const struct table_column *column); /* of SQL */

struct table_load {
    int64_t rows;    /* read into the table */
    int64_t refused; /* lines that could not be read */
    struct str note; /* what was off, with line and column, and what was made of it */
};

/* Makes all tables, empty. */
MUST_CHECK bool table_create_all(struct telemetry *telemetry, struct err *err);

/*
 * Appends the file's rows. Lines that cannot be read are passed over, counted and noted; false
 * means that nothing of the file could be used.
 */
MUST_CHECK bool table_load(struct telemetry *telemetry, struct arena *arena,
                           const struct table *table, struct str path, enum table_format format,
                           struct table_load *out, struct err *err);

/*
 * Once all files are read: sorts the metrics by series and time and stores their names as enums, so
 * that a series is a stretch of rows and a name costs a byte. The names are never NULL after that.
 */
MUST_CHECK bool table_arrange_metrics(struct telemetry *telemetry, struct err *err);
