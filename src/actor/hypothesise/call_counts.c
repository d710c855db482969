/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each kind of call has its own SQL that gives a row for each try, and whether it was a hit; the
 * counts before and since are made of these in one way. Written from what the kinds mean
 * (agent/traces/calls_made.h) and not from the code that counted first.
 */
#include "actor/hypothesise/call_counts.h"

#include "agent/traces/forest.h"
#include "agent/trials.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

struct counting {
    struct arena *arena;
    const struct batch *calls;
    size_t row;
    int64_t onset_ns, alert_ns;
    bool by_reference;
    struct str service, operation, caller; /* quoted */
    double threshold_us;
};

static struct str text_of(const struct counting *it, const char *column)
{
    return batch_column(it->calls, column)->texts[it->row];
}

/* Without its children, of spans that call no other service: columns s.*, self_us. */
#define SELF_TIMES                                                                                 \
    "SELECT s.trace_id, s.span_id, s.service, s.operation, s.time, greatest(s.duration_us - "      \
    "coalesce(sum(c.duration_us), 0), 0) AS self_us FROM %s s LEFT JOIN %s c ON c.trace_id = "     \
    "s.trace_id AND c.parent_id = s.span_id WHERE s.service = %s%s GROUP BY s.rowid, "             \
    "s.trace_id, s.span_id, s.service, s.operation, s.time, s.duration_us HAVING count(*) FILTER " \
    "(WHERE c.service <> s.service) = 0"

static struct str slow_sql(const struct counting *it, const char *table)
{
    return str_printf(it->arena,
                      "SELECT service, operation, '' AS caller, time, self_us > %.0f AS hit FROM "
                      "(" SELF_TIMES ")",
                      it->threshold_us, table, table, it->service.ptr,
                      str_printf(it->arena, " AND s.operation = %s", it->operation.ptr).ptr);
}

static struct str gap_sql(const struct counting *it, const char *table)
{
    return str_printf(
        it->arena,
        "SELECT s.service, s.operation, p.service AS caller, s.time, p.duration_us - "
        "s.duration_us > %.0f AS hit FROM %s s JOIN %s p ON p.trace_id = s.trace_id AND "
        "p.span_id = s.parent_id WHERE s.service = %s AND s.operation = %s AND p.service = %s",
        it->threshold_us, table, table, it->service.ptr, it->operation.ptr, it->caller.ptr);
}

static struct str failed_sql(const struct counting *it, const char *table)
{
    return str_printf(
        it->arena,
        "SELECT s.service, s.operation, '' AS caller, s.time, " SPAN_FAILED_SQL(
            "s") " AND NOT coalesce(bool_or(" SPAN_FAILED_SQL("c") "), false) AS hit FROM %s s "
                                                                   "LEFT JOIN %s c ON c.trace_id = "
                                                                   "s.trace_id AND c.parent_id = "
                                                                   "s.span_id WHERE "
                                                                   "s.service = %s AND s.operation "
                                                                   "= %s GROUP BY s.rowid, "
                                                                   "s.service, s.operation, "
                                                                   "s.time, s.status",
        table, table, it->service.ptr, it->operation.ptr);
}

static struct str path_sql(const struct counting *it, const char *table)
{
    return str_printf(
        it->arena,
        "SELECT max(service) AS service, max(operation) FILTER (WHERE operation = %s) AS "
        "operation, '' AS caller, min(time) AS time, bool_or(operation = %s) AS hit FROM %s "
        "WHERE service = %s GROUP BY trace_id",
        it->operation.ptr, it->operation.ptr, table, it->service.ptr);
}

/*
 * What an operation usually takes is told by the first of three that has enough calls: the
 * reference, that and what is older than the window, that and the window's first two minutes.
 */
static struct str own_sql(const struct counting *it, const char *table)
{
    struct arena *arena = it->arena;
    const int64_t from_ns = it->alert_ns - TRIAL_BEFORE_BINS * TRIAL_BIN_NS;
    const struct str window = sql_time(arena, from_ns);
    const struct str early = sql_time(arena, from_ns + TRIAL_EARLY_BINS * TRIAL_BIN_NS);
    const struct str none = STR("");
    const struct str own = str_printf(arena, SELF_TIMES, table, table, it->service.ptr, none.ptr);
    const struct str before =
        str_printf(arena, SELF_TIMES, "traces", "traces", it->service.ptr, none.ptr);
    const struct str reference = str_printf(arena, SELF_TIMES, "reference_traces",
                                            "reference_traces", it->service.ptr, none.ptr);
    return str_printf(
        arena,
        "SELECT service, NULL AS operation, '' AS caller, min(time) AS time, sum(self_us) > 2 * "
        "sum(usual_us) + 1000 AS hit FROM (%s) JOIN (SELECT operation, CASE "
        "WHEN count(*) FILTER (WHERE age = 0) >= %d THEN quantile_cont(self_us, 0.95) FILTER "
        "(WHERE age = 0) "
        "WHEN count(*) FILTER (WHERE age <= 1) >= %d THEN quantile_cont(self_us, 0.95) FILTER "
        "(WHERE age <= 1) "
        "WHEN count(*) >= %d THEN quantile_cont(self_us, 0.95) END AS usual_us FROM ("
        "SELECT operation, self_us, 0 AS age FROM (%s) UNION ALL SELECT operation, self_us, "
        "CASE WHEN time < %s THEN 1 ELSE 2 END FROM (%s) WHERE time < %s) GROUP BY operation) "
        "USING (operation) WHERE usual_us IS NOT NULL GROUP BY service, trace_id",
        own.ptr, TRIAL_BASELINE_MIN, TRIAL_BASELINE_MIN, TRIAL_BASELINE_MIN, reference.ptr,
        window.ptr, before.ptr, early.ptr);
}

static struct str tries_sql(const struct counting *it, const char *table)
{
    const struct str kind = text_of(it, "kind");
    return str_eq(kind, STR("slow"))     ? slow_sql(it, table)
           : str_eq(kind, STR("gap"))    ? gap_sql(it, table)
           : str_eq(kind, STR("failed")) ? failed_sql(it, table)
           : str_eq(kind, STR("own"))    ? own_sql(it, table)
                                         : path_sql(it, table);
}

struct str call_counts_query(struct arena *arena, const struct batch *calls, size_t row,
                             int64_t onset_ns, int64_t alert_ns)
{
    struct counting it = {
        .arena = arena,
        .calls = calls,
        .row = row,
        .onset_ns = onset_ns,
        .alert_ns = alert_ns,
        .by_reference = batch_column(calls, "by_reference")->integers[row] != 0,
        .threshold_us = batch_column(calls, "threshold_us")->reals[row],
    };
    it.service = sql_quote(arena, text_of(&it, "service"));
    it.operation = sql_quote(arena, text_of(&it, "operation"));
    it.caller = sql_quote(arena, text_of(&it, "caller"));
    const struct str onset = sql_time(arena, onset_ns);
    const struct str since = tries_sql(&it, "traces");
    const struct str base = it.by_reference ? tries_sql(&it, "reference_traces") : since;
    const struct str base_condition =
        it.by_reference ? STR("") : str_printf(arena, " WHERE time < %s", onset.ptr);
    return str_printf(
        arena,
        "SELECT coalesce(a.service, b.service) AS service, coalesce(a.operation, b.operation) AS "
        "operation, coalesce(a.caller, b.caller) AS caller, %.0f / 1000 AS limit_ms, %s AS onset, "
        "a.hits AS hits_since, a.calls AS calls_since, b.hits AS hits_base, b.calls AS calls_base "
        "FROM (SELECT max(service) AS service, max(operation) AS operation, max(caller) AS caller, "
        "count(*) FILTER (WHERE hit) AS hits, count(*) AS calls FROM (%s) WHERE time >= %s) a, "
        "(SELECT max(service) AS service, max(operation) AS operation, max(caller) AS caller, "
        "count(*) FILTER (WHERE hit) AS hits, count(*) AS calls FROM (%s)%s) b",
        it.threshold_us, onset.ptr, since.ptr, onset.ptr, base.ptr, base_condition.ptr);
}
