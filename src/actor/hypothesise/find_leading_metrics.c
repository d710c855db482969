/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: what moved with the alert's own series, and before it by more than the two times may
 * be off. A cause comes before its effect; what comes before an effect need not be its cause, so
 * this is a hint.
 *
 * The alert's own series is the one of its service that left its baseline the furthest: of the kind
 * that the alert names, or else of latency or errors. Another series of the same kind and service
 * is the same symptom, and no hint.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "actor/series.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>

#define EVIDENCE_MAX 5
#define SHIFT_MIN 3.0
#define STRENGTH 0.5 /* of a perfect correlation */
#define NO_ROW SIZE_MAX

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many series moved first", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose moved first of all", NULL},
    {0},
};

static bool is_of_alert(const struct casefile *casefile, const struct batch *rows, size_t row)
{
    const struct str metric = alert_label(casefile->alert, "metric");
    enum metric_kind wanted = metric.len > 0 ? metric_meaning_of(metric).kind : METRIC_OTHER;
    wanted = wanted == METRIC_SUCCESS ? METRIC_ERRORS : wanted;
    const enum metric_kind kind = metric_kind_of(batch_column(rows, "kind")->texts[row]);
    return str_eq(batch_column(rows, "service")->texts[row], casefile->subject) &&
           batch_column(rows, "caller")->texts[row].len == 0 &&
           batch_column(rows, "worse")->integers[row] != 0 &&
           (wanted != METRIC_OTHER ? kind == wanted
                                   : kind == METRIC_LATENCY || kind == METRIC_ERRORS);
}

/* NO_ROW: the alert has no series that moved. */
static size_t find_own(const struct casefile *casefile, const struct batch *rows)
{
    size_t own = NO_ROW;
    const double *shifts = batch_column(rows, "shift")->reals;
    for (size_t row = 0; row < rows->rows; row++)
        if (shifts[row] >= SHIFT_MIN && is_of_alert(casefile, rows, row) &&
            (own == NO_ROW || shifts[row] > shifts[own]))
            own = row;
    return own;
}

/* The first samples of either since they moved, and the seconds between. */
static struct str query_of(struct arena *arena, const struct series_name *name, int64_t moved_ns,
                           const struct series_name *own, int64_t own_moved_ns)
{
    return str_printf(
        arena,
        "SELECT a.*, b.*, (epoch_ns(b.then) - epoch_ns(a.moved)) / 1e9 AS seconds FROM (SELECT "
        "service, metric, instance, min(time) AS moved FROM metrics WHERE service = %s AND metric "
        "= %s AND instance = %s AND isfinite(value) AND time >= %s GROUP BY ALL) AS a, (SELECT "
        "service AS other, metric AS other_metric, instance AS other_instance, min(time) AS then "
        "FROM metrics WHERE service = %s AND metric = %s AND instance = %s AND isfinite(value) AND "
        "time >= %s GROUP BY ALL) AS b",
        sql_quote(arena, name->service).ptr, sql_quote(arena, name->metric).ptr,
        sql_quote(arena, name->instance).ptr, sql_time(arena, moved_ns).ptr,
        sql_quote(arena, own->service).ptr, sql_quote(arena, own->metric).ptr,
        sql_quote(arena, own->instance).ptr, sql_time(arena, own_moved_ns).ptr);
}

static void add_evidence(struct call *call, const struct batch *rows, size_t row,
                         const struct series_name *own, int64_t own_moved_ns)
{
    struct arena *arena = call->scratch;
    const struct series_name name = {.service = batch_column(rows, "service")->texts[row],
                                     .instance = batch_column(rows, "instance")->texts[row],
                                     .metric = batch_column(rows, "metric")->texts[row]};
    const int64_t moved_ns = batch_column(rows, "changed")->integers[row];
    const double rho = batch_column(rows, "rho")->reals[row];
    casefile_add(call->casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_METRICS,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_LEAD,
                     .subject = name.service,
                     .instance = name.instance,
                     .window = call->casefile->incident,
                     .onset_ns = moved_ns,
                     .onset_error_ns = batch_column(rows, "error")->integers[row],
                     .claim = str_printf(
                         arena, "%s moved %s %s, and first: at %s, %s seconds before it.",
                         series_quoted(arena, &name).ptr, rho > 0 ? "with" : "against",
                         series_quoted(arena, own).ptr, time_format_short(arena, moved_ns).ptr,
                         claim_number(arena, (double)(own_moved_ns - moved_ns) / 1e9).ptr),
                     .query = query_of(arena, &name, moved_ns, own, own_moved_ns),
                     .strength = STRENGTH * fabs(rho),
                     .series = name,
                 });
}

static bool ask_leading(struct call *call, const struct series_name *own, struct record *answer,
                        struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.leading"))->sig.input);
    *record_at(&asked, "service") = value_text(own->service);
    *record_at(&asked, "metric") = value_text(own->metric);
    *record_at(&asked, "instance") = value_text(own->instance);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    return agent_use_once(call, "metrics.leading", &asked, answer, err);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.shifts"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    *record_at(out, "found") = value_int(0);
    if (!agent_use_once(call, "metrics.shifts", &asked, &answer, err))
        return false;
    const struct batch *shifts = record_at(&answer, "series")->rows;
    const size_t own_row = find_own(call->casefile, shifts);
    if (own_row == NO_ROW)
        return true;
    const struct series_name own = {.service = batch_column(shifts, "service")->texts[own_row],
                                    .instance = batch_column(shifts, "instance")->texts[own_row],
                                    .metric = batch_column(shifts, "metric")->texts[own_row]};
    if (!ask_leading(call, &own, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "series")->rows;
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const int64_t lead_ns = batch_column(rows, "lead")->integers[row];
        const struct str service = batch_column(rows, "service")->texts[row];
        const bool is_same =
            str_eq(service, own.service) && str_eq(batch_column(rows, "kind")->texts[row],
                                                   batch_column(shifts, "kind")->texts[own_row]);
        if (is_same || lead_ns <= batch_column(rows, "error")->integers[row] ||
            !actor_is_asked_about(in, service) || !room_is_left(&room, service))
            continue;
        room_take(&room, service);
        add_evidence(call, rows, row, &own, record_at(&answer, "changed")->integer);
        if (told++ == 0)
            *record_at(out, "service") = value_text(service);
    }
    *record_at(out, "found") = value_int(told);
    return true;
}

const struct actor actor_find_leading_metrics = {
    .sig = {.name = "find_leading_metrics",
            .summary = "Find what moved with the alert's own series, and before it",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
