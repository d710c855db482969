/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kubectl pads each column to its widest cell, so a cell starts where its header starts. Splitting
 * at blanks would not do: cells may be empty ("STORAGECLASS") or hold blanks ("3 (2m ago)"), and so
 * may headers ("ACCESS MODES").
 */
#include "agent/events/list.h"

#include "base/arena.h"

#define COLUMNS_MAX 64
#define ROWS_MAX 20000

struct header {
    size_t starts[COLUMNS_MAX];
    struct str names[COLUMNS_MAX];
    uint32_t count;
};

static struct str end_trimmed(struct str s)
{
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\r'))
        s.len--;
    return s;
}

/* Words with one blank between them are one header. */
static void read_header(struct str line, struct header *out)
{
    size_t at = 0;
    out->count = 0;
    while (at < line.len && out->count < COLUMNS_MAX) {
        while (at < line.len && line.ptr[at] == ' ')
            at++;
        const size_t start = at;
        while (at < line.len &&
               !(line.ptr[at] == ' ' && (at + 1 == line.len || line.ptr[at + 1] == ' ')))
            at++;
        if (at == start)
            break;
        out->starts[out->count] = start;
        out->names[out->count++] = str_slice(line, start, at);
    }
}

static uint32_t count_lines(struct str text)
{
    uint32_t count = 0;
    struct str line;
    while (count < ROWS_MAX && str_split(&text, '\n', &line))
        count += str_trim(line).len > 0;
    return count;
}

struct list list_parse(struct arena *arena, struct str text)
{
    struct list list = {0};
    struct header header = {.count = 0};
    const uint32_t lines = count_lines(text);
    struct str line;
    while (str_split(&text, '\n', &line)) {
        if (str_trim(line).len == 0)
            continue;
        line = end_trimmed(line);
        if (header.count == 0) {
            if (line.ptr[0] < 'A' || line.ptr[0] > 'Z')
                return list;
            read_header(line, &header);
            list.columns = arena_push_many(arena, struct str, header.count);
            for (uint32_t i = 0; i < header.count; i++)
                list.columns[i] = header.names[i];
            list.columns_count = header.count;
            list.cells = arena_push_many(arena, struct str, (size_t)header.count * lines);
            continue;
        }
        if (list.rows + 1 >= lines)
            break;
        struct str *cells = list.cells + (size_t)list.rows * header.count;
        for (uint32_t i = 0; i < header.count; i++)
            cells[i] = str_trim(str_slice(line, header.starts[i],
                                          i + 1 < header.count ? header.starts[i + 1] : line.len));
        list.rows++;
    }
    return list;
}

struct str list_cell(const struct list *list, uint32_t row, const char *column)
{
    for (uint32_t i = 0; i < list->columns_count; i++)
        if (str_eq(list->columns[i], str_of(column)))
            return list->cells[(size_t)row * list->columns_count + i];
    return STR("");
}
