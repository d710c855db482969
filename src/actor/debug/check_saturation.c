/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what has run into its limit since it began. Full is 90 % and more; what was as full before
 * is no news. Far from the limit is evidence too: it speaks against a shortage.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>

#define FULL 0.9
#define ROOM_LEFT 0.5 /* half full is far from a shortage */
#define NEWS 0.1      /* the least share that it must have gained */
#define EVIDENCE_MAX 12
#define STRENGTH_FULL 0.6
#define STRENGTH_ROOM 0.3

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are, for and against", NULL},
    {"full", TYPE_INT, 0, "how many resources are full", NULL},
    {"roomy", TYPE_INT, 0, "how many are used more, and are far from full", NULL},
    {"short_of", TYPE_TEXT, FIELD_OPTIONAL, "what the first full one is: cpu, memory, ...", NULL},
    {0},
};

static struct str share_query(struct arena *arena, const struct series_name *name, struct str limit,
                              int64_t onset_ns)
{
    const struct str service = sql_quote(arena, name->service);
    const struct str instance = sql_quote(arena, name->instance);
    const struct str onset = sql_time(arena, onset_ns);
    return str_printf(
        arena,
        "SELECT *, 100 * before / bound AS percent_before, 100 * after / bound AS percent_after "
        "FROM "
        "(SELECT service, metric, instance, %s AS onset, median(value) "
        "FILTER (WHERE time < %s) AS before, quantile_cont(value, 0.75) FILTER (WHERE time >= %s) "
        "AS after, (SELECT median(value) FROM metrics WHERE service = %s AND instance "
        "= %s AND metric = %s AND isfinite(value)) AS bound FROM metrics WHERE service = %s AND "
        "instance = %s AND metric = %s AND isfinite(value) GROUP BY ALL)",
        onset.ptr, onset.ptr, onset.ptr, service.ptr, instance.ptr, sql_quote(arena, limit).ptr,
        service.ptr, instance.ptr, sql_quote(arena, name->metric).ptr);
}

static void add_evidence(struct call *call, const struct batch *rows, size_t row, bool full)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct series_name name = {.service = batch_column(rows, "service")->texts[row],
                                     .instance = batch_column(rows, "instance")->texts[row],
                                     .metric = batch_column(rows, "metric")->texts[row]};
    const int64_t onset_ns = casefile->incident.start_ns;
    const struct str before =
        claim_number(arena, 100 * batch_column(rows, "share_before")->reals[row]);
    const struct str after =
        claim_number(arena, 100 * batch_column(rows, "share_after")->reals[row]);
    const struct str kind = batch_column(rows, "kind")->texts[row];
    casefile_add(
        casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_METRICS,
            .bearing = full ? BEARING_SUPPORTS : BEARING_REFUTES,
            .finding = metric_kind_finding(metric_kind_of(kind)),
            .subject = name.service,
            .instance = name.instance,
            .window = casefile->incident,
            .onset_ns = onset_ns,
            .claim = str_printf(arena,
                                "`%s` of `%s`%s%s%s %s %s %% of its limit (upper quartile since "
                                "%s), after %s %% before.",
                                name.metric.ptr, name.service.ptr,
                                name.instance.len > 0 ? " (`" : "", name.instance.ptr,
                                name.instance.len > 0 ? "`)" : "", full ? "was at" : "was only at",
                                after.ptr, time_format_short(arena, onset_ns).ptr, before.ptr),
            .query =
                share_query(arena, &name, batch_column(rows, "limit_metric")->texts[row], onset_ns),
            .strength = full ? STRENGTH_FULL : STRENGTH_ROOM,
            .series = name,
        });
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("metrics.saturation"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "metrics.saturation", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "resources")->rows;
    int64_t full_count = 0, told = 0;
    for (size_t row = 0; row < rows->rows && told < EVIDENCE_MAX; row++) {
        const double before = batch_column(rows, "share_before")->reals[row];
        const double after = batch_column(rows, "share_after")->reals[row];
        const bool full = after >= FULL && after >= before + NEWS;
        const bool roomy_though_more = after <= ROOM_LEFT && after >= before * 1.5 + 0.05;
        if ((!full && !roomy_though_more) ||
            !actor_is_asked_about(in, batch_column(rows, "service")->texts[row]))
            continue;
        add_evidence(call, rows, row, full);
        if (full && full_count == 0)
            *record_at(out, "short_of") = value_text(batch_column(rows, "kind")->texts[row]);
        full_count += full;
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "full") = value_int(full_count);
    *record_at(out, "roomy") = value_int(told - full_count);
    return true;
}

const struct actor actor_check_saturation = {
    .sig = {.name = "check_saturation",
            .summary = "Find what has run into its limit",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
