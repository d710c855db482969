/* SPDX-License-Identifier: Apache-2.0 */
/* One file on its way into a table: which of its columns is which of ours, and what was off. */
#pragma once

#include "base/buf.h"
#include "data/batch.h"
#include "source/table.h"

struct loading {
    struct telemetry *telemetry;
    struct arena *arena;
    const struct table *table;
    struct str file;       /* its path */
    struct str path;       /* the same, quoted for SQL */
    struct batch *columns; /* of the file: column_name, column_type */
    struct buf notes;
};

/* Another thing that was off. */
void loading_note(struct loading *load, const char *text);

/* The file's spelling of that column, or NULL. */
const struct str *loading_column(const struct loading *load, const struct table_column *column);

/* False: a column that must be there is not. */
MUST_CHECK bool loading_check_required(const struct loading *load, struct err *err);

/* A name in the quotes of SQL. */
struct str loading_sql_name(struct arena *arena, struct str name);

/*
 * The columns that are not ours, as one JSON object; NULL where there are none. A column
 * `attributes` alone is such an object already.
 */
struct str loading_attributes_sql(const struct loading *load);

/* Its rows into the table, and how many lines were refused. */
MUST_CHECK bool loading_csv(struct loading *load, int64_t *refused, struct err *err);
