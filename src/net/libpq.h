/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL's own client library, loaded when it is first asked for: a program that asks no
 * database does without it. Of its interface only what is used here, which has not changed since
 * PostgreSQL 9.
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"

struct arena;
struct session;

/* False: it is not there, and err says what to install. */
MUST_CHECK bool libpq_load(struct err *err);

struct session_place {
    struct str host, port, database, user, password; /* empty: as libpq has it */
    struct str ca_file; /* where it is given, the server's certificate is checked by it */
};

/*
 * A session that only reads: each of its transactions is read-only, no statement outlives the span
 * or waits for a lock longer than half a second. It ends with the arena.
 */
MUST_CHECK bool session_open(struct arena *arena, const struct session_place *place,
                             int64_t span_ns, struct session **out, struct err *err);

/* Rows of texts, NULL as an empty one; they live in the arena. What gives no rows has no columns.
 */
struct session_rows {
    struct str *names; /* of the columns */
    struct str *cells; /* row by row */
    uint32_t rows, columns;
};

/* One statement, whose parameters are $1, $2, ...; a second one behind a semicolon is refused. */
MUST_CHECK bool session_ask(struct session *session, struct arena *arena, const char *sql,
                            uint32_t rows_max, struct session_rows *out, struct err *err);
