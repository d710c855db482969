/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was changed before the onset, newest first. A deploy that names a commit brought it. A
 * change that names no service belongs to the one whose name is a part of a path that it touches
 * ("services/orders/config.json" is about orders).
 */
#include "agent/changes/touched.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when the incident began", NULL},
    {"grace", TYPE_SPAN, 0, "how long after the onset a change may still be the cause", NULL},
    {"within", TYPE_SPAN, 0, "how long before the onset is looked back", NULL},
    {0},
};

static const struct field columns[] = {
    {"id", TYPE_TEXT, 0, "as its source names it", NULL},
    {"time", TYPE_TIME, 0, "when it took effect", NULL},
    {"service", TYPE_TEXT, 0, "what was changed", NULL},
    {"kind", TYPE_TEXT, 0, "commit, deploy, rollout_start, rollout_step, config, flag", NULL},
    {"message", TYPE_TEXT, 0, "what its author says; may be empty", NULL},
    {"commit", TYPE_TEXT, 0, "the commit that it brought, if it names one; else empty", NULL},
    {"commit_message", TYPE_TEXT, 0, "what the author of that says; may be empty", NULL},
    {0},
};

static const struct field output[] = {
    {"changes", TYPE_ROWS, 0, "newest first", columns},
    {0},
};

static const char changes_sql[] =
    "SELECT d.id, d.time, coalesce(d.service, '') AS service, coalesce(d.kind, '') AS kind, "
    "coalesce(d.message, '') AS message, coalesce(d.files, '') AS files, coalesce(c.id, '') AS "
    "commit, coalesce(c.message, '') AS commit_message FROM changes d LEFT JOIN changes c ON "
    "d.kind <> 'commit' AND c.kind = 'commit' AND length(c.id) >= 6 AND "
    "contains(coalesce(d.message, '') || coalesce(d.detail, ''), c.id) "
    "WHERE d.time BETWEEN %s AND %s AND d.id IS NOT NULL "
    "ORDER BY d.time DESC, d.id, c.time DESC, c.id LIMIT 1000";

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct str from = sql_time(arena, onset_ns - record_at(in, "within")->integer);
    const struct str to = sql_time(arena, onset_ns + record_at(in, "grace")->integer);
    struct batch *found;
    if (!telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, changes_sql, from.ptr, to.ptr), &found, err))
        return false;
    struct batch *rows = batch_new(arena, columns);
    for (size_t i = 0; i < found->rows; i++) {
        const size_t row = batch_add_row(rows);
        const struct str service =
            touched_service(&call->casefile->topology, batch_column(found, "service")->texts[i],
                            batch_column(found, "files")->texts[i]);
        batch_set(rows, row, "id", value_text(batch_column(found, "id")->texts[i]));
        batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[i]));
        batch_set(rows, row, "service", value_text(service));
        batch_set(rows, row, "kind", value_text(batch_column(found, "kind")->texts[i]));
        batch_set(rows, row, "message", value_text(batch_column(found, "message")->texts[i]));
        batch_set(rows, row, "commit", value_text(batch_column(found, "commit")->texts[i]));
        batch_set(rows, row, "commit_message",
                  value_text(batch_column(found, "commit_message")->texts[i]));
    }
    *record_at(out, "changes") = value_rows(rows);
    return true;
}

const struct tool tool_changes_recent = {
    .sig = {.name = "recent",
            .summary = "List what was changed before the onset",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
