/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in columns. A batch lives in the arena it was made with; columns are plain arrays. */
#pragma once

#include "data/record.h"

struct column {
    struct str name;
    enum type type; /* TYPE_BOOL to TYPE_SPAN */
    bool *known;    /* by row */
    union {
        int64_t *integers; /* TYPE_BOOL, TYPE_INT, TYPE_TIME, TYPE_SPAN */
        double *reals;     /* TYPE_REAL */
        struct str *texts; /* TYPE_TEXT */
    };
};

struct batch {
    struct arena *arena;
    struct column *columns;
    uint32_t columns_count;
    size_t rows;
    size_t room;
};

/* An empty batch with a column for each field. */
struct batch *batch_new(struct arena *arena, const struct field *fields);

/* An empty batch with columns named and typed by the caller, who fills `columns`. */
struct batch *batch_new_columns(struct arena *arena, uint32_t columns_count);

/* The number of the new row, all of it unknown. */
size_t batch_add_row(struct batch *batch);

/* Makes room for `rows` rows in all. */
void batch_reserve(struct batch *batch, size_t rows);

/* NULL: there is no such column. */
struct column *batch_find(const struct batch *batch, const char *name);

/* The column must be there. */
struct column *batch_column(const struct batch *batch, const char *name);

/* The text is copied. Value and column must have the same type. */
void batch_set(struct batch *batch, size_t row, const char *name, struct value value);

/* All of it, texts and all, in another arena. */
struct batch *batch_copy(struct arena *arena, const struct batch *batch);

struct value batch_value(const struct batch *batch, size_t row, uint32_t column);

/*
 * The numbers of the rows in ascending order of a column of integers or times, equal ones in the
 * order of the rows. For wide rows far cheaper than to have the store sort them.
 */
size_t *batch_order(const struct batch *batch, struct arena *arena, const char *name);
