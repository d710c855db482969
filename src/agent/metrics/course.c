/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services' series of one metric move together with the alert's own, once it has begun. What
 * causes a symptom comes and goes with it; what was bad all along does not.
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/grid.h"
#include "stats/robust.h"

#define COMMON_MIN 4 /* with fewer common samples any two series look alike */

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose series is followed", NULL},
    {"metric", TYPE_TEXT, 0, "which", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who has a series of that name", NULL},
    {"together", TYPE_REAL, 0, "0 to 1: how far it moves with the one that is followed", NULL},
    {0},
};

static const struct field output[] = {
    {"services", TYPE_ROWS, FIELD_OPTIONAL, "unknown where too little was sampled", columns},
    {0},
};

/* The samples that both have, from `from_ns` on. */
static double together(const struct series *a, const struct series *b, int64_t from_ns,
                       struct arena *arena)
{
    double *of_a = arena_push_many(arena, double, a->count);
    double *of_b = arena_push_many(arena, double, a->count);
    size_t count = 0, j = series_split(b, from_ns);
    for (size_t i = series_split(a, from_ns); i < a->count; i++) {
        while (j < b->count && b->times[j] < a->times[i])
            j++;
        if (j < b->count && b->times[j] == a->times[i]) {
            of_a[count] = a->values[i];
            of_b[count++] = b->values[j];
        }
    }
    const double r = count >= COMMON_MIN ? stats_correlation(of_a, of_b, count) : 0;
    return r > 0 ? r : 0;
}

/* The service's series of that name: of the whole service, or else of its first instance. */
static const struct series *find(const struct series_list *list, struct str service,
                                 struct str metric)
{
    for (uint32_t i = 0; i < list->count; i++) /* the empty instance comes first in the list */
        if (str_eq(list->items[i].name.service, service) &&
            str_eq(list->items[i].name.metric, metric))
            return &list->items[i];
    return NULL;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    const struct str metric = record_at(in, "metric")->text;
    const struct series *followed = find(&list, record_at(in, "service")->text, metric);
    if (!followed)
        return err_set(err, ERR_NOT_FOUND, "there is no such series");

    const int64_t onset_ns = record_at(in, "onset")->integer;
    const int64_t steps_ns = 2 * grid_step_ns(call->scratch, followed->times, followed->count);
    const int64_t half_ns = (followed->times[followed->count - 1] - onset_ns) / 2;
    const int64_t from_ns = onset_ns - (steps_ns > half_ns ? steps_ns : half_ns);
    if (followed->count - series_split(followed, from_ns) < COMMON_MIN)
        return true;

    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct series *series = &list.items[i];
        if (!str_eq(series->name.metric, metric))
            continue;
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service", value_text(series->name.service));
        batch_set(rows, row, "together",
                  value_real(together(followed, series, from_ns, call->scratch)));
    }
    *record_at(out, "services") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_course = {
    .sig = {.name = "course",
            .summary = "Tell which services' series move with one that is followed",
            .input = input,
            .output = output},
    .run = run,
};
