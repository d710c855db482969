/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fullness.h"

#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define NEWS 0.1 /* the least share that it must have gained */
#define STRENGTH_FULL 0.6
#define STRENGTH_ROOM 0.3 /* an upper quartile does not see each peak */

bool fullness_is_news(const struct batch *rows, size_t row)
{
    const double before = batch_column(rows, "share_before")->reals[row];
    const double after = batch_column(rows, "share_after")->reals[row];
    return after >= FULLNESS_FULL && after >= before + NEWS;
}

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

void fullness_add_evidence(struct call *call, const struct batch *rows, size_t row, bool full)
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
