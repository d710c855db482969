/* SPDX-License-Identifier: Apache-2.0 */
#include "data/batch.h"

#include "base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define ROOM_MIN 64

struct batch *batch_new_columns(struct arena *arena, uint32_t columns_count)
{
    struct batch *batch = arena_push(arena, struct batch);
    *batch = (struct batch){
        .arena = arena,
        .columns = arena_push_many(arena, struct column, columns_count),
        .columns_count = columns_count,
    };
    return batch;
}

struct batch *batch_new(struct arena *arena, const struct field *fields)
{
    uint32_t count = 0;
    while (fields[count].name)
        count++;
    struct batch *batch = batch_new_columns(arena, count);
    for (uint32_t i = 0; i < count; i++)
        batch->columns[i] = (struct column){.name = str_of(fields[i].name), .type = fields[i].type};
    return batch;
}

static size_t item_size(enum type type)
{
    switch (type) {
    case TYPE_TEXT:
        return sizeof(struct str);
    case TYPE_REAL:
        return sizeof(double);
    default:
        return sizeof(int64_t);
    }
}

void batch_reserve(struct batch *batch, size_t rows)
{
    if (rows <= batch->room)
        return;
    for (uint32_t i = 0; i < batch->columns_count; i++) {
        struct column *column = &batch->columns[i];
        const size_t size = item_size(column->type);
        /* the three kinds of array share one place in the union, so growing one grows any */
        column->integers =
            arena_grow(batch->arena, column->integers, batch->rows * size, rows * size);
        column->known = arena_grow(batch->arena, column->known, batch->rows, rows);
    }
    batch->room = rows;
}

size_t batch_add_row(struct batch *batch)
{
    if (batch->rows == batch->room)
        batch_reserve(batch, batch->room > 0 ? batch->room * 2 : ROOM_MIN);
    return batch->rows++;
}

struct column *batch_find(const struct batch *batch, const char *name)
{
    for (uint32_t i = 0; i < batch->columns_count; i++)
        if (str_eq(batch->columns[i].name, str_of(name)))
            return &batch->columns[i];
    return NULL;
}

struct column *batch_column(const struct batch *batch, const char *name)
{
    struct column *column = batch_find(batch, name);
    if (!column) {
        fprintf(stderr, "warroom: bug: no column `%s` in this batch\n", name);
        abort();
    }
    return column;
}

void batch_set(struct batch *batch, size_t row, const char *name, struct value value)
{
    struct column *column = batch_column(batch, name);
    assert(row < batch->rows && value.type == column->type);
    column->known[row] = value.known;
    if (!value.known)
        return;
    switch (column->type) {
    case TYPE_BOOL:
        column->integers[row] = value.truth;
        break;
    case TYPE_TEXT:
        column->texts[row] = str_copy(batch->arena, value.text);
        break;
    case TYPE_REAL:
        column->reals[row] = value.real;
        break;
    default:
        column->integers[row] = value.integer;
    }
}

struct batch *batch_copy(struct arena *arena, const struct batch *batch)
{
    struct batch *copy = batch_new_columns(arena, batch->columns_count);
    copy->rows = copy->room = batch->rows;
    for (uint32_t i = 0; i < batch->columns_count; i++) {
        const struct column *from = &batch->columns[i];
        struct column *to = &copy->columns[i];
        *to = (struct column){.name = str_copy(arena, from->name), .type = from->type};
        const size_t bytes = batch->rows * item_size(from->type);
        to->known = arena_grow(arena, from->known, batch->rows, batch->rows);
        to->integers = arena_grow(arena, from->integers, bytes, bytes);
        for (size_t row = 0; from->type == TYPE_TEXT && row < batch->rows; row++)
            to->texts[row] = str_copy(arena, from->texts[row]);
    }
    return copy;
}

struct value batch_value(const struct batch *batch, size_t row, uint32_t column_number)
{
    const struct column *column = &batch->columns[column_number];
    struct value value = {.type = column->type, .known = column->known[row]};
    switch (column->type) {
    case TYPE_BOOL:
        value.truth = column->integers[row] != 0;
        break;
    case TYPE_TEXT:
        value.text = column->texts[row];
        break;
    case TYPE_REAL:
        value.real = column->reals[row];
        break;
    default:
        value.integer = column->integers[row];
    }
    return value;
}

static int compare_rows(const void *a, const void *b, void *state)
{
    const int64_t *keys = state;
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    if (keys[x] != keys[y])
        return keys[x] < keys[y] ? -1 : 1;
    return (x > y) - (x < y);
}

size_t *batch_order(const struct batch *batch, struct arena *arena, const char *name)
{
    size_t *rows = arena_push_many(arena, size_t, batch->rows);
    for (size_t row = 0; row < batch->rows; row++)
        rows[row] = row;
    if (batch->rows > 0)
        qsort_r(rows, batch->rows, sizeof *rows, compare_rows, batch_column(batch, name)->integers);
    return rows;
}
