/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fullness.h"

#include "actor/series.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define NEWS 0.1 /* the least share that it must have gained */
#define STRENGTH_FULL 0.6
#define STRENGTH_FILLING 0.2 /* it has not happened yet */
#define STRENGTH_ROOM 0.3    /* an upper quartile does not see each peak */

/* A day: later, somebody will have looked anyway. */
#define FILLING_WITHIN_NS NS_PER_DAY

double fullness_of(const struct batch *rows, size_t row)
{
    return FULLNESS_FULL * batch_column(rows, "share_after")->reals[row] /
           batch_column(rows, "full_at")->reals[row];
}

bool fullness_is_news(const struct batch *rows, size_t row)
{
    const double before = batch_column(rows, "share_before")->reals[row];
    const double after = batch_column(rows, "share_after")->reals[row];
    return fullness_of(rows, row) >= FULLNESS_FULL && after >= before + NEWS;
}

bool fullness_tells_room(const struct batch *rows, size_t row)
{
    return !str_eq(batch_column(rows, "sort")->texts[row], STR("share"));
}

static struct str claim_of(struct arena *arena, const struct batch *rows, size_t row,
                           const struct series_name *name, int64_t onset_ns, bool full)
{
    static const struct {
        const char *sort, *was, *was_only, *of;
    } words[] = {
        {"used", "was at", "was only at", "of its limit"},
        {"room", "left so little that", "left so much that only", "were in use"},
        {"share", "was at", "was only at", "of the whole"},
        {"wait", "came in", "came only in", "of all turns"},
    };
    size_t number = 0;
    while (!str_eq(batch_column(rows, "sort")->texts[row], str_of(words[number].sort)))
        number++;
    return str_printf(
        arena, "%s %s %s %% %s (upper quartile since %s), after %s %% before.",
        series_quoted(arena, name).ptr, full ? words[number].was : words[number].was_only,
        claim_number(arena, 100 * batch_column(rows, "share_after")->reals[row]).ptr,
        words[number].of, time_format_short(arena, onset_ns).ptr,
        claim_number(arena, 100 * batch_column(rows, "share_before")->reals[row]).ptr);
}

void fullness_add_evidence(struct call *call, const struct batch *rows, size_t row, bool full)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct series_name name = {.service = batch_column(rows, "service")->texts[row],
                                     .instance = batch_column(rows, "instance")->texts[row],
                                     .metric = batch_column(rows, "metric")->texts[row]};
    const int64_t onset_ns = casefile->incident.start_ns;
    const struct str kind = batch_column(rows, "kind")->texts[row];
    casefile_add(casefile, &(struct evidence){
                               .step_id = call->step_id,
                               .signal = SIGNAL_METRICS,
                               .bearing = full ? BEARING_SUPPORTS : BEARING_REFUTES,
                               .finding = metric_kind_finding(metric_kind_of(kind)),
                               .subject = name.service,
                               .instance = name.instance,
                               .window = casefile->incident,
                               .onset_ns = onset_ns,
                               .claim = claim_of(arena, rows, row, &name, onset_ns, full),
                               .query = batch_column(rows, "query")->texts[row],
                               .strength = full ? STRENGTH_FULL : STRENGTH_ROOM,
                               .series = name,
                           });
}

/*
 * The line through the medians of the first and the last third since then (J. W. Tukey,
 * Exploratory Data Analysis, 1977): what metrics.forecast finds, in a form that a reader can
 * follow by hand.
 */
static struct str line_query(struct arena *arena, const struct series_name *name, struct str limit,
                             int64_t from_ns)
{
    const struct str service = sql_quote(arena, name->service);
    const struct str instance = sql_quote(arena, name->instance);
    return str_printf(
        arena,
        "SELECT *, 100 * low / bound AS percent_low, 100 * high / bound AS percent_high, "
        "make_timestamp_ns(low_ns) AS low_time, make_timestamp_ns(high_ns) AS high_time, "
        "make_timestamp_ns(high_ns + CAST(left_ns AS BIGINT)) AS full_time FROM (SELECT *, "
        "(bound - high) / (high - low) * (high_ns - low_ns) AS left_ns FROM (SELECT "
        "service::VARCHAR AS service, metric::VARCHAR AS metric, instance::VARCHAR AS instance, "
        "median(value) FILTER (WHERE third = 1) AS low, "
        "median(value) FILTER (WHERE third = 3) AS high, "
        "CAST(median(epoch_ns(time)) FILTER (WHERE third = 1) AS BIGINT) AS low_ns, "
        "CAST(median(epoch_ns(time)) FILTER (WHERE third = 3) AS BIGINT) AS high_ns, "
        "(SELECT median(value) FROM metrics WHERE service = %s AND instance = %s AND metric = %s "
        "AND isfinite(value)) AS bound FROM (SELECT *, ntile(3) OVER (ORDER BY time, value) AS "
        "third FROM metrics WHERE service = %s AND instance = %s AND metric = %s AND "
        "isfinite(value) AND time >= %s) GROUP BY ALL)) WHERE high > low AND left_ns BETWEEN 0 AND "
        "%lld",
        service.ptr, instance.ptr, sql_quote(arena, limit).ptr, service.ptr, instance.ptr,
        sql_quote(arena, name->metric).ptr, sql_time(arena, from_ns).ptr,
        (long long)(2 * FILLING_WITHIN_NS));
}

/* Whether the tool is sure that it fills up, and soon enough. */
static bool will_fill(struct call *call, const struct series_name *name, double limit,
                      int64_t from_ns, bool *sure, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.forecast"))->sig.input);
    struct record answer;
    *record_at(&asked, "service") = value_text(name->service);
    *record_at(&asked, "instance") = value_text(name->instance);
    *record_at(&asked, "metric") = value_text(name->metric);
    *record_at(&asked, "at") = value_time(from_ns);
    *record_at(&asked, "limit") = value_real(limit);
    if (!agent_use(call, "metrics.forecast", &asked, &answer, err))
        return false;
    const struct value *full = record_at(&answer, "full");
    *sure = full->known && record_at(&answer, "full_latest")->known &&
            full->integer - call->casefile->incident.end_ns <= FILLING_WITHIN_NS;
    return true;
}

bool fullness_add_forecast(struct call *call, const struct batch *rows, size_t row, bool *filling,
                           struct err *err)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct series_name name = {.service = batch_column(rows, "service")->texts[row],
                                     .instance = batch_column(rows, "instance")->texts[row],
                                     .metric = batch_column(rows, "metric")->texts[row]};
    const double limit = batch_column(rows, "limit")->reals[row];
    const double before = batch_column(rows, "share_before")->reals[row];
    const double after = batch_column(rows, "share_after")->reals[row];
    *filling = false;
    if (!str_eq(batch_column(rows, "sort")->texts[row], STR("used")) ||
        fullness_of(rows, row) >= FULLNESS_FULL || after < before + NEWS)
        return true;
    /* The newer half of the incident: what grew and has come to rest does not fill up. */
    const struct window incident = casefile->incident;
    const int64_t from_ns = incident.start_ns + (incident.end_ns - incident.start_ns) / 2;
    if (!will_fill(call, &name, limit, from_ns, filling, err))
        return false;
    if (!*filling)
        return true;

    const struct str query =
        line_query(arena, &name, batch_column(rows, "limit_metric")->texts[row], from_ns);
    struct batch *line;
    if (!telemetry_rows(call->services->telemetry, arena, query, &line, err))
        return false;
    *filling = line->rows == 1;
    if (!*filling)
        return true;
    const struct str kind = batch_column(rows, "kind")->texts[row];
    casefile_add(casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_METRICS,
                     .bearing = BEARING_SUPPORTS,
                     .finding = metric_kind_finding(metric_kind_of(kind)),
                     .subject = name.service,
                     .instance = name.instance,
                     .window = incident,
                     .onset_ns = incident.start_ns,
                     .claim = str_printf(
                         arena,
                         "%s grew from %s %% of its limit at %s to %s %% at %s; at that "
                         "rate it is full at %s.",
                         series_quoted(arena, &name).ptr,
                         claim_number(arena, batch_column(line, "percent_low")->reals[0]).ptr,
                         time_format_short(arena, batch_column(line, "low_time")->integers[0]).ptr,
                         claim_number(arena, batch_column(line, "percent_high")->reals[0]).ptr,
                         time_format_short(arena, batch_column(line, "high_time")->integers[0]).ptr,
                         time_format(arena, batch_column(line, "full_time")->integers[0]).ptr),
                     .query = query,
                     .strength = STRENGTH_FILLING,
                     .series = name,
                 });
    return true;
}
