/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was changed before the onset, newest first. A deploy that names a commit brought it. A
 * change that names no service belongs to the one whose name is a part of a path that it touches
 * ("services/orders/config.json" is about orders).
 */
#include "agent/changes/touched.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define ROWS_MAX 1000

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

/* Columns that are given as they were found. */
static const char *const as_found[] = {"id", "kind", "message", "commit", "commit_message"};

static const char changes_sql[] =
    "SELECT d.id, d.time, coalesce(d.service, '') AS service, coalesce(d.kind, '') AS kind, "
    "coalesce(d.message, '') AS message, coalesce(d.files, '') AS files, coalesce(c.id, '') AS "
    "commit, coalesce(c.message, '') AS commit_message FROM " TOUCHED_CHANGES_SQL " "
    "WHERE d.time BETWEEN %s AND %s AND d.id IS NOT NULL "
    "ORDER BY d.time DESC, d.id, c.time DESC, c.id LIMIT %d";

static bool read_changes(struct call *call, struct arena *arena, struct window window,
                         struct batch **out, struct err *err)
{
    const struct str from = sql_time(arena, window.start_ns);
    const struct str to = sql_time(arena, window.end_ns);
    return telemetry_rows(call->services->telemetry, arena,
                          str_printf(arena, changes_sql, from.ptr, to.ptr, ROWS_MAX), out, err);
}

/* All that any step of a case asks for, as a rule: the day before the onset, up to the alert. */
struct recent {
    struct window window;
    struct batch *found;
};

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct recent *out = thing;
    const struct casefile *casefile = call->casefile;
    const int64_t onset_ns = casefile->incident.start_ns, alert_ns = casefile->alert->starts_ns;
    out->window = (struct window){.start_ns = onset_ns - NS_PER_DAY,
                                  .end_ns = alert_ns > onset_ns ? alert_ns : onset_ns};
    return read_changes(call, arena, out->window, &out->found, err);
}

/* The graph grows while a case is looked into, so whose a change is, is told when it is asked. */
static struct batch *tell(struct call *call, const struct batch *found, struct window window)
{
    const int64_t *times = batch_column(found, "time")->integers;
    struct batch *rows = batch_new(call->scratch, columns);
    for (size_t from = 0; from < found->rows; from++) {
        if (times[from] < window.start_ns || times[from] > window.end_ns)
            continue;
        const size_t row = batch_add_row(rows);
        const struct str service =
            touched_service(&call->casefile->topology, batch_column(found, "service")->texts[from],
                            batch_column(found, "files")->texts[from]);
        batch_set(rows, row, "service", value_text(service));
        batch_set(rows, row, "time", value_time(times[from]));
        for (size_t i = 0; i < sizeof as_found / sizeof *as_found; i++)
            batch_set(rows, row, as_found[i],
                      value_text(batch_column(found, as_found[i])->texts[from]));
    }
    return rows;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct window window = {.start_ns = onset_ns - record_at(in, "within")->integer,
                                  .end_ns = onset_ns + record_at(in, "grace")->integer};
    struct recent recent;
    if (!call_load_once(call, "changes", sizeof recent, load, &recent, err))
        return false;
    struct batch *found = recent.found;
    const bool kept = window.start_ns >= recent.window.start_ns &&
                      window.end_ns <= recent.window.end_ns && found->rows < ROWS_MAX;
    if (!kept && !read_changes(call, call->scratch, window, &found, err))
        return false;
    *record_at(out, "changes") = value_rows(tell(call, found, window));
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
