/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which settings were changed before the onset, from what to what. A deploy that names a commit
 * brought that commit's diff, at the deploy's time. A commit that nothing has brought counts by
 * itself only where its service has no deploys at all: there, committing is deploying.
 */
#include "agent/changes/diff.h"
#include "agent/changes/touched.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define ROWS_MAX 500

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when the incident began", NULL},
    {"grace", TYPE_SPAN, 0, "how long after the onset a change may still be the cause", NULL},
    {"within", TYPE_SPAN, 0, "how long before the onset is looked back", NULL},
    {0},
};

static const struct field columns[] = {
    {"change", TYPE_TEXT, 0, "its id, as its source names it", NULL},
    {"commit", TYPE_TEXT, 0, "the commit that it brought; may be empty", NULL},
    {"time", TYPE_TIME, 0, "when it took effect", NULL},
    {"service", TYPE_TEXT, 0, "what was changed; may be empty", NULL},
    {"file", TYPE_TEXT, 0, "in which file; may be empty", NULL},
    {"option", TYPE_TEXT, 0, "what it is called", NULL},
    {"old", TYPE_TEXT, 0, "what it was; empty: not there", NULL},
    {"new", TYPE_TEXT, 0, "what it is; empty: not there any more", NULL},
    {0},
};

static const struct field output[] = {
    {"settings", TYPE_ROWS, 0, "newest first", columns},
    {0},
};

static const char changes_sql[] =
    "WITH brought AS (SELECT d.id, d.time, d.service, d.kind, d.message, d.files, d.detail, c.id "
    "AS commit, c.files AS commit_files, c.detail AS diff FROM " TOUCHED_CHANGES_SQL ") "
    "SELECT id, time, coalesce(service, '') AS service, coalesce(kind, '') AS kind, "
    "coalesce(message, '') AS message, coalesce(commit, '') AS commit, coalesce(commit_files, "
    "files, '') AS files, left(coalesce(diff, detail, ''), %zu) AS diff FROM brought a WHERE time "
    "BETWEEN %s AND %s AND id IS NOT NULL AND (kind <> 'commit' OR NOT EXISTS (SELECT 1 FROM "
    "changes b WHERE b.kind <> 'commit' AND (b.service = a.service OR coalesce(a.service, '') = "
    "''))) ORDER BY time DESC, id, commit LIMIT 200";

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

/* A commit may touch the files of several services: each is told of its own. */
static bool is_of(const struct called *called, struct str service, struct str file)
{
    const struct str named = touched_service(called, STR(""), file);
    return service.len == 0 || named.len == 0 || str_eq(named, service);
}

static void add_row(struct batch *rows, const struct batch *changes, size_t change,
                    struct str service, const struct setting *setting)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "change", value_text(text_of(changes, change, "id")));
    batch_set(rows, row, "commit", value_text(text_of(changes, change, "commit")));
    batch_set(rows, row, "time", value_time(batch_column(changes, "time")->integers[change]));
    batch_set(rows, row, "service", value_text(service));
    batch_set(rows, row, "file", value_text(setting->file));
    batch_set(rows, row, "option", value_text(setting->option));
    batch_set(rows, row, "old", value_text(setting->old));
    batch_set(rows, row, "new", value_text(setting->new));
}

static bool is_configuration(const struct batch *changes, size_t change)
{
    const struct str kind = text_of(changes, change, "kind");
    return str_eq(kind, STR("config")) || str_eq(kind, STR("flag"));
}

static void add_settings(const struct called *called, const struct batch *changes, size_t change,
                         struct setting *settings, struct batch *rows)
{
    const struct str diff = text_of(changes, change, "diff");
    const struct str service = text_of(changes, change, "service");
    uint32_t count = diff_settings(diff, settings);
    if (count == 0 && is_configuration(changes, change)) {
        count = diff_settings_in_words(diff, settings);
        if (count == 0)
            count = diff_settings_in_words(text_of(changes, change, "message"), settings);
    }
    for (uint32_t i = 0; i < count && rows->rows < ROWS_MAX; i++) {
        const struct str paths =
            settings[i].file.len > 0 ? settings[i].file : text_of(changes, change, "files");
        if (is_of(called, service, settings[i].file))
            add_row(rows, changes, change, touched_service(called, service, paths), &settings[i]);
    }
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct str from = sql_time(arena, onset_ns - record_at(in, "within")->integer);
    const struct str to = sql_time(arena, onset_ns + record_at(in, "grace")->integer);
    struct batch *changes;
    if (!telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, changes_sql, DIFF_BYTES_MAX, from.ptr, to.ptr), &changes,
                        err))
        return false;
    struct setting *settings = arena_push_many(arena, struct setting, DIFF_SETTINGS_MAX);
    struct batch *rows = batch_new(arena, columns);
    const struct called called = called_new(arena, &call->casefile->topology.nodes);
    for (size_t change = 0; change < changes->rows; change++)
        add_settings(&called, changes, change, settings, rows);
    *record_at(out, "settings") = value_rows(rows);
    return true;
}

const struct tool tool_changes_settings = {
    .sig = {.name = "settings",
            .summary = "List which settings were changed before the onset, from what to what",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
