/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which operation makes requests of a kind longer: the time that each spends alone on the critical
 * path, a request, before and since (CRISP: Zhang et al., Critical Path Analysis of Large-Scale
 * Microservice Architectures, USENIX ATC 2022).
 *
 * The path is walked from the end of a request backwards. Of a span's children the last to end is
 * on it; before that one began, the last to end by then; what lies between is the span's own. A
 * child that ran beside the chosen one is not on it: to shorten it would shorten nothing. One that
 * ends after its parent did was not waited for (a queue, a job), unless it is the only one: then
 * the parent gave up waiting, and waited until then. Times of one request sum to its length, so the
 * mean over requests can be taken apart into operations. A mean may be one request, so it is also
 * told in how many an operation took over twice what it took in nineteen of twenty before.
 */
#include "agent/traces/shape.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/robust.h"

#include <math.h>
#include <stdlib.h>

#define ROWS_MAX 200
#define SLOW_QUANTILE 0.95
#define SLOW_FACTOR 2.0
#define SLOW_US_MIN 1000.0
#define TOLERANCE_NS NS_PER_MS /* clocks are read after the work is done */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"entry", TYPE_TEXT, 0, "service of the root: who was asked", NULL},
    {"request", TYPE_TEXT, 0, "operation of the root: what was asked for", NULL},
    {"service", TYPE_TEXT, 0, "on the critical path", NULL},
    {"operation", TYPE_TEXT, 0, "on the critical path", NULL},
    {"callee", TYPE_TEXT, 0, "whom it called just then: the time is the way's; else empty", NULL},
    {"requests_since", TYPE_INT, 0, "requests of this kind since the onset", NULL},
    {"requests_base", TYPE_INT, 0, "requests of this kind in the baseline", NULL},
    {"by_reference", TYPE_BOOL, 0, "the baseline is the fault-free reference", NULL},
    {"ms_since", TYPE_REAL, 0, "alone on the critical path, a request, since", NULL},
    {"ms_base", TYPE_REAL, 0, "the same in the baseline", NULL},
    {"growth_ms", TYPE_REAL, 0, "the difference", NULL},
    {"limit_ms", TYPE_REAL, 0, "what is long for it in one request", NULL},
    {"long_since", TYPE_INT, 0, "requests since in which it was long", NULL},
    {"long_base", TYPE_INT, 0, "the same in the baseline", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {"share", TYPE_REAL, 0, "of all that grew in requests of this kind; 0 to 1", NULL},
    {"trace_id", TYPE_TEXT, 0, "the request since in which it was longest; may be empty", NULL},
    {0},
};

static const struct field output[] = {
    {"clocks_corrected", TYPE_INT, 0, "spans that were moved into their parents", NULL},
    {"left_out", TYPE_INT, 0, "spans whose parents lead round in a circle", NULL},
    {"steps", TYPE_ROWS, 0, "what grew, most time of all requests first", columns},
    {0},
};

/* A kind of request: the service and operation of its root. */
struct request_kind {
    uint32_t root; /* a span */
    uint32_t requests[SHAPE_PERIODS_COUNT];
    double growth_us; /* of all steps that grew, a request */
    enum shape_period base;
};

/* An operation on the critical paths of one kind of request. */
struct step {
    uint32_t kind, span;
    uint32_t callee; /* a service; SPAN_NONE: the time is the span's own */
    double alone_us[SHAPE_PERIODS_COUNT];
    uint32_t request, visit; /* the request that was walked last, and its time in it */
    uint32_t first, count;   /* its visits, once they are sorted */
    double longest_us;       /* since, in one request */
    uint32_t longest;        /* the span */
    double growth_us;        /* a request */
    double lost_us;          /* of all requests since */
    double limit_us;
    uint32_t slow_since, slow_base;
    double strength;
};

/* What a step took in one request. */
struct visit {
    uint32_t step;
    enum shape_period period;
    double alone_us;
};

struct walking {
    const struct shape *shape;
    struct arena *arena;
    int64_t onset_ns;
    struct map kind_keys, step_keys;
    struct request_kind *kinds;
    struct step *steps;
    struct visit *visits;
    uint32_t visits_count;
    struct piece *stack; /* pieces of the path that are still to walk */
    uint32_t stack_count;
};

/* The part of a span that is on the path. */
struct piece {
    uint32_t span;
    int64_t from_ns, to_ns;
};

static struct step *step_for(struct walking *walk, uint32_t kind, uint32_t number)
{
    const struct span *spans = walk->shape->forest.spans, *span = &spans[number];
    const uint32_t target = shape_target(walk->shape, number);
    const uint32_t callee = target != number ? spans[target].service : SPAN_NONE;
    const uint32_t key[] = {kind, span->service, span->operation, callee};
    const uint32_t before = walk->step_keys.count;
    const uint32_t at =
        map_add(&walk->step_keys, (struct str){.ptr = (const char *)key, .len = sizeof key});
    struct step *step = &walk->steps[at];
    if (at == before)
        *step = (struct step){.kind = kind,
                              .span = number,
                              .callee = callee,
                              .request = SPAN_NONE,
                              .longest = SPAN_NONE};
    return step;
}

static void add_alone(struct walking *walk, uint32_t kind, uint32_t number, uint32_t request,
                      enum shape_period period, int64_t alone_ns)
{
    struct step *step = step_for(walk, kind, number);
    const double alone_us = (double)alone_ns / 1e3;
    step->alone_us[period] += alone_us;
    if (step->request != request) {
        step->request = request;
        step->visit = walk->visits_count++;
        step->count++;
        walk->visits[step->visit] =
            (struct visit){.step = (uint32_t)(step - walk->steps), .period = period};
    }
    struct visit *visit = &walk->visits[step->visit];
    visit->alone_us += alone_us;
    if (period == SHAPE_SINCE && visit->alone_us > step->longest_us) {
        step->longest_us = visit->alone_us;
        step->longest = number;
    }
}

/* Leaves the pieces below on the stack, and counts what is the span's own. */
static void walk_piece(struct walking *walk, struct piece piece, uint32_t kind, uint32_t request,
                       enum shape_period period)
{
    const struct shape *shape = walk->shape;
    const uint32_t first = shape->first[piece.span], last = shape->first[piece.span + 1];
    const bool only_child = last - first == 1;
    int64_t at_ns = piece.to_ns, alone_ns = 0;
    for (uint32_t c = first; c < last && at_ns > piece.from_ns; c++) {
        const uint32_t child = shape->children[c];
        int64_t end_ns = shape_end_ns(shape, child);
        if (end_ns > at_ns && (only_child || end_ns <= at_ns + TOLERANCE_NS))
            end_ns = at_ns;
        if (end_ns > at_ns || end_ns <= piece.from_ns)
            continue;
        const int64_t start_ns =
            shape->start_ns[child] > piece.from_ns ? shape->start_ns[child] : piece.from_ns;
        if (start_ns >= end_ns)
            continue;
        alone_ns += at_ns - end_ns;
        walk->stack[walk->stack_count++] = (struct piece){child, start_ns, end_ns};
        at_ns = start_ns;
    }
    add_alone(walk, kind, piece.span, request, period, alone_ns + at_ns - piece.from_ns);
}

static void walk_request(struct walking *walk, uint32_t root)
{
    const struct shape *shape = walk->shape;
    const struct span *span = &shape->forest.spans[root];
    const uint32_t key[] = {span->service, span->operation}, before = walk->kind_keys.count;
    const uint32_t kind =
        map_add(&walk->kind_keys, (struct str){.ptr = (const char *)key, .len = sizeof key});
    if (kind == before)
        walk->kinds[kind] = (struct request_kind){.root = root};
    const enum shape_period period = shape_period_of(shape, root, walk->onset_ns);
    walk->kinds[kind].requests[period]++;
    walk->stack_count = 1;
    walk->stack[0] = (struct piece){root, shape->start_ns[root], shape_end_ns(shape, root)};
    while (walk->stack_count > 0) /* each span is put there at most once: it has one parent */
        walk_piece(walk, walk->stack[--walk->stack_count], kind, root, period);
}

static double each_us(const struct request_kind *kind, const struct step *step,
                      enum shape_period period)
{
    return step->alone_us[period] / kind->requests[period];
}

/* Counting sort by step; a request that did not come by has no visit, and took 0. */
static struct visit *sort_visits(struct walking *walk)
{
    struct visit *sorted = arena_push_many(walk->arena, struct visit, walk->visits_count);
    uint32_t first = 0;
    for (uint32_t i = 0; i < walk->step_keys.count; i++) {
        walk->steps[i].first = first;
        first += walk->steps[i].count;
        walk->steps[i].count = 0;
    }
    for (uint32_t i = 0; i < walk->visits_count; i++) {
        struct step *step = &walk->steps[walk->visits[i].step];
        sorted[step->first + step->count++] = walk->visits[i];
    }
    return sorted;
}

static void count_slow(const struct walking *walk, const struct visit *visits, struct step *step,
                       struct arena *scratch)
{
    const struct request_kind *kind = &walk->kinds[step->kind];
    const uint32_t since = kind->requests[SHAPE_SINCE], base = kind->requests[kind->base];
    double *usual = arena_push_many(scratch, double, base);
    uint32_t count = 0;
    for (uint32_t i = 0; i < step->count; i++)
        if (visits[step->first + i].period == kind->base)
            usual[count++] = visits[step->first + i].alone_us;
    usual = stats_sorted(scratch, usual, base); /* zeros for the others */
    step->limit_us = SLOW_FACTOR * stats_quantile_sorted(usual, base, SLOW_QUANTILE) + SLOW_US_MIN;
    for (uint32_t i = 0; i < step->count; i++) {
        const struct visit *visit = &visits[step->first + i];
        const bool slow = visit->alone_us > step->limit_us;
        step->slow_since += slow && visit->period == SHAPE_SINCE;
        step->slow_base += slow && visit->period == kind->base;
    }
    double g;
    if ((double)step->slow_since * base > (double)step->slow_base * since)
        step->strength = trial_difference(step->slow_since, since, step->slow_base, base, &g);
}

/* A kind that was not asked for in one of the two periods has nothing to compare. */
static void compare(struct walking *walk)
{
    for (uint32_t i = 0; i < walk->kind_keys.count; i++) {
        struct request_kind *kind = &walk->kinds[i];
        kind->base =
            kind->requests[SHAPE_BEFORE] < SHAPE_BASELINE_MIN && kind->requests[SHAPE_REFERENCE] > 0
                ? SHAPE_REFERENCE
                : SHAPE_BEFORE;
    }
    const struct visit *visits = sort_visits(walk);
    struct arena *scratch = arena_new("critical path");
    for (uint32_t i = 0; i < walk->step_keys.count; i++) {
        struct step *step = &walk->steps[i];
        struct request_kind *kind = &walk->kinds[step->kind];
        if (kind->requests[SHAPE_SINCE] == 0 || kind->requests[kind->base] == 0)
            continue;
        step->growth_us = each_us(kind, step, SHAPE_SINCE) - each_us(kind, step, kind->base);
        step->lost_us = step->growth_us * kind->requests[SHAPE_SINCE];
        kind->growth_us += fmax(0, step->growth_us);
        if (step->growth_us > 0)
            count_slow(walk, visits, step, scratch);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

static int most_time_first(const void *a, const void *b)
{
    const struct step *x = *(const struct step *const *)a, *y = *(const struct step *const *)b;
    if (x->lost_us != y->lost_us)
        return x->lost_us < y->lost_us ? 1 : -1;
    return (x > y) - (x < y); /* in the order of first sight */
}

static void add_row(const struct walking *walk, const struct step *step, struct batch *rows)
{
    const struct forest *forest = &walk->shape->forest;
    const struct request_kind *kind = &walk->kinds[step->kind];
    const struct span *root = &forest->spans[kind->root], *span = &forest->spans[step->span];
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "entry", value_text(forest_service(forest, root->service)));
    batch_set(rows, row, "request", value_text(forest_operation(forest, root->operation)));
    batch_set(rows, row, "service", value_text(forest_service(forest, span->service)));
    batch_set(rows, row, "operation", value_text(forest_operation(forest, span->operation)));
    batch_set(
        rows, row, "callee",
        value_text(step->callee != SPAN_NONE ? forest_service(forest, step->callee) : STR("")));
    batch_set(rows, row, "requests_since", value_int(kind->requests[SHAPE_SINCE]));
    batch_set(rows, row, "requests_base", value_int(kind->requests[kind->base]));
    batch_set(rows, row, "by_reference", value_bool(kind->base == SHAPE_REFERENCE));
    batch_set(rows, row, "ms_since", value_real(each_us(kind, step, SHAPE_SINCE) / 1e3));
    batch_set(rows, row, "ms_base", value_real(each_us(kind, step, kind->base) / 1e3));
    batch_set(rows, row, "growth_ms", value_real(step->growth_us / 1e3));
    batch_set(rows, row, "limit_ms", value_real(step->limit_us / 1e3));
    batch_set(rows, row, "long_since", value_int(step->slow_since));
    batch_set(rows, row, "long_base", value_int(step->slow_base));
    batch_set(rows, row, "strength", value_real(step->strength));
    batch_set(rows, row, "share", value_real(step->growth_us / kind->growth_us));
    batch_set(rows, row, "trace_id",
              value_text(step->longest != SPAN_NONE
                             ? forest->traces.keys[forest->spans[step->longest].trace]
                             : STR("")));
}

static struct batch *rows_of(struct walking *walk)
{
    uint32_t count = 0;
    struct step **grown = arena_push_many(walk->arena, struct step *, walk->step_keys.count);
    for (uint32_t i = 0; i < walk->step_keys.count; i++)
        if (walk->steps[i].growth_us > 0)
            grown[count++] = &walk->steps[i];
    qsort(grown, count, sizeof *grown, most_time_first);
    struct batch *rows = batch_new(walk->arena, columns);
    for (uint32_t i = 0; i < count && i < ROWS_MAX; i++)
        add_row(walk, grown[i], rows);
    return rows;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct shape shape;
    if (!shape_load(call, &shape, err))
        return false;
    struct arena *arena = call->scratch;
    const uint32_t count = shape.forest.count;
    struct walking walk = {
        .shape = &shape,
        .arena = arena,
        .onset_ns = record_at(in, "onset")->integer,
        .kind_keys = map_new(arena),
        .step_keys = map_new(arena),
        .kinds = arena_push_many(arena, struct request_kind, count),
        .steps = arena_push_many(arena, struct step, count),
        .visits = arena_push_many(arena, struct visit, count),
        .stack = arena_push_many(arena, struct piece, (size_t)count + 1),
    };
    for (uint32_t at = 0; at < shape.order_count; at++)
        if (shape.forest.spans[shape.order[at]].parent == SPAN_NONE)
            walk_request(&walk, shape.order[at]);
    compare(&walk);
    *record_at(out, "clocks_corrected") = value_int(shape.moved_count);
    *record_at(out, "left_out") = value_int(shape.circle_count);
    *record_at(out, "steps") = value_rows(rows_of(&walk));
    return true;
}

const struct tool tool_traces_critical_path = {
    .sig = {.name = "critical_path",
            .summary = "Tell which operations made requests longer, on their critical path",
            .input = input,
            .output = output},
    .run = run,
};
