/* SPDX-License-Identifier: Apache-2.0 */
/* Which changes before the onset touched a file, told by the last part of its path, and which of
 * them wrote a line of it. */
#include "agent/changes/touched.h"
#include "agent/changes/wrote.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <ctype.h>

static const struct field input[] = {
    {"file", TYPE_TEXT, 0, "its name, without folders", NULL},
    {"onset", TYPE_TIME, 0, "when the incident began", NULL},
    {"grace", TYPE_SPAN, 0, "how long after the onset a change may still be the cause", NULL},
    {"within", TYPE_SPAN, 0, "how long before the onset is looked back", NULL},
    {"line", TYPE_INT, FIELD_OPTIONAL, "a line of it, as it is at the onset", NULL},
    {0},
};

static const struct field columns[] = {
    {"change", TYPE_TEXT, 0, "its id, as its source names it", NULL},
    {"commit", TYPE_TEXT, 0, "the commit that it brought; may be empty", NULL},
    {"time", TYPE_TIME, 0, "when it took effect", NULL},
    {"service", TYPE_TEXT, 0, "what was changed; may be empty", NULL},
    {"wrote", TYPE_BOOL, 0, "by its diff and the newer ones, it wrote that line", NULL},
    {0},
};

static const struct field output[] = {
    {"changes", TYPE_ROWS, 0, "newest first", columns},
    {0},
};

static const char changes_sql[] =
    "SELECT d.id, d.time, coalesce(d.service, '') AS service, coalesce(c.id, '') AS commit, "
    "coalesce(c.files, d.files, '') AS files, left(coalesce(c.detail, d.detail, ''), 262144) AS "
    "diff FROM " TOUCHED_CHANGES_SQL " WHERE "
    "d.time BETWEEN %s AND %s AND d.id IS NOT NULL AND (contains(coalesce(c.files, d.files, ''), "
    "%s) OR contains(coalesce(c.detail, d.detail, ''), %s)) ORDER BY d.time DESC, d.id, c.id LIMIT "
    "100";

/* As a whole part of a path: "orders/service.py" has "service.py", and "my_service.py" has not. */
static bool names(struct str text, struct str file)
{
    for (size_t from = 0; from + file.len <= text.len;) {
        const size_t at = str_find(str_slice(text, from, text.len), file);
        if (at == STR_NPOS)
            return false;
        const size_t begin = from + at, end = begin + file.len;
        const char before = begin > 0 ? text.ptr[begin - 1] : '/';
        const char after = end < text.len ? text.ptr[end] : ' ';
        if (!isalnum((unsigned char)before) && before != '_' && before != '-' && before != '.' &&
            !isalnum((unsigned char)after) && after != '_')
            return true;
        from = begin + 1;
    }
    return false;
}

/* The line, followed back through the diffs: a commit and the deploy of it have the same. */
struct pursuit {
    struct map seen; /* commits and other changes, by id */
    int64_t line;    /* 0: it is not known any more, or was not asked for */
    uint32_t writer; /* a number of `seen`; MAP_NONE: not found yet */
};

static bool pursue(struct pursuit *pursuit, struct str id, struct str file, struct str diff)
{
    const uint32_t known = pursuit->seen.count, number = map_add(&pursuit->seen, id);
    if (number == known && pursuit->line > 0 && pursuit->writer == MAP_NONE) {
        const enum wrote wrote = wrote_line(diff, file, &pursuit->line);
        pursuit->writer = wrote == WROTE_IT ? number : MAP_NONE;
        pursuit->line = wrote == WROTE_UNKNOWN ? 0 : pursuit->line;
    }
    return number == pursuit->writer;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct str file = record_at(in, "file")->text;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct str quoted = sql_quote(arena, file);
    struct batch *found, *rows = batch_new(arena, columns);
    if (file.len > 0 &&
        !telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, changes_sql,
                                   sql_time(arena, onset_ns - record_at(in, "within")->integer).ptr,
                                   sql_time(arena, onset_ns + record_at(in, "grace")->integer).ptr,
                                   quoted.ptr, quoted.ptr),
                        &found, err))
        return false;
    struct pursuit pursuit = {.seen = map_new(arena), .writer = MAP_NONE};
    if (record_at(in, "line")->known)
        pursuit.line = record_at(in, "line")->integer;
    const struct called called = called_new(arena, &call->casefile->topology.nodes);
    for (size_t i = 0; file.len > 0 && i < found->rows; i++) {
        const struct str files = batch_column(found, "files")->texts[i];
        const struct str diff = batch_column(found, "diff")->texts[i];
        const struct str commit = batch_column(found, "commit")->texts[i];
        if (!names(files, file) && !names(diff, file))
            continue;
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "change", value_text(batch_column(found, "id")->texts[i]));
        batch_set(rows, row, "commit", value_text(commit));
        batch_set(rows, row, "wrote",
                  value_bool(pursue(&pursuit,
                                    commit.len > 0 ? commit : batch_column(found, "id")->texts[i],
                                    file, diff)));
        batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[i]));
        batch_set(
            rows, row, "service",
            value_text(touched_service(&called, batch_column(found, "service")->texts[i], files)));
    }
    *record_at(out, "changes") = value_rows(rows);
    return true;
}

const struct tool tool_changes_touching = {
    .sig = {.name = "touching",
            .summary = "List the changes before the onset that touched a file",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
