/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: is what rose only the work that came in?
 *
 * Where users come in (a service that calls and is called by nobody) more requests arrive than
 * before. Who serves them needs more processor, sends more, holds more connections and makes some
 * wait; that is no fault of anybody, as long as each request costs what it did. So of what rose in
 * step with the requests, and not before them, the load is the reason: utilisation is rate times
 * cost (the utilisation law of operational analysis; Denning and Buzen, The operational analysis of
 * queueing network models, 1978). Memory is left out: what is kept does not go by the rate.
 *
 * Means are compared, for a peak that is over by now must count for the load as for its effects.
 * Nothing is explained where anything fails: who retries makes load, and what is broken is. But how
 * much more comes in is told: 1 - 1 / its rise.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define LOAD_RISE_MIN 1.5 /* times the mean before; less is a busy day */
#define IN_STEP_MAX 1.25  /* times the rise of the load: queues make it a little more */
#define SHIFT_MIN 3.0     /* in spreads: remarkable (agent/metrics/shifts.c) */
#define BEFORE_LOAD_NS (30 * NS_PER_S) /* two series of one cause are sampled so far apart */
#define FAILS_CLEARLY 0.5              /* strength of a failure that speaks */
#define STRENGTH 0.9
#define ASKED_MAX 64

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"rose", TYPE_BOOL, 0, "more requests come in than before, and none of them fails for it",
     NULL},
    {"explained", TYPE_INT, 0, "how many pieces of evidence that explains", NULL},
    {0},
};

struct load {
    struct str service, metric;
    double rise; /* mean since over mean before; 0: nothing more comes in */
    int64_t changed_ns;
};

/* Whether it calls, and is called by nobody. */
static bool is_entry(const struct topology *topology, struct str service)
{
    const uint32_t node = topology_find(topology, service);
    bool calls = false;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        if (topology->edges[i].callee == node)
            return false;
        calls |= topology->edges[i].caller == node;
    }
    return calls && node != MAP_NONE;
}

static struct str means_query(struct call *call, struct str service, struct str metric)
{
    struct arena *arena = call->scratch;
    const struct str onset = sql_time(arena, call->casefile->incident.start_ns);
    return str_printf(
        arena,
        "SELECT max(service)::VARCHAR AS service, max(metric)::VARCHAR AS metric, %s AS onset, "
        "avg(value) FILTER (WHERE time < %s) AS "
        "before, avg(value) FILTER (WHERE time >= %s) AS since FROM metrics WHERE "
        "service = %s AND metric = %s AND isfinite(value)",
        onset.ptr, onset.ptr, onset.ptr, sql_quote(arena, service).ptr,
        sql_quote(arena, metric).ptr);
}

/* 0: it cannot be told. */
static bool ask_rise(struct call *call, struct str query, double *rise, struct err *err)
{
    struct batch *rows;
    *rise = 0;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    if (rows->rows == 0)
        return true;
    const struct column *before = batch_column(rows, "before"),
                        *since = batch_column(rows, "since");
    if (before->known[0] && since->known[0] && before->reals[0] > 0)
        *rise = since->reals[0] / before->reals[0];
    return true;
}

/* The requests that rose the most where users come in. */
static bool find_load(struct call *call, struct load *load, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.shifts"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "metrics.shifts", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "series")->rows;
    for (size_t row = 0, asked_of = 0; row < rows->rows && asked_of < ASKED_MAX; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        const struct str metric = batch_column(rows, "metric")->texts[row];
        double rise;
        if (metric_kind_of(batch_column(rows, "kind")->texts[row]) != METRIC_TRAFFIC ||
            batch_column(rows, "falls")->integers[row] ||
            batch_column(rows, "shift")->reals[row] < SHIFT_MIN ||
            !batch_column(rows, "changed")->known[row] ||
            !is_entry(&call->casefile->topology, service))
            continue;
        asked_of++;
        if (!ask_rise(call, means_query(call, service, metric), &rise, err))
            return false;
        if (rise >= LOAD_RISE_MIN && rise > load->rise)
            *load = (struct load){.service = service,
                                  .metric = metric,
                                  .rise = rise,
                                  .changed_ns = batch_column(rows, "changed")->integers[row]};
    }
    return true;
}

static bool fails(const struct casefile *casefile)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        const enum finding finding = it->finding;
        if (it->bearing == BEARING_SUPPORTS && it->strength >= FAILS_CLEARLY &&
            (finding == FINDING_ERRORS || finding == FINDING_SPAN_ERRORS ||
             finding == FINDING_LOG_ERRORS || finding == FINDING_EXCEPTION ||
             finding == FINDING_RESTART || finding == FINDING_MISSING || finding == FINDING_OBJECT))
            return true;
    }
    return false;
}

/* What more requests bring about. That more come to those who are called is one of these things. */
static bool goes_by_load(const struct load *load, const struct evidence *it)
{
    const bool kind = it->finding == FINDING_CPU || it->finding == FINDING_NETWORK ||
                      it->finding == FINDING_CONNECTIONS || it->finding == FINDING_LATENCY ||
                      it->finding == FINDING_OTHER_METRIC ||
                      (it->finding == FINDING_TRAFFIC && !str_eq(it->subject, load->service));
    return kind && it->bearing == BEARING_SUPPORTS && it->signal == SIGNAL_METRICS &&
           it->series.metric.len > 0 &&
           (it->onset_ns == 0 || it->onset_ns >= load->changed_ns - BEFORE_LOAD_NS);
}

static bool explain(struct call *call, const struct load *load, const struct evidence *it,
                    int64_t *explained, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct str own = means_query(call, it->series.service, it->series.metric);
    double rise;
    if (!ask_rise(call, own, &rise, err))
        return false;
    const struct str query =
        str_printf(arena,
                   "SELECT a.*, round(a.since / a.before, 1) AS rise, b.service AS entry, b.metric "
                   "AS load, round(b.since / b.before, 1) AS load_rise FROM (%s) a, (%s) b",
                   own.ptr, means_query(call, load->service, load->metric).ptr);
    if (rise <= 0 || rise > IN_STEP_MAX * load->rise || actor_has_told(call, query))
        return true;
    casefile_add(call->casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_METRICS,
                     .bearing = BEARING_REFUTES,
                     .finding = it->finding,
                     .subject = it->subject,
                     .window = call->casefile->incident,
                     .claim = str_printf(
                         arena,
                         "`%s` of `%s` went to %.1f times what it was before %s, and `%s` of "
                         "`%s`, where users come in, to %.1f times.",
                         it->series.metric.ptr, it->series.service.ptr, rise,
                         time_format_short(arena, call->casefile->incident.start_ns).ptr,
                         load->metric.ptr, load->service.ptr, load->rise),
                     .query = query,
                     .strength = STRENGTH,
                 });
    ++*explained;
    return true;
}

/* What the kind of fault goes by, where nobody was changed (verdict/kind.c). */
static void tell_load(struct call *call, const struct load *load)
{
    struct arena *arena = call->scratch;
    const struct str query =
        str_printf(arena, "SELECT a.*, round(a.since / a.before, 1) AS rise FROM (%s) a",
                   means_query(call, load->service, load->metric).ptr);
    if (actor_has_told(call, query))
        return;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_METRICS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_TRAFFIC,
            .kind = KIND_TRAFFIC,
            .subject = load->service,
            .window = call->casefile->incident,
            .onset_ns = load->changed_ns,
            .claim = str_printf(arena,
                                "`%s` of `%s`, where users come in, went to %.1f times what it was "
                                "before %s.",
                                load->metric.ptr, load->service.ptr, load->rise,
                                time_format_short(arena, call->casefile->incident.start_ns).ptr),
            .query = query,
            .strength = 1 - 1 / load->rise,
        });
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct load load = {0};
    if (!find_load(call, &load, err))
        return false;
    const uint32_t last = call->casefile->evidence_count; /* what is added here is not looked at */
    if (load.rise > 0)
        tell_load(call, &load);
    const bool rose = load.rise > 0 && !fails(call->casefile);
    int64_t explained = 0;
    uint32_t asked = 0;
    for (const struct evidence *it = call->casefile->evidence; rose && it && it->id <= last;
         it = it->next)
        if (goes_by_load(&load, it) && asked++ < ASKED_MAX &&
            !explain(call, &load, it, &explained, err))
            return false;
    *record_at(out, "rose") = value_bool(rose);
    *record_at(out, "explained") = value_int(explained);
    return true;
}

const struct actor actor_compare_with_load = {
    .sig = {.name = "compare_with_load",
            .summary = "Judge whether what rose is only the work that came in",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_METRICS,
    .reads_case = true,
    .run = run,
};
