/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/requests.h"

#include "agent/traces/shape.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <math.h>

#define KINDS_MAX 500 /* of a summary the loudest few are told */

/* The spans of one table, each once, as the agent reads them: one counts for a year at most. */
static const char spans_of_sql[] =
    "SELECT trace_id, span_id, parent_id, service, operation, least(duration_us, 31536000000000) "
    "AS duration_us, epoch_us(time) AS start_us, %s AS failed, %s AS since FROM %s s WHERE time IS "
    "NOT NULL AND duration_us >= 0 AND service <> ''%s QUALIFY row_number() OVER (PARTITION BY "
    "trace_id, span_id ORDER BY time, s.rowid) = 1";

static const char roots_sql[] =
    "roots AS (SELECT * FROM spans r WHERE NOT EXISTS (SELECT 1 FROM spans p WHERE p.trace_id = "
    "r.trace_id AND p.span_id = r.parent_id))";

/*
 * The own time of each span: what no child covers, and where children overlap, they cover it once.
 * As traces.flame has it, but for clocks that are off.
 */
static const char own_sql[] =
    "kids AS (SELECT c.trace_id, c.parent_id AS span_id, greatest(c.start_us, p.start_us) AS "
    "start_us, least(c.start_us + c.duration_us, p.start_us + p.duration_us) AS end_us FROM spans "
    "c JOIN spans p ON p.trace_id = c.trace_id AND p.span_id = c.parent_id), covered AS (SELECT "
    "trace_id, span_id, sum(greatest(0, end_us - greatest(start_us, coalesce(until_us, "
    "start_us)))) AS us FROM (SELECT *, max(end_us) OVER (PARTITION BY trace_id, span_id ORDER BY "
    "start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us FROM kids) "
    "GROUP BY ALL), own AS (SELECT s.*, (s.duration_us - coalesce(k.us, 0))::DOUBLE AS self_us "
    "FROM spans s LEFT JOIN covered k USING (trace_id, span_id))";

#define BOTH_SQL(column, name)                                                                     \
    column " FILTER (WHERE NOT since) AS " name "_before, " column                                 \
           " FILTER (WHERE since) AS " name "_since"

#define FAILED_SQL                                                                                 \
    "count(*) FILTER (WHERE NOT since AND failed) AS failed_before, count(*) FILTER (WHERE since " \
    "AND failed) AS failed_since"

/* "WITH spans AS (...), roots AS (...)" */
static struct str tables_of(struct arena *arena, int64_t onset_ns, bool by_reference)
{
    const struct str onset = sql_time(arena, onset_ns);
    const struct str since = str_printf(arena, "time >= %s", onset.ptr);
    const struct str only = str_printf(arena, " AND time >= %s", onset.ptr);
    const struct str own = str_printf(arena, spans_of_sql, SPAN_FAILED_SQL("s"), since.ptr,
                                      "traces", by_reference ? only.ptr : "");
    const struct str reference =
        by_reference
            ? str_printf(arena, spans_of_sql, SPAN_FAILED_SQL("s"), "false", "reference_traces", "")
            : STR("");
    return str_printf(arena, "WITH spans AS (%s%s%s), %s, %s", own.ptr,
                      by_reference ? " UNION ALL " : "", reference.ptr, roots_sql, own_sql);
}

/* A trace with several roots is one of each of their kinds. */
static const char kinds_sql[] =
    "widths AS (SELECT trace_id, sum(self_us) AS us FROM own GROUP BY trace_id), kinds AS (SELECT "
    "service, operation, trace_id, since, count(*) AS calls, count(*) FILTER (WHERE failed) AS "
    "failed FROM roots GROUP BY ALL)";

#define KIND_SUMS_SQL                                                                              \
    BOTH_SQL("sum(calls)", "calls")                                                                \
    ", " BOTH_SQL("sum(failed)", "failed") ", " BOTH_SQL("sum(us)", "us")

static const char kind_numbers_sql[] =
    "numbers AS (SELECT service, operation, coalesce(calls_before, 0)::BIGINT AS calls_before, "
    "coalesce(calls_since, 0)::BIGINT AS calls_since, coalesce(failed_before, 0)::BIGINT AS "
    "failed_before, coalesce(failed_since, 0)::BIGINT AS failed_since, us_before / calls_before / "
    "1e3 AS ms_before, us_since / calls_since / 1e3 AS ms_since FROM sums) SELECT *, ms_before / "
    "1e3 AS s_before, ms_since / 1e3 AS s_since, (sum(calls_before) OVER (PARTITION BY "
    "service))::BIGINT AS of_service_before, (sum(calls_since) OVER (PARTITION BY "
    "service))::BIGINT AS of_service_since FROM numbers ORDER BY calls_before + calls_since DESC, "
    "service, operation";

static struct str kinds_query(struct arena *arena, int64_t onset_ns, bool by_reference)
{
    return str_printf(arena,
                      "%s, %s, sums AS (SELECT service, operation, %s FROM kinds JOIN widths USING "
                      "(trace_id) GROUP BY service, operation), %s LIMIT %d",
                      tables_of(arena, onset_ns, by_reference).ptr, kinds_sql, KIND_SUMS_SQL,
                      kind_numbers_sql, KINDS_MAX);
}

static int64_t integer_at(const struct batch *rows, const char *column, size_t row)
{
    const struct column *it = batch_column(rows, column);
    return !it->known[row]         ? 0
           : it->type == TYPE_REAL ? (int64_t)it->reals[row]
                                   : it->integers[row];
}

static double real_at(const struct batch *rows, const char *column, size_t row)
{
    const struct column *it = batch_column(rows, column);
    return it->known[row] && isfinite(it->reals[row]) ? it->reals[row] : 0;
}

static bool read_kinds(struct call *call, struct requests *out, struct err *err)
{
    struct batch *rows;
    out->query = kinds_query(call->scratch, out->onset_ns, out->by_reference);
    if (!telemetry_rows(call->services->telemetry, call->scratch, out->query, &rows, err))
        return false;
    out->items = arena_push_many(call->scratch, struct request_kind, rows->rows + 1);
    out->count = 0;
    for (size_t row = 0; row < rows->rows; row++)
        out->items[out->count++] = (struct request_kind){
            .service = batch_column(rows, "service")->texts[row],
            .operation = batch_column(rows, "operation")->texts[row],
            .calls = {integer_at(rows, "calls_before", row), integer_at(rows, "calls_since", row)},
            .failed = {integer_at(rows, "failed_before", row),
                       integer_at(rows, "failed_since", row)},
            .ms = {real_at(rows, "ms_before", row), real_at(rows, "ms_since", row)},
        };
    return true;
}

static bool read_spans(struct call *call, struct requests *out, struct err *err)
{
    struct batch *rows;
    const struct str query =
        str_printf(call->scratch,
                   "%s SELECT since, (max(start_us) - min(start_us)) / 1e6 AS span_s FROM roots "
                   "GROUP BY since ORDER BY since",
                   tables_of(call->scratch, out->onset_ns, out->by_reference).ptr);
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    out->span_s[PERIOD_BEFORE] = out->span_s[PERIOD_SINCE] = 1;
    for (size_t row = 0; row < rows->rows; row++) {
        const bool since = batch_column(rows, "since")->integers[row] != 0;
        out->span_s[since ? PERIOD_SINCE : PERIOD_BEFORE] = fmax(1, real_at(rows, "span_s", row));
    }
    return true;
}

bool requests_read(struct call *call, int64_t onset_ns, struct requests *out, struct err *err)
{
    *out = (struct requests){.onset_ns = onset_ns};
    struct batch *reference;
    int64_t before = 0;
    if (!read_kinds(call, out, err) ||
        !telemetry_rows(call->services->telemetry, call->scratch,
                        STR("SELECT 1 AS there FROM reference_traces LIMIT 1"), &reference, err))
        return false;
    for (uint32_t i = 0; i < out->count; i++)
        before += out->items[i].calls[PERIOD_BEFORE];
    out->by_reference = before < SHAPE_BASELINE_MIN && reference->rows > 0;
    return (!out->by_reference || read_kinds(call, out, err)) && read_spans(call, out, err);
}

/* Requests of the kind, by trace: "the_requests(trace_id, since)". */
static struct str requests_of(struct arena *arena, const struct requests *requests,
                              const struct request_kind *kind)
{
    return str_printf(arena,
                      "%s, the_requests AS (SELECT trace_id, bool_or(since) AS since FROM roots "
                      "WHERE service = %s AND operation = %s GROUP BY trace_id)",
                      tables_of(arena, requests->onset_ns, requests->by_reference).ptr,
                      sql_quote(arena, kind->service).ptr, sql_quote(arena, kind->operation).ptr);
}

/* What remains of the query once the_requests and n, their number, are known. */
static const char frame_sql[] =
    "SELECT s.service, s.operation, q.since, s.failed AND NOT EXISTS (SELECT 1 FROM spans c WHERE "
    "c.trace_id = s.trace_id AND c.parent_id = s.span_id AND c.failed) AS failed, s.self_us FROM "
    "own s JOIN the_requests q USING (trace_id)";

#define FRAME_SUMS_SQL                                                                             \
    BOTH_SQL("count(*)", "calls") ", " FAILED_SQL ", " BOTH_SQL("sum(self_us)", "us")
#define EACH_SQL BOTH_SQL("count(*)", "n")

static const char frame_numbers_sql[] =
    "SELECT *, coalesce(us_before, 0) / 1e3 / greatest(n_before, 1) AS ms_before, "
    "coalesce(us_since, 0) / 1e3 / greatest(n_since, 1) AS ms_since, ms_before / 1e3 AS s_before, "
    "ms_since / 1e3 AS s_since, calls_before / greatest(n_before, 1) AS each_before, calls_since / "
    "greatest(n_since, 1) AS each_since FROM sums, each";

static struct str frame_query(struct arena *arena, const struct requests *requests,
                              const struct request_kind *kind, struct str service,
                              struct str operation)
{
    return str_printf(arena,
                      "%s, frames AS (%s WHERE s.service = %s AND s.operation = %s), sums AS "
                      "(SELECT service, operation, %s FROM frames GROUP BY service, operation), "
                      "each AS (SELECT %s FROM roots WHERE service = %s AND operation = %s) %s",
                      requests_of(arena, requests, kind).ptr, frame_sql,
                      sql_quote(arena, service).ptr, sql_quote(arena, operation).ptr,
                      FRAME_SUMS_SQL, EACH_SQL, sql_quote(arena, kind->service).ptr,
                      sql_quote(arena, kind->operation).ptr, frame_numbers_sql);
}

bool requests_frame(struct call *call, const struct requests *requests,
                    const struct request_kind *kind, struct str service, struct str operation,
                    struct request_frame *out, struct err *err)
{
    struct batch *rows;
    *out = (struct request_frame){
        .service = service,
        .operation = operation,
        .query = frame_query(call->scratch, requests, kind, service, operation)};
    if (!telemetry_rows(call->services->telemetry, call->scratch, out->query, &rows, err))
        return false;
    if (rows->rows == 0)
        return true;
    out->calls[PERIOD_BEFORE] = integer_at(rows, "calls_before", 0);
    out->calls[PERIOD_SINCE] = integer_at(rows, "calls_since", 0);
    out->failed[PERIOD_BEFORE] = integer_at(rows, "failed_before", 0);
    out->failed[PERIOD_SINCE] = integer_at(rows, "failed_since", 0);
    out->ms[PERIOD_BEFORE] = real_at(rows, "ms_before", 0);
    out->ms[PERIOD_SINCE] = real_at(rows, "ms_since", 0);
    return true;
}

struct str requests_ways_query(struct arena *arena, const struct requests *requests,
                               const struct request_kind *kind)
{
    return str_printf(arena,
                      "%s SELECT s.service, s.operation, count(*) AS calls FROM spans s JOIN "
                      "the_requests q USING (trace_id) WHERE q.since GROUP BY ALL ORDER BY calls "
                      "DESC, s.service, s.operation LIMIT 1000",
                      requests_of(arena, requests, kind).ptr);
}
