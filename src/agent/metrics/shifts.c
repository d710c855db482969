/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far each series is from what it was before the onset, free of units: in spreads of its own
 * baseline (stats/robust.h). What came after is taken by its upper or lower quartile, because a
 * fault often shows in peaks that a median does not see.
 *
 * An instance that is too young for a baseline is held against its older siblings. A share of what
 * went well is read as a share of errors, so that 99.9 to 99.0 % is ten times as bad, not 1 % less.
 *
 * Nothing is made of times below a millisecond, as of requests (agent/traces/calls_made.c): half an
 * idle machine's round trips are ten times as long as the other half.
 *
 * A series that never moved is told only where its level is news by itself: of errors and latency,
 * that there are none is worth knowing.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"
#include "stats/robust.h"
#include "stats/shape.h"

#include <math.h>
#include <string.h>

#define NOISE_OF_LEVEL 0.05    /* below 5 % of the level nothing is remarkable */
#define NOISE_OF_SHARE 0.002   /* nor are less than two failures in a thousand */
#define NOISE_OF_NEW 0.01      /* a flat zero has no ruler of its own: a hundredth of what came */
#define SHIFT_MAX 1e4          /* a flat baseline makes any shift infinite */
#define TRUST_SAMPLES 5.0      /* so many baseline samples are trusted by half */
#define BASELINE_SAMPLES_MIN 3 /* with fewer the siblings are the baseline */
#define QUARTILE_HIGH 0.75
#define SHAPE_SHIFT_MIN 1.0      /* what hardly moved has no shape worth a name */
#define LEAD_NS (600 * NS_PER_S) /* a cause may move so long before its symptom */
#define WEEK_DAYS 7
#define THEN_SAMPLES_MIN 3
#define USUAL_SHARE 0.75 /* three quarters as far out as now are as usual as now */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose series", NULL},
    {"instance", TYPE_TEXT, 0, "of which instance; may be empty", NULL},
    {"metric", TYPE_TEXT, 0, "its name", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, latency, errors, ...", NULL},
    {"base", TYPE_TEXT, 0, "the name without edge and labels", NULL},
    {"caller", TYPE_TEXT, 0, "of a metric about an edge; may be empty", NULL},
    {"callee", TYPE_TEXT, 0, "of a metric about an edge; may be empty", NULL},
    {"server_side", TYPE_BOOL, 0, "measured by the callee", NULL},
    {"of_host", TYPE_BOOL, 0, "about the machine rather than the service", NULL},
    {"is_flat", TYPE_BOOL, 0, "it never moved; all that follows is its one value", NULL},
    {"is_new", TYPE_BOOL, 0, "too young for a baseline: held against its siblings", NULL},
    {"falls", TYPE_BOOL, 0, "it went down", NULL},
    {"worse", TYPE_BOOL, 0, "it went where such a metric should not go", NULL},
    {"before", TYPE_REAL, 0, "median before, in the metric's unit", NULL},
    {"after", TYPE_REAL, 0, "upper (lower, if it falls) quartile after", NULL},
    {"level", TYPE_REAL, 0, "median after", NULL},
    {"shift", TYPE_REAL, 0, "in spreads of the baseline, 0 or more; 3 is remarkable", NULL},
    {"rise", TYPE_REAL, 0, "how much higher the median is; of successes: share of errors", NULL},
    {"shape", TYPE_TEXT, 0, "none, step, trend, spike, drift, erratic, calm, frozen", NULL},
    {"changed", TYPE_TIME, FIELD_OPTIONAL, "its own onset: the first sample that differs", NULL},
    {"earliest", TYPE_TIME, FIELD_OPTIONAL, "the last sample before its own onset, surely", NULL},
    {"latest", TYPE_TIME, FIELD_OPTIONAL, "the first sample after it, surely", NULL},
    {"back", TYPE_TIME, FIELD_OPTIONAL, "of a spike: when it was over", NULL},
    {"usual", TYPE_REAL, FIELD_OPTIONAL, "as far out at this time, a day or a week earlier", NULL},
    {"usual_from", TYPE_TIME, FIELD_OPTIONAL, "where that stretch began", NULL},
    {"usual_to", TYPE_TIME, FIELD_OPTIONAL, "and ended", NULL},
    {0},
};

static const struct field output[] = {
    {"series", TYPE_ROWS, 0, "each series that can be compared", columns},
    {0},
};

struct samples {
    const double *values;
    size_t count;
};

struct comparison {
    double before, after, level, shift, rise;
    bool falls, worse;
};

static bool is_flat(const struct samples *a, const struct samples *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->values[i] != a->values[0])
            return false;
    for (size_t i = 0; i < b->count; i++)
        if (b->values[i] != a->values[0])
            return false;
    return true;
}

/* Successes as shares of errors: 0 to 1 where none is above 1, else per cent. */
static struct samples as_errors(struct samples samples, double top, struct arena *arena)
{
    double *shares = arena_push_many(arena, double, samples.count);
    for (size_t i = 0; i < samples.count; i++)
        shares[i] = 1 - fmin(samples.values[i], top) / top;
    return (struct samples){shares, samples.count};
}

static double largest(struct samples samples)
{
    double top = samples.values[0];
    for (size_t i = 1; i < samples.count; i++)
        top = fmax(top, samples.values[i]);
    return top;
}

/* A millisecond, in the unit that the name of a time says; 0: it is no time, or says none. */
static double noise_of_time(const struct series *series)
{
    static const struct {
        const char *unit;
        double millisecond;
    } units[] = {{"seconds", 1e-3},     {"milliseconds", 1}, {"ms", 1},
                 {"microseconds", 1e3}, {"us", 1e3},         {"nanoseconds", 1e6}};
    const enum metric_kind kind = series->meaning.kind;
    if ((kind != METRIC_LATENCY && kind != METRIC_NETWORK) ||
        metric_has_piece(series->name.metric, STR("total")) ||
        metric_has_piece(series->name.metric, STR("rate")))
        return 0;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (metric_has_piece(series->name.metric, str_of(units[i].unit)))
            return units[i].millisecond;
    return 0;
}

static struct comparison compare(struct samples before, struct samples after,
                                 const struct series *series, struct arena *arena)
{
    const enum metric_kind kind = series->meaning.kind;
    const bool success = kind == METRIC_SUCCESS;
    const double top = success && fmax(largest(before), largest(after)) <= 1.0001 ? 1 : 100;
    const struct samples base = success ? as_errors(before, top, arena) : before;
    const struct samples now = success ? as_errors(after, top, arena) : after;

    const double noise = success
                             ? NOISE_OF_SHARE
                             : NOISE_OF_LEVEL * fabs(stats_median(arena, base.values, base.count));
    const double *sorted = stats_sorted(arena, now.values, now.count);
    const double high = stats_quantile_sorted(sorted, now.count, QUARTILE_HIGH);
    const double low = stats_quantile_sorted(sorted, now.count, 1 - QUARTILE_HIGH);
    const struct stats_level level =
        stats_level_of(arena, base.values, base.count,
                       fmax(fmax(noise, noise_of_time(series)), NOISE_OF_NEW * fabs(high)));
    const double median = stats_quantile_sorted(sorted, now.count, 0.5);
    const double up = high - level.median, down = level.median - low;
    const bool falls = down > up;
    const double trust = (double)base.count / ((double)base.count + TRUST_SAMPLES);
    const double far = fmin(fmax(up, down) / level.spread, SHIFT_MAX);
    return (struct comparison){
        .before = success ? top * (1 - level.median) : level.median,
        .after = success ? top * (1 - (falls ? low : high))
                 : falls ? low
                         : high,
        .level = success ? top * (1 - median) : median,
        .shift = far * trust,
        .rise = falls ? 0 : fmax(0, median - level.median),
        .falls = falls != success,
        .worse = falls == series->meaning.is_room || kind == METRIC_TRAFFIC,
    };
}

/* All samples of the same metric of the service's instances that were there before the onset. */
static struct samples sibling_samples(const struct series_list *list, const struct series *young,
                                      int64_t onset_ns, struct arena *arena)
{
    size_t room = 0, count = 0;
    for (int pass = 0; pass < 2; pass++) {
        double *values = pass == 1 ? arena_push_many(arena, double, room) : NULL;
        for (uint32_t i = 0; i < list->count; i++) {
            const struct series *other = &list->items[i];
            if (other == young || other->name.instance.len == 0 || other->times[0] >= onset_ns ||
                !str_eq(other->name.service, young->name.service) ||
                !str_eq(other->name.metric, young->name.metric))
                continue;
            if (pass == 0) {
                room += other->count;
            } else {
                memcpy(values + count, other->values, other->count * sizeof *values);
                count += other->count;
            }
        }
        if (pass == 1)
            return (struct samples){values, count};
    }
    return (struct samples){0};
}

/* ---- what kind of change ---- */

/* The same stretch of the clock in the past. */
struct stretch {
    int64_t from_ns, to_ns;
    double outer; /* quartile, of the same side */
    double share; /* of how far out it is now; 1: as far. negative: too little is known of it */
};

struct course {
    struct stats_change change;
    struct stretch usual; /* share 0: it is not usual at that time, or nobody knows */
};

static struct stretch stretch_ago(const struct series *series, int64_t onset_ns, int64_t ago_ns,
                                  const struct comparison *compared, struct arena *arena)
{
    struct stretch then = {.from_ns = onset_ns - ago_ns,
                           .to_ns = series->times[series->count - 1] + 1 - ago_ns,
                           .share = -1};
    const size_t from = series_split(series, then.from_ns), to = series_split(series, then.to_ns);
    const size_t now = series->count - series_split(series, onset_ns);
    const double out = compared->after - compared->before;
    if (from == 0 || then.to_ns > onset_ns || to - from < THEN_SAMPLES_MIN ||
        2 * (to - from) < now || out == 0)
        return then;
    const double *sorted = stats_sorted(arena, series->values + from, to - from);
    then.outer =
        stats_quantile_sorted(sorted, to - from, out < 0 ? 1 - QUARTILE_HIGH : QUARTILE_HIGH);
    then.share = fmax(0, (then.outer - compared->before) / out);
    return then;
}

/*
 * A rise that comes each day, or each week, at this time is no news. Of the days, most must have
 * had it, and yesterday.
 */
static struct stretch usual_stretch(const struct series *series, int64_t onset_ns,
                                    const struct comparison *compared, struct arena *arena)
{
    struct stretch then = {0}, yesterday = {0};
    uint32_t days = 0, alike = 0;
    for (int64_t day = 1; day <= WEEK_DAYS; day++) {
        then = stretch_ago(series, onset_ns, day * NS_PER_DAY, compared, arena);
        if (then.share < 0)
            break; /* it reaches no further */
        days++;
        alike += then.share >= USUAL_SHARE;
        if (day == 1)
            yesterday = then;
    }
    if (yesterday.share >= USUAL_SHARE && 2 * alike > days)
        return yesterday;
    return days == WEEK_DAYS && then.share >= USUAL_SHARE ? then : (struct stretch){0};
}

static struct course course_of(const struct series *series, int64_t onset_ns, size_t split,
                               const struct comparison *compared, struct arena *arena)
{
    struct course course = {.change = {.at = split}};
    if (compared->shift < SHAPE_SHIFT_MIN)
        return course;
    course.change = stats_shape_of(arena, series->values, series->count, split,
                                   series_split(series, onset_ns - LEAD_NS));
    course.usual = usual_stretch(series, onset_ns, compared, arena);
    return course;
}

static void set_course(struct batch *rows, size_t row, const struct series *series,
                       const struct course *course)
{
    const struct stats_change *change = &course->change;
    batch_set(rows, row, "shape", value_text(str_of(stats_shape_name(change->shape))));
    if (course->usual.share > 0) {
        batch_set(rows, row, "usual", value_real(course->usual.outer));
        batch_set(rows, row, "usual_from", value_time(course->usual.from_ns));
        batch_set(rows, row, "usual_to", value_time(course->usual.to_ns));
    }
    if (change->shape != SHAPE_STEP && change->shape != SHAPE_TREND &&
        change->shape != SHAPE_SPIKE && change->shape != SHAPE_FROZEN)
        return;
    batch_set(rows, row, "changed", value_time(series->times[change->at]));
    batch_set(rows, row, "earliest", value_time(series->times[change->earliest - 1]));
    batch_set(rows, row, "latest", value_time(series->times[change->latest]));
    if (change->shape == SHAPE_SPIKE)
        batch_set(rows, row, "back", value_time(series->times[change->back]));
}

static void add_row(struct batch *rows, const struct series *series, bool is_flat, bool is_new,
                    const struct comparison *compared, const struct course *course)
{
    const struct metric_meaning *meaning = &series->meaning;
    const enum metric_kind kind = meaning->kind == METRIC_SUCCESS ? METRIC_ERRORS : meaning->kind;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(series->name.service));
    batch_set(rows, row, "instance", value_text(series->name.instance));
    batch_set(rows, row, "metric", value_text(series->name.metric));
    batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(kind))));
    batch_set(rows, row, "base", value_text(meaning->base));
    batch_set(rows, row, "caller", value_text(meaning->caller));
    batch_set(rows, row, "callee", value_text(meaning->callee));
    batch_set(rows, row, "server_side", value_bool(meaning->server_side));
    batch_set(rows, row, "of_host", value_bool(meaning->of_host));
    batch_set(rows, row, "is_flat", value_bool(is_flat));
    batch_set(rows, row, "is_new", value_bool(is_new));
    batch_set(rows, row, "falls", value_bool(compared->falls));
    batch_set(rows, row, "worse", value_bool(compared->worse));
    batch_set(rows, row, "before", value_real(compared->before));
    batch_set(rows, row, "after", value_real(compared->after));
    batch_set(rows, row, "level", value_real(compared->level));
    batch_set(rows, row, "shift", value_real(compared->shift));
    batch_set(rows, row, "rise", value_real(compared->rise));
    set_course(rows, row, series, course);
}

static bool is_symptom(enum metric_kind kind)
{
    return kind == METRIC_LATENCY || kind == METRIC_ERRORS || kind == METRIC_SUCCESS;
}

static void compare_series(struct batch *rows, const struct series_list *list,
                           const struct series *series, int64_t onset_ns, struct arena *scratch)
{
    const enum metric_kind kind = series->meaning.kind;
    const size_t split = series_split(series, onset_ns);
    if (kind == METRIC_LIMIT || split == series->count)
        return;
    struct samples before = {series->values, split};
    const struct samples after = {series->values + split, series->count - split};
    const bool is_new = split < BASELINE_SAMPLES_MIN;
    if (is_new)
        before = sibling_samples(list, series, onset_ns, scratch);
    if (before.count == 0)
        return;
    if (!is_new && is_flat(&before, &after)) {
        const double value = after.values[0];
        if (is_symptom(kind))
            add_row(rows, series, true, false,
                    &(struct comparison){.before = value, .after = value, .level = value},
                    &(struct course){0});
        return;
    }
    const struct comparison compared = compare(before, after, series, scratch);
    const struct course course =
        is_new ? (struct course){0} : course_of(series, onset_ns, split, &compared, scratch);
    add_row(rows, series, false, is_new, &compared, &course);
}

static bool compare_all(struct call *call, struct arena *arena, int64_t onset_ns,
                        struct batch **out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    *out = batch_new(arena, columns);
    struct arena *scratch = arena_new("shifts");
    for (uint32_t i = 0; i < list.count; i++) {
        compare_series(*out, &list, &list.items[i], onset_ns, scratch);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return true;
}

/* At the onset of the case, which several ask for. */
static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct batch **out = thing;
    return compare_all(call, arena, call->casefile->incident.start_ns, out, err);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const bool of_case = onset_ns == call->casefile->incident.start_ns;
    struct batch *rows;
    if (!(of_case ? call_load_once(call, "shifts", sizeof rows, load, &rows, err)
                  : compare_all(call, call->scratch, onset_ns, &rows, err)))
        return false;
    *record_at(out, "series") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_shifts = {
    .sig = {.name = "shifts",
            .summary = "Compare each series with its baseline",
            .input = input,
            .output = output},
    .run = run,
};
