/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the metrics of a service did since it was changed: whether its new replicas differ from the
 * old ones, whether it differs from what it was, whether those who call it do, and whether a
 * replica that was replaced ever came back.
 *
 * New against old is asked of single samples: is this one beyond what all replicas showed before
 * the change? The shares of such samples are compared as any shares are (agent/trials.h), so that
 * one odd sample of a young replica says little, and what befell the old ones as well says nothing.
 * This is the difference in differences, by ranks: Yu et al., "Finding Root Causes from Software
 * Changes in Large Online Systems", FSE 2024, compare new and old instances so, but by means.
 */
#include "agent/metrics/generations.h"
#include "agent/metrics/series.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "stats/robust.h"

#include <math.h>

#define BASE_MIN 5            /* samples before, or nothing is known to be usual */
#define SPREADS 3.0           /* of the baseline: beyond that a sample is unusual */
#define ROOM_OF_LATENCY 1.0   /* and slow is twice as slow as most were, as for spans */
#define ROOM_OF_RESOURCE 0.25 /* a quarter more than most is still usual */
#define ROOM_OF_SHARE 0.01    /* a hundredth of requests more that fail is none */
#define USUAL_MOST 0.95       /* of the baseline */
#define OTHERS_SHARE 0.67     /* of the new one's share: where the old ones reach it, all suffer */
#define BEGUN_SAMPLES 2       /* bad right before the change: it began before */
#define QUIET_SAMPLES 5       /* as usual: what was before those is another story */
#define METRICS_MAX 400

static const struct field input[] = {
    {"service", TYPE_TEXT, 0, "what was changed", NULL},
    {"changed", TYPE_TIME, 0, "when that began", NULL},
    {"until", TYPE_TIME, 0, "what comes later is not looked at", NULL},
    {0},
};

static const struct field columns[] = {
    {"of", TYPE_TEXT, 0, "replica, service or caller: whose metric differs", NULL},
    {"service", TYPE_TEXT, 0, "under whose name it is", NULL},
    {"instance", TYPE_TEXT, 0, "the new replica; empty: all together", NULL},
    {"metric", TYPE_TEXT, 0, "its name", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, latency, errors, ...", NULL},
    {"first", TYPE_TIME, 0, "since when it is beyond what was usual, but for a few samples", NULL},
    {"samples", TYPE_INT, 0, "how many there are since the change", NULL},
    {"beyond", TYPE_INT, 0, "how many of those are beyond what was usual", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how clearly that differs; 0: it may be chance", NULL},
    {0},
};

static const struct field output[] = {
    {"effects", TYPE_ROWS, 0, "each metric that differs", columns},
    {"young", TYPE_INT, 0, "how many replicas came since", NULL},
    {"alike", TYPE_INT, 0, "samples of requests to them, where all are as usual", NULL},
    {"alike_metric", TYPE_TEXT, FIELD_OPTIONAL, "whose samples those are", NULL},
    {"silent", TYPE_TEXT, FIELD_OPTIONAL, "a replica that went and was not followed by another",
     NULL},
    {"silent_since", TYPE_TIME, FIELD_OPTIONAL, "its last sample", NULL},
    {"missed", TYPE_INT, 0, "so many samples a new one is late", NULL},
    {0},
};

struct look {
    const struct series_list *list;
    struct str service;
    int64_t changed_ns, until_ns;
    struct generations replicas;
    struct batch *effects;
    struct arena *arena;
};

/* Where one series stands: which samples are before the change, and which since. */
struct span {
    size_t split, end;
};

static struct span span_of(const struct look *look, const struct series *series)
{
    return (struct span){series_split(series, look->changed_ns),
                         series_split(series, look->until_ns)};
}

static bool is_requests(enum metric_kind kind)
{
    return kind == METRIC_LATENCY || kind == METRIC_ERRORS || kind == METRIC_SUCCESS;
}

/* What a bad change shows in; a young process has less memory than an old one, but not more. */
static bool is_told(const struct series *series)
{
    const enum metric_kind kind = series->meaning.kind;
    return !series->meaning.of_host &&
           (is_requests(kind) || kind == METRIC_CPU || kind == METRIC_MEMORY ||
            kind == METRIC_COLLECTION || kind == METRIC_CONNECTIONS);
}

/* ---- one metric ---- */

/* Successes turned to failures; above that is worse for all kinds. */
static double badness(enum metric_kind kind, double value, double top)
{
    return kind == METRIC_SUCCESS ? 1 - fmin(value, top) / top : value;
}

struct usual {
    double bound;
    double top; /* of a share of successes */
};

typedef bool member_fn(const struct look *look, const struct series *series, struct str of);

/* One metric under one service: its series, young and old. */
struct group {
    const struct series **items;
    uint32_t count, room;
};

/* False: too little is known of before. */
static bool usual_of(const struct look *look, const struct group *group, struct usual *out)
{
    const enum metric_kind kind = group->items[0]->meaning.kind;
    size_t count = 0;
    double top = 1;
    for (uint32_t i = 0; i < group->count; i++) {
        count += span_of(look, group->items[i]).split;
        for (size_t at = 0; at < group->items[i]->count; at++)
            top = group->items[i]->values[at] > 1.0001 ? 100 : top;
    }
    if (count < BASE_MIN)
        return false;
    double *base = arena_push_many(look->arena, double, count);
    count = 0;
    for (uint32_t i = 0; i < group->count; i++)
        for (size_t at = 0; at < span_of(look, group->items[i]).split; at++)
            base[count++] = badness(kind, group->items[i]->values[at], top);
    const struct stats_level level = stats_level_of(look->arena, base, count, 1e-12);
    const double most =
        stats_quantile_sorted(stats_sorted(look->arena, base, count), count, USUAL_MOST);
    const double room = kind == METRIC_SUCCESS   ? ROOM_OF_SHARE
                        : kind == METRIC_LATENCY ? ROOM_OF_LATENCY * fabs(most)
                                                 : ROOM_OF_RESOURCE * fabs(most);
    *out = (struct usual){fmax(level.median + SPREADS * level.spread, most + room), top};
    return true;
}

struct count {
    double tries, hits;
    int64_t first_ns; /* of the last stretch of hits */
};

static void count_range(struct count *count, const struct series *series, const struct usual *usual,
                        size_t from, size_t to)
{
    int64_t first_ns = 0;
    int quiet = 0;
    for (size_t at = from; at < to; at++) {
        count->tries++;
        if (badness(series->meaning.kind, series->values[at], usual->top) <= usual->bound) {
            quiet++;
            continue;
        }
        count->hits++;
        if (first_ns == 0 || quiet >= QUIET_SAMPLES)
            first_ns = series->times[at];
        quiet = 0;
    }
    if (first_ns != 0 && (count->first_ns == 0 || first_ns < count->first_ns))
        count->first_ns = first_ns;
}

/* A process that starts is busy with itself: its first sample says nothing of its processor use. */
static size_t settled(const struct series *series, size_t from)
{
    const enum metric_kind kind = series->meaning.kind;
    return kind == METRIC_CPU || kind == METRIC_COLLECTION ? from + 1 : from;
}

static void add_effect(const struct look *look, const char *of, const struct series *series,
                       struct str instance, const struct count *since, const struct count *usually)
{
    double g;
    if (since->hits <= 0 || usually->tries <= 0 ||
        since->hits * usually->tries <= usually->hits * since->tries)
        return;
    const double strength =
        trial_difference(since->hits, since->tries, usually->hits, usually->tries, &g);
    struct batch *rows = look->effects;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "of", value_text(str_of(of)));
    batch_set(rows, row, "service", value_text(series->name.service));
    batch_set(rows, row, "instance", value_text(instance));
    batch_set(rows, row, "metric", value_text(series->name.metric));
    batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(series->meaning.kind))));
    batch_set(rows, row, "first", value_time(since->first_ns));
    batch_set(rows, row, "samples", value_int((int64_t)since->tries));
    batch_set(rows, row, "beyond", value_int((int64_t)since->hits));
    batch_set(rows, row, "strength", value_real(strength));
}

/* What speaks for new replicas: requests that are as usual, by the metric with most samples. */
struct alike {
    int64_t samples;
    struct str metric;
    bool differs; /* in some metric they are not */
};

/* New replicas against what all were before and what the old ones are since. */
static void compare_replicas(const struct look *look, const struct group *group,
                             struct alike *alike)
{
    struct usual usual;
    struct count old = {0}, old_since = {0}, all_young = {0};
    if (!usual_of(look, group, &usual))
        return;
    for (uint32_t i = 0; i < group->count; i++)
        if (!generations_is_young(&look->replicas, group->items[i]->name.instance)) {
            const struct span span = span_of(look, group->items[i]);
            count_range(&old, group->items[i], &usual, 0, span.end);
            count_range(&old_since, group->items[i], &usual, span.split, span.end);
        }
    for (uint32_t i = 0; i < group->count; i++) {
        const struct series *series = group->items[i];
        const struct span span = span_of(look, series);
        struct count young = {0};
        if (!generations_is_young(&look->replicas, series->name.instance))
            continue;
        count_range(&young, series, &usual, settled(series, span.split), span.end);
        if (old_since.hits * young.tries <= OTHERS_SHARE * young.hits * old_since.tries)
            add_effect(look, "replica", series, series->name.instance, &young, &old);
        all_young.tries += young.tries;
        all_young.hits += young.hits;
    }
    if (!is_requests(group->items[0]->meaning.kind))
        return;
    alike->differs |= all_young.hits > 0;
    if ((int64_t)all_young.tries > alike->samples) {
        alike->samples = (int64_t)all_young.tries;
        alike->metric = group->items[0]->name.metric;
    }
}

/* All series together against what they were; nothing where it was bad before the change already.
 */
static void compare_times(const struct look *look, const struct group *group, const char *of)
{
    struct usual usual;
    struct count before = {0}, just = {0}, since = {0};
    if (!usual_of(look, group, &usual))
        return;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct series *series = group->items[i];
        const struct span span = span_of(look, series);
        const size_t near = span.split > BEGUN_SAMPLES ? span.split - BEGUN_SAMPLES : 0;
        count_range(&before, series, &usual, 0, span.split);
        count_range(&just, series, &usual, near, span.split);
        count_range(&since, series, &usual, span.split, span.end);
    }
    if (just.hits * since.tries * 2 < since.hits * just.tries)
        add_effect(look, of, group->items[0], STR(""), &since, &before);
}

/* ---- which metrics ---- */

static bool is_of_replica(const struct look *look, const struct series *series, struct str of)
{
    (void)of;
    return str_eq(series->name.service, look->service) && series->name.instance.len > 0 &&
           (series->meaning.caller.len == 0 || series->meaning.server_side) && is_told(series);
}

/* Its requests as a whole: as it says itself, or as those say who call it. */
static bool is_of_service(const struct look *look, const struct series *series, struct str of)
{
    (void)of;
    const struct metric_meaning *meaning = &series->meaning;
    if (!is_requests(meaning->kind) || meaning->of_host)
        return false;
    if (meaning->caller.len > 0 && !meaning->server_side)
        return str_eq(meaning->callee, look->service);
    return str_eq(series->name.service, look->service) && series->name.instance.len == 0;
}

/* What a caller answers itself: its own failures. */
static bool is_of_caller(const struct look *look, const struct series *series, struct str of)
{
    (void)look;
    const enum metric_kind kind = series->meaning.kind;
    return (kind == METRIC_ERRORS || kind == METRIC_SUCCESS) && str_eq(series->name.service, of) &&
           !series->meaning.of_host &&
           (series->meaning.caller.len == 0 || series->meaning.server_side);
}

struct groups {
    struct group *items;
    uint32_t count;
};

/* The series that are members, by service and metric. */
static struct groups group_up(const struct look *look, member_fn *is_member, struct str of)
{
    struct map numbers = map_new(look->arena);
    struct groups groups = {.items = arena_push_many(look->arena, struct group, METRICS_MAX)};
    for (uint32_t i = 0; i < look->list->count; i++) {
        const struct series *series = &look->list->items[i];
        if (!is_member(look, series, of) || groups.count == METRICS_MAX)
            continue;
        const struct str key = str_printf(look->arena, "%.*s\n%.*s", STR_ARG(series->name.service),
                                          STR_ARG(series->name.metric));
        struct group *group = &groups.items[map_add(&numbers, key)];
        groups.count = numbers.count;
        if (group->count == group->room) {
            const uint32_t room = group->room > 0 ? 2 * group->room : 8;
            group->items =
                arena_grow(look->arena, group->items, group->count * sizeof *group->items,
                           room * sizeof *group->items);
            group->room = room;
        }
        group->items[group->count++] = series;
    }
    return groups;
}

/* ---- the story ---- */

static void tell_silent(const struct look *look, const struct record *out)
{
    int64_t missed;
    const struct generation *silent = generations_silent(&look->replicas, &missed);
    *record_at(out, "young") = value_int(look->replicas.young);
    *record_at(out, "missed") = value_int(missed);
    if (!silent)
        return;
    *record_at(out, "silent") = value_text(silent->instance);
    *record_at(out, "silent_since") = value_time(silent->last_ns);
}

static void look_at_replicas(const struct look *look, const struct record *out)
{
    struct alike alike = {0};
    const struct groups groups = group_up(look, is_of_replica, STR(""));
    for (uint32_t i = 0; i < groups.count; i++)
        compare_replicas(look, &groups.items[i], &alike);
    const bool sound = alike.samples > 0 && !alike.differs;
    *record_at(out, "alike") = value_int(sound ? alike.samples : 0);
    if (sound)
        *record_at(out, "alike_metric") = value_text(alike.metric);
}

static void look_at_times(const struct look *look, member_fn *is_member, struct str of,
                          const char *name)
{
    const struct groups groups = group_up(look, is_member, of);
    for (uint32_t i = 0; i < groups.count; i++)
        compare_times(look, &groups.items[i], name);
}

static void look_at_callers(const struct look *look, const struct topology *topology)
{
    const uint32_t node = topology_find(topology, look->service);
    for (uint32_t i = 0; node != MAP_NONE && i < topology->edges_count; i++)
        if (topology->edges[i].callee == node)
            look_at_times(look, is_of_caller, topology->nodes.keys[topology->edges[i].caller],
                          "caller");
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    struct arena *arena = arena_new("rollout");
    struct look look = {
        .list = &list,
        .service = record_at(in, "service")->text,
        .changed_ns = record_at(in, "changed")->integer,
        .until_ns = record_at(in, "until")->integer + 1,
        .effects = batch_new(call->scratch, columns),
        .arena = arena,
    };
    look.replicas = generations_of(arena, &list, look.service, look.changed_ns, look.until_ns);
    tell_silent(&look, out);
    look_at_replicas(&look, out);
    look_at_times(&look, is_of_service, STR(""), "service");
    look_at_callers(&look, &call->casefile->topology);
    *record_at(out, "effects") = value_rows(look.effects);
    arena_free(arena);
    return true;
}

const struct tool tool_metrics_rollout = {
    .sig = {.name = "rollout",
            .summary = "Tell what the metrics of a service did since it was changed",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
