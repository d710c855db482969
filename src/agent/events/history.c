/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often an alert fired before, and how often it ended by itself: what `alerts.json` keeps of
 * the day before. An alert has ended if it says so, or if its endsAt lies between its start and the
 * time that is asked about; Alertmanager writes a time to come for what still fires.
 */
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

#define WITHIN_NS (24 * 3600 * NS_PER_S)

static const struct field input[] = {
    {"name", TYPE_TEXT, 0, "of the alert", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whom it is about; else whomever", NULL},
    {"before", TYPE_TIME, 0, "only what began before that", NULL},
    {0},
};

static const struct field output[] = {
    {"fired", TYPE_INT, 0, "how often it fired in the day before", NULL},
    {"ended", TYPE_INT, 0, "how often it ended before the time that is asked about", NULL},
    {"first", TYPE_TIME, FIELD_OPTIONAL, "when it fired first", NULL},
    {"last", TYPE_TIME, FIELD_OPTIONAL, "when it fired last", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives these numbers again", NULL},
    {0},
};

static struct str query_of(struct arena *arena, const struct record *in)
{
    const int64_t before_ns = record_at(in, "before")->integer;
    const struct value *service = record_at(in, "service");
    const struct str name = sql_quote(arena, record_at(in, "name")->text);
    const struct str before = sql_time(arena, before_ns);
    const struct str whose =
        service->known ? str_printf(arena, " AND service = %s", sql_quote(arena, service->text).ptr)
                       : STR("");
    return str_printf(
        arena,
        "SELECT any_value(name) AS name, any_value(service) AS service, count(*) AS fired, "
        "count(*) FILTER (WHERE ended) AS ended, min(\"time\") AS first, max(\"time\") AS last "
        "FROM (SELECT *, status = 'resolved' OR coalesce(time_of_text(attributes->>'endsAt') "
        "BETWEEN \"time\" AND %s, false) AS ended FROM alerts WHERE name = %s%s AND \"time\" < %s "
        "AND \"time\" >= %s)",
        before.ptr, name.ptr, whose.ptr, before.ptr, sql_time(arena, before_ns - WITHIN_NS).ptr);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const struct str query = query_of(call->scratch, in);
    struct batch *rows;
    *record_at(out, "query") = value_text(query);
    *record_at(out, "fired") = value_int(0);
    *record_at(out, "ended") = value_int(0);
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        str_printf(call->scratch,
                                   "SELECT 1 AS any FROM alerts WHERE name = %s LIMIT 1",
                                   sql_quote(call->scratch, record_at(in, "name")->text).ptr),
                        &rows, err))
        return false;
    if (rows->rows == 0) /* most alerts have no history, and to find that out is cheap */
        return true;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    *record_at(out, "fired") = value_int(batch_column(rows, "fired")->integers[0]);
    *record_at(out, "ended") = value_int(batch_column(rows, "ended")->integers[0]);
    if (batch_column(rows, "first")->known[0]) {
        *record_at(out, "first") = value_time(batch_column(rows, "first")->integers[0]);
        *record_at(out, "last") = value_time(batch_column(rows, "last")->integers[0]);
    }
    return true;
}

const struct tool tool_events_history = {
    .sig = {.name = "history",
            .summary = "Count how often an alert fired before, and ended by itself",
            .input = input,
            .output = output},
    .run = run,
};
