/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of which the callee shows nothing: it is of somebody else, a store, or it is gone or hangs.
 * What its callers saw is all there is:
 *
 *  - unanswered: the call failed, and no span of another service is below it;
 *  - late: it took over twice what nineteen of twenty such calls took before, and a millisecond.
 *    Only of callees that hardly ever show anything: of others that is told by their own spans.
 *
 * Where a callee was hardly called before, what all calls did before says what is usual: they
 * answer.
 *
 * Calls are counted by callee, over all callers: one that most of them suffer from is at fault
 * rather than they. The other way round, who has failing calls to most of those that it calls is at
 * fault rather than they: its calls tell nothing.
 */
#include "agent/traces/forest.h"
#include "agent/traces/peer.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "stats/robust.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>

#define USUAL_QUANTILE 0.95
#define LATE_FACTOR 2.0
#define LATE_US_MIN 1000.0
#define SHOWN_MAX 0.5    /* of the calls before: more, and it records spans itself */
#define SUFFERS_MOST 0.5 /* of those whom it calls */
#define SUFFERS_MIN 2
#define OPERATIONS_MAX 200 /* in the query of one row */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"kind", TYPE_TEXT, 0, "unanswered or late", NULL},
    {"callee", TYPE_TEXT, 0, "who was called", NULL},
    {"hits_since", TYPE_INT, 0, "how many calls were, since the onset", NULL},
    {"tries_since", TYPE_INT, 0, "of how many", NULL},
    {"hits_base", TYPE_INT, 0, "the same before", NULL},
    {"tries_base", TYPE_INT, 0, "of how many", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {"trace_id", TYPE_TEXT, 0, "an exemplar since the onset; may be empty", NULL},
    {"query", TYPE_TEXT, 0, "SQL that gives these numbers again", NULL},
    {0},
};

static const struct field edge_columns[] = {
    {"caller", TYPE_TEXT, 0, "a service", NULL},
    {"callee", TYPE_TEXT, 0, "whom it says that it calls", NULL},
    {0},
};

static const struct field output[] = {
    {"calls", TYPE_ROWS, 0, "what is more frequent than before, by callee", columns},
    {"edges", TYPE_ROWS, 0, "who calls whom, by the callers' word", edge_columns},
    {0},
};

/* One row a call; `answered_by` is empty where no span of another service is below it. */
static const char calls_sql[] =
    "WITH s AS (SELECT trace_id, span_id, time, duration_us, service, coalesce(operation, '') AS "
    "operation, " PEER_SQL("t") " AS peer, " SPAN_FAILED_SQL("t") " AND NOT " REFUSED_SQL(
        "t") " AS failed, t.rowid AS number FROM traces t "
             "WHERE " CALLS_SQL("t") " AND time IS NOT NULL AND "
                                     "duration_us >= 0 AND service <> "
                                     "'') "
                                     "SELECT s.trace_id, s.time, "
                                     "s.duration_us, s.service AS "
                                     "caller, s.operation, s.peer, "
                                     "s.failed, "
                                     "coalesce(min(c.service), '') AS "
                                     "answered_by FROM s LEFT JOIN "
                                     "traces c ON c.trace_id = "
                                     "s.trace_id AND c.parent_id = "
                                     "s.span_id AND c.service <> "
                                     "s.service WHERE s.peer <> '' "
                                     "GROUP BY "
                                     "s.number, s.trace_id, s.time, "
                                     "s.duration_us, s.service, "
                                     "s.operation, s.peer, s.failed "
                                     "ORDER BY s.time, s.trace_id, "
                                     "s.number";

struct call_seen {
    uint32_t callee, caller, kind; /* kind: of caller, operation and callee */
    double us;
    bool since, failed, answered;
};

enum answer { UNANSWERED, LATE, ANSWERS_COUNT };

static const char *const kind_names[] = {[UNANSWERED] = "unanswered", [LATE] = "late"};

struct counts {
    uint32_t hits, tries;
};

/* What all callers saw of one callee. */
struct tally {
    struct counts since[ANSWERS_COUNT], base[ANSWERS_COUNT];
    struct str exemplar[ANSWERS_COUNT];
    uint32_t before, shown_before; /* calls before, and of those, how many show it */
};

/* What one caller saw of one callee. */
struct edge {
    uint32_t caller, callee;
    uint32_t failed_since;
};

struct seeing {
    struct arena *arena;
    const struct batch *rows;
    int64_t onset_ns;
    struct call_seen *calls; /* by row; callee MAP_NONE: nobody knows whom it means */
    struct map callees, callers, kinds, edge_names;
    struct edge *edges;    /* by number of the edge */
    double *limits_us;     /* by kind; negative: too few calls before */
    struct str *texts[3];  /* by kind: caller, operation, name of the peer */
    bool *aside;           /* by caller: its calls tell nothing */
    struct tally *tallies; /* by callee */
};

static struct str text_of(const struct seeing *it, size_t row, const char *column)
{
    return batch_column(it->rows, column)->texts[row];
}

/* What answered calls to a name says whose name it is; else the graph does. */
static struct map answering(struct seeing *it, struct str **services)
{
    struct map names = map_new(it->arena);
    *services = arena_push_many(it->arena, struct str, it->rows->rows);
    for (size_t row = 0; row < it->rows->rows; row++) {
        const uint32_t before = names.count;
        if (text_of(it, row, "answered_by").len > 0 &&
            map_add(&names, text_of(it, row, "peer")) == before)
            (*services)[before] = text_of(it, row, "answered_by");
    }
    return names;
}

static uint32_t number_of(struct map *map, uint32_t a, uint32_t b, uint32_t c)
{
    const uint32_t key[] = {a, b, c};
    return map_add(map, (struct str){.ptr = (const char *)key, .len = sizeof key});
}

static void read_call(struct seeing *it, size_t row, struct str callee, struct map *operations,
                      struct map *peers)
{
    const struct str caller = text_of(it, row, "caller"), operation = text_of(it, row, "operation");
    struct call_seen *call = &it->calls[row];
    *call = (struct call_seen){
        .callee = MAP_NONE,
        .us = (double)batch_column(it->rows, "duration_us")->integers[row],
        .since = batch_column(it->rows, "time")->integers[row] >= it->onset_ns,
        .failed = batch_column(it->rows, "failed")->integers[row] != 0,
        .answered = text_of(it, row, "answered_by").len > 0,
    };
    if (callee.len == 0 || str_eq(callee, caller))
        return;
    call->callee = map_add(&it->callees, callee);
    call->caller = map_add(&it->callers, caller);
    const uint32_t peer = map_add(peers, text_of(it, row, "peer"));
    call->kind = number_of(&it->kinds, call->caller, map_add(operations, operation), peer);
    const struct str texts[] = {caller, operation, text_of(it, row, "peer")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        it->texts[i][call->kind] = texts[i];
    struct edge *edge = &it->edges[number_of(&it->edge_names, call->caller, call->callee, 0)];
    edge->caller = call->caller;
    edge->callee = call->callee;
    edge->failed_since += call->since && call->failed && !call->answered;
}

static struct seeing see(struct call *call, const struct batch *rows, int64_t onset_ns)
{
    struct arena *arena = call->scratch;
    struct seeing it = {.arena = arena,
                        .rows = rows,
                        .onset_ns = onset_ns,
                        .calls = arena_push_many(arena, struct call_seen, rows->rows),
                        .callees = map_new(arena),
                        .callers = map_new(arena),
                        .kinds = map_new(arena),
                        .edge_names = map_new(arena),
                        .edges = arena_push_many(arena, struct edge, rows->rows)};
    struct map operations = map_new(arena), peers = map_new(arena);
    struct str *services;
    const struct map answered = answering(&it, &services);
    for (int i = 0; i < 3; i++)
        it.texts[i] = arena_push_many(arena, struct str, rows->rows);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str peer = text_of(&it, row, "peer");
        const uint32_t known = map_find(&answered, peer);
        read_call(&it, row,
                  known != MAP_NONE
                      ? services[known]
                      : peer_node(&call->casefile->topology, text_of(&it, row, "caller"), peer),
                  &operations, &peers);
    }
    return it;
}

/* Whose calls fail to most of those whom they go to. */
static void set_aside(struct seeing *it)
{
    it->aside = arena_push_many(it->arena, bool, it->callers.count);
    for (uint32_t caller = 0; caller < it->callers.count; caller++) {
        uint32_t called = 0, failing = 0;
        for (uint32_t i = 0; i < it->edge_names.count; i++) {
            called += it->edges[i].caller == caller;
            failing += it->edges[i].caller == caller && it->edges[i].failed_since > 0;
        }
        it->aside[caller] = failing >= SUFFERS_MIN && failing > SUFFERS_MOST * called;
    }
}

static void find_limits(struct seeing *it)
{
    uint32_t *counts = arena_push_many(it->arena, uint32_t, it->kinds.count);
    double **values = arena_push_many(it->arena, double *, it->kinds.count);
    it->limits_us = arena_push_many(it->arena, double, it->kinds.count);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t row = 0; row < it->rows->rows; row++) {
            const struct call_seen *call = &it->calls[row];
            if (call->callee == MAP_NONE || call->since)
                continue;
            if (pass == 1)
                values[call->kind][counts[call->kind]] = call->us;
            counts[call->kind]++;
        }
        for (uint32_t kind = 0; pass == 0 && kind < it->kinds.count; kind++) {
            values[kind] = arena_push_many(it->arena, double, counts[kind]);
            counts[kind] = 0;
        }
    }
    for (uint32_t kind = 0; kind < it->kinds.count; kind++)
        it->limits_us[kind] =
            counts[kind] < TRIAL_BASELINE_MIN
                ? -1
                : round(LATE_FACTOR * stats_quantile_sorted(
                                          stats_sorted(it->arena, values[kind], counts[kind]),
                                          counts[kind], USUAL_QUANTILE) +
                        LATE_US_MIN);
}

/* ---- counting ---- */

static bool counts_as(const struct seeing *it, const struct call_seen *call, enum answer kind)
{
    return call->callee != MAP_NONE && !it->aside[call->caller] &&
           (kind == UNANSWERED || it->limits_us[call->kind] >= 0);
}

static bool is_hit(const struct seeing *it, const struct call_seen *call, enum answer kind)
{
    return kind == LATE ? call->us > it->limits_us[call->kind] : call->failed && !call->answered;
}

static void count(struct seeing *it)
{
    it->tallies = arena_push_many(it->arena, struct tally, it->callees.count);
    for (size_t row = 0; row < it->rows->rows; row++) {
        const struct call_seen *call = &it->calls[row];
        struct tally *tally = call->callee != MAP_NONE ? &it->tallies[call->callee] : NULL;
        if (tally && !call->since) {
            tally->before++;
            tally->shown_before += call->answered;
        }
        for (enum answer kind = 0; kind < ANSWERS_COUNT; kind++) {
            if (!counts_as(it, call, kind))
                continue;
            const bool hit = is_hit(it, call, kind);
            struct counts *counts = call->since ? &tally->since[kind] : &tally->base[kind];
            counts->tries++;
            counts->hits += hit;
            if (call->since && hit && tally->exemplar[kind].len == 0)
                tally->exemplar[kind] = text_of(it, row, "trace_id");
        }
    }
}

/* The kinds of calls that count, as rows: caller, operation, peer, what is late. */
static struct str kinds_sql(const struct seeing *it, uint32_t callee, enum answer kind)
{
    struct arena *arena = it->arena;
    struct buf out = buf_new(arena);
    bool *told = arena_push_many(arena, bool, it->kinds.count);
    uint32_t count = 0;
    for (size_t row = 0; row < it->rows->rows && count < OPERATIONS_MAX; row++) {
        const struct call_seen *call = &it->calls[row];
        if (call->callee != callee || !counts_as(it, call, kind) || told[call->kind])
            continue;
        told[call->kind] = true;
        buf_printf(&out, "%s(%s, %s, %s, %.0f)", count++ > 0 ? ", " : "",
                   sql_quote(arena, it->texts[0][call->kind]).ptr,
                   sql_quote(arena, it->texts[1][call->kind]).ptr,
                   sql_quote(arena, it->texts[2][call->kind]).ptr,
                   kind == LATE ? it->limits_us[call->kind] : 0.0);
    }
    return buf_str(&out);
}

static struct str query_of(const struct seeing *it, uint32_t callee, enum answer kind)
{
    struct arena *arena = it->arena;
    const char *onset = sql_time(arena, it->onset_ns).ptr;
    const char *hit =
        kind == LATE
            ? "s.duration_us > max(k.limit_us)"
            : SPAN_FAILED_SQL("s") " AND NOT " REFUSED_SQL("s") " AND count(c.span_id) = 0";
    return str_printf(
        arena,
        "WITH seen AS (SELECT s.time, k.peer, %s AS hit, s.time >= %s AS since FROM traces s JOIN "
        "(VALUES %s) k(caller, operation, peer, limit_us) ON s.service = k.caller AND "
        "coalesce(s.operation, '') = k.operation AND " PEER_SQL(
            "s") " = k.peer LEFT JOIN traces c "
                 "ON c.trace_id = s.trace_id AND c.parent_id = s.span_id AND c.service <> "
                 "s.service WHERE " CALLS_SQL(
                     "s") " AND s.time IS NOT NULL AND s.duration_us >= 0 GROUP BY s.rowid, "
                          "s.time, "
                          "s.duration_us, s.status, s.attributes, k.peer) SELECT %s AS callee, %s "
                          "AS onset, max(peer) "
                          "AS peer, count(*) FILTER (WHERE hit AND since) AS hits_since, count(*) "
                          "FILTER (WHERE "
                          "since) AS calls_since, count(*) FILTER (WHERE hit AND NOT since) AS "
                          "hits_base, count(*) "
                          "FILTER (WHERE NOT since) AS calls_base FROM seen",
        hit, onset, kinds_sql(it, callee, kind).ptr, sql_quote(arena, it->callees.keys[callee]).ptr,
        onset);
}

/* Of all calls before that tell something, how many were left unanswered. */
static struct counts usually_unanswered(const struct seeing *it)
{
    struct counts all = {0};
    for (uint32_t callee = 0; callee < it->callees.count; callee++) {
        all.tries += it->tallies[callee].base[UNANSWERED].tries;
        all.hits += it->tallies[callee].base[UNANSWERED].hits;
    }
    return all;
}

static double difference(const struct seeing *it, struct counts since, struct counts base,
                         enum answer kind)
{
    double g;
    if (kind == UNANSWERED && base.tries < TRIAL_BASELINE_MIN)
        base = usually_unanswered(it);
    if (since.tries == 0 || base.tries < TRIAL_BASELINE_MIN ||
        (double)since.hits / since.tries <= (double)base.hits / base.tries)
        return 0;
    return trial_difference(since.hits, since.tries, base.hits, base.tries, &g);
}

static void tell(const struct seeing *it, uint32_t callee, enum answer kind, struct batch *out)
{
    const struct tally *tally = &it->tallies[callee];
    const struct counts since = tally->since[kind], base = tally->base[kind];
    const double strength = difference(it, since, base, kind);
    if (strength <= 0)
        return;
    const size_t row = batch_add_row(out);
    batch_set(out, row, "kind", value_text(str_of(kind_names[kind])));
    batch_set(out, row, "callee", value_text(it->callees.keys[callee]));
    batch_set(out, row, "hits_since", value_int(since.hits));
    batch_set(out, row, "tries_since", value_int(since.tries));
    batch_set(out, row, "hits_base", value_int(base.hits));
    batch_set(out, row, "tries_base", value_int(base.tries));
    batch_set(out, row, "strength", value_real(strength));
    batch_set(out, row, "trace_id", value_text(tally->exemplar[kind]));
    batch_set(out, row, "query", value_text(query_of(it, callee, kind)));
}

static struct batch *tell_edges(const struct seeing *it)
{
    struct batch *edges = batch_new(it->arena, edge_columns);
    for (uint32_t i = 0; i < it->edge_names.count; i++) {
        const size_t row = batch_add_row(edges);
        batch_set(edges, row, "caller", value_text(it->callers.keys[it->edges[i].caller]));
        batch_set(edges, row, "callee", value_text(it->callees.keys[it->edges[i].callee]));
    }
    return edges;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch, str_of(calls_sql), &rows, err))
        return false;
    struct seeing it = see(call, rows, record_at(in, "onset")->integer);
    set_aside(&it);
    find_limits(&it);
    count(&it);
    struct batch *calls = batch_new(call->scratch, columns);
    for (uint32_t callee = 0; callee < it.callees.count; callee++) {
        const struct tally *tally = &it.tallies[callee];
        tell(&it, callee, UNANSWERED, calls);
        if (tally->shown_before <= SHOWN_MAX * tally->before)
            tell(&it, callee, LATE, calls);
    }
    *record_at(out, "calls") = value_rows(calls);
    *record_at(out, "edges") = value_rows(tell_edges(&it));
    return true;
}

const struct tool tool_traces_unseen = {
    .sig = {.name = "unseen",
            .summary = "Find callees that show nothing, and leave calls unanswered or answer late",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
