/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what a database says of itself: who holds the locks that others wait for, which statements
 * became slow, what it ran out of (database_*.c).
 *
 * A database that was asked itself says more than its log does (debug/ailing.h). Metrics are asked
 * only for what neither says: they know no holder.
 */
#include "actor/debug/inspection.h"

#include "actor/debug/ailing.h"
#include "actor/news.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define STRENGTH_METRIC 0.3 /* as that of other metrics which left their range */
#define SHIFT_MIN 5.0       /* spreads of a metric */

static const struct field input[] = {
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "a database, or a service of whom alone to add evidence",
     NULL},
    {0},
};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"holder", TYPE_TEXT, FIELD_OPTIONAL, "the service that holds the locks others wait for", NULL},
    {"slow", TYPE_INT, 0, "how many statements became slow", NULL},
    {"trouble", TYPE_TEXT, FIELD_OPTIONAL, "what it ran out of or could not do, in words", NULL},
    {0},
};

/* What the pieces of a metric's name say; FINDING_NONE: nothing about locks or statements. */
static enum finding metric_finding(struct str name)
{
    const bool of_locks =
        metric_has_piece(name, STR("lock")) || metric_has_piece(name, STR("locks")) ||
        metric_has_piece(name, STR("deadlocks")) ||
        (metric_has_piece(name, STR("idle")) && metric_has_piece(name, STR("transaction")));
    const bool of_statements =
        metric_has_piece(name, STR("slowlog")) ||
        (metric_has_piece(name, STR("slow")) &&
         (metric_has_piece(name, STR("queries")) || metric_has_piece(name, STR("statements")) ||
          metric_has_piece(name, STR("commands")) || metric_has_piece(name, STR("execution"))));
    return of_locks ? FINDING_LOCKS : of_statements ? FINDING_QUERIES : FINDING_NONE;
}

static bool is_said(const struct casefile *casefile, enum finding finding)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == finding && it->bearing == BEARING_SUPPORTS)
            return true;
    return false;
}

static void tell_metric(struct inspection *work, const struct batch *rows, size_t row,
                        enum finding finding)
{
    struct arena *arena = work->call->scratch;
    const int64_t onset_ns = work->call->casefile->incident.start_ns;
    const struct str onset_text = time_format_short(arena, onset_ns);
    const struct series_name name = {.service = text_at(rows, row, "service"),
                                     .instance = text_at(rows, row, "instance"),
                                     .metric = text_at(rows, row, "metric")};
    const struct str onset = sql_time(arena, onset_ns);
    inspection_add(
        work,
        (struct evidence){
            .signal = SIGNAL_METRICS,
            .finding = finding,
            .kind = finding == FINDING_LOCKS ? KIND_LOCKS : KIND_SLOW_QUERIES,
            .subject = name.service,
            .instance = name.instance,
            .cause = finding == FINDING_LOCKS ? STR("sessions in it wait for locks") : STR(""),
            .claim = str_printf(
                arena, "`%s` of `%s` went from %s (median before %s) to %s (upper quartile since).",
                name.metric.ptr, name.service.ptr,
                claim_number(arena, batch_column(rows, "before")->reals[row]).ptr, onset_text.ptr,
                claim_number(arena, batch_column(rows, "after")->reals[row]).ptr),
            .query = str_printf(
                arena,
                "SELECT service, instance, metric, onset, median(value) FILTER (WHERE time < "
                "onset) "
                "AS before, quantile_cont(value, 0.75) FILTER (WHERE time >= onset) AS after FROM "
                "(SELECT *, %s AS onset FROM metrics) WHERE service = %s AND instance = %s AND "
                "metric = %s AND "
                "isfinite(value) GROUP BY ALL",
                onset.ptr, sql_quote(arena, name.service).ptr, sql_quote(arena, name.instance).ptr,
                sql_quote(arena, name.metric).ptr),
            .strength = STRENGTH_METRIC,
            .series = name,
        });
}

static bool tell_metrics(struct inspection *work, struct err *err)
{
    const struct casefile *casefile = work->call->casefile;
    const struct batch *rows;
    if (!inspection_ask(work, "metrics.shifts", "series", casefile->incident.start_ns, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const enum finding finding = metric_finding(text_at(rows, row, "metric"));
        const struct str service = text_at(rows, row, "service");
        if (finding == FINDING_NONE || is_said(casefile, finding) ||
            !inspection_wants(work, service, service) ||
            batch_column(rows, "falls")->integers[row] ||
            batch_column(rows, "is_new")->integers[row] ||
            batch_column(rows, "shift")->reals[row] < SHIFT_MIN)
            continue;
        tell_metric(work, rows, row, finding);
    }
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct inspection work = {.since_ns = news_since_ns(call->casefile),
                              .call = call,
                              .in = in,
                              .out = out,
                              .room = room_new(call, INSPECTION_EVIDENCE_MAX),
                              .locked = map_new(call->scratch),
                              .ailing = map_new(call->scratch)};
    if (!ailing_tell(call, in, &work.found, &work.ailing, err) || !inspection_locks(&work, err) ||
        !inspection_statements(&work, err) || !inspection_troubles(&work, err) ||
        !tell_metrics(&work, err))
        return false;
    *record_at(out, "found") = value_int(work.found);
    return true;
}

const struct actor actor_inspect_database = {
    .sig = {.name = "inspect_database",
            .summary = "Find who holds locks, which statements became slow, what a database lacks",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .run = run,
};
