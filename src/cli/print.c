/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/json.h"
#include "report/escape.h"

#include <assert.h>

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
    case TYPE_WINDOW:
        return str_printf(arena, "%s to %s", time_format_rfc3339(arena, value->window.start_ns).ptr,
                          time_format_rfc3339(arena, value->window.end_ns).ptr);
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

void print_json(FILE *out, const struct batch *rows)
{
    struct arena *arena = arena_new("json");
    fprintf(out, "[");
    for (size_t row = 0; row < rows->rows; row++) {
        struct buf text = buf_new(arena);
        json_put_row(&text, rows, row);
        fprintf(out, "%s\n%s", row > 0 ? "," : "", buf_str(&text).ptr);
        arena_reset(arena);
    }
    fprintf(out, "\n]\n");
    arena_free(arena);
}

void print_record(FILE *out, const struct record *record)
{
    struct arena *arena = arena_new("record");
    for (size_t i = 0; record->fields[i].name; i++) {
        const struct value *value = &record->values[i];
        if (value->known && value->type == TYPE_ROWS) {
            print_table(out, value->rows);
            continue;
        }
        struct buf text = buf_new(arena);
        escape_plain(&text, print_value(arena, value));
        fprintf(out, "%s  %s\n", record->fields[i].name, buf_str(&text).ptr);
    }
    arena_free(arena);
}

void print_indented(FILE *out, struct str json)
{
    json_t *root = json_loadb(json.ptr, json.len, 0, NULL);
    assert(root); /* it is ours */
    json_dumpf(root, out, JSON_INDENT(2));
    fprintf(out, "\n");
    json_decref(root);
}

void print_fields(FILE *out, const struct field *fields, const char *indent)
{
    for (; fields->name; fields++) {
        fprintf(out, "%s%-18s %-7s %s%s\n", indent, fields->name, type_name(fields->type),
                fields->summary, fields->flags & FIELD_OPTIONAL ? " (optional)" : "");
        if (fields->type == TYPE_ROWS && fields->columns)
            print_fields(out, fields->columns, "        ");
    }
}
