/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether one series left its usual range since some time, and came back: the range is from the 1st
 * to the 99th percentile of what it was before. Narrow on purpose: what never left that range did
 * certainly nothing.
 */
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose series", NULL},
    {"metric", TYPE_TEXT, 0, "its name", NULL},
    {"instance", TYPE_TEXT, FIELD_OPTIONAL, "of which instance; else of all together", NULL},
    {"since", TYPE_TIME, 0, "looked at from then on; what was before is usual", NULL},
    {0},
};

static const struct field output[] = {
    {"baseline", TYPE_INT, 0, "how many samples the usual range is made of", NULL},
    {"samples", TYPE_INT, 0, "how many were looked at", NULL},
    {"outside", TYPE_INT, 0, "how many of them were out of the range", NULL},
    {"end", TYPE_TIME, FIELD_OPTIONAL, "the last sample of all", NULL},
    {"low", TYPE_REAL, FIELD_OPTIONAL, "where the usual range begins", NULL},
    {"high", TYPE_REAL, FIELD_OPTIONAL, "where it ends", NULL},
    {"first", TYPE_TIME, FIELD_OPTIONAL, "the first sample that was outside", NULL},
    {"last", TYPE_TIME, FIELD_OPTIONAL, "the last", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives these numbers again", NULL},
    {0},
};

static struct str query_of(struct arena *arena, const struct record *in)
{
    const struct value *instance = record_at(in, "instance");
    const struct str which =
        str_printf(arena, "service = %s AND metric = %s%s%s AND isfinite(value)",
                   sql_quote(arena, record_at(in, "service")->text).ptr,
                   sql_quote(arena, record_at(in, "metric")->text).ptr,
                   instance->known ? " AND instance = " : "",
                   instance->known ? sql_quote(arena, instance->text).ptr : "");
    const struct str since = sql_time(arena, record_at(in, "since")->integer);
    return str_printf(
        arena,
        "SELECT any_value(service)::VARCHAR AS service, any_value(metric)::VARCHAR AS metric, "
        "any_value(baseline) AS baseline, any_value(low) AS low, any_value(high) AS high, count(*) "
        "AS samples, count(*) FILTER (WHERE value < low OR value > high) AS outside, min(time) "
        "FILTER (WHERE value < low OR value > high) AS first, max(time) FILTER (WHERE value < low "
        "OR value > high) AS last, max(time) AS \"end\", %s AS since FROM metrics, (SELECT "
        "count(*) AS baseline, quantile_cont(value, 0.01) AS low, quantile_cont(value, 0.99) AS "
        "high FROM metrics WHERE %s AND time < %s) WHERE %s AND time >= %s",
        since.ptr, which.ptr, since.ptr, which.ptr, since.ptr);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    static const char *const counts[] = {"baseline", "samples", "outside"};
    const struct str query = query_of(call->scratch, in);
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        const struct column *column = batch_column(rows, counts[i]);
        *record_at(out, counts[i]) = value_int(column->known[0] ? column->integers[0] : 0);
    }
    *record_at(out, "query") = value_text(query);
    if (batch_column(rows, "low")->known[0]) {
        *record_at(out, "low") = value_real(batch_column(rows, "low")->reals[0]);
        *record_at(out, "high") = value_real(batch_column(rows, "high")->reals[0]);
    }
    if (batch_column(rows, "end")->known[0])
        *record_at(out, "end") = value_time(batch_column(rows, "end")->integers[0]);
    if (batch_column(rows, "first")->known[0]) {
        *record_at(out, "first") = value_time(batch_column(rows, "first")->integers[0]);
        *record_at(out, "last") = value_time(batch_column(rows, "last")->integers[0]);
    }
    return true;
}

const struct tool tool_metrics_excursion = {
    .sig = {.name = "excursion",
            .summary = "Tell whether one series left its usual range, and came back",
            .input = input,
            .output = output},
    .run = run,
};
