/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New replicas that differ from the old ones, a replica that did not come back, and requests that
 * fail since: each is a piece of evidence with the strength that the tool found. That new replicas
 * are as the old ones were speaks against their change.
 */
#include "actor/debug/aftermath.h"

#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define UNTIL_NS (60 * NS_PER_S)       /* after the alert: a sample ends its minute */
#define LOOKED_AT_NS (3600 * NS_PER_S) /* what came of an older change was seen long ago */
#define MISSED_HALF 2.0                /* so many samples late is as good as gone, by half */
#define ALIKE_HALF 3.0                 /* so many samples are trusted by half */

static int64_t until_ns(const struct call *call)
{
    return call->casefile->alert->starts_ns + UNTIL_NS;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static bool is_of(const struct batch *effects, size_t row, const char *of)
{
    return str_eq(batch_column(effects, "of")->texts[row], str_of(of));
}

static struct effect effect_at(const struct batch *effects, size_t row)
{
    return (struct effect){
        .series = {.service = batch_column(effects, "service")->texts[row],
                   .instance = batch_column(effects, "instance")->texts[row],
                   .metric = batch_column(effects, "metric")->texts[row]},
        .finding = metric_kind_finding(metric_kind_of(batch_column(effects, "kind")->texts[row])),
        .first_ns = batch_column(effects, "first")->integers[row],
        .strength = batch_column(effects, "strength")->reals[row],
    };
}

/* The strongest about that; the first of equals. */
static struct effect clearest(const struct batch *effects, const char *of)
{
    struct effect best = {0};
    for (size_t row = 0; row < effects->rows; row++) {
        const struct effect it = effect_at(effects, row);
        if (is_of(effects, row, of) && it.strength > best.strength)
            best = it;
    }
    return best;
}

/* That they fail needs no proof here: others see to that. This tells when. */
static int64_t callers_fail_ns(const struct batch *effects)
{
    int64_t first_ns = 0;
    for (size_t row = 0; row < effects->rows; row++)
        if (is_of(effects, row, "caller"))
            first_ns = earlier(first_ns, batch_column(effects, "first")->integers[row]);
    return first_ns;
}

bool aftermath_of(struct call *call, struct str service, int64_t first_ns, int64_t last_ns,
                  struct aftermath *out, struct err *err)
{
    *out = (struct aftermath){.service = service, .first_ns = first_ns, .last_ns = last_ns};
    if (last_ns < call->casefile->incident.start_ns - LOOKED_AT_NS)
        return true;
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.rollout"))->sig.input);
    struct record answer;
    *record_at(&asked, "service") = value_text(service);
    *record_at(&asked, "changed") = value_time(first_ns);
    *record_at(&asked, "until") = value_time(until_ns(call));
    if (!agent_use_once(call, "metrics.rollout", &asked, &answer, err))
        return false;
    const struct batch *effects = record_at(&answer, "effects")->rows;
    out->replica = clearest(effects, "replica");
    out->whole = clearest(effects, "service");
    out->callers_fail_ns = callers_fail_ns(effects);
    out->alike = record_at(&answer, "alike")->integer;
    if (out->alike > 0)
        out->alike_metric = record_at(&answer, "alike_metric")->text;
    out->missed = record_at(&answer, "missed")->integer;
    if (out->missed > 0) {
        out->silent = record_at(&answer, "silent")->text;
        out->silent_since_ns = record_at(&answer, "silent_since")->integer;
    }
    return true;
}

int64_t aftermath_trouble_ns(const struct aftermath *it)
{
    return earlier(earlier(it->replica.first_ns, it->whole.first_ns), it->silent_since_ns);
}

double aftermath_soundness(const struct aftermath *it)
{
    if (aftermath_trouble_ns(it) != 0)
        return 0;
    return (double)it->alike / ((double)it->alike + ALIKE_HALF);
}

/* ---- evidence ---- */

static void add(struct call *call, const struct aftermath *it, const struct evidence *of_it)
{
    struct evidence evidence = *of_it;
    evidence.step_id = call->step_id;
    evidence.signal = SIGNAL_METRICS;
    evidence.subject = it->service;
    evidence.window = (struct window){it->first_ns, until_ns(call)};
    casefile_add(call->casefile, &evidence);
}

/* Medians of the metric before the change and since it differs; of one replica, or of all. */
static struct str medians_query(struct call *call, const struct aftermath *it,
                                const struct effect *effect)
{
    struct arena *arena = call->scratch;
    const char *instance = sql_quote(arena, effect->series.instance).ptr;
    const char *of_instance = effect->series.instance.len > 0
                                  ? str_printf(arena, " AND instance = %s", instance).ptr
                                  : "";
    const char *first = sql_time(arena, effect->first_ns).ptr;
    const char *changed = sql_time(arena, it->first_ns).ptr;
    return str_printf(
        arena,
        "SELECT service::VARCHAR AS service, metric::VARCHAR AS metric, %s AS instance, %s AS "
        "about, %s AS changed, %s AS first, median(value) FILTER (WHERE time < %s) AS before, "
        "median(value) FILTER (WHERE time >= %s AND time <= %s%s) AS since FROM metrics WHERE "
        "service = %s AND metric = %s AND isfinite(value) GROUP BY service, metric",
        instance, sql_quote(arena, it->service).ptr, changed, first, changed, first,
        sql_time(arena, until_ns(call)).ptr, of_instance,
        sql_quote(arena, effect->series.service).ptr, sql_quote(arena, effect->series.metric).ptr);
}

static bool tell_effect(struct call *call, const struct aftermath *it, const struct effect *effect,
                        enum finding finding, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct series_name *name = &effect->series;
    struct batch *seen;
    if (effect->first_ns == 0)
        return true;
    const struct str query = medians_query(call, it, effect);
    if (!telemetry_rows(call->services->telemetry, arena, query, &seen, err))
        return false;
    if (seen->rows == 0 || !batch_column(seen, "before")->known[0] ||
        !batch_column(seen, "since")->known[0])
        return true;
    const char *before = claim_number(arena, batch_column(seen, "before")->reals[0]).ptr;
    const char *since = claim_number(arena, batch_column(seen, "since")->reals[0]).ptr;
    const char *who = name->instance.len > 0
                          ? str_printf(arena, "the new replica `%s`", name->instance.ptr).ptr
                          : "all";
    add(call, it,
        &(struct evidence){
            .bearing = BEARING_SUPPORTS,
            .finding = finding,
            .instance = name->instance,
            .onset_ns = effect->first_ns,
            .claim = str_printf(
                arena,
                "`%s` of `%s` was at %s before `%s` was changed at %s, and at %s for %s from %s on "
                "(medians).",
                name->metric.ptr, name->service.ptr, before, it->service.ptr,
                time_format_short(arena, it->first_ns).ptr, since, who,
                time_format_short(arena, effect->first_ns).ptr),
            .query = query,
            .strength = effect->strength,
            .series = *name,
        });
    return true;
}

static void tell_silence(struct call *call, const struct aftermath *it)
{
    struct arena *arena = call->scratch;
    if (it->silent.len == 0)
        return;
    const char *service = sql_quote(arena, it->service).ptr;
    const char *until = sql_time(arena, until_ns(call)).ptr;
    const struct str query = str_printf(
        arena,
        "SELECT service::VARCHAR AS service, instance::VARCHAR AS instance, max(time) AS last, "
        "(SELECT max(time) FROM metrics WHERE service "
        "= %s AND instance <> '' AND isfinite(value) AND time <= %s) AS newest FROM metrics WHERE "
        "service = %s AND instance = %s AND isfinite(value) AND time <= %s GROUP BY service, "
        "instance",
        service, until, service, sql_quote(arena, it->silent).ptr, until);
    add(call, it,
        &(struct evidence){
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_REPLICAS,
            .cause = STR("a replica was replaced, and the new one does not come up"),
            .instance = it->silent,
            .onset_ns = it->silent_since_ns,
            .claim = str_printf(arena,
                                "`%s` of `%s` reported last at %s, and no replica has come in its "
                                "place.",
                                it->silent.ptr, it->service.ptr,
                                time_format_short(arena, it->silent_since_ns).ptr),
            .query = query,
            .strength = 1 - 1 / (1 + (double)it->missed / MISSED_HALF),
        });
}

static void tell_soundness(struct call *call, const struct aftermath *it)
{
    struct arena *arena = call->scratch;
    const double soundness = aftermath_soundness(it);
    if (soundness <= 0)
        return;
    const char *first = sql_time(arena, it->first_ns).ptr;
    const struct str query = str_printf(
        arena,
        "SELECT service::VARCHAR AS service, metric::VARCHAR AS metric, %s AS changed, "
        "count(DISTINCT (instance, time)) AS samples FROM "
        "(SELECT *, min(time) OVER (PARTITION BY instance) AS came FROM metrics WHERE service = %s "
        "AND instance <> '' AND isfinite(value)) WHERE metric = %s AND came >= %s AND time <= %s "
        "GROUP BY service, metric",
        first, sql_quote(arena, it->service).ptr, sql_quote(arena, it->alike_metric).ptr, first,
        sql_time(arena, until_ns(call)).ptr);
    add(call, it,
        &(struct evidence){
            .bearing = BEARING_REFUTES,
            .finding = FINDING_REPLICAS,
            .onset_ns = it->first_ns,
            .claim = str_printf(arena,
                                "`%s` of the replicas of `%s` that came after %s was as usual in "
                                "all of %lld samples.",
                                it->alike_metric.ptr, it->service.ptr,
                                time_format_short(arena, it->first_ns).ptr, (long long)it->alike),
            .query = query,
            .strength = soundness,
        });
}

bool aftermath_tell(struct call *call, const struct aftermath *it, struct err *err)
{
    tell_silence(call, it);
    tell_soundness(call, it);
    return tell_effect(call, it, &it->replica, FINDING_REPLICAS, err) &&
           tell_effect(call, it, &it->whole, it->whole.finding, err);
}
