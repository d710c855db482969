/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/shape.h"

#include "base/arena.h"
#include "base/clock.h"

#include <stdlib.h>

#define DURATION_NS_MAX (365 * NS_PER_DAY)
#define SKEW_NS_MAX (3600 * NS_PER_S) /* what is off by more is no clock, but a wrong parent */

static int64_t duration_ns(const struct span *span)
{
    const double ns = span->duration_us * 1e3;
    return ns < (double)DURATION_NS_MAX ? (int64_t)ns : DURATION_NS_MAX;
}

int64_t shape_end_ns(const struct shape *shape, uint32_t span)
{
    return shape->start_ns[span] + duration_ns(&shape->forest.spans[span]);
}

uint32_t shape_target(const struct shape *shape, uint32_t span)
{
    const uint32_t first = shape->first[span];
    if (shape->first[span + 1] - first != 1)
        return span;
    const uint32_t below = shape->children[first];
    const struct span *spans = shape->forest.spans;
    return spans[below].service != spans[span].service ? below : span;
}

enum shape_period shape_period_of(const struct shape *shape, uint32_t span, int64_t onset_ns)
{
    const struct span *root = &shape->forest.spans[shape->root[span]];
    return root->of_reference          ? SHAPE_REFERENCE
           : root->time_ns >= onset_ns ? SHAPE_SINCE
                                       : SHAPE_BEFORE;
}

/* Counting sort by parent: the children of a span stand side by side, in the order of time. */
static void gather_children(struct shape *shape, struct arena *arena)
{
    const struct forest *forest = &shape->forest;
    const uint32_t count = forest->count;
    shape->first = arena_push_many(arena, uint32_t, (size_t)count + 2);
    shape->children = arena_push_many(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        if (forest->spans[i].parent != SPAN_NONE)
            shape->first[forest->spans[i].parent + 2]++;
    for (uint32_t i = 2; i < count + 2; i++)
        shape->first[i] += shape->first[i - 1];
    for (uint32_t i = 0; i < count; i++)
        if (forest->spans[i].parent != SPAN_NONE)
            shape->children[shape->first[forest->spans[i].parent + 1]++] = i;
}

/* From the roots down, level by level. */
static void find_order(struct shape *shape, struct arena *arena)
{
    const struct forest *forest = &shape->forest;
    shape->order = arena_push_many(arena, uint32_t, forest->count);
    shape->root = arena_push_many(arena, uint32_t, forest->count);
    for (uint32_t i = 0; i < forest->count; i++) {
        const bool is_root = forest->spans[i].parent == SPAN_NONE;
        shape->root[i] = is_root ? i : SPAN_NONE;
        if (is_root)
            shape->order[shape->order_count++] = i;
    }
    for (uint32_t at = 0; at < shape->order_count; at++) {
        const uint32_t span = shape->order[at];
        for (uint32_t c = shape->first[span]; c < shape->first[span + 1]; c++) {
            shape->root[shape->children[c]] = shape->root[span];
            shape->order[shape->order_count++] = shape->children[c];
        }
    }
    shape->circle_count = forest->count - shape->order_count;
}

/* How far a span of another service must be moved to fit into its parent, which stands right. */
static int64_t skew_of(const struct shape *shape, uint32_t child)
{
    const struct forest *forest = &shape->forest;
    const uint32_t parent = forest->spans[child].parent;
    const int64_t start = forest->spans[child].time_ns, from = shape->start_ns[parent];
    const int64_t took = duration_ns(&forest->spans[child]);
    const int64_t room = duration_ns(&forest->spans[parent]);
    if (took > room)
        return start < from ? from - start : 0;
    if (start >= from && start + took <= from + room)
        return 0;
    return from + (room - took) / 2 - start;
}

static void correct_clocks(struct shape *shape, struct arena *arena)
{
    const struct forest *forest = &shape->forest;
    int64_t *skews = arena_push_many(arena, int64_t, forest->count);
    shape->start_ns = arena_push_many(arena, int64_t, forest->count);
    for (uint32_t i = 0; i < forest->count; i++)
        shape->start_ns[i] = forest->spans[i].time_ns;
    for (uint32_t at = 0; at < shape->order_count; at++) {
        const uint32_t i = shape->order[at], parent = forest->spans[i].parent;
        if (parent == SPAN_NONE)
            continue;
        skews[i] = skews[parent];
        if (forest->spans[i].service != forest->spans[parent].service) {
            const int64_t skew = skew_of(shape, i);
            skews[i] = skew > -SKEW_NS_MAX && skew < SKEW_NS_MAX ? skew : 0;
            shape->moved_count += skews[i] != 0;
        }
        shape->start_ns[i] += skews[i];
    }
}

struct ending {
    uint32_t span;
    int64_t end_ns;
};

static int last_first(const void *a, const void *b)
{
    const struct ending *x = a, *y = b;
    if (x->end_ns != y->end_ns)
        return x->end_ns < y->end_ns ? 1 : -1;
    return (x->span < y->span) - (x->span > y->span);
}

static void sort_children(struct shape *shape)
{
    struct arena *scratch = arena_new("shape");
    struct ending *endings = arena_push_many(scratch, struct ending, shape->forest.count);
    for (uint32_t i = 0; i < shape->forest.count; i++) {
        const uint32_t from = shape->first[i], count = shape->first[i + 1] - from;
        for (uint32_t c = 0; c < count; c++)
            endings[c] = (struct ending){
                shape->children[from + c],
                shape_end_ns(shape, shape->children[from + c]),
            };
        qsort(endings, count, sizeof *endings, last_first);
        for (uint32_t c = 0; c < count; c++)
            shape->children[from + c] = endings[c].span;
    }
    arena_free(scratch);
}

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct shape *shape = thing;
    *shape = (struct shape){0};
    if (!forest_load(call, &shape->forest, err))
        return false;
    gather_children(shape, arena);
    find_order(shape, arena);
    correct_clocks(shape, arena);
    sort_children(shape);
    return true;
}

bool shape_load(struct call *call, struct shape *out, struct err *err)
{
    return call_load_once(call, "shape", sizeof *out, load, out, err);
}
