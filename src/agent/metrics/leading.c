/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which series moved together with one that is followed, and when each of them did: what moved
 * first may be the reason, what moved later is rather a consequence.
 *
 * Of those that left their baseline, each is held against the followed one by Spearman's rank
 * correlation at the shift in time where it is strongest (stats/correlate.h). So many pairs are
 * tried that some agree by chance: of n tries the best is expected at sqrt(2 ln n) standard
 * deviations, and only what is beyond that is told. When a series moved is told by its own change
 * (stats/shape.h), of which a correlation knows nothing where both have many ups and downs.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/correlate.h"
#include "stats/robust.h"
#include "stats/shape.h"

#include <math.h>
#include <stdlib.h>

#define POINTS_MAX 200 /* of the followed series, the newest */
#define POINTS_MIN 16
#define LEAD_MAX 10        /* samples: more is another story */
#define CANDIDATES_MAX 256 /* those that moved the most */
#define SHIFT_MIN 3.0      /* spreads of the baseline */
#define RHO_MIN 0.7
#define NOISE_OF_LEVEL 0.05
#define ROWS_MAX 20

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose series is followed", NULL},
    {"metric", TYPE_TEXT, 0, "which", NULL},
    {"instance", TYPE_TEXT, FIELD_OPTIONAL, "of which instance", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose series moved with it", NULL},
    {"instance", TYPE_TEXT, 0, "of which instance; may be empty", NULL},
    {"metric", TYPE_TEXT, 0, "its name", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, latency, errors, ...", NULL},
    {"rho", TYPE_REAL, 0, "rank correlation; negative: one rises when the other falls", NULL},
    {"changed", TYPE_TIME, 0, "when it moved: the first sample that differs", NULL},
    {"lead", TYPE_SPAN, 0, "how long before the followed one; negative: after", NULL},
    {"error", TYPE_SPAN, 0, "how far off that may well be", NULL},
    {0},
};

static const struct field output[] = {
    {"changed", TYPE_TIME, FIELD_OPTIONAL, "when the followed one moved; unknown: it did not",
     NULL},
    {"series", TYPE_ROWS, 0, "the earliest first", columns},
    {0},
};

struct candidate {
    const struct series *series;
    double shift, rho;
    int64_t changed_ns, error_ns;
};

static bool is_followed(const struct series *series, const struct record *in)
{
    const struct value *instance = record_at(in, "instance");
    return str_eq(series->name.service, record_at(in, "service")->text) &&
           str_eq(series->name.metric, record_at(in, "metric")->text) &&
           (!instance->known || str_eq(series->name.instance, instance->text));
}

/* In spreads of what it was before; 0 where it has no baseline. */
static double shift_of(const struct series *series, int64_t onset_ns, struct arena *arena)
{
    const size_t split = series_split(series, onset_ns);
    if (split < 3 || split + 3 > series->count)
        return 0;
    const double before = stats_median(arena, series->values, split);
    const double after = stats_median(arena, series->values + split, series->count - split);
    const double noise = NOISE_OF_LEVEL * fmax(fabs(before), fabs(after));
    return fabs(after - before) / stats_level_of(arena, series->values, split, noise).spread;
}

/* When it moved, and how sure that is; false where no model of a change fits. */
static bool change_of(struct candidate *it, int64_t onset_ns, struct arena *arena)
{
    const struct series *series = it->series;
    const size_t split = series_split(series, onset_ns);
    const struct stats_change change =
        stats_shape_of(arena, series->values, series->count, split, split / 2);
    if (change.shape != SHAPE_STEP && change.shape != SHAPE_TREND && change.shape != SHAPE_SPIKE)
        return false;
    it->changed_ns = series->times[change.at];
    it->error_ns = (series->times[change.latest] - series->times[change.earliest - 1]) / 2;
    return true;
}

/* The series at those times: its latest sample, the first one where there was none yet. */
static double *sampled(const struct series *series, const int64_t *times, size_t count,
                       struct arena *arena)
{
    double *values = arena_push_many(arena, double, count);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        while (at + 1 < series->count && series->times[at + 1] <= times[i])
            at++;
        values[i] = series->values[at];
    }
    return values;
}

static int larger_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->shift != y->shift)
        return x->shift < y->shift ? 1 : -1;
    return (x->series > y->series) - (x->series < y->series); /* the order of the list */
}

static int earlier_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->changed_ns != y->changed_ns)
        return x->changed_ns < y->changed_ns ? -1 : 1;
    return (x->series > y->series) - (x->series < y->series);
}

/* All that left their baseline, but for the one that is followed. */
static struct candidate *candidates_of(const struct series_list *list,
                                       const struct series *followed, int64_t onset_ns,
                                       struct arena *arena, size_t *count)
{
    struct candidate *items = arena_push_many(arena, struct candidate, list->count);
    struct arena *scratch = arena_new("leading");
    *count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *series = &list->items[i];
        const double shift = series == followed || series->meaning.kind == METRIC_LIMIT
                                 ? 0
                                 : shift_of(series, onset_ns, scratch);
        arena_reset(scratch);
        if (shift >= SHIFT_MIN)
            items[(*count)++] = (struct candidate){.series = series, .shift = shift};
    }
    arena_free(scratch);
    qsort(items, *count, sizeof *items, larger_first);
    *count = *count < CANDIDATES_MAX ? *count : CANDIDATES_MAX;
    return items;
}

/* Keeps those that move with the followed one by more than chance. */
static size_t keep_moving(struct candidate *items, size_t count, const struct series *followed,
                          int64_t onset_ns)
{
    struct arena *scratch = arena_new("leading");
    const size_t points = followed->count < POINTS_MAX ? followed->count : POINTS_MAX;
    const int64_t *times = followed->times + followed->count - points;
    const double *values = followed->values + followed->count - points;
    const double chance = sqrt(2 * log((double)count * (2 * LEAD_MAX + 1)));
    size_t kept = 0;
    for (size_t i = 0; points >= POINTS_MIN && i < count; i++) {
        struct candidate it = items[i];
        const double *other = sampled(it.series, times, points, scratch);
        const struct correlation found = correlate(scratch, other, values, points, LEAD_MAX);
        it.rho = found.rho;
        if (fabs(found.rho) >= RHO_MIN && found.significance > chance &&
            change_of(&it, onset_ns, scratch))
            items[kept++] = it;
        arena_reset(scratch);
    }
    arena_free(scratch);
    qsort(items, kept, sizeof *items, earlier_first);
    return kept < ROWS_MAX ? kept : ROWS_MAX;
}

static void add_row(struct batch *rows, const struct candidate *it, int64_t changed_ns,
                    int64_t error_ns)
{
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(it->series->name.service));
    batch_set(rows, row, "instance", value_text(it->series->name.instance));
    batch_set(rows, row, "metric", value_text(it->series->name.metric));
    batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(it->series->meaning.kind))));
    batch_set(rows, row, "rho", value_real(it->rho));
    batch_set(rows, row, "changed", value_time(it->changed_ns));
    batch_set(rows, row, "lead", value_span(changed_ns - it->changed_ns));
    batch_set(rows, row, "error", value_span(it->error_ns + error_ns));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    struct candidate followed = {0};
    for (uint32_t i = 0; i < list.count && !followed.series; i++)
        if (is_followed(&list.items[i], in))
            followed.series = &list.items[i];
    if (!followed.series)
        return err_set(err, ERR_NOT_FOUND, "there is no such series");

    const int64_t onset_ns = record_at(in, "onset")->integer;
    struct batch *rows = batch_new(call->scratch, columns);
    *record_at(out, "series") = value_rows(rows);
    if (!change_of(&followed, onset_ns, call->scratch))
        return true;
    *record_at(out, "changed") = value_time(followed.changed_ns);
    size_t count;
    struct candidate *items =
        candidates_of(&list, followed.series, onset_ns, call->scratch, &count);
    count = keep_moving(items, count, followed.series, onset_ns);
    for (size_t i = 0; i < count; i++)
        add_row(rows, &items[i], followed.changed_ns, followed.error_ns);
    return true;
}

const struct tool tool_metrics_leading = {
    .sig = {.name = "leading",
            .summary = "Tell which series moved with one that is followed, and before it",
            .input = input,
            .output = output},
    .run = run,
};
