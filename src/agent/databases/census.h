/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database as it was found when it was asked (connect/postgres_views.h): tables of texts, kept in
 * `state` with the kind `database`, the name SERVICE/TABLE and the format `table`: a line of names,
 * then a line a row, cells divided by tabs. What comes from outside is read up to a bound; a table
 * or column that is not there is empty.
 */
#pragma once

#include "base/map.h"
#include "case/call.h"

#define CENSUS_TABLES(X)                                                                           \
    X(SERVER, "server")                                                                            \
    X(SESSIONS, "sessions")                                                                        \
    X(TRANSACTIONS, "transactions")                                                                \
    X(WAITS, "waits")                                                                              \
    X(RUNNING, "running")                                                                          \
    X(BOUNDS, "bounds")                                                                            \
    X(SETTINGS, "settings")                                                                        \
    X(TABLES, "tables")                                                                            \
    X(INDEXES, "indexes")                                                                          \
    X(FOREIGN_KEYS, "foreign_keys")                                                                \
    X(STATEMENTS, "statements")                                                                    \
    X(PLANS, "plans")

enum census_part {
#define X(id, name) CENSUS_##id,
    CENSUS_TABLES(X)
#undef X
        CENSUS_TABLES_COUNT
};

#define CENSUS_ROWS_MAX 2000
#define CENSUS_COLUMNS_MAX 32

struct census_table {
    struct str columns[CENSUS_COLUMNS_MAX];
    uint32_t columns_count;
    struct str *cells; /* row by row; a row that is cut short ends with empty ones */
    uint32_t rows;
};

struct census {
    struct str service; /* the database */
    struct census_table tables[CENSUS_TABLES_COUNT];
};

struct censuses {
    struct census *items; /* by service */
    uint32_t count;
};

MUST_CHECK bool censuses_load(struct call *call, struct censuses *out, struct err *err);

/* Pure: one table's text. */
struct census_table census_parse(struct arena *arena, struct str text);

uint32_t census_rows(const struct census *census, enum census_part part);

/* Empty: it is not known. */
struct str census_text(const struct census *census, enum census_part part, uint32_t row,
                       const char *column);

/* NAN: it is not known. */
double census_real(const struct census *census, enum census_part part, uint32_t row,
                   const char *column);

bool census_is(const struct census *census, enum census_part part, uint32_t row, const char *column,
               const char *text);

/* The first row with that text in the column; the number of rows: none. */
uint32_t census_find(const struct census *census, enum census_part part, const char *column,
                     struct str text);

/*
 * SQL over the case that reads the table again: SELECT SERVICE AS service, `what` FROM it WHERE
 * `column` = `text` `more`. In `what` and `more`, {name} stands for that column as a text and
 * {#name} for it as a number.
 */
struct str census_query(struct arena *arena, const struct census *census, enum census_part part,
                        const char *what, const char *column, struct str text, const char *more);
