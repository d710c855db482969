/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests that came to each service, before the onset and since: how many, how many failed,
 * and how long they took.
 *
 * A request to a service is a span whose parent is of another service, or that has none. A service
 * that gets requests without a parent is at the edge: of it these alone are counted, for they are
 * what users asked for. With too few requests before the onset the fault-free reference stands for
 * them.
 *
 * Counted in the forest, which others need too; the query of a row counts again in the tables.
 */
#include "agent/traces/forest.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/robust.h"
#include "store/telemetry.h"

#define SERVICES_MAX 1000
#define BASELINE_MIN 20 /* of a smaller number no share can be told to a twentieth */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who was asked", NULL},
    {"edge", TYPE_BOOL, 0, "requests come to it from outside, and only these are counted", NULL},
    {"by_reference", TYPE_BOOL, 0, "before is the fault-free reference", NULL},
    {"calls_since", TYPE_INT, 0, "requests since the onset", NULL},
    {"failed_since", TYPE_INT, 0, "of those, how many failed", NULL},
    {"calls_before", TYPE_INT, 0, "requests before", NULL},
    {"failed_before", TYPE_INT, 0, "of those, how many failed", NULL},
    {"half_ms_since", TYPE_REAL, 0, "what half of them took at most, since", NULL},
    {"slow_ms_since", TYPE_REAL, 0, "what all but a twentieth took at most, since", NULL},
    {"half_ms_before", TYPE_REAL, 0, "what half of them took at most, before", NULL},
    {"slow_ms_before", TYPE_REAL, 0, "what all but a twentieth took at most, before", NULL},
    {"rate_since", TYPE_REAL, 0, "requests a minute, since", NULL},
    {"rate_before", TYPE_REAL, 0, "requests a minute, before", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives these numbers again", NULL},
    {0},
};

static const struct field output[] = {
    {"services", TYPE_ROWS, 0, "edges first, then those with most requests since", columns},
    {0},
};

enum period { PERIOD_SINCE, PERIOD_BEFORE, PERIOD_REFERENCE, PERIODS_COUNT };

struct tally {
    uint32_t calls;
    uint32_t failed;
    double *durations_us; /* of those calls */
};

struct service_tally {
    uint32_t service;
    bool edge;
    struct tally periods[PERIODS_COUNT];
};

struct counting {
    const struct forest *forest;
    struct arena *arena;
    int64_t onset_ns;
    int64_t first_ns, last_ns; /* of all spans but the reference */
    struct service_tally *services;
};

static enum period period_of(const struct counting *counting, const struct span *span)
{
    return span->of_reference                    ? PERIOD_REFERENCE
           : span->time_ns >= counting->onset_ns ? PERIOD_SINCE
                                                 : PERIOD_BEFORE;
}

static bool is_request(const struct counting *counting, const struct span *span)
{
    if (counting->services[span->service].edge)
        return span->root;
    return span->parent == SPAN_NONE ||
           counting->forest->spans[span->parent].service != span->service;
}

static void count_requests(struct counting *counting)
{
    const struct forest *forest = counting->forest;
    counting->services =
        arena_push_many(counting->arena, struct service_tally, forest->services.count);
    for (uint32_t i = 0; i < forest->services.count; i++)
        counting->services[i].service = i;
    for (uint32_t i = 0; i < forest->count; i++)
        counting->services[forest->spans[i].service].edge |= forest->spans[i].root;

    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < forest->count; i++) {
            const struct span *span = &forest->spans[i];
            if (!is_request(counting, span))
                continue;
            struct tally *tally =
                &counting->services[span->service].periods[period_of(counting, span)];
            if (pass == 1)
                tally->durations_us[tally->calls] = span->duration_us;
            tally->calls++;
            tally->failed += pass == 1 && span->failed;
        }
        for (uint32_t i = 0; pass == 0 && i < forest->services.count; i++)
            for (int period = 0; period < PERIODS_COUNT; period++) {
                struct tally *tally = &counting->services[i].periods[period];
                tally->durations_us = arena_push_many(counting->arena, double, tally->calls);
                tally->calls = 0;
            }
    }
}

static void find_ends(struct counting *counting)
{
    counting->first_ns = INT64_MAX;
    counting->last_ns = INT64_MIN;
    for (uint32_t i = 0; i < counting->forest->count; i++) {
        const struct span *span = &counting->forest->spans[i];
        if (span->of_reference)
            continue;
        counting->first_ns =
            span->time_ns < counting->first_ns ? span->time_ns : counting->first_ns;
        counting->last_ns = span->time_ns > counting->last_ns ? span->time_ns : counting->last_ns;
    }
}

/* ---- the SQL that counts again ---- */

#define SUMS_SQL(period)                                                                           \
    ", count(*) FILTER (WHERE period = '" period "') AS calls_" period                             \
    ", count(*) FILTER (WHERE period = '" period "' AND failed) AS failed_" period                 \
    ", quantile_cont(duration_us, 0.5) FILTER (WHERE period = '" period                            \
    "') / 1000 AS half_" period                                                                    \
    ", quantile_cont(duration_us, 0.95) FILTER (WHERE period = '" period                           \
    "') / 1000 AS slow_" period

static const char sums_sql[] = "SELECT service, %s AS onset" SUMS_SQL("since") SUMS_SQL(
    "before") "%s"
              ", calls_since * 60e9 / (epoch_ns(any_value(till)) - epoch_ns(%s) + 1) AS rate_since"
              ", calls_before * 60e9 / nullif(epoch_ns(%s) - epoch_ns(any_value(since)), 0) AS "
              "rate_before "
              "FROM (%s%s%s), (SELECT min(time) AS since, max(time) AS till FROM traces WHERE "
              "duration_us >= 0 AND service <> '') GROUP BY service";

/* Requests of one table. */
static const char entries_sql[] = "SELECT service, duration_us, %s AS period, " SPAN_FAILED_SQL(
    "s") " AS failed FROM %s s WHERE service = %s AND time IS NOT NULL AND duration_us >= 0 AND "
         "%s%s";

/* A span that was recorded twice is one. */
static const char once_sql[] =
    " QUALIFY row_number() OVER (PARTITION BY trace_id, span_id ORDER BY time, s.rowid) = 1";

static struct str entries_of(const struct counting *counting, const char *period, const char *table,
                             struct str service, bool edge)
{
    struct arena *arena = counting->arena;
    const struct str condition =
        edge ? STR("coalesce(parent_id, '') = ''")
             : str_printf(arena,
                          "NOT EXISTS (SELECT 1 FROM %s p WHERE p.trace_id = s.trace_id AND "
                          "p.span_id = s.parent_id AND p.service = s.service)",
                          table);
    return str_printf(arena, entries_sql, period, table, service.ptr, condition.ptr,
                      counting->forest->any_repeated ? once_sql : "");
}

static struct str query_of(const struct counting *counting, const struct service_tally *it)
{
    struct arena *arena = counting->arena;
    const struct str onset = sql_time(arena, counting->onset_ns);
    const struct str service = sql_quote(arena, forest_service(counting->forest, it->service));
    const struct str period =
        str_printf(arena, "CASE WHEN time >= %s THEN 'since' ELSE 'before' END", onset.ptr);
    const bool refers = it->periods[PERIOD_REFERENCE].calls > 0;
    return str_printf(
        arena, sums_sql, onset.ptr, refers ? SUMS_SQL("reference") : "", onset.ptr, onset.ptr,
        entries_of(counting, period.ptr, "traces", service, it->edge).ptr,
        refers ? " UNION ALL " : "",
        refers ? entries_of(counting, "'reference'", "reference_traces", service, it->edge).ptr
               : "");
}

/* ---- rows ---- */

static void set_times(const struct counting *counting, const struct tally *tally,
                      struct batch *rows, size_t row, const char *half, const char *slow)
{
    if (tally->calls == 0)
        return;
    const double *sorted = stats_sorted(counting->arena, tally->durations_us, tally->calls);
    batch_set(rows, row, half, value_real(stats_quantile_sorted(sorted, tally->calls, 0.5) / 1000));
    batch_set(rows, row, slow,
              value_real(stats_quantile_sorted(sorted, tally->calls, 0.95) / 1000));
}

static void set_rate(struct batch *rows, size_t row, const char *name, uint32_t calls,
                     int64_t from_ns, int64_t to_ns)
{
    if (to_ns > from_ns)
        batch_set(rows, row, name, value_real(calls * 60e9 / (double)(to_ns - from_ns)));
}

static void add_row(const struct counting *counting, struct batch *rows,
                    const struct service_tally *it)
{
    const struct tally *since = &it->periods[PERIOD_SINCE];
    const struct tally *before = &it->periods[PERIOD_BEFORE];
    const struct tally *reference = &it->periods[PERIOD_REFERENCE];
    const bool by_reference = before->calls < BASELINE_MIN && reference->calls > 0;
    const struct tally *base = by_reference ? reference : before;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(forest_service(counting->forest, it->service)));
    batch_set(rows, row, "edge", value_bool(it->edge));
    batch_set(rows, row, "by_reference", value_bool(by_reference));
    batch_set(rows, row, "calls_since", value_int(since->calls));
    batch_set(rows, row, "failed_since", value_int(since->failed));
    batch_set(rows, row, "calls_before", value_int(base->calls));
    batch_set(rows, row, "failed_before", value_int(base->failed));
    set_times(counting, since, rows, row, "half_ms_since", "slow_ms_since");
    set_times(counting, base, rows, row, "half_ms_before", "slow_ms_before");
    set_rate(rows, row, "rate_since", since->calls, counting->onset_ns, counting->last_ns + 1);
    set_rate(rows, row, "rate_before", before->calls, counting->first_ns, counting->onset_ns);
    batch_set(rows, row, "query", value_text(query_of(counting, it)));
}

/* Insertion keeps those of equal rank in the order of first sight, and a case has few services. */
static void sort_services(struct service_tally *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct service_tally it = items[i];
        uint32_t at = i;
        for (; at > 0; at--) {
            const struct service_tally *above = &items[at - 1];
            if (above->edge != it.edge
                    ? above->edge
                    : above->periods[PERIOD_SINCE].calls >= it.periods[PERIOD_SINCE].calls)
                break;
            items[at] = *above;
        }
        items[at] = it;
    }
}

static bool any_spans(struct call *call, bool *out, struct err *err)
{
    struct batch *found;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT 1 AS any FROM traces LIMIT 1"), &found, err))
        return false;
    *out = found->rows > 0;
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct batch *rows = batch_new(call->scratch, columns);
    *record_at(out, "services") = value_rows(rows);
    struct forest forest;
    bool any;
    if (!any_spans(call, &any, err) || (any && !forest_load(call, &forest, err)))
        return false;
    if (!any)
        return true;
    struct counting counting = {
        .forest = &forest, .arena = call->scratch, .onset_ns = record_at(in, "onset")->integer};
    find_ends(&counting);
    count_requests(&counting);
    sort_services(counting.services, forest.services.count);
    for (uint32_t i = 0; i < forest.services.count && i < SERVICES_MAX; i++)
        add_row(&counting, rows, &counting.services[i]);
    return true;
}

const struct tool tool_traces_requests = {
    .sig = {.name = "requests",
            .summary = "Count the requests to each service, how many failed and how long they took",
            .input = input,
            .output = output},
    .run = run,
};
