/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Earlier incidents that began like this one: with the same alert, with one whose name shares most
 * of its words, or with one that complains about the same thing. What they were is what people
 * wrote down then (`incidents.jsonl`).
 */
#include "agent/events/likeness.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

static const struct field input[] = {
    {"alert", TYPE_TEXT, 0, "its name", NULL},
    {"before", TYPE_TIME, 0, "only incidents that began before that", NULL},
    {0},
};

static const struct field columns[] = {
    {"id", TYPE_TEXT, 0, "as its source names it", NULL},
    {"time", TYPE_TIME, 0, "when it began", NULL},
    {"alert", TYPE_TEXT, 0, "that opened it", NULL},
    {"service", TYPE_TEXT, 0, "where its cause lay", NULL},
    {"cause", TYPE_TEXT, 0, "in words; may be empty", NULL},
    {"fix", TYPE_TEXT, 0, "what ended it, in words; may be empty", NULL},
    {"like", TYPE_REAL, 0, "how much its alert is like this one; 1: the same", NULL},
    {0},
};

static const struct field output[] = {
    {"incidents", TYPE_ROWS, 0, "those that are alike, the newest first", columns},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    static const char *const texts[] = {"id", "alert", "service", "cause", "fix"};
    struct arena *arena = call->scratch;
    struct batch *found, *rows = batch_new(arena, columns);
    *record_at(out, "incidents") = value_rows(rows);
    if (!telemetry_rows(call->services->telemetry, arena,
                        STR("SELECT 1 AS any FROM incidents LIMIT 1"), &found, err))
        return false;
    if (found->rows == 0) /* most bundles have none, and to find that out is cheap */
        return true;
    if (!telemetry_rows(
            call->services->telemetry, arena,
            str_printf(arena,
                       "SELECT id, time, alert, service, coalesce(cause, '') AS cause, "
                       "coalesce(fix, '') AS fix FROM incidents WHERE time < %s AND id <> '' AND "
                       "alert <> '' AND service <> '' ORDER BY time DESC, id LIMIT 1000",
                       sql_time(arena, record_at(in, "before")->integer).ptr),
            &found, err))
        return false;
    for (size_t from = 0; from < found->rows; from++) {
        const double like = likeness_of_alerts(arena, record_at(in, "alert")->text,
                                     batch_column(found, "alert")->texts[from]);
        if (like <= 0)
            continue;
        const size_t row = batch_add_row(rows);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            batch_set(rows, row, texts[i], value_text(batch_column(found, texts[i])->texts[from]));
        batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[from]));
        batch_set(rows, row, "like", value_real(like));
    }
    return true;
}

const struct tool tool_events_incidents = {
    .sig = {.name = "incidents",
            .summary = "List earlier incidents that began like this one",
            .input = input,
            .output = output},
    .run = run,
};
