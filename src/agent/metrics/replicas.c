/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The instances of one service against each other since the onset: how far the median of each is
 * from that of all others, in spreads of what they were before. An instance that was as far from
 * the others before is only another one (a leader, a larger machine).
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "stats/robust.h"

#include <math.h>

#define NOISE_OF_LEVEL 0.05 /* below 5 % of the level nothing is remarkable */
#define NOISE_OF_NEW 0.01   /* a flat zero has no ruler of its own: a hundredth of what came */
#define APART_MAX 1e4       /* and makes any distance infinite */
#define SAMPLES_MIN 3
#define INSTANCES_MAX 20 /* later ones are left out */
#define SAMPLES_MAX 200  /* of one series, evenly thinned: enough for a median */

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "whose instances", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"metric", TYPE_TEXT, 0, "its name", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, latency, errors, ...", NULL},
    {"instance", TYPE_TEXT, 0, "which one", NULL},
    {"here", TYPE_REAL, 0, "its median since", NULL},
    {"others", TYPE_REAL, 0, "the median of all others since", NULL},
    {"apart", TYPE_REAL, 0, "how much higher that is, in spreads; negative: lower", NULL},
    {"apart_before", TYPE_REAL, FIELD_OPTIONAL, "the same before", NULL},
    {"others_shift", TYPE_REAL, FIELD_OPTIONAL, "how far the others are from before, in spreads",
     NULL},
    {0},
};

static const struct field output[] = {
    {"compared", TYPE_INT, 0, "how many instances have a metric that another one has, too", NULL},
    {"instances", TYPE_ROWS, 0, "each metric of each instance that can be compared", columns},
    {0},
};

struct samples {
    double *values;
    size_t count;
};

/* Of one metric: the series of all instances. */
struct group {
    const struct series *items[INSTANCES_MAX];
    size_t splits[INSTANCES_MAX];
    uint32_t count;
};

/* All samples of the group before or since, without those of one instance; `but`: count for all. */
static struct samples pooled(const struct group *group, bool since, uint32_t but,
                             struct arena *arena)
{
    struct samples samples = {0};
    for (int pass = 0; pass < 2; pass++) {
        size_t count = 0;
        for (uint32_t i = 0; i < group->count; i++) {
            const struct series *series = group->items[i];
            const size_t from = since ? group->splits[i] : 0;
            const size_t to = since ? series->count : group->splits[i];
            const size_t step = 1 + (to - from) / SAMPLES_MAX;
            for (size_t at = from; i != but && at < to; at += step, count++)
                if (pass == 1)
                    samples.values[count] = series->values[at];
        }
        if (pass == 0)
            samples.values = arena_push_many(arena, double, count + 1);
        samples.count = count;
    }
    return samples;
}

static double clamp(double distance)
{
    return fmin(fmax(distance, -APART_MAX), APART_MAX);
}

static void compare(struct batch *rows, const struct group *group, uint32_t number,
                    struct arena *arena)
{
    const struct series *series = group->items[number];
    const size_t split = group->splits[number];
    const struct samples others = pooled(group, true, number, arena);
    const struct samples before = pooled(group, false, group->count, arena);
    if (series->count - split < SAMPLES_MIN || others.count < SAMPLES_MIN)
        return;
    const double here = stats_median(arena, series->values + split, series->count - split);
    const double there = stats_median(arena, others.values, others.count);
    const struct samples base = before.count >= SAMPLES_MIN ? before : others;
    const double base_level = stats_median(arena, base.values, base.count);
    const double noise = fmax(NOISE_OF_LEVEL * fabs(base_level), NOISE_OF_NEW * fabs(here));
    if (noise <= 0)
        return; /* all is zero */
    const struct stats_level level = stats_level_of(arena, base.values, base.count, noise);

    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "metric", value_text(series->name.metric));
    batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(series->meaning.kind))));
    batch_set(rows, row, "instance", value_text(series->name.instance));
    batch_set(rows, row, "here", value_real(here));
    batch_set(rows, row, "others", value_real(there));
    batch_set(rows, row, "apart", value_real(clamp((here - there) / level.spread)));
    if (before.count < SAMPLES_MIN)
        return;
    batch_set(rows, row, "others_shift",
              value_real(clamp(fabs(there - level.median) / level.spread)));
    const struct samples others_before = pooled(group, false, number, arena);
    if (split >= SAMPLES_MIN && others_before.count >= SAMPLES_MIN)
        batch_set(
            rows, row, "apart_before",
            value_real(clamp((stats_median(arena, series->values, split) -
                              stats_median(arena, others_before.values, others_before.count)) /
                             level.spread)));
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    const struct str service = record_at(in, "service")->text;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    struct batch *rows = batch_new(call->scratch, columns);
    struct map compared = map_new(call->scratch), metrics = map_new(call->scratch);
    struct group *group = arena_push(call->scratch, struct group);
    struct arena *arena = arena_new("replicas");
    for (uint32_t first = 0; first < list.count; first++) {
        const struct series *head = &list.items[first];
        if (!str_eq(head->name.service, service) || head->name.instance.len == 0 ||
            head->meaning.kind == METRIC_LIMIT || head->meaning.caller.len > 0 ||
            map_find(&metrics, head->name.metric) != MAP_NONE)
            continue;
        map_add(&metrics, head->name.metric);
        group->count = 0;
        for (uint32_t i = first; i < list.count && group->count < INSTANCES_MAX; i++)
            if (str_eq(list.items[i].name.service, service) &&
                list.items[i].name.instance.len > 0 &&
                str_eq(list.items[i].name.metric, head->name.metric)) {
                group->items[group->count] = &list.items[i];
                group->splits[group->count++] = series_split(&list.items[i], onset_ns);
            }
        for (uint32_t i = 0; i < group->count && group->count > 1; i++) {
            compare(rows, group, i, arena);
            map_add(&compared, group->items[i]->name.instance);
            arena_reset(arena);
        }
    }
    arena_free(arena);
    *record_at(out, "compared") = value_int(compared.count);
    *record_at(out, "instances") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_replicas = {
    .sig = {.name = "replicas",
            .summary = "Compare the instances of a service with each other",
            .input = input,
            .output = output},
    .run = run,
};
