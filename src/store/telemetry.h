/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a case, in DuckDB: the only file that knows DuckDB's API.
 *
 * Two kinds of SQL run here. Ours may read files and make tables, until telemetry_seal(). After
 * that nothing can leave or enter: no files, no settings, statements that only select.
 * One thread uses a store at a time, but for telemetry_share_out(); all results are copied into the
 * arena that is passed.
 */
#pragma once

#include "base/clock.h"
#include "data/batch.h"

struct telemetry;

struct telemetry_limits {
    uint32_t memory_mb;
    uint32_t threads;
};

/* An empty store in memory; goes with the arena. Spills into a private folder below TMPDIR. */
MUST_CHECK bool telemetry_open(struct arena *arena, const struct telemetry_limits *limits,
                               struct telemetry **out, struct err *err);

/* Runs statements whose result is not wanted. The error's text is the database's first line. */
MUST_CHECK bool telemetry_run(struct telemetry *telemetry, const char *sql, struct err *err);

/*
 * Fills a table of a BIGINT and a VARCHAR with what `next` gives, until it says false. The texts
 * must be UTF-8; each is copied before the next is asked for.
 */
typedef bool telemetry_next_fn(void *state, int64_t *number, struct str *text);
MUST_CHECK bool telemetry_append(struct telemetry *telemetry, const char *table,
                                 telemetry_next_fn *next, void *state, struct err *err);

/*
 * Appends all rows to a table whose columns are those of the batch, in the same order: of BIGINT,
 * DOUBLE, VARCHAR, BOOLEAN or TIMESTAMP_NS. `catalog` is the name of an attached file; NULL: the
 * store's own tables. The texts must be UTF-8.
 */
MUST_CHECK bool telemetry_append_batch(struct telemetry *telemetry, const char *catalog,
                                       const char *table, const struct batch *rows,
                                       struct err *err);

/* The same rows on a connection of its own, for another thread; it goes with the arena, which must
 * go before the store's. */
MUST_CHECK bool telemetry_connect(struct telemetry *telemetry, struct arena *arena,
                                  struct telemetry **out, struct err *err);

/* Runs one statement and fetches its rows. Columns of other types must be cast in the SQL. */
MUST_CHECK bool telemetry_rows(struct telemetry *telemetry, struct arena *arena, struct str sql,
                               struct batch **out, struct err *err);

/* From here on files and settings are out of reach, for us too. */
MUST_CHECK bool telemetry_seal(struct telemetry *telemetry, struct err *err);

/*
 * Does `count` pieces of work, two at a time, and returns when all are done. Each piece is told its
 * number, and asks through the store that it is given: the same rows on a connection of its own.
 * They are begun in the order of their numbers and may end in any; so no two may write to one
 * table, one arena or one case, and nothing that a piece gives may depend on another.
 */
typedef void telemetry_work_fn(struct telemetry *own, size_t number, void *state);
void telemetry_share_out(struct telemetry *telemetry, size_t count, telemetry_work_fn *work,
                         void *state);

struct query_limits {
    size_t rows_max;
    int64_t time_max_ns;
};

/*
 * SQL from a person or a model, in a sealed store: exactly one statement, and one that selects.
 * `cut` tells whether there were more than rows_max rows. Values that are neither number,
 * text, bool nor time come as text.
 */
MUST_CHECK bool telemetry_query(struct telemetry *telemetry, struct arena *arena, struct str sql,
                                const struct query_limits *limits, struct batch **out, bool *cut,
                                struct err *err);

/* 'it''s', for a text inside SQL. NUL bytes are dropped: SQL texts cannot hold them. */
struct str sql_quote(struct arena *arena, struct str text);

/* TIMESTAMP_NS '2026-11-22 01:02:03.123456789' */
struct str sql_time(struct arena *arena, int64_t time_ns);
