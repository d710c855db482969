/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/log_marks.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/file.h"
#include "eval/csv.h"
#include "eval/log_rows.h"

#include <string.h>

#define LINES_MAX 4096
#define SAID_MAX 64

/* What a file says of systems. */
struct said {
    struct str word, system, of;
};

/* ---- the file ---- */

/* "12-19:ip" */
static bool read_mark(struct str word, struct found *out)
{
    const size_t dash = str_find(word, STR("-")), colon = str_find(word, STR(":"));
    int64_t from, to;
    if (dash == STR_NPOS || colon == STR_NPOS || !str_to_int(str_slice(word, 0, dash), &from) ||
        !str_to_int(str_slice(word, dash + 1, colon), &to) || from < 0 || to <= from ||
        to > (int64_t)TOKENS_BYTES_MAX)
        return false;
    out->start = (uint16_t)from;
    out->end = (uint16_t)to;
    return tag_of(str_slice(word, colon + 1, word.len), &out->tag);
}

static bool read_line(const char *path, struct str line, struct marked *out, struct err *err)
{
    struct str word;
    *out = (struct marked){0};
    if (!str_split(&line, '\t', &out->system) || !str_split(&line, '\t', &out->where))
        return err_set(err, ERR_USAGE, "%s: SYSTEM, LINE and marks are wanted", path);
    while (str_split(&line, ' ', &word))
        if (word.len > 0 && out->count < TOKENS_MAX && !read_mark(word, &out->marks[out->count++]))
            return err_set(err, ERR_USAGE, "%s: `%.*s` is no FROM-TO:TYPE", path, STR_ARG(word));
    return true;
}

/* "kin	SYSTEM	SYSTEM", "look	SYSTEM" */
static bool read_said(struct str line, struct said *out)
{
    *out = (struct said){0};
    if (!str_split(&line, '\t', &out->word) || !str_split(&line, '\t', &out->of))
        return false;
    str_split(&line, '\t', &out->system);
    return str_eq(out->word, STR("kin")) || str_eq(out->word, STR("look"));
}

static void tell(struct marked *marked, const struct said *said, uint32_t count)
{
    marked->kin = marked->system;
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(said[i].word, STR("look")) && str_eq(said[i].of, marked->system))
            marked->may_look = true;
        if (str_eq(said[i].word, STR("kin")) && str_eq(said[i].system, marked->system))
            marked->kin = said[i].of;
    }
}

static bool read_file(struct arena *arena, const char *path, struct marked_lines *out,
                      struct err *err)
{
    struct str text, line;
    struct said said[SAID_MAX];
    uint32_t said_count = 0;
    if (!file_read(arena, path, LOG_FILE_BYTES_MAX, &text, err))
        return false;
    *out = (struct marked_lines){.items = arena_push_many(arena, struct marked, LINES_MAX)};
    while (str_split(&text, '\n', &line) && out->count < LINES_MAX) {
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (said_count < SAID_MAX && read_said(line, &said[said_count]))
            said_count++;
        else if (!read_line(path, line, &out->items[out->count++], err))
            return false;
    }
    for (uint32_t i = 0; i < out->count; i++)
        tell(&out->items[i], said, said_count);
    return true;
}

/* ---- the lines ---- */

/* What stands before the '/': a case. */
static struct str case_of(const struct marked *marked)
{
    const size_t slash = str_find(marked->where, STR("/"));
    return slash == STR_NPOS ? STR("") : str_slice(marked->where, 0, slash);
}

static bool same_file(const struct marked *a, const struct marked *b)
{
    return str_eq(case_of(a), case_of(b)) && (case_of(a).len > 0 || str_eq(a->system, b->system));
}

/* `row` counts from 1. */
static void place(struct marked_lines *lines, uint32_t first, struct arena *arena, int64_t row,
                  struct str text)
{
    for (uint32_t i = first; i < lines->count; i++) {
        struct marked *marked = &lines->items[i];
        struct str rest = marked->where, number;
        int64_t wanted, from = 0;
        if (marked->line.ptr || !same_file(marked, &lines->items[first]))
            continue;
        if (case_of(marked).len > 0)
            rest = str_slice(rest, case_of(marked).len + 1, rest.len);
        if (!str_split(&rest, '+', &number) || !str_to_int(number, &wanted) || wanted != row ||
            (rest.len > 0 && !str_to_int(rest, &from)) || from < 0)
            continue;
        marked->line = str_copy(arena, str_slice(text, (size_t)from, text.len));
    }
}

static bool find_structured(struct marked_lines *lines, uint32_t first, struct arena *arena,
                            const char *folder, struct arena *scratch)
{
    const struct str system = lines->items[first].system;
    const struct str path = str_printf(scratch, "%s/%.*s/%.*s_2k.log_structured.csv", folder,
                                       STR_ARG(system), STR_ARG(system));
    struct str text, fields[CSV_COLUMNS_MAX];
    struct csv csv;
    struct err none = {0};
    uint32_t content;
    bool more;
    if (!file_read(scratch, path.ptr, LOG_FILE_BYTES_MAX, &text, &none) ||
        !csv_open(scratch, system, text, &csv, &none) ||
        !csv_column(&csv, "Content", &content, &none))
        return false;
    for (int64_t row = 1; csv_next(&csv, scratch, fields, &more, &none) && more; row++)
        place(lines, first, arena, row, fields[content]);
    return true;
}

static bool find_case(struct marked_lines *lines, uint32_t first, struct arena *arena,
                      const char *folder, struct arena *scratch)
{
    const struct str path =
        str_printf(scratch, "%s/%.*s", folder, STR_ARG(case_of(&lines->items[first])));
    struct log_rows rows = {0};
    struct err none = {0};
    if (!log_rows_read(scratch, path.ptr, false, &rows, &none))
        return false;
    for (uint32_t i = 0; i < rows.count; i++)
        place(lines, first, arena, (int64_t)i + 1, rows.items[i].message);
    return rows.count > 0;
}

static void leave_out_missing(struct marked_lines *lines)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < lines->count; i++)
        if (lines->items[i].line.ptr)
            lines->items[kept++] = lines->items[i];
    lines->count = kept;
}

bool marks_read(struct arena *arena, const char *path, char *const *folders,
                struct marked_lines *out, struct err *err)
{
    if (!read_file(arena, path, out, err))
        return false;
    for (uint32_t i = 0; i < out->count; i++) {
        const struct marked *marked = &out->items[i];
        bool found = marked->line.ptr != NULL;
        for (char *const *folder = folders; *folder && !found; folder++) {
            struct arena *scratch = arena_new("marks");
            found = case_of(marked).len > 0 ? find_case(out, i, arena, *folder, scratch)
                                            : find_structured(out, i, arena, *folder, scratch);
            arena_free(scratch);
        }
        if (!marked->line.ptr)
            continue;
        if (marked->count > 0 && marked->marks[marked->count - 1].end > marked->line.len)
            return err_set(err, ERR_CORRUPT, "%s: a mark of line %.*s of `%.*s` lies behind it",
                           path, STR_ARG(marked->where), STR_ARG(marked->system));
    }
    leave_out_missing(out);
    return out->count > 0 ||
           err_set(err, ERR_NOT_FOUND, "%s: no folder has any of its lines", path);
}
