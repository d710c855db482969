/* SPDX-License-Identifier: Apache-2.0 */
/* How full what has a limit is. What bounds what: agent/metrics/limits.h. */
#include "agent/metrics/limits.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/robust.h"
#include "store/telemetry.h"

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who has the limit", NULL},
    {"instance", TYPE_TEXT, 0, "of which instance; may be empty", NULL},
    {"metric", TYPE_TEXT, 0, "what is limited", NULL},
    {"limit_metric", TYPE_TEXT, FIELD_OPTIONAL, "the series of the limit; none of a share", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, connections, ...", NULL},
    {"sort", TYPE_TEXT, 0, "used, room (what is left), share (by itself), wait (turns)", NULL},
    {"limit", TYPE_REAL, 0, "the limit, median", NULL},
    {"full_at", TYPE_REAL, 0, "from this share on work waits", NULL},
    {"share_before", TYPE_REAL, 0, "how full it was before, median; 1 is full", NULL},
    {"share_after", TYPE_REAL, 0, "how full it is since, upper quartile; 1 is full", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives these numbers again, as percent", NULL},
    {0},
};

static const struct field output[] = {
    {"resources", TYPE_ROWS, 0, "each series that has a limit", columns},
    {0},
};

/*
 * SQL of the same numbers. Since the onset a quarter of the samples are at least as full: of what
 * is left, that is the lower quartile.
 */
static struct str query_of(struct arena *arena, const struct series *series,
                           const struct limit *limit, int64_t onset_ns)
{
    const struct str service = sql_quote(arena, series->name.service);
    const struct str instance = sql_quote(arena, series->name.instance);
    const struct str onset = sql_time(arena, onset_ns);
    const struct str bound =
        limit->bound
            ? str_printf(arena,
                         "(SELECT median(value) FROM metrics WHERE service = %s AND "
                         "instance = %s AND metric = %s AND isfinite(value))",
                         service.ptr, instance.ptr, sql_quote(arena, limit->bound->name.metric).ptr)
            : str_printf(arena, "%g", limit->value);
    const bool room = limit->sort == LIMIT_ROOM;
    return str_printf(
        arena,
        "SELECT *, 100 * %s AS percent_before, 100 * %s AS percent_after FROM (SELECT service, "
        "metric, instance, %s AS onset, median(value) FILTER (WHERE time < %s) AS before, "
        "quantile_cont(value, %s) FILTER (WHERE time >= %s) AS after, %s AS bound FROM metrics "
        "WHERE service = %s AND instance = %s AND metric = %s AND isfinite(value) GROUP BY ALL)",
        room ? "(1 - before / bound)" : "before / bound",
        room ? "(1 - after / bound)" : "after / bound", onset.ptr, onset.ptr,
        room ? "0.25" : "0.75", onset.ptr, bound.ptr, service.ptr, instance.ptr,
        sql_quote(arena, series->name.metric).ptr);
}

static double share_of(const struct limit *limit, double value)
{
    return limit->sort == LIMIT_ROOM ? 1 - value / limit->value : value / limit->value;
}

static void add_row(struct batch *rows, const struct series *series, const struct limit *limit,
                    size_t split, int64_t onset_ns, struct arena *arena)
{
    const size_t after_count = series->count - split;
    const double *after = stats_sorted(arena, series->values + split, after_count);
    const double outer =
        stats_quantile_sorted(after, after_count, limit->sort == LIMIT_ROOM ? 0.25 : 0.75);
    const double before = stats_median(arena, series->values, split);
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(series->name.service));
    batch_set(rows, row, "instance", value_text(series->name.instance));
    batch_set(rows, row, "metric", value_text(series->name.metric));
    if (limit->bound)
        batch_set(rows, row, "limit_metric", value_text(limit->bound->name.metric));
    batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(series->meaning.kind))));
    batch_set(rows, row, "sort", value_text(str_of(limit_sort_name(limit->sort))));
    batch_set(rows, row, "limit", value_real(limit->value));
    batch_set(rows, row, "full_at", value_real(limit->full_at));
    batch_set(rows, row, "share_before", value_real(share_of(limit, before)));
    batch_set(rows, row, "share_after", value_real(share_of(limit, outer)));
    batch_set(rows, row, "query", value_text(query_of(arena, series, limit, onset_ns)));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct limits limits = limits_find(call->scratch, &list);
    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < list.count; i++) {
        const size_t split = series_split(&list.items[i], onset_ns);
        if (limits.items[i].sort != LIMIT_NONE && split > 0 && split < list.items[i].count)
            add_row(rows, &list.items[i], &limits.items[i], split, onset_ns, call->scratch);
    }
    *record_at(out, "resources") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_saturation = {
    .sig = {.name = "saturation",
            .summary = "Tell how full what has a limit is",
            .input = input,
            .output = output},
    .run = run,
};
