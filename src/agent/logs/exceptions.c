/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first exception of each service since the onset, and the line that names its root: the last
 * "Caused by:" of a Java trace, the last line of a Python one.
 */
#include "text/stack.h"
#include "text/template.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "in whose log", NULL},
    {"time", TYPE_TIME, 0, "of the first line that names it", NULL},
    {"exception", TYPE_TEXT, 0, "its class", NULL},
    {"cause_line", TYPE_TEXT, 0, "the line that names the root of it", NULL},
    {"before", TYPE_BOOL, 0, "it was thrown before the onset, too", NULL},
    {0},
};

static const struct field output[] = {
    {"exceptions", TYPE_ROWS, 0, "the first of each service and class, by time", columns},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *lines;
    if (!telemetry_rows(
            call->services->telemetry, arena,
            STR("SELECT coalesce(service, '') AS service, time, message FROM logs WHERE "
                "time IS NOT NULL AND (contains(message, 'Exception') OR "
                "contains(message, 'Error')) ORDER BY time, rowid LIMIT 200000"),
            &lines, err))
        return false;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    struct map seen = map_new(arena);   /* since the onset */
    struct map before = map_new(arena); /* and before it */
    struct batch *rows = batch_new(arena, columns);
    for (size_t i = 0; i < lines->rows; i++) {
        const struct str message = batch_column(lines, "message")->texts[i];
        const struct str service = batch_column(lines, "service")->texts[i];
        const int64_t time_ns = batch_column(lines, "time")->integers[i];
        const struct str exception = template_exception(message);
        if (exception.len == 0)
            continue;
        const struct str key = str_printf(arena, "%.*s %.*s", STR_ARG(service), STR_ARG(exception));
        if (time_ns < onset_ns) {
            map_add(&before, key);
            continue;
        }
        const uint32_t known = seen.count;
        if (map_add(&seen, key) < known)
            continue;
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service", value_text(service));
        batch_set(rows, row, "time", value_time(time_ns));
        batch_set(rows, row, "exception", value_text(exception));
        batch_set(rows, row, "cause_line", value_text(stack_read(message).line));
        batch_set(rows, row, "before", value_bool(map_find(&before, key) != MAP_NONE));
    }
    *record_at(out, "exceptions") = value_rows(rows);
    return true;
}

const struct tool tool_logs_exceptions = {
    .sig = {.name = "exceptions",
            .summary = "Find the first exception of each service since the onset and its root",
            .input = input,
            .output = output},
    .run = run,
};
