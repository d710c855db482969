/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How spans repeat what they call, where that is new or grew against the baseline:
 *
 *  retry       the same call again after it had failed
 *  n_plus_one  many of the same call one after another, where one for all would do (a query for
 * each row that the first one found: the number follows the data) fan_out     many of the same call
 * at once
 *
 * Many is five, and over twice what nineteen of twenty such spans made in the baseline. Calls are
 * the same if they are of one service and operation; a client's span that leads to just one span
 * elsewhere stands for that one, for "GET" alone says nothing.
 */
#include "agent/traces/shape.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"

#include <stdlib.h>

#define MANY_MIN 5
#define MANY_FACTOR 2
#define MANY_QUANTILE 0.95
#define ROWS_MAX 100

static const struct field input[] = {
    {"alert", TYPE_TIME, 0, "when the alert fired", NULL},
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"kind", TYPE_TEXT, 0, "retry, n_plus_one or fan_out", NULL},
    {"caller", TYPE_TEXT, 0, "whose span makes the calls", NULL},
    {"caller_operation", TYPE_TEXT, 0, "of that span", NULL},
    {"service", TYPE_TEXT, 0, "who is called", NULL},
    {"operation", TYPE_TEXT, 0, "what is called", NULL},
    {"limit", TYPE_INT, 0, "of many: more calls than this by one span; of retry: 0", NULL},
    {"hits_since", TYPE_INT, 0, "spans of the caller that did it since the onset", NULL},
    {"tries_since", TYPE_INT, 0, "of how many", NULL},
    {"hits_base", TYPE_INT, 0, "the same in the baseline", NULL},
    {"tries_base", TYPE_INT, 0, "of how many", NULL},
    {"by_reference", TYPE_BOOL, 0, "the baseline is the reference file", NULL},
    {"most", TYPE_INT, 0, "most such calls of one span in the alert's window", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {"trace_id", TYPE_TEXT, 0, "an exemplar from the alert's window; may be empty", NULL},
    {0},
};

static const struct field output[] = {
    {"patterns", TYPE_ROWS, 0, "what is new or grew, strongest first", columns},
    {0},
};

/* What one span called, of one kind of call. */
struct repetition {
    uint32_t group;
    uint32_t caller; /* the span */
    int place;
    uint32_t calls;
    uint32_t overlapping; /* that began before the one before had ended */
    uint32_t again;       /* that followed a failed one */
};

/* A kind of call by a kind of span. */
struct group {
    uint32_t caller, caller_operation, service, operation;
    uint32_t callers; /* which count of tries */
};

struct looking {
    const struct shape *shape;
    struct arena *arena;
    int64_t alert_ns;
    struct map caller_keys, group_keys;
    struct trial_counts *tries; /* by kind of calling span */
    struct group *groups;
    struct repetition *seen;
    size_t seen_count;
};

/* ---- what each span repeats ---- */

struct one_call {
    uint32_t service, operation, span;
    int64_t start_ns, end_ns;
    bool failed;
};

static int compare_calls(const void *a, const void *b)
{
    const struct one_call *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    if (x->operation != y->operation)
        return x->operation < y->operation ? -1 : 1;
    if (x->start_ns != y->start_ns)
        return x->start_ns < y->start_ns ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

static void add_repetition(struct looking *look, const struct one_call *calls, uint32_t count,
                           uint32_t caller, uint32_t callers)
{
    const struct span *span = &look->shape->forest.spans[caller];
    const uint32_t key[] = {callers, calls->service, calls->operation};
    const uint32_t before = look->group_keys.count;
    struct repetition *it = &look->seen[look->seen_count++];
    *it = (struct repetition){
        .group =
            map_add(&look->group_keys, (struct str){.ptr = (const char *)key, .len = sizeof key}),
        .caller = caller,
        .place = forest_place(span, look->alert_ns),
        .calls = count,
    };
    if (it->group == before)
        look->groups[before] = (struct group){span->service, span->operation, calls->service,
                                              calls->operation, callers};
    int64_t end_ns = calls->end_ns;
    for (uint32_t i = 1; i < count; i++) {
        it->overlapping += calls[i].start_ns < end_ns;
        it->again += calls[i - 1].failed && calls[i].start_ns >= calls[i - 1].end_ns;
        end_ns = calls[i].end_ns > end_ns ? calls[i].end_ns : end_ns;
    }
}

static void look_at_span(struct looking *look, uint32_t caller, struct one_call *calls)
{
    const struct shape *shape = look->shape;
    const struct span *span = &shape->forest.spans[caller];
    const uint32_t key[] = {span->service, span->operation};
    const uint32_t callers =
        map_add(&look->caller_keys, (struct str){.ptr = (const char *)key, .len = sizeof key});
    trial_add(&look->tries[callers], forest_place(span, look->alert_ns));
    const uint32_t first = shape->first[caller], count = shape->first[caller + 1] - first;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t call = shape->children[first + i];
        const struct span *target = &shape->forest.spans[shape_target(shape, call)];
        const struct span *made = &shape->forest.spans[call];
        calls[i] = (struct one_call){
            target->service,       target->operation,         call,
            shape->start_ns[call], shape_end_ns(shape, call), made->failed || target->failed};
    }
    qsort(calls, count, sizeof *calls, compare_calls);
    for (uint32_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && calls[to].service == calls[from].service &&
                        calls[to].operation == calls[from].operation;)
            to++;
        add_repetition(look, calls + from, to - from, caller, callers);
    }
}

/* ---- what is new or grew ---- */

static int compare_repetitions(const void *a, const void *b)
{
    const struct repetition *x = a, *y = b;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (x->caller > y->caller) - (x->caller < y->caller);
}

static int compare_numbers(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t sum_before(const struct trial_counts *counts, int bin, bool reference)
{
    uint32_t sum = reference ? counts->reference : counts->older;
    for (int i = 0; i < bin && !reference; i++)
        sum += counts->bins[i];
    return sum;
}

/* How many calls nineteen of twenty spans made at most in the baseline; one that made none counts.
 */
static uint32_t usual_calls(const struct looking *look, const struct repetition *seen, size_t count,
                            int bin, struct arena *scratch)
{
    const struct trial_counts *tries = &look->tries[look->groups[seen->group].callers];
    const bool reference = tries->reference >= TRIAL_BASELINE_MIN;
    const uint32_t all = sum_before(tries, bin, reference);
    uint32_t *calls = arena_push_many(scratch, uint32_t, count), made = 0;
    for (size_t i = 0; i < count; i++)
        if (reference ? seen[i].place == TRIAL_REFERENCE
                      : seen[i].place == TRIAL_OLDER || (seen[i].place >= 0 && seen[i].place < bin))
            calls[made++] = seen[i].calls;
    qsort(calls, made, sizeof *calls, compare_numbers);
    const uint32_t rank = (uint32_t)(MANY_QUANTILE * all), none = all > made ? all - made : 0;
    return made == 0 || rank < none ? 0 : calls[rank - none < made ? rank - none : made - 1];
}

struct pattern {
    const char *kind;
    const struct group *group;
    uint32_t limit, most, exemplar;
    struct trial_result result;
};

struct patterns {
    struct pattern *items;
    size_t count;
};

/* Spans of one group of which `calls` is over the limit, or that called again after a failure. */
static void test_group(const struct looking *look, const struct repetition *seen, size_t count,
                       int bin, bool retry, uint32_t limit, struct patterns *out)
{
    const struct group *group = &look->groups[seen->group];
    struct pattern it = {.group = group, .limit = limit, .exemplar = SPAN_NONE};
    struct trial trial = {.tries = look->tries[group->callers], .only_more = true};
    uint32_t hits = 0, at_once = 0;
    for (size_t i = 0; i < count; i++) {
        const struct repetition *rep = &seen[i];
        if (retry ? rep->again == 0 : rep->calls <= limit)
            continue;
        trial_add(&trial.hits, rep->place);
        if (rep->place < 0 || rep->place >= TRIAL_BINS)
            continue;
        hits++;
        at_once += 2 * rep->overlapping >= rep->calls;
        it.most = rep->calls > it.most ? rep->calls : it.most;
        it.exemplar = rep->caller;
    }
    it.kind = retry ? "retry" : 2 * at_once > hits ? "fan_out" : "n_plus_one";
    if (trial_test(&trial, bin, &it.result) && it.result.strength > 0)
        out->items[out->count++] = it;
}

static int stronger_first(const void *a, const void *b)
{
    const struct pattern *x = a, *y = b;
    if (x->result.strength != y->result.strength)
        return x->result.strength < y->result.strength ? 1 : -1;
    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    return (y->limit == 0) - (x->limit == 0); /* of one group, the retry */
}

static void add_row(const struct looking *look, const struct pattern *it, struct batch *rows)
{
    const struct forest *forest = &look->shape->forest;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "kind", value_text(str_of(it->kind)));
    batch_set(rows, row, "caller", value_text(forest_service(forest, it->group->caller)));
    batch_set(rows, row, "caller_operation",
              value_text(forest_operation(forest, it->group->caller_operation)));
    batch_set(rows, row, "service", value_text(forest_service(forest, it->group->service)));
    batch_set(rows, row, "operation", value_text(forest_operation(forest, it->group->operation)));
    batch_set(rows, row, "limit", value_int(it->limit));
    batch_set(rows, row, "hits_since", value_int(it->result.hits_since));
    batch_set(rows, row, "tries_since", value_int(it->result.tries_since));
    batch_set(rows, row, "hits_base", value_int(it->result.hits_base));
    batch_set(rows, row, "tries_base", value_int(it->result.tries_base));
    batch_set(rows, row, "by_reference", value_bool(it->result.by_reference));
    batch_set(rows, row, "most", value_int(it->most));
    batch_set(rows, row, "strength", value_real(it->result.strength));
    batch_set(rows, row, "trace_id",
              value_text(it->exemplar != SPAN_NONE
                             ? forest->traces.keys[forest->spans[it->exemplar].trace]
                             : STR("")));
}

static struct batch *find_patterns(struct looking *look, int bin)
{
    qsort(look->seen, look->seen_count, sizeof *look->seen, compare_repetitions);
    struct patterns found = {
        .items = arena_push_many(look->arena, struct pattern, 2 * (size_t)look->group_keys.count)};
    struct arena *scratch = arena_new("patterns");
    for (size_t from = 0, to; from < look->seen_count; from = to) {
        const struct repetition *seen = &look->seen[from];
        for (to = from; to < look->seen_count && look->seen[to].group == seen->group;)
            to++;
        const uint32_t usual = usual_calls(look, seen, to - from, bin, scratch);
        const uint32_t limit =
            MANY_FACTOR * usual > MANY_MIN - 1 ? MANY_FACTOR * usual : MANY_MIN - 1;
        test_group(look, seen, to - from, bin, true, 0, &found);
        test_group(look, seen, to - from, bin, false, limit, &found);
        arena_reset(scratch);
    }
    arena_free(scratch);
    qsort(found.items, found.count, sizeof *found.items, stronger_first);
    struct batch *rows = batch_new(look->arena, columns);
    for (size_t i = 0; i < found.count && i < ROWS_MAX; i++)
        add_row(look, &found.items[i], rows);
    return rows;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct shape shape;
    if (!shape_load(call, &shape, err))
        return false;
    struct arena *arena = call->scratch;
    const uint32_t count = shape.forest.count;
    const int64_t alert_ns = record_at(in, "alert")->integer;
    struct looking look = {
        .shape = &shape,
        .arena = arena,
        .alert_ns = alert_ns,
        .caller_keys = map_new(arena),
        .group_keys = map_new(arena),
        .tries = arena_push_many(arena, struct trial_counts, count),
        .groups = arena_push_many(arena, struct group, count),
        .seen = arena_push_many(arena, struct repetition, count),
    };
    struct one_call *calls = arena_push_many(arena, struct one_call, count);
    for (uint32_t at = 0; at < shape.order_count; at++)
        look_at_span(&look, shape.order[at], calls);
    const int bin = trial_bin(record_at(in, "onset")->integer, alert_ns);
    *record_at(out, "patterns") = value_rows(find_patterns(&look, bin));
    return true;
}

const struct tool tool_traces_patterns = {
    .sig = {.name = "patterns",
            .summary = "Find retries, calls one by one and fan-outs that are new or grew",
            .input = input,
            .output = output},
    .run = run,
};
