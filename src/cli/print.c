/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "report/escape.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#define CHARS_MAX 100

struct str print_value(struct arena *arena, const struct value *value)
{
    if (!value->known)
        return STR("-");
    switch (value->type) {
    case TYPE_BOOL:
        return value->truth ? STR("true") : STR("false");
    case TYPE_REAL:
        return str_printf(arena, "%.10g", value->real);
    case TYPE_TEXT:
        return value->text;
    case TYPE_TIME:
        return time_format_rfc3339(arena, value->integer);
    case TYPE_SPAN:
        return span_format(arena, value->integer);
    default:
        return str_printf(arena, "%lld", (long long)value->integer);
    }
}

/* On one line, harmless to a terminal, and cut to a width that can be read. */
static struct str visible(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    escape_plain(&out, escape_clip(arena, text, CHARS_MAX));
    return buf_str(&out);
}

void print_table(FILE *out, const struct batch *rows)
{
    struct arena *arena = arena_new("table");
    const uint32_t columns = rows->columns_count;
    struct str *cells = arena_push_many(arena, struct str, (rows->rows + 1) * columns);
    size_t *widths = arena_push_many(arena, size_t, columns);
    for (size_t row = 0; row <= rows->rows; row++)
        for (uint32_t i = 0; i < columns; i++) {
            struct str *cell = &cells[row * columns + i];
            if (row == 0) {
                *cell = visible(arena, rows->columns[i].name);
            } else {
                const struct value value = batch_value(rows, row - 1, i);
                *cell = visible(arena, print_value(arena, &value));
            }
            if (cell->len > widths[i])
                widths[i] = cell->len;
        }
    for (size_t row = 0; row <= rows->rows; row++) {
        for (uint32_t i = 0; i + 1 < columns; i++)
            fprintf(out, "%-*s  ", (int)widths[i], cells[row * columns + i].ptr);
        fprintf(out, "%s\n", cells[row * columns + columns - 1].ptr);
    }
    arena_free(arena);
}

static json_t *cell_json(struct arena *arena, const struct value *value)
{
    if (!value->known)
        return json_null();
    switch (value->type) {
    case TYPE_BOOL:
        return json_boolean(value->truth);
    case TYPE_REAL:
        return isfinite(value->real) ? json_real(value->real) : json_null();
    case TYPE_INT:
    case TYPE_SPAN:
        return json_integer(value->integer);
    default: {
        const struct str text = print_value(arena, value);
        json_t *json = json_stringn(text.ptr, text.len);
        return json ? json : json_string("(not UTF-8)");
    }
    }
}

void print_json(FILE *out, const struct batch *rows)
{
    struct arena *arena = arena_new("json");
    fprintf(out, "[");
    for (size_t row = 0; row < rows->rows; row++) {
        json_t *object = json_object();
        for (uint32_t i = 0; i < rows->columns_count; i++) {
            const struct value value = batch_value(rows, row, i);
            json_object_set_new(object, str_copy(arena, rows->columns[i].name).ptr,
                                cell_json(arena, &value));
        }
        char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(15));
        fprintf(out, "%s\n%s", row > 0 ? "," : "", text ? text : "{}");
        free(text);
        json_decref(object);
    }
    fprintf(out, "\n]\n");
    arena_free(arena);
}
