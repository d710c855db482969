/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When it began. Two witnesses:
 *
 * The alert's own series, where the alert names one: the split after which it is worse by the most.
 * All series together: each that shifts clearly votes for the time of its own change (Pettitt), and
 * the time with the most weight of votes around it wins. One series is easily wrong about the time;
 * many rarely agree on a wrong one.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/changepoint.h"
#include "stats/grid.h"
#include "stats/robust.h"

#include <math.h>

#define LOOK_BACK_NS                                                                               \
    (600 * NS_PER_S) /* alerts fire within minutes, or a few samples, of the onset */
#define LOOK_BACK_STEPS 3
/* A rate over a window shows its rise so late; what was earlier still is another story. */
#define LEAD_NS (60 * NS_PER_S)
#define SAMPLES_MIN 8
#define VOTE_SHIFT_MIN 3.0 /* in spreads: what does not move clearly has no vote */
#define SHIFT_MAX 1e4 /* a flat baseline makes any shift infinite; it is one voice all the same */
#define NOISE_OF_LEVEL 0.05 /* less than 5 % of its level is no shift for anyone on call */
#define STEP_NS_DEFAULT (60 * NS_PER_S)
#define KERNEL_NS_MIN (30 * NS_PER_S)

static const struct field input[] = {
    {"alert", TYPE_TIME, 0, "when the alert fired", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose metric the alert is about", NULL},
    {"kind", TYPE_TEXT, FIELD_OPTIONAL, "what that metric measures: latency, errors", NULL},
    {"statistic", TYPE_TEXT, FIELD_OPTIONAL, "a word that its name holds, such as p99", NULL},
    {0},
};

static const struct field output[] = {
    {"onset", TYPE_TIME, 0, "when it began; unknown where no series tells", NULL},
    {"step", TYPE_SPAN, 0, "the usual distance of two samples", NULL},
    {"alert_metric", TYPE_TEXT, FIELD_OPTIONAL, "the alert's own metric, if it tells", NULL},
    {"votes", TYPE_INT, 0, "how many series moved clearly", NULL},
    {0},
};

static int64_t max_ns(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t min_ns(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The median over all series of their sampling step. */
static int64_t usual_step_ns(const struct series_list *list, struct arena *arena)
{
    double *steps = arena_push_many(arena, double, list->count);
    size_t count = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].count > 5)
            steps[count++] =
                (double)grid_step_ns(arena, list->items[i].times, list->items[i].count);
    return count > 0 ? (int64_t)stats_median(arena, steps, count) : STEP_NS_DEFAULT;
}

struct vote {
    int64_t time_ns;
    double weight;
};

static bool is_flat(const struct series *series)
{
    for (size_t i = 1; i < series->count; i++)
        if (series->values[i] != series->values[0])
            return false;
    return true;
}

/* The split inside the window that its ranks speak for the most; 0: there is none. */
static size_t best_split(const struct series *series, struct window window, struct arena *arena)
{
    const double *scores = stats_pettitt(arena, series->values, series->count);
    size_t best = 0;
    for (size_t k = 1; k < series->count; k++)
        if (series->times[k] >= window.start_ns && series->times[k] <= window.end_ns &&
            (best == 0 || scores[k] > scores[best]))
            best = k;
    return best;
}

static bool vote_of(const struct series *series, struct window window, int64_t step_ns,
                    struct arena *arena, struct vote *out)
{
    if (series->count < SAMPLES_MIN || series->meaning.kind == METRIC_LIMIT ||
        series->times[0] > window.start_ns ||
        series->times[series->count - 1] < window.end_ns - 2 * step_ns || is_flat(series))
        return false;
    const size_t split = best_split(series, window, arena);
    if (split == 0)
        return false;
    const double before = stats_median(arena, series->values, split);
    const struct stats_level level =
        stats_level_of(arena, series->values, split, NOISE_OF_LEVEL * fabs(before));
    const double after = stats_median(arena, series->values + split, series->count - split);
    const double shift = fabs(after - level.median) / level.spread;
    *out = (struct vote){series->times[split], log1p(fmin(shift, SHIFT_MAX))};
    return shift > VOTE_SHIFT_MIN;
}

/* The vote with the most weight within reach of it; nearer votes count more. */
static int64_t elect(const struct vote *votes, size_t count, int64_t reach_ns)
{
    int64_t elected = 0;
    double best = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = 0;
        for (size_t j = 0; j < count; j++) {
            const double distance = fabs((double)(votes[i].time_ns - votes[j].time_ns));
            weight += votes[j].weight * fmax(0, 1 - distance / (double)reach_ns);
        }
        if (weight > best + 1e-9) {
            best = weight;
            elected = votes[i].time_ns;
        }
    }
    return elected;
}

static enum metric_kind symptom_kind(enum metric_kind kind)
{
    return kind == METRIC_SUCCESS ? METRIC_ERRORS : kind;
}

/* The series that the alert is about: of its service, its kind, and its statistic if one has it. */
static const struct series *alert_series(const struct series_list *list, struct str service,
                                         enum metric_kind kind, struct str statistic)
{
    const struct series *found = NULL;
    int found_fit = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *series = &list->items[i];
        if (!str_eq(series->name.service, service) || series->meaning.caller.len > 0 ||
            symptom_kind(series->meaning.kind) != kind)
            continue;
        /* of the whole service rather than of an instance, and above all with the statistic */
        const int fit = 1 + (series->name.instance.len == 0) +
                        2 * (statistic.len > 0 && metric_has_piece(series->name.metric, statistic));
        if (fit > found_fit) {
            found = series;
            found_fit = fit;
        }
    }
    return found;
}

/* When the alert's own series became worse; false where it does not show it. */
static bool onset_of_alert_series(const struct series *series, int64_t alert_ns,
                                  struct arena *arena, int64_t *out)
{
    if (series->count < SAMPLES_MIN)
        return false;
    const int64_t step_ns = grid_step_ns(arena, series->times, series->count);
    const int64_t context_ns = 2 * max_ns(LOOK_BACK_NS, (LOOK_BACK_STEPS + 1) * step_ns);
    const int64_t back_ns = max_ns(LOOK_BACK_NS, LOOK_BACK_STEPS * step_ns);
    const double worse = series->meaning.kind == METRIC_SUCCESS ? -1 : 1;
    const size_t from = series_split(series, alert_ns - context_ns);
    const size_t count = series->count - from;
    double *values = arena_push_many(arena, double, series->count);
    for (size_t i = 0; i < series->count; i++)
        values[i] = worse * series->values[i];

    const size_t first = series_split(series, alert_ns - back_ns);
    const size_t last = series_split(series, alert_ns + step_ns + 1);
    if (last <= from || first >= series->count)
        return false;
    const size_t from_min = first > from + 2 ? first - from : 2;
    const size_t split = stats_rise_split(values + from, count, from_min, last - 1 - from);
    if (split == 0 || from + split < 3)
        return false;
    const size_t at = from + split;
    const struct stats_level level = stats_level_of(arena, values, at, 0);
    const double *sorted = stats_sorted(arena, values + at, series->count - at);
    *out = series->times[at];
    return stats_quantile_sorted(sorted, series->count - at, 0.75) - level.median > level.spread;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    if (list.count == 0)
        return err_set(err, ERR_NOT_FOUND, "there are no metrics");

    int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;
    for (uint32_t i = 0; i < list.count; i++) {
        first_ns = min_ns(first_ns, list.items[i].times[0]);
        last_ns = max_ns(last_ns, list.items[i].times[list.items[i].count - 1]);
    }
    const int64_t alert_ns = min_ns(record_at(in, "alert")->integer, last_ns);
    const int64_t step_ns = usual_step_ns(&list, call->scratch);
    const struct window window = {
        .start_ns = max_ns(alert_ns - max_ns(LOOK_BACK_NS, LOOK_BACK_STEPS * step_ns),
                           first_ns + (alert_ns - first_ns) / 3), /* a third stays for a baseline */
        .end_ns = alert_ns,
    };

    struct vote *votes = arena_push_many(call->scratch, struct vote, list.count);
    size_t votes_count = 0;
    for (uint32_t i = 0; i < list.count; i++)
        votes_count += vote_of(&list.items[i], window, step_ns, call->scratch, &votes[votes_count]);
    int64_t onset_ns = elect(votes, votes_count, max_ns(2 * step_ns, KERNEL_NS_MIN));

    const struct value *kind = record_at(in, "kind");
    const struct series *own =
        kind->known ? alert_series(&list, record_at(in, "service")->text,
                                   metric_kind_of(kind->text), record_at(in, "statistic")->text)
                    : NULL;
    int64_t own_onset_ns;
    if (own && onset_of_alert_series(own, alert_ns, call->scratch, &own_onset_ns)) {
        const int64_t lead_ns = own_onset_ns - onset_ns;
        if (onset_ns == 0 || lead_ns < 0 || lead_ns > LEAD_NS)
            onset_ns = own_onset_ns;
        *record_at(out, "alert_metric") = value_text(own->name.metric);
    }
    if (onset_ns != 0)
        *record_at(out, "onset") = value_time(onset_ns);
    *record_at(out, "step") = value_span(step_ns);
    *record_at(out, "votes") = value_int((int64_t)votes_count);
    return true;
}

const struct tool tool_metrics_onset = {
    .sig = {.name = "onset",
            .summary = "Find when the incident began",
            .input = input,
            .output = output},
    .run = run,
};
