/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was changed before the onset, newest first. A deploy that names a commit brought it, and
 * what landed for its service since the deploy before. A change that names no service belongs to
 * those whose names are parts of the paths that it touches ("services/orders/config.json" is about
 * orders), and is told for each; one that touches more of them than a few is about none of them.
 *
 * What runs feels nothing of comments, documents and tests, and nothing of a commit that waits
 * where commits are brought by deploys.
 */
#include "agent/changes/touched.h"
#include "culprit/inert.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define ROWS_MAX 1000
#define DIFF_BYTES_MAX 65536 /* of one that is longer nothing is claimed */

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
    {"inert", TYPE_BOOL, 0, "what runs cannot feel it, as far as its diff tells", NULL},
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
    "commit, coalesce(c.message, '') AS commit_message, coalesce(c.files, d.files, '') AS touched, "
    "left(coalesce(c.detail, d.detail, ''), %d) AS diff FROM " TOUCHED_CHANGES_SQL " "
    "WHERE d.time BETWEEN %s AND %s AND d.id IS NOT NULL "
    "ORDER BY d.time DESC, d.id, c.time DESC, c.id LIMIT %d";

static bool read_changes(struct call *call, struct arena *arena, struct window window,
                         struct batch **out, struct err *err)
{
    const struct str from = sql_time(arena, window.start_ns);
    const struct str to = sql_time(arena, window.end_ns);
    return telemetry_rows(
        call->services->telemetry, arena,
        str_printf(arena, changes_sql, DIFF_BYTES_MAX, from.ptr, to.ptr, ROWS_MAX), out, err);
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

/* ---- what can be felt ---- */

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static bool is_commit(const struct batch *found, size_t row)
{
    return str_eq(text_of(found, row, "kind"), STR("commit"));
}

/* By itself, whether it is brought or not. */
static bool *inert_by_itself(struct arena *arena, const struct batch *found)
{
    bool *inert = arena_push_many(arena, bool, found->rows);
    struct arena *scratch = arena_new("diffs");
    for (size_t row = 0; row < found->rows; row++) {
        struct change change = {0};
        const struct str diff = text_of(found, row, "diff");
        change_read_files(scratch, text_of(found, row, "touched"), &change);
        inert[row] = diff.len < DIFF_BYTES_MAX && inert_change(&change, diff);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return inert;
}

/* Where some deploy names a commit, commits come into service by deploys. */
static bool deploys_bring(const struct batch *found)
{
    for (size_t row = 0; row < found->rows; row++)
        if (text_of(found, row, "commit").len > 0)
            return true;
    return false;
}

struct waiting {
    const struct called *called;
    const struct batch *found;
    const bool *inert; /* by itself, by row */
    bool by_deploys;   /* commits wait for deploys */
};

static bool is_about(const struct waiting *it, size_t row, struct str service)
{
    const struct str named = text_of(it->found, row, "service");
    uint32_t about[CALLED_MAX];
    if (named.len > 0)
        return str_eq(named, service);
    const uint32_t count = called_in_list(it->called, text_of(it->found, row, "files"), about);
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(it->called->services->keys[about[i]], service))
            return true;
    return false;
}

/*
 * Whether a commit of that service that can be felt landed between this deploy of it and the one
 * before. Of the first deploy nobody knows what was there before it.
 */
static bool brings_more(const struct waiting *it, size_t deploy)
{
    const struct batch *found = it->found;
    const struct str service = text_of(found, deploy, "service");
    bool more = false;
    for (size_t row = deploy + 1; row < found->rows; row++) {
        if (!is_about(it, row, service))
            continue;
        if (is_commit(found, row))
            more |= !it->inert[row];
        else if (!str_eq(text_of(found, row, "id"), text_of(found, deploy, "id")))
            return more;
    }
    return false;
}

static bool is_inert(const struct waiting *it, size_t row)
{
    if (is_commit(it->found, row))
        return it->inert[row] || it->by_deploys;
    return it->inert[row] && text_of(it->found, row, "commit").len > 0 && !brings_more(it, row);
}

/* ---- the answer ---- */

static void add_row(struct batch *rows, const struct batch *found, size_t from, struct str service,
                    bool inert)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(service));
    batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[from]));
    for (size_t i = 0; i < sizeof as_found / sizeof *as_found; i++)
        batch_set(rows, row, as_found[i], value_text(text_of(found, from, as_found[i])));
    batch_set(rows, row, "inert", value_bool(inert));
}

/* The graph grows while a case is looked into, so whose a change is, is told when it is asked. */
static struct batch *tell(struct call *call, const struct batch *found, struct window window)
{
    const int64_t *times = batch_column(found, "time")->integers;
    const struct called called = called_new(call->scratch, &call->casefile->topology.nodes);
    const struct waiting waiting = {.called = &called,
                                    .found = found,
                                    .inert = inert_by_itself(call->scratch, found),
                                    .by_deploys = deploys_bring(found)};
    struct batch *rows = batch_new(call->scratch, columns);
    for (size_t from = 0; from < found->rows; from++) {
        if (times[from] < window.start_ns || times[from] > window.end_ns)
            continue;
        const bool cold = is_inert(&waiting, from);
        const struct str service = text_of(found, from, "service");
        uint32_t about[CALLED_MAX];
        const uint32_t count =
            service.len > 0 ? 0 : called_in_list(&called, text_of(found, from, "files"), about);
        if (count == 0)
            add_row(rows, found, from, service, cold);
        for (uint32_t i = 0; i < count; i++)
            add_row(rows, found, from, called.services->keys[about[i]], cold);
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
