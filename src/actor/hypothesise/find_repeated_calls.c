/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: calls that are repeated as they were not before. A call that is made again after it
 * failed speaks of whoever is called; many calls where there were few speak of the code that makes
 * them (agent/traces/patterns.c). Strength is that of the difference: half of it for retries, for
 * the failures themselves are told of the callee already.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "agent/traces/forest.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 4
#define RETRY_FACTOR 0.5
#define STRENGTH_MIN 0.05

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"retries", TYPE_BOOL, 0, "calls were made again after they had failed", NULL},
    {0},
};

struct repeated {
    const struct batch *rows;
    size_t row;
    bool retry;
};

static struct str text_of(const struct repeated *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

/* ---- the SQL that counts again ---- */

/* A row for each span of the caller: whether it did so. A client's span that leads to just one of
 * another service stands for that one. */
static struct str callers_sql(struct arena *arena, const struct repeated *it, const char *table)
{
    const struct str hit =
        it->retry ? STR("coalesce(bool_or(failed AND next >= ends), false)")
                  : str_printf(arena, "count(c.caller_id) > %lld",
                               (long long)batch_column(it->rows, "limit")->integers[it->row]);
    return str_printf(
        arena,
        "SELECT s.service AS caller, s.operation AS caller_operation, s.time, max(c.service) AS "
        "service, max(c.operation) AS operation, %s AS hit FROM %s s LEFT JOIN (SELECT *, "
        "epoch_ns(lead(time) OVER (PARTITION BY trace_id, caller_id ORDER BY time, number)) AS "
        "next FROM "
        "(SELECT c.trace_id, c.parent_id AS caller_id, c.time, epoch_ns(c.time) + c.duration_us * "
        "1000 AS ends, c.rowid AS number, " SPAN_FAILED_SQL(
            "c") " OR coalesce(b.failed, false) AS failed, "
                 "CASE WHEN b.n = 1 AND b.service <> c.service THEN b.service ELSE c.service END "
                 "AS "
                 "service, CASE WHEN b.n = 1 AND b.service <> c.service THEN b.operation ELSE "
                 "c.operation END AS operation FROM %s c LEFT JOIN (SELECT trace_id, parent_id, "
                 "count(*) AS n, any_value(d.service) AS service, any_value(d.operation) AS "
                 "operation, bool_or(" SPAN_FAILED_SQL(
                     "d") ") AS failed FROM %s d GROUP BY trace_id, parent_id) b ON b.trace_id = "
                          "c.trace_id AND b.parent_id = c.span_id) WHERE service = %s AND "
                          "operation = %s) c ON c.trace_id = s.trace_id AND c.caller_id = "
                          "s.span_id "
                          "WHERE s.service = %s AND s.operation = %s GROUP BY s.rowid, s.service, "
                          "s.operation, s.time",
        hit.ptr, table, table, table, sql_quote(arena, text_of(it, "service")).ptr,
        sql_quote(arena, text_of(it, "operation")).ptr, sql_quote(arena, text_of(it, "caller")).ptr,
        sql_quote(arena, text_of(it, "caller_operation")).ptr);
}

static struct str query_of(struct call *call, const struct repeated *it)
{
    struct arena *arena = call->scratch;
    const bool by_reference = batch_column(it->rows, "by_reference")->integers[it->row] != 0;
    const struct str onset = sql_time(arena, call->casefile->incident.start_ns);
    const struct str since = callers_sql(arena, it, "traces");
    const struct str base = by_reference ? callers_sql(arena, it, "reference_traces") : since;
    return str_printf(
        arena,
        "SELECT a.*, b.hits AS hits_base, b.spans AS spans_base, %s AS onset, %lld AS most_usual "
        "FROM (SELECT max(caller) AS caller, max(caller_operation) AS caller_operation, "
        "max(service) AS service, max(operation) AS operation, count(*) FILTER (WHERE hit) AS "
        "hits, count(*) AS spans FROM (%s) WHERE time >= %s) a, (SELECT count(*) FILTER (WHERE "
        "hit) AS hits, count(*) AS spans FROM (%s)%s) b",
        onset.ptr, (long long)batch_column(it->rows, "limit")->integers[it->row], since.ptr,
        onset.ptr, base.ptr,
        by_reference ? "" : str_printf(arena, " WHERE time < %s", onset.ptr).ptr);
}

static struct str claim_of(struct call *call, const struct repeated *it, const struct batch *counts)
{
    struct arena *arena = call->scratch;
    const struct str kind = text_of(it, "kind");
    const char *baseline = batch_column(it->rows, "by_reference")->integers[it->row] != 0
                               ? "of the fault-free reference"
                               : "before";
    const struct str how =
        it->retry ? STR("again after it had failed")
                  : str_printf(arena, "over %lld times %s",
                               (long long)batch_column(it->rows, "limit")->integers[it->row],
                               str_eq(kind, STR("fan_out")) ? "at once" : "one after another");
    return str_printf(arena,
                      "`%s` of `%s` called `%s` of `%s` %s in %lld of %lld runs since %s, "
                      "and in %lld of %lld %s.",
                      text_of(it, "caller_operation").ptr, text_of(it, "caller").ptr,
                      text_of(it, "operation").ptr, text_of(it, "service").ptr, how.ptr,
                      (long long)batch_column(counts, "hits")->integers[0],
                      (long long)batch_column(counts, "spans")->integers[0],
                      time_format_short(arena, call->casefile->incident.start_ns).ptr,
                      (long long)batch_column(counts, "hits_base")->integers[0],
                      (long long)batch_column(counts, "spans_base")->integers[0], baseline);
}

static struct str cause_of(struct str kind)
{
    return str_eq(kind, STR("retry"))     ? STR("calls to it failed and were made again")
           : str_eq(kind, STR("fan_out")) ? STR("it makes many calls at once")
                                          : STR("it asks one by one for what it could ask at once");
}

static bool add_evidence(struct call *call, const struct repeated *it, double strength,
                         struct err *err)
{
    struct casefile *casefile = call->casefile;
    const struct str query = query_of(call, it);
    struct batch *counts;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &counts, err))
        return false;
    casefile_add(casefile, &(struct evidence){
                               .step_id = call->step_id,
                               .signal = SIGNAL_TRACES,
                               .bearing = BEARING_SUPPORTS,
                               .finding = FINDING_REPEATED,
                               .kind = it->retry ? KIND_UNKNOWN : KIND_CODE_PATH,
                               .subject = text_of(it, it->retry ? "service" : "caller"),
                               .cause = cause_of(text_of(it, "kind")),
                               .window = casefile->incident,
                               .onset_ns = casefile->incident.start_ns,
                               .claim = claim_of(call, it, counts),
                               .query = query,
                               .strength = strength,
                               .trace_id = text_of(it, "trace_id"),
                           });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("traces.patterns"))->sig.input);
    *record_at(&asked, "alert") = value_time(call->casefile->alert->starts_ns);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "traces.patterns", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "patterns")->rows;
    int64_t told = 0;
    bool retries = false;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        struct repeated it = {.rows = rows, .row = row};
        it.retry = str_eq(text_of(&it, "kind"), STR("retry"));
        const struct str subject = text_of(&it, it.retry ? "service" : "caller");
        const double strength =
            batch_column(rows, "strength")->reals[row] * (it.retry ? RETRY_FACTOR : 1);
        if (strength < STRENGTH_MIN || !actor_is_asked_about(in, subject) ||
            !room_is_left(&room, subject))
            continue;
        if (!add_evidence(call, &it, strength, err))
            return false;
        retries |= it.retry;
        room_take(&room, subject);
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "retries") = value_bool(retries);
    return true;
}

const struct actor actor_find_repeated_calls = {
    .sig = {.name = "find_repeated_calls",
            .summary = "Find calls that are repeated as they were not before",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_TRACES,
    .run = run,
};
