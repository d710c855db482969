/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: where requests lose their time, fail, or take another path than before.
 *
 * Time that is lost between caller and callee may be the network's, the callee's queue's, or the
 * caller's own slowness in taking the answer: as far as the caller is slow itself, or is called
 * through a gap of its own, the gap is explained by that.
 *
 * Who is called and shows nothing, be it somebody else's or a store, or gone, is told by what its
 * callers saw; as far as it left their calls unanswered or answered late, their failures and their
 * own time are explained by that.
 */
#include "actor/actor.h"
#include "actor/hypothesise/call_counts.h"
#include "actor/room.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>

#define EVIDENCE_MAX 12
#define STRENGTH_MIN 0.05

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"slow", TYPE_BOOL, 0, "own code or the way to it became slow", NULL},
    {"failing", TYPE_BOOL, 0, "operations failed by themselves", NULL},
    {0},
};

struct finding_row {
    const struct batch *rows;
    size_t row;
    enum finding finding;
    double strength;
};

static struct str text_of(const struct finding_row *it, const char *column)
{
    return batch_column(it->rows, column)->texts[it->row];
}

static int64_t count_of(const struct finding_row *it, const char *column)
{
    return batch_column(it->rows, column)->integers[it->row];
}

static enum finding finding_of(struct str kind)
{
    return str_eq(kind, STR("slow")) || str_eq(kind, STR("own")) ? FINDING_SELF_TIME
           : str_eq(kind, STR("gap"))                            ? FINDING_EDGE_GAP
           : str_eq(kind, STR("failed"))                         ? FINDING_SPAN_ERRORS
                                                                 : FINDING_OPERATIONS;
}

/* How much of a gap below this service is its own slowness, or a gap above it. */
static double slowness_of(const struct finding_row *items, size_t count, struct str service)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        if ((items[i].finding == FINDING_SELF_TIME || items[i].finding == FINDING_EDGE_GAP) &&
            str_eq(text_of(&items[i], "service"), service))
            most = fmax(most, batch_column(items[i].rows, "strength")->reals[items[i].row]);
    return most;
}

static void explain_gaps(struct finding_row *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].finding == FINDING_EDGE_GAP)
            items[i].strength *= 1 - slowness_of(items, count, text_of(&items[i], "caller"));
}

/* ---- the claim, from what the query gives ---- */

static struct str what_of(struct arena *arena, const struct finding_row *it)
{
    const char *operation = text_of(it, "operation").ptr, *service = text_of(it, "service").ptr;
    if (str_eq(text_of(it, "kind"), STR("own")))
        return str_printf(arena, "`%s` took over twice its usual own time, and a millisecond, in",
                          service);
    const struct str limit =
        claim_number(arena, round(batch_column(it->rows, "threshold_us")->reals[it->row]) / 1000);
    switch (it->finding) {
    case FINDING_SELF_TIME:
        return str_printf(arena, "`%s` of `%s` took over %s ms of its own time in", operation,
                          service, limit.ptr);
    case FINDING_EDGE_GAP:
        return str_printf(arena, "Between `%s` and `%s` of `%s` over %s ms were lost in",
                          text_of(it, "caller").ptr, operation, service, limit.ptr);
    case FINDING_SPAN_ERRORS:
        return str_printf(arena, "`%s` of `%s` failed by itself in", operation, service);
    default:
        return str_printf(arena, "`%s` ran `%s` in", service, operation);
    }
}

static struct str claim_of(struct call *call, const struct finding_row *it,
                           const struct batch *rows)
{
    struct arena *arena = call->scratch;
    const struct str kind = text_of(it, "kind");
    const bool whole = str_eq(kind, STR("path")) || str_eq(kind, STR("own"));
    const char *unit = whole ? "requests" : "calls";
    return str_printf(arena, "%s %lld of %lld %s since %s, and in %lld of %lld %s.",
                      what_of(arena, it).ptr,
                      (long long)batch_column(rows, "hits_since")->integers[0],
                      (long long)batch_column(rows, "calls_since")->integers[0], unit,
                      time_format_short(arena, call->casefile->incident.start_ns).ptr,
                      (long long)batch_column(rows, "hits_base")->integers[0],
                      (long long)batch_column(rows, "calls_base")->integers[0],
                      count_of(it, "by_reference") ? "of the fault-free reference" : "before");
}

static bool add_evidence(struct call *call, const struct finding_row *it, struct err *err)
{
    struct casefile *casefile = call->casefile;
    const struct str query = call_counts_query(
        call->scratch, it->rows, it->row, casefile->incident.start_ns, casefile->alert->starts_ns);
    struct batch *rows;
    if (actor_has_told(call, query))
        return true;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    casefile_add(casefile, &(struct evidence){
                               .step_id = call->step_id,
                               .signal = SIGNAL_TRACES,
                               .bearing = BEARING_SUPPORTS,
                               .finding = it->finding,
                               .subject = text_of(it, "service"),
                               .window = casefile->incident,
                               .onset_ns = casefile->incident.start_ns,
                               .claim = claim_of(call, it, rows),
                               .query = query,
                               .strength = it->strength,
                               .trace_id = text_of(it, "trace_id"),
                           });
    return true;
}

static int stronger_first(const void *a, const void *b)
{
    const struct finding_row *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    /* what came says more than what went */
    const int64_t more_x = count_of(x, "more"), more_y = count_of(y, "more");
    if (more_x != more_y)
        return more_x < more_y ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* One piece for each service and finding: the clearest. */
static bool is_told(const struct finding_row *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].finding == items[count].finding &&
            str_eq(text_of(&items[i], "service"), text_of(&items[count], "service")))
            return true;
    return false;
}

static void add_edges(struct call *call, const struct batch *edges)
{
    for (size_t row = 0; row < edges->rows; row++)
        topology_add(&call->casefile->topology, batch_column(edges, "caller")->texts[row],
                     batch_column(edges, "callee")->texts[row]);
}

static bool ask_edges(struct call *call, struct err *err)
{
    struct record in = record_new(call->scratch, agent_tool(STR("traces.graph"))->sig.input), out;
    if (!agent_use_once(call, "traces.graph", &in, &out, err))
        return false;
    add_edges(call, record_at(&out, "edges")->rows);
    return true;
}

/* ---- who shows nothing ---- */

static bool ask_unseen(struct call *call, struct record *answer, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("traces.unseen"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use(call, "traces.unseen", &asked, answer, err))
        return false;
    add_edges(call, record_at(answer, "edges")->rows);
    return true;
}

static bool calls(const struct batch *edges, struct str caller, struct str callee)
{
    for (size_t row = 0; row < edges->rows; row++)
        if (str_eq(batch_column(edges, "caller")->texts[row], caller) &&
            str_eq(batch_column(edges, "callee")->texts[row], callee))
            return true;
    return false;
}

/* How much of what a service does is its unseen callees': of failures, or of time. */
static double explained_by_unseen(const struct record *unseen, struct str service, const char *kind)
{
    const struct batch *rows = record_at(unseen, "calls")->rows;
    double most = 0;
    for (size_t row = 0; row < rows->rows; row++)
        if (str_eq(batch_column(rows, "kind")->texts[row], str_of(kind)) &&
            calls(record_at(unseen, "edges")->rows, service,
                  batch_column(rows, "callee")->texts[row]))
            most = fmax(most, batch_column(rows, "strength")->reals[row]);
    return most;
}

static void explain_by_unseen(struct finding_row *items, size_t count, const struct record *unseen)
{
    for (size_t i = 0; i < count; i++) {
        const enum finding finding = items[i].finding;
        if (finding == FINDING_SPAN_ERRORS || finding == FINDING_SELF_TIME)
            items[i].strength *=
                1 - explained_by_unseen(unseen, text_of(&items[i], "service"),
                                        finding == FINDING_SELF_TIME ? "late" : "unanswered");
    }
}

static struct str unseen_claim(struct arena *arena, struct str callee, bool late,
                               const struct batch *counted, int64_t onset_ns)
{
    return str_printf(
        arena, "Calls to `%s` %s in %lld of %lld since %s, and in %lld of %lld before.", callee.ptr,
        late ? "took over twice as long as usual, and a millisecond,"
             : "failed, with nothing to be seen of it,",
        (long long)batch_column(counted, "hits_since")->integers[0],
        (long long)batch_column(counted, "calls_since")->integers[0],
        time_format_short(arena, onset_ns).ptr,
        (long long)batch_column(counted, "hits_base")->integers[0],
        (long long)batch_column(counted, "calls_base")->integers[0]);
}

/* All of them are told: they are as many as there are callees that are in trouble. */
static bool add_unseen(struct call *call, const struct record *in, const struct record *unseen,
                       struct room *room, int64_t *told, struct err *err)
{
    const struct casefile *casefile = call->casefile;
    const struct batch *rows = record_at(unseen, "calls")->rows;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str callee = batch_column(rows, "callee")->texts[row];
        const struct str query = batch_column(rows, "query")->texts[row];
        const bool late = str_eq(batch_column(rows, "kind")->texts[row], STR("late"));
        struct batch *counted;
        if (batch_column(rows, "strength")->reals[row] < STRENGTH_MIN ||
            !actor_is_asked_about(in, callee) || !room_is_left(room, callee) ||
            actor_has_told(call, query))
            continue;
        if (!telemetry_rows(call->services->telemetry, call->scratch, query, &counted, err))
            return false;
        casefile_add(call->casefile,
                     &(struct evidence){
                         .step_id = call->step_id,
                         .signal = SIGNAL_TRACES,
                         .bearing = BEARING_SUPPORTS,
                         .finding = late ? FINDING_EDGE_GAP : FINDING_SPAN_ERRORS,
                         .subject = callee,
                         .cause = late ? STR("it answers late") : STR("it does not answer"),
                         .window = casefile->incident,
                         .onset_ns = casefile->incident.start_ns,
                         .claim = unseen_claim(call->scratch, callee, late, counted,
                                               casefile->incident.start_ns),
                         .query = query,
                         .strength = batch_column(rows, "strength")->reals[row],
                         .trace_id = batch_column(rows, "trace_id")->texts[row],
                     });
        room_take(room, callee);
        (*told)++;
    }
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record unseen;
    if (!ask_edges(call, err) || !ask_unseen(call, &unseen, err))
        return false;
    struct record asked = record_new(call->scratch, agent_tool(STR("traces.calls"))->sig.input);
    *record_at(&asked, "alert") = value_time(call->casefile->alert->starts_ns);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "traces.calls", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "calls")->rows;
    struct finding_row *items = arena_push_many(call->scratch, struct finding_row, rows->rows);
    for (size_t row = 0; row < rows->rows; row++)
        items[row] = (struct finding_row){
            .rows = rows,
            .row = row,
            .finding = finding_of(batch_column(rows, "kind")->texts[row]),
            .strength = batch_column(rows, "strength")->reals[row],
        };
    explain_gaps(items, rows->rows);
    explain_by_unseen(items, rows->rows, &unseen);
    qsort(items, rows->rows, sizeof *items, stronger_first);

    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    if (!add_unseen(call, in, &unseen, &room, &told, err))
        return false;
    bool slow = false, failing = told > 0;
    for (size_t i = 0; i < rows->rows; i++) {
        const struct str service = text_of(&items[i], "service");
        if (items[i].strength < STRENGTH_MIN || !actor_is_asked_about(in, service) ||
            !room_is_left(&room, service) || is_told(items, i))
            continue;
        if (!add_evidence(call, &items[i], err))
            return false;
        slow |= items[i].finding == FINDING_SELF_TIME || items[i].finding == FINDING_EDGE_GAP;
        failing |= items[i].finding == FINDING_SPAN_ERRORS;
        room_take(&room, service);
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "slow") = value_bool(slow);
    *record_at(out, "failing") = value_bool(failing);
    return true;
}

const struct actor actor_inspect_traces = {
    .sig = {.name = "inspect_traces",
            .summary = "Find where requests lose time, fail, or take another path",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_TRACES,
    .run = run,
};
