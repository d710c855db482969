/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_rows.h"

#include "base/arena.h"
#include "data/file.h"

#include <jansson.h>
#include <stdio.h>

uint32_t log_column(const struct csv *csv, const char *name)
{
    for (uint32_t i = 0; i < csv->columns; i++)
        if (str_eq(csv->header[i], str_of(name)))
            return i;
    return CSV_COLUMNS_MAX;
}

static void rows_add(struct arena *arena, struct log_rows *rows, struct log_row row)
{
    if (rows->count == rows->room) {
        const uint32_t room = rows->room ? rows->room * 2 : 1024;
        rows->items = arena_grow(arena, rows->items, sizeof row * rows->room, sizeof row * room);
        rows->room = room;
    }
    rows->items[rows->count++] = row;
}

static bool read_csv_rows(struct arena *arena, const char *path, struct log_rows *rows,
                          struct err *err)
{
    struct str text, fields[CSV_COLUMNS_MAX + 1];
    struct csv csv;
    bool more;
    if (!file_read(arena, path, LOG_FILE_BYTES_MAX, &text, err) ||
        !csv_open(arena, str_of(path), text, &csv, err))
        return false;
    const uint32_t service = log_column(&csv, "service"), message = log_column(&csv, "message"),
                   level = log_column(&csv, "level"), time = log_column(&csv, "timestamp");
    fields[CSV_COLUMNS_MAX] = STR("");
    while (csv_next(&csv, arena, fields, &more, err) && more) {
        struct log_row row = {fields[service], fields[message], fields[level], 0};
        if (str_to_real(fields[time], &row.time))
            rows_add(arena, rows, row);
    }
    return err->kind == ERR_NONE;
}

static struct str member(struct arena *arena, const json_t *json, const char *name)
{
    const json_t *text = json_object_get(json, name);
    return str_copy(arena, (struct str){json_string_value(text), json_string_length(text)});
}

static bool read_jsonl_rows(struct arena *arena, const char *path, struct log_rows *rows,
                            struct err *err)
{
    struct str text, line;
    if (!file_read(arena, path, LOG_FILE_BYTES_MAX, &text, err))
        return false;
    while (str_split(&text, '\n', &line)) {
        json_t *json = json_loadb(line.ptr, line.len, 0, NULL);
        if (json_is_object(json))
            rows_add(arena, rows,
                     (struct log_row){member(arena, json, "service"),
                                      member(arena, json, "message"), member(arena, json, "level"),
                                      json_number_value(json_object_get(json, "timestamp"))});
        json_decref(json);
    }
    return true;
}

bool log_rows_read(struct arena *arena, const char *folder, bool reference, struct log_rows *rows,
                   struct err *err)
{
    static const struct {
        const char *name;
        bool (*read)(struct arena *, const char *, struct log_rows *, struct err *);
    } kinds[] = {{"logs.csv", read_csv_rows}, {"logs.jsonl", read_jsonl_rows}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct str path =
            str_printf(arena, "%s/%s%s", folder, reference ? "reference_" : "", kinds[i].name);
        FILE *there = fopen(path.ptr, "rb");
        if (!there)
            continue;
        fclose(there);
        return kinds[i].read(arena, path.ptr, rows, err);
    }
    return true;
}
