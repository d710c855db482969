/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: which operation, or which way between two services, made requests longer.
 *
 * The tool finds it on the critical paths (agent/traces/critical_path.c); the claim tells of the
 * same spans what a query can count again: their own time, a request. Strength is how different the
 * rates of long ones are, times the share of all that grew in requests of the kind.
 *
 * A client's span with nothing below it waited for somebody who records no spans (a database, say):
 * its time is not its own code's, and whose it is these spans do not tell.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 3
#define STRENGTH_MIN 0.1
#define GROWTH_MS_MIN 1.0

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose time, or the way to whom, grew the most", NULL},
    {0},
};

struct step {
    const struct batch *rows;
    size_t row;
    struct str service, callee;
};

static struct str text_of(const struct step *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

static double strength_of(const struct step *it)
{
    const double grown = batch_column(it->rows, "growth_ms")->reals[it->row];
    return grown < GROWTH_MS_MIN ? 0
                                 : batch_column(it->rows, "strength")->reals[it->row] *
                                       batch_column(it->rows, "share")->reals[it->row];
}

/* The mean own time of these spans, over the requests of the kind in one period. */
static struct str mean_sql(struct arena *arena, const struct step *it, const char *table,
                           const char *condition)
{
    const struct str leads = it->callee.len > 0
                                 ? str_printf(arena, "count(c.span_id) = 1 AND max(c.service) = %s",
                                              sql_quote(arena, it->callee).ptr)
                                 : STR("count(c.span_id) <> 1 OR max(c.service) = s.service");
    return str_printf(
        arena,
        "(WITH requests AS (SELECT DISTINCT trace_id, service, operation FROM %s WHERE "
        "coalesce(parent_id, '') = '' AND service = %s AND operation = %s%s), own AS (SELECT "
        "s.service, s.operation, max(c.service) AS callee, coalesce(lower(s.kind) LIKE '%%client', "
        "false) AND count(c.span_id) = 0 AS waits, greatest(s.duration_us - "
        "coalesce(sum(c.duration_us), 0), 0) AS self_us FROM %s s LEFT JOIN %s c ON c.trace_id = "
        "s.trace_id AND c.parent_id = s.span_id WHERE s.service = %s AND s.operation = %s AND "
        "s.trace_id IN (SELECT trace_id FROM requests) GROUP BY s.rowid, s.service, s.operation, "
        "s.kind, s.duration_us HAVING %s) SELECT (SELECT max(service) FROM requests) AS entry, "
        "(SELECT "
        "max(operation) FROM requests) AS request, max(service) AS service, max(operation) AS "
        "operation, max(callee) AS callee, bool_and(waits) AS waits, sum(self_us) / 1000 / (SELECT "
        "count(*) FROM requests) "
        "AS ms FROM own)",
        table, sql_quote(arena, text_of(it, "entry")).ptr,
        sql_quote(arena, text_of(it, "request")).ptr, condition, table, table,
        sql_quote(arena, it->service).ptr, sql_quote(arena, text_of(it, "operation")).ptr,
        leads.ptr);
}

static struct str query_of(struct call *call, const struct step *it)
{
    struct arena *arena = call->scratch;
    const bool by_reference = batch_column(it->rows, "by_reference")->integers[it->row] != 0;
    const struct str onset = sql_time(arena, call->casefile->incident.start_ns);
    const struct str since = str_printf(arena, " AND time >= %s", onset.ptr);
    const struct str before = str_printf(arena, " AND time < %s", onset.ptr);
    return str_printf(arena,
                      "SELECT a.*, coalesce(b.ms, 0) AS ms_base, %s AS onset FROM %s a, %s b",
                      onset.ptr, mean_sql(arena, it, "traces", since.ptr).ptr,
                      by_reference ? mean_sql(arena, it, "reference_traces", "").ptr
                                   : mean_sql(arena, it, "traces", before.ptr).ptr);
}

static struct str claim_of(struct call *call, const struct step *it, const struct batch *means)
{
    struct arena *arena = call->scratch;
    const struct str where =
        it->callee.len > 0
            ? str_printf(arena, "on the way from `%s` of `%s` to `%s`",
                         text_of(it, "operation").ptr, it->service.ptr, it->callee.ptr)
            : str_printf(arena, "in `%s` of `%s` itself", text_of(it, "operation").ptr,
                         it->service.ptr);
    return str_printf(arena,
                      "A request `%s` to `%s` spent %s ms %s since %s, on average, after %s ms %s.",
                      text_of(it, "request").ptr, text_of(it, "entry").ptr,
                      claim_number(arena, batch_column(means, "ms")->reals[0]).ptr, where.ptr,
                      time_format_short(arena, call->casefile->incident.start_ns).ptr,
                      claim_number(arena, batch_column(means, "ms_base")->reals[0]).ptr,
                      batch_column(it->rows, "by_reference")->integers[it->row] != 0
                          ? "in the fault-free reference"
                          : "before");
}

/* False in `told`: what a query can count does not bear it out. */
static bool add_evidence(struct call *call, const struct step *it, bool *told, struct err *err)
{
    struct casefile *casefile = call->casefile;
    const struct str query = query_of(call, it);
    struct batch *means;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &means, err))
        return false;
    *told = means->rows == 1 && batch_column(means, "ms")->known[0] &&
            !batch_column(means, "waits")->integers[0] &&
            batch_column(means, "ms")->reals[0] > batch_column(means, "ms_base")->reals[0];
    if (!*told)
        return true;
    casefile_add(casefile, &(struct evidence){
                               .step_id = call->step_id,
                               .signal = SIGNAL_TRACES,
                               .bearing = BEARING_SUPPORTS,
                               .finding = it->callee.len > 0 ? FINDING_EDGE_GAP : FINDING_SELF_TIME,
                               .subject = it->callee.len > 0 ? it->callee : it->service,
                               .window = casefile->incident,
                               .onset_ns = casefile->incident.start_ns,
                               .claim = claim_of(call, it, means),
                               .query = query,
                               .strength = strength_of(it),
                               .trace_id = text_of(it, "trace_id"),
                           });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("traces.critical_path"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "traces.critical_path", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "steps")->rows;
    int64_t found = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        struct step it = {.rows = rows, .row = row};
        it.service = text_of(&it, "service");
        it.callee = text_of(&it, "callee");
        const struct str subject = it.callee.len > 0 ? it.callee : it.service;
        bool told;
        if (strength_of(&it) < STRENGTH_MIN || !actor_is_asked_about(in, subject) ||
            !room_is_left(&room, subject))
            continue;
        if (!add_evidence(call, &it, &told, err))
            return false;
        if (!told)
            continue;
        room_take(&room, subject);
        if (found++ == 0)
            *record_at(out, "service") = value_text(subject);
    }
    *record_at(out, "found") = value_int(found);
    return true;
}

const struct actor actor_follow_critical_path = {
    .sig = {.name = "follow_critical_path",
            .summary = "Find what made requests longer, on their critical path",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_TRACES,
    .run = run,
};
