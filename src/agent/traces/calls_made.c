/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slow is what takes more than twice the 95th percentile of the baseline, and a millisecond. A span
 * that calls another service is left out of the own times: what is lost on the way to the callee
 * would be charged to the caller, too.
 *
 * A service in trouble is slow in all it does, and of a rare operation there are too few calls to
 * tell. So its own time is compared once more by request: the sum over its spans against the sum of
 * what their operations usually take, which a change in the mix of operations does not move.
 */
#include "agent/traces/calls_made.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>
#include <stdlib.h>

#define SLOW_QUANTILE 0.95
#define SLOW_FACTOR 2.0
#define SLOW_US_MIN 1000.0

const char *call_kind_name(enum call_kind kind)
{
    static const char *const names[] = {[CALL_SLOW] = "slow",
                                        [CALL_GAP] = "gap",
                                        [CALL_FAILED] = "failed",
                                        [CALL_PATH] = "path",
                                        [CALL_OWN] = "own"};
    return names[kind];
}

/* One measured span or call, in its group. */
struct observation {
    uint32_t group;
    uint32_t span;
    int place;
    double value_us; /* of CALL_SLOW and CALL_GAP; else whether it is a hit */
};

/* A span whose operation has a usual own time. */
struct own_time {
    uint32_t service, trace, span;
    double self_us, usual_us;
};

struct making {
    const struct forest *forest;
    int64_t alert_ns;
    struct arena *arena;
    struct map groups;
    struct call_trial *items; /* by group */
    struct observation *seen;
    size_t seen_count;
    struct own_time *owns;
    size_t owns_count;
};

static void observe(struct making *make, const struct call_trial *item, uint32_t span,
                    double value_us)
{
    const int place = forest_place(&make->forest->spans[span], make->alert_ns);
    if (place == TRIAL_NOWHERE)
        return;
    const uint32_t key[] = {item->kind, item->service, item->operation, item->caller};
    const struct str name = {.ptr = (const char *)key, .len = sizeof key};
    const uint32_t group = map_add(&make->groups, name);
    make->items[group] = *item;
    make->seen[make->seen_count++] = (struct observation){group, span, place, value_us};
}

static void observe_span(struct making *make, uint32_t number)
{
    const struct forest *forest = make->forest;
    const struct span *span = &forest->spans[number];
    struct call_trial item = {.service = span->service,
                              .operation = span->operation,
                              .caller = SPAN_NONE,
                              .exemplar = SPAN_NONE};
    if (!span->calls_out) {
        item.kind = CALL_SLOW;
        observe(make, &item, number, span->self_us);
    }
    item.kind = CALL_FAILED;
    observe(make, &item, number, span->failed && !span->child_failed);
    if (span->entry == number && span->parent != SPAN_NONE) {
        const struct span *caller = &forest->spans[span->parent];
        item.kind = CALL_GAP;
        item.caller = caller->service;
        observe(make, &item, number, caller->duration_us - span->duration_us);
    }
}

static int compare_observations(const void *a, const void *b)
{
    const struct observation *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

/*
 * What is usual: the reference, where it has enough; else the older part of the data, and failing
 * that the first two minutes of the window. Negative: too little to say.
 */
static double usual_us(const struct observation *seen, size_t count, struct arena *arena)
{
    static const int places[][2] = {{TRIAL_REFERENCE, TRIAL_REFERENCE},
                                    {TRIAL_REFERENCE, TRIAL_OLDER},
                                    {TRIAL_REFERENCE, TRIAL_EARLY_BINS - 1}};
    double *values = arena_push_many(arena, double, count);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        size_t base = 0;
        for (size_t k = 0; k < count; k++)
            if (seen[k].place >= places[i][0] && seen[k].place <= places[i][1])
                values[base++] = seen[k].value_us;
        if (base >= TRIAL_BASELINE_MIN)
            return fmax(
                0, stats_quantile_sorted(stats_sorted(arena, values, base), base, SLOW_QUANTILE));
    }
    return -1;
}

static void keep_own_times(struct making *make, const struct observation *seen, size_t count,
                           double usual)
{
    for (size_t i = 0; i < count; i++) {
        const struct span *span = &make->forest->spans[seen[i].span];
        make->owns[make->owns_count++] =
            (struct own_time){span->service, span->trace, seen[i].span, seen[i].value_us, usual};
    }
}

static void count_group(struct making *make, const struct observation *seen, size_t count,
                        struct call_trial *item, struct trial *trial, struct arena *arena)
{
    const bool timed = item->kind == CALL_SLOW || item->kind == CALL_GAP;
    const double usual = timed ? usual_us(seen, count, arena) : 0;
    item->threshold_us = timed ? SLOW_FACTOR * usual + SLOW_US_MIN : 0.5;
    *trial = (struct trial){.service = item->service, .only_more = true};
    if (usual < 0)
        return; /* no trials: nothing will be said */
    if (item->kind == CALL_SLOW)
        keep_own_times(make, seen, count, usual);
    for (size_t i = 0; i < count; i++) {
        trial_add(&trial->tries, seen[i].place);
        if (seen[i].value_us <= item->threshold_us)
            continue;
        trial_add(&trial->hits, seen[i].place);
        if (seen[i].place >= 0)
            item->exemplar = seen[i].span;
    }
}

/* ---- the own time of a service in a request ---- */

static int compare_own_times(const void *a, const void *b)
{
    const struct own_time *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    if (x->trace != y->trace)
        return x->trace < y->trace ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

/* The request stands in the window where the first of these spans does. */
static void count_request(const struct making *make, const struct own_time *owns, size_t count,
                          struct call_trial *item, struct trial *trial)
{
    double self_us = 0, usual_us = 0;
    for (size_t i = 0; i < count; i++) {
        self_us += owns[i].self_us;
        usual_us += owns[i].usual_us;
    }
    const int place = forest_place(&make->forest->spans[owns->span], make->alert_ns);
    trial_add(&trial->tries, place);
    if (self_us <= SLOW_FACTOR * usual_us + SLOW_US_MIN)
        return;
    trial_add(&trial->hits, place);
    if (place >= 0)
        item->exemplar = owns->span;
}

/* Adds one trial for each service: in how many of its requests was it slow, all in all? */
static size_t add_own_times(struct making *make, struct call_trial *items, struct trial *trials)
{
    qsort(make->owns, make->owns_count, sizeof *make->owns, compare_own_times);
    size_t count = 0;
    for (size_t from = 0, to; from < make->owns_count; from = to) {
        const struct own_time *first = &make->owns[from];
        for (to = from; to < make->owns_count && make->owns[to].trace == first->trace &&
                        make->owns[to].service == first->service;)
            to++;
        if (count == 0 || items[count - 1].service != first->service) {
            items[count] = (struct call_trial){.kind = CALL_OWN,
                                               .service = first->service,
                                               .operation = SPAN_NONE,
                                               .caller = SPAN_NONE,
                                               .exemplar = SPAN_NONE};
            trials[count] = (struct trial){.service = first->service, .only_more = true};
            count++;
        }
        count_request(make, first, to - from, &items[count - 1], &trials[count - 1]);
    }
    return count;
}

/* ---- which operations a request through a service runs ---- */

struct visit {
    uint32_t trace, service, operation, span;
};

static int compare_visits(const void *a, const void *b)
{
    const struct visit *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    if (x->operation != y->operation)
        return x->operation < y->operation ? -1 : 1;
    if (x->trace != y->trace)
        return x->trace < y->trace ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

/* A trace stands in the window where its first span does, whichever of its spans is counted. */
static int *trace_places(const struct forest *forest, int64_t alert_ns, struct arena *arena)
{
    int *places = arena_push_many(arena, int, forest->traces.count);
    bool *known = arena_push_many(arena, bool, forest->traces.count);
    for (uint32_t i = 0; i < forest->count; i++) { /* spans are in the order of time */
        const struct span *span = &forest->spans[i];
        if (!known[span->trace])
            places[span->trace] = forest_place(span, alert_ns);
        known[span->trace] = true;
    }
    return places;
}

/* Adds one trial for each operation of a service: in how many of its traces did it run? */
static size_t add_paths(const struct forest *forest, int64_t alert_ns, struct arena *arena,
                        struct call_trial *items, struct trial *trials)
{
    const int *places = trace_places(forest, alert_ns, arena);
    struct visit *visits = arena_push_many(arena, struct visit, forest->count);
    for (uint32_t i = 0; i < forest->count; i++)
        visits[i] = (struct visit){forest->spans[i].trace, forest->spans[i].service,
                                   forest->spans[i].operation, i};
    qsort(visits, forest->count, sizeof *visits, compare_visits);

    struct trial_counts *tries =
        arena_push_many(arena, struct trial_counts, forest->services.count);
    struct map seen = map_new(arena);
    for (uint32_t i = 0; i < forest->count; i++) {
        const uint32_t key[] = {visits[i].trace, visits[i].service};
        const struct str name = {.ptr = (const char *)key, .len = sizeof key};
        const uint32_t before = seen.count;
        if (map_add(&seen, name) == before)
            trial_add(&tries[visits[i].service], places[visits[i].trace]);
    }

    size_t count = 0;
    for (uint32_t i = 0; i < forest->count; i++) {
        const struct visit *visit = &visits[i];
        const bool same_operation = i > 0 && visits[i - 1].service == visit->service &&
                                    visits[i - 1].operation == visit->operation;
        if (!same_operation) {
            items[count] = (struct call_trial){.kind = CALL_PATH,
                                               .service = visit->service,
                                               .operation = visit->operation,
                                               .caller = SPAN_NONE,
                                               .exemplar = SPAN_NONE};
            trials[count] =
                (struct trial){.service = visit->service, .tries = tries[visit->service]};
            count++;
        }
        if (same_operation && visits[i - 1].trace == visit->trace)
            continue;
        trial_add(&trials[count - 1].hits, places[visit->trace]);
    }
    return count;
}

struct call_trials call_trials_make(const struct forest *forest, int64_t alert_ns,
                                    struct arena *arena)
{
    struct making make = {
        .forest = forest,
        .alert_ns = alert_ns,
        .arena = arena,
        .groups = map_new(arena),
        .items = arena_push_many(arena, struct call_trial, 3 * (size_t)forest->count),
        .seen = arena_push_many(arena, struct observation, 3 * (size_t)forest->count),
        .owns = arena_push_many(arena, struct own_time, forest->count),
    };
    for (uint32_t i = 0; i < forest->count; i++)
        observe_span(&make, i);
    qsort(make.seen, make.seen_count, sizeof *make.seen, compare_observations);

    const size_t room = make.groups.count + (size_t)forest->count + forest->services.count;
    struct call_trials out = {.items = arena_push_many(arena, struct call_trial, room),
                              .trials = arena_push_many(arena, struct trial, room)};
    struct arena *scratch = arena_new("calls");
    for (size_t from = 0, to; from < make.seen_count; from = to) {
        const uint32_t group = make.seen[from].group;
        for (to = from; to < make.seen_count && make.seen[to].group == group;)
            to++;
        out.items[out.count] = make.items[group];
        count_group(&make, make.seen + from, to - from, &out.items[out.count],
                    &out.trials[out.count], scratch);
        out.count++;
        arena_reset(scratch);
    }
    arena_free(scratch);
    out.count += add_own_times(&make, out.items + out.count, out.trials + out.count);
    out.count += add_paths(forest, alert_ns, arena, out.items + out.count, out.trials + out.count);
    return out;
}
