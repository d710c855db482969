/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: is it one replica of a service, or all of them? One bad instance among good ones speaks of
 * where that one runs or of what it alone was given: its host, its version, its configuration. All
 * alike speaks of what they share, and is told in the outputs alone.
 *
 * Failing calls and lines are compared as shares (agent/trials.h), metrics as distances in spreads,
 * with the weight of any shift: 1 - 1 / (1 + apart / 2). Either counts 0.6, because the trouble
 * itself is told of the service already; here it is only told of whom in it. What was so before,
 * and what has befallen the others as well, is nothing of one replica.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "agent/logs/lines.h"
#include "agent/metrics/vocabulary.h"
#include "agent/trials.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>
#include <stdlib.h>

#define STRENGTH 0.6
#define STRENGTH_MIN 0.05
#define APART_MIN 5.0     /* spreads */
#define APART_HALF 2.0    /* so many spreads weigh ln 2, as in find_shifted_metrics */
#define OTHERS_SHARE 0.33 /* of the distance: so far the others may have gone, or it was before */
#define EVIDENCE_MAX 3
#define SHARE_MOST 0.5 /* of the instances: of more than that it is not one among others */

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose replicas", NULL},
    {0},
};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"compared", TYPE_INT, 0, "how many replicas could be compared", NULL},
    {"alike", TYPE_BOOL, FIELD_OPTIONAL, "all of them behave alike; unknown: there are not two",
     NULL},
    {"instance", TYPE_TEXT, FIELD_OPTIONAL, "the one that behaves worst", NULL},
    {0},
};

enum differing { OF_CALLS_FAILED, OF_CALLS_SLOW, OF_LINES, OF_METRIC };

struct difference {
    struct str instance;
    enum differing what;
    struct str metric;
    double strength;
};

struct work {
    struct call *call;
    struct str service;
    struct difference *items;
    size_t count;
    size_t room;
    struct map instances; /* that could be compared */
};

static void note(struct work *work, struct difference difference)
{
    if (difference.strength < STRENGTH_MIN)
        return;
    if (work->count == work->room) {
        const size_t room = work->room > 0 ? work->room * 2 : 16;
        work->items = arena_grow(work->call->scratch, work->items,
                                 work->count * sizeof *work->items, room * sizeof *work->items);
        work->room = room;
    }
    work->items[work->count++] = difference;
}

static bool ask(struct work *work, const char *tool, const char *rows_name,
                const struct batch **rows, struct err *err)
{
    struct record asked = record_new(work->call->scratch, agent_tool(str_of(tool))->sig.input);
    struct record answer;
    if (str_eq(str_of(tool), STR("metrics.replicas")))
        *record_at(&asked, "service") = value_text(work->service);
    *record_at(&asked, "onset") = value_time(work->call->casefile->incident.start_ns);
    if (!agent_use_once(work->call, tool, &asked, &answer, err))
        return false;
    *rows = record_at(&answer, rows_name)->rows;
    return true;
}

/* ---- shares: of calls, of slots with a failing line ---- */

static bool is_ours(const struct work *work, const struct batch *rows, size_t row)
{
    return str_eq(batch_column(rows, "service")->texts[row], work->service);
}

static double at(const struct batch *rows, const char *column, size_t row)
{
    return (double)batch_column(rows, column)->integers[row];
}

static double sum_of_others(const struct work *work, const struct batch *rows, const char *column,
                            size_t but)
{
    double sum = 0;
    for (size_t row = 0; row < rows->rows; row++)
        if (row != but && is_ours(work, rows, row))
            sum += at(rows, column, row);
    return sum;
}

/* How much worse the instance of this row is than the others; 0: not worse. */
static double worse(const struct work *work, const struct batch *rows, size_t row, const char *hits,
                    const char *tries)
{
    double g;
    const double hits_here = at(rows, hits, row), tries_here = at(rows, tries, row);
    const double hits_there = sum_of_others(work, rows, hits, row);
    const double tries_there = sum_of_others(work, rows, tries, row);
    if (tries_here < 1 || tries_there < 1 || hits_here * tries_there <= hits_there * tries_here)
        return 0;
    return trial_difference(hits_here, tries_here, hits_there, tries_there, &g);
}

static void compare_shares(struct work *work, const struct batch *rows, const char *since,
                           const char *before, enum differing what)
{
    for (size_t row = 0; row < rows->rows; row++) {
        if (!is_ours(work, rows, row) || at(rows, "tries_since", row) < 1)
            continue;
        const double now = worse(work, rows, row, since, "tries_since");
        const double then = worse(work, rows, row, before, "tries_before");
        map_add(&work->instances, batch_column(rows, "instance")->texts[row]);
        note(work, (struct difference){
                       .instance = batch_column(rows, "instance")->texts[row],
                       .what = what,
                       .strength = then < now * OTHERS_SHARE ? STRENGTH * now : 0,
                   });
    }
}

/* ---- metrics ---- */

/* 1: more is worse; -1: less is; 0: neither, as with traffic, which a balancer divides. */
static int worse_sign(enum metric_kind kind)
{
    switch (kind) {
    case METRIC_SUCCESS:
        return -1;
    case METRIC_ERRORS:
    case METRIC_CPU:
    case METRIC_MEMORY:
    case METRIC_COLLECTION:
    case METRIC_DISK:
    case METRIC_LATENCY:
    case METRIC_CONNECTIONS:
    case METRIC_REPLICAS:
        return 1;
    default:
        return 0;
    }
}

static void compare_metrics(struct work *work, const struct batch *rows)
{
    for (size_t row = 0; row < rows->rows; row++) {
        const struct column *before = batch_column(rows, "apart_before");
        const struct column *shift = batch_column(rows, "others_shift");
        const int sign = worse_sign(metric_kind_of(batch_column(rows, "kind")->texts[row]));
        const double apart = sign * batch_column(rows, "apart")->reals[row];
        map_add(&work->instances, batch_column(rows, "instance")->texts[row]);
        /* a machine is shared: what it does need not be this one's doing */
        if (metric_meaning_of(batch_column(rows, "metric")->texts[row]).of_host ||
            apart < APART_MIN ||
            (before->known[row] && sign * before->reals[row] > OTHERS_SHARE * apart) ||
            (shift->known[row] && shift->reals[row] > OTHERS_SHARE * apart))
            continue;
        note(work, (struct difference){
                       .instance = batch_column(rows, "instance")->texts[row],
                       .what = OF_METRIC,
                       .metric = batch_column(rows, "metric")->texts[row],
                       .strength = STRENGTH * (1 - 1 / (1 + apart / APART_HALF)),
                   });
    }
}

/* ---- evidence ---- */

static struct str metric_query(struct work *work, const struct difference *it)
{
    struct arena *arena = work->call->scratch;
    return str_printf(
        arena,
        "SELECT service::VARCHAR AS service, metric::VARCHAR AS metric, %s AS instance, onset, "
        "median(value) FILTER (WHERE instance = %s) "
        "AS here, median(value) FILTER (WHERE instance <> %s AND instance <> '') AS others FROM "
        "(SELECT *, %s AS onset FROM metrics) "
        "WHERE service = %s AND metric = %s AND isfinite(value) AND time >= onset GROUP BY "
        "service, metric, onset",
        sql_quote(arena, it->instance).ptr, sql_quote(arena, it->instance).ptr,
        sql_quote(arena, it->instance).ptr,
        sql_time(arena, work->call->casefile->incident.start_ns).ptr,
        sql_quote(arena, work->service).ptr, sql_quote(arena, it->metric).ptr);
}

/* Counted as in agent/logs/replicas.c and agent/traces/replicas.c. */
static struct str share_query(struct work *work, const struct difference *it)
{
    struct arena *arena = work->call->scratch;
    const char *service = sql_quote(arena, work->service).ptr;
    const char *instance = sql_quote(arena, it->instance).ptr;
    const char *onset = sql_time(arena, work->call->casefile->incident.start_ns).ptr;
    if (it->what == OF_LINES)
        return str_printf(
            arena,
            "WITH said AS (SELECT instance, " LINE_SLOT_SQL " AS slot, " LINE_FAILED_SQL
            " AS failed FROM logs WHERE service = %s AND coalesce(instance, '') <> '' "
            "AND time >= %s) SELECT %s AS service, %s AS instance, %s AS onset, (SELECT "
            "count(DISTINCT slot) FROM said) AS tries, count(DISTINCT slot) FILTER (WHERE failed "
            "AND instance = %s) AS here, count(DISTINCT slot) FILTER (WHERE failed AND instance <> "
            "%s) AS others FROM said",
            onset, service, onset, service, instance, onset, instance, instance);
    return str_printf(
        arena,
        "WITH calls AS (SELECT instance, operation, duration_us, upper(coalesce(status, '')) = "
        "'ERROR' AS failed, time >= %s AS since FROM traces WHERE service = %s AND "
        "coalesce(instance, '') <> '' AND time IS NOT NULL), usual AS (SELECT operation, "
        "greatest(2 * quantile_cont(duration_us, 0.95), 1000) AS slow FROM calls WHERE NOT since "
        "GROUP BY operation HAVING count(*) >= 10) SELECT %s AS service, %s AS instance, %s AS "
        "onset, count(*) FILTER (WHERE hit AND instance = %s) AS here, count(*) FILTER (WHERE "
        "instance = %s) AS tries, count(*) FILTER (WHERE hit AND instance <> %s) AS others, "
        "count(*) FILTER (WHERE instance <> %s) AS others_tries FROM (SELECT instance, %s AS hit "
        "FROM calls LEFT JOIN usual USING (operation) WHERE since)",
        onset, service, service, instance, onset, instance, instance, instance, instance,
        it->what == OF_CALLS_FAILED ? "failed" : "duration_us > slow");
}

static struct str claim_of(struct work *work, const struct difference *it, const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const char *onset = time_format_short(arena, work->call->casefile->incident.start_ns).ptr;
    if (it->what == OF_METRIC)
        return str_printf(
            arena,
            "`%s` of `%s` was at %s for `%s` (median since %s), and at %s for its other replicas.",
            it->metric.ptr, work->service.ptr,
            claim_number(arena, batch_column(seen, "here")->reals[0]).ptr, it->instance.ptr, onset,
            claim_number(arena, batch_column(seen, "others")->reals[0]).ptr);
    if (it->what == OF_LINES)
        return str_printf(arena,
                          "`%s` of `%s` logged failures in %.0f of %.0f slots since %s, and its "
                          "other replicas in %.0f.",
                          it->instance.ptr, work->service.ptr, at(seen, "here", 0),
                          at(seen, "tries", 0), onset, at(seen, "others", 0));
    return str_printf(arena,
                      "`%s` of `%s` %s in %.0f of %.0f calls since %s, and its other replicas in "
                      "%.0f of %.0f.",
                      it->instance.ptr, work->service.ptr,
                      it->what == OF_CALLS_FAILED ? "failed" : "was slow", at(seen, "here", 0),
                      at(seen, "tries", 0), onset, at(seen, "others", 0),
                      at(seen, "others_tries", 0));
}

static bool add_evidence(struct work *work, const struct difference *it, struct err *err)
{
    static const enum signal signals[] = {[OF_CALLS_FAILED] = SIGNAL_TRACES,
                                          [OF_CALLS_SLOW] = SIGNAL_TRACES,
                                          [OF_LINES] = SIGNAL_LOGS,
                                          [OF_METRIC] = SIGNAL_METRICS};
    struct casefile *casefile = work->call->casefile;
    const struct str query = it->what == OF_METRIC ? metric_query(work, it) : share_query(work, it);
    struct batch *seen;
    if (!telemetry_rows(work->call->services->telemetry, work->call->scratch, query, &seen, err))
        return false;
    if (seen->rows == 0)
        return true;
    casefile_add(casefile,
                 &(struct evidence){
                     .step_id = work->call->step_id,
                     .signal = signals[it->what],
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_REPLICAS,
                     .subject = work->service,
                     .instance = it->instance,
                     .window = casefile->incident,
                     .onset_ns = casefile->incident.start_ns,
                     .claim = claim_of(work, it, seen),
                     .query = query,
                     .strength = it->strength,
                     .series = {.service = it->what == OF_METRIC ? work->service : STR(""),
                                .instance = it->instance,
                                .metric = it->metric},
                 });
    return true;
}

static int stronger_first(const void *a, const void *b)
{
    const struct difference *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    const int order = str_compare(x->instance, y->instance);
    return order != 0 ? order : str_compare(x->metric, y->metric);
}

/* How many instances there is anything of; over half of all is not one among others. */
static uint32_t bad_count(struct work *work)
{
    struct map bad = map_new(work->call->scratch);
    for (size_t i = 0; i < work->count; i++)
        map_add(&bad, work->items[i].instance);
    return bad.count;
}

/* One piece for each signal. */
static bool is_told(const struct difference *items, size_t number)
{
    for (size_t i = 0; i < number; i++)
        if (items[i].what == items[number].what)
            return true;
    return false;
}

static bool compare(struct work *work, struct err *err)
{
    const struct batch *rows;
    if (!ask(work, "traces.replicas", "instances", &rows, err))
        return false;
    compare_shares(work, rows, "failed_since", "failed_before", OF_CALLS_FAILED);
    compare_shares(work, rows, "slow_since", "slow_before", OF_CALLS_SLOW);
    if (!ask(work, "logs.replicas", "instances", &rows, err))
        return false;
    compare_shares(work, rows, "failed_since", "failed_before", OF_LINES);
    if (!ask(work, "metrics.replicas", "instances", &rows, err))
        return false;
    compare_metrics(work, rows);
    if (work->count > 0)
        qsort(work->items, work->count, sizeof *work->items, stronger_first);
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.call = call,
                        .service = record_at(in, "service")->text,
                        .instances = map_new(call->scratch)};
    if (!compare(&work, err))
        return false;
    const uint32_t compared = work.instances.count;
    const bool one_is_bad =
        work.count > 0 && bad_count(&work) <= (uint32_t)(SHARE_MOST * (double)compared);
    int64_t told = 0;
    for (size_t i = 0; one_is_bad && i < work.count && told < EVIDENCE_MAX; i++) {
        if (is_told(work.items, i))
            continue;
        if (!add_evidence(&work, &work.items[i], err))
            return false;
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "compared") = value_int(compared);
    if (compared > 1)
        *record_at(out, "alike") = value_bool(work.count == 0);
    if (one_is_bad)
        *record_at(out, "instance") = value_text(work.items[0].instance);
    return true;
}

const struct actor actor_compare_replicas = {
    .sig = {.name = "compare_replicas",
            .summary = "Judge whether one replica of a service behaves worse than the others",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .run = run,
};
