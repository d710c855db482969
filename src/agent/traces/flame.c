/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The flame graphs of many requests as one: spans with the same path of operations from the root
 * are one frame, with its count, total and own time a request, before and since. The few frames
 * whose own time grew the most explain where the time went.
 *
 * A frame that calls itself is folded into itself, as profilers do, so a recursion is one frame.
 * Own time is what no child covers; where children overlap, they cover it once.
 */
#include "agent/traces/shape.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"

#include <math.h>
#include <stdlib.h>

#define ROWS_MAX 200
#define PATH_FRAMES_MAX 12 /* of a longer path the lower end is told */
#define EXPLAINED 0.8      /* of all growth, by the rows that are marked */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {"request", TYPE_TEXT, FIELD_OPTIONAL, "only requests whose root has this operation", NULL},
    {0},
};

static const struct field columns[] = {
    {"path", TYPE_TEXT, 0, "service:operation from the root down", NULL},
    {"service", TYPE_TEXT, 0, "of the frame itself", NULL},
    {"operation", TYPE_TEXT, 0, "of the frame itself", NULL},
    {"depth", TYPE_INT, 0, "frames above it", NULL},
    {"calls_since", TYPE_INT, 0, "spans of this frame since the onset", NULL},
    {"calls_before", TYPE_INT, 0, "spans of this frame in the baseline", NULL},
    {"failed_since", TYPE_INT, 0, "of those, how many failed though nothing below them did", NULL},
    {"failed_before", TYPE_INT, 0, "the same in the baseline", NULL},
    {"total_ms_since", TYPE_REAL, 0, "time in it and below, a request, since", NULL},
    {"total_ms_before", TYPE_REAL, 0, "the same in the baseline", NULL},
    {"self_ms_since", TYPE_REAL, 0, "time in itself, a request, since", NULL},
    {"self_ms_before", TYPE_REAL, 0, "the same in the baseline", NULL},
    {"growth_ms", TYPE_REAL, 0, "by how much its own time, a request, grew", NULL},
    {"explains", TYPE_BOOL, 0, "one of the few that make up four fifths of all growth", NULL},
    {0},
};

static const struct field output[] = {
    {"requests_since", TYPE_INT, 0, "requests since the onset", NULL},
    {"requests_before", TYPE_INT, 0, "requests of the baseline", NULL},
    {"by_reference", TYPE_BOOL, 0, "the baseline is the fault-free reference", NULL},
    {"left_out", TYPE_INT, 0, "spans whose parents lead round in a circle", NULL},
    {"frames", TYPE_ROWS, 0, "whose own time changed the most, first", columns},
    {0},
};

struct frame {
    uint32_t above; /* SPAN_NONE: a root */
    uint32_t service, operation, depth;
    uint32_t calls[SHAPE_PERIODS_COUNT], failed[SHAPE_PERIODS_COUNT];
    double total_us[SHAPE_PERIODS_COUNT], self_us[SHAPE_PERIODS_COUNT];
    double growth_us; /* of its own time, a request */
};

struct folding {
    const struct shape *shape;
    struct arena *arena;
    int64_t onset_ns;
    struct map keys; /* of frames: beside frames */
    struct frame *frames;
    uint32_t *frame_of; /* by span */
    uint32_t requests[SHAPE_PERIODS_COUNT];
    enum shape_period base;
};

/* What its children do not cover; they are taken from the last to end backwards. */
static double uncovered_us(const struct shape *shape, uint32_t span)
{
    const int64_t start = shape->start_ns[span], end = shape_end_ns(shape, span);
    int64_t covered_from = end, uncovered = 0;
    for (uint32_t c = shape->first[span]; c < shape->first[span + 1]; c++) {
        const uint32_t child = shape->children[c];
        const int64_t child_end = shape_end_ns(shape, child);
        if (child_end < covered_from)
            uncovered += covered_from - (child_end > start ? child_end : start);
        if (child_end <= start)
            return (double)uncovered / 1e3;
        if (shape->start_ns[child] < covered_from)
            covered_from = shape->start_ns[child] > start ? shape->start_ns[child] : start;
    }
    return (double)(uncovered + covered_from - start) / 1e3;
}

static uint32_t frame_for(struct folding *fold, uint32_t above, const struct span *span)
{
    if (above != SPAN_NONE && fold->frames[above].service == span->service &&
        fold->frames[above].operation == span->operation)
        return above;
    const uint32_t key[] = {above, span->service, span->operation};
    const uint32_t before = fold->keys.count;
    const uint32_t frame =
        map_add(&fold->keys, (struct str){.ptr = (const char *)key, .len = sizeof key});
    if (frame == before)
        fold->frames[frame] =
            (struct frame){.above = above,
                           .service = span->service,
                           .operation = span->operation,
                           .depth = above == SPAN_NONE ? 0 : fold->frames[above].depth + 1};
    return frame;
}

static void fold_spans(struct folding *fold, const struct value *request)
{
    const struct forest *forest = &fold->shape->forest;
    fold->frames = arena_push_many(fold->arena, struct frame, fold->shape->order_count);
    fold->frame_of = arena_push_many(fold->arena, uint32_t, forest->count);
    for (uint32_t at = 0; at < fold->shape->order_count; at++) {
        const uint32_t i = fold->shape->order[at];
        const struct span *span = &forest->spans[i], *root = &forest->spans[fold->shape->root[i]];
        if (request->known && !str_eq(forest_operation(forest, root->operation), request->text))
            continue;
        const enum shape_period period = shape_period_of(fold->shape, i, fold->onset_ns);
        const uint32_t above = span->parent != SPAN_NONE ? fold->frame_of[span->parent] : SPAN_NONE;
        const uint32_t number = frame_for(fold, above, span);
        struct frame *frame = &fold->frames[number];
        fold->frame_of[i] = number;
        fold->requests[period] += span->parent == SPAN_NONE;
        frame->calls[period]++;
        frame->failed[period] += span->failed && !span->child_failed;
        frame->self_us[period] += uncovered_us(fold->shape, i);
        if (number != above) /* a fold's total is that of its outermost span */
            frame->total_us[period] += span->duration_us;
    }
    fold->base =
        fold->requests[SHAPE_BEFORE] < SHAPE_BASELINE_MIN && fold->requests[SHAPE_REFERENCE] > 0
            ? SHAPE_REFERENCE
            : SHAPE_BEFORE;
}

static double each_us(const struct folding *fold, double sum_us, enum shape_period period)
{
    return fold->requests[period] > 0 ? sum_us / fold->requests[period] : 0;
}

static int most_changed_first(const void *a, const void *b)
{
    const struct frame *x = *(const struct frame *const *)a, *y = *(const struct frame *const *)b;
    if (fabs(x->growth_us) != fabs(y->growth_us))
        return fabs(x->growth_us) < fabs(y->growth_us) ? 1 : -1;
    return (x > y) - (x < y); /* in the order of first sight */
}

static struct str path_of(const struct folding *fold, const struct frame *frame)
{
    const struct frame *frames[PATH_FRAMES_MAX];
    uint32_t count = 0;
    const uint32_t left_out =
        frame->depth + 1 > PATH_FRAMES_MAX ? frame->depth + 1 - PATH_FRAMES_MAX : 0;
    for (const struct frame *it = frame; count < PATH_FRAMES_MAX; it = &fold->frames[it->above]) {
        frames[count++] = it;
        if (it->above == SPAN_NONE)
            break;
    }
    struct buf path = buf_new(fold->arena);
    if (left_out > 0)
        buf_printf(&path, "(%u frames) > ", left_out);
    while (count-- > 0)
        buf_printf(&path, "%s:%s%s",
                   forest_service(&fold->shape->forest, frames[count]->service).ptr,
                   forest_operation(&fold->shape->forest, frames[count]->operation).ptr,
                   count > 0 ? " > " : "");
    return buf_str(&path);
}

static void add_row(const struct folding *fold, const struct frame *frame, bool explains,
                    struct batch *rows)
{
    const size_t row = batch_add_row(rows);
    const struct forest *forest = &fold->shape->forest;
    batch_set(rows, row, "path", value_text(path_of(fold, frame)));
    batch_set(rows, row, "service", value_text(forest_service(forest, frame->service)));
    batch_set(rows, row, "operation", value_text(forest_operation(forest, frame->operation)));
    batch_set(rows, row, "depth", value_int(frame->depth));
    batch_set(rows, row, "calls_since", value_int(frame->calls[SHAPE_SINCE]));
    batch_set(rows, row, "calls_before", value_int(frame->calls[fold->base]));
    batch_set(rows, row, "failed_since", value_int(frame->failed[SHAPE_SINCE]));
    batch_set(rows, row, "failed_before", value_int(frame->failed[fold->base]));
    batch_set(rows, row, "total_ms_since",
              value_real(each_us(fold, frame->total_us[SHAPE_SINCE], SHAPE_SINCE) / 1e3));
    batch_set(rows, row, "total_ms_before",
              value_real(each_us(fold, frame->total_us[fold->base], fold->base) / 1e3));
    batch_set(rows, row, "self_ms_since",
              value_real(each_us(fold, frame->self_us[SHAPE_SINCE], SHAPE_SINCE) / 1e3));
    batch_set(rows, row, "self_ms_before",
              value_real(each_us(fold, frame->self_us[fold->base], fold->base) / 1e3));
    batch_set(rows, row, "growth_ms", value_real(frame->growth_us / 1e3));
    batch_set(rows, row, "explains", value_bool(explains));
}

static struct batch *rows_of(struct folding *fold)
{
    const uint32_t count = fold->keys.count;
    struct frame **sorted = arena_push_many(fold->arena, struct frame *, count);
    double growth_us = 0, explained_us = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct frame *frame = sorted[i] = &fold->frames[i];
        if (fold->requests[SHAPE_SINCE] > 0 && fold->requests[fold->base] > 0)
            frame->growth_us = each_us(fold, frame->self_us[SHAPE_SINCE], SHAPE_SINCE) -
                               each_us(fold, frame->self_us[fold->base], fold->base);
        growth_us += fmax(0, frame->growth_us);
    }
    qsort(sorted, count, sizeof *sorted, most_changed_first);
    struct batch *rows = batch_new(fold->arena, columns);
    for (uint32_t i = 0; i < count && i < ROWS_MAX; i++) {
        const bool explains = sorted[i]->growth_us > 0 && explained_us < EXPLAINED * growth_us;
        explained_us += fmax(0, sorted[i]->growth_us);
        add_row(fold, sorted[i], explains, rows);
    }
    return rows;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct shape shape;
    if (!shape_load(call, &shape, err))
        return false;
    struct folding fold = {.shape = &shape,
                           .arena = call->scratch,
                           .onset_ns = record_at(in, "onset")->integer,
                           .keys = map_new(call->scratch)};
    fold_spans(&fold, record_at(in, "request"));
    *record_at(out, "requests_since") = value_int(fold.requests[SHAPE_SINCE]);
    *record_at(out, "requests_before") = value_int(fold.requests[fold.base]);
    *record_at(out, "by_reference") = value_bool(fold.base == SHAPE_REFERENCE);
    *record_at(out, "left_out") = value_int(shape.circle_count);
    *record_at(out, "frames") = value_rows(rows_of(&fold));
    return true;
}

const struct tool tool_traces_flame = {
    .sig = {.name = "flame",
            .summary = "Fold the flame graphs of all requests into one, before against since",
            .input = input,
            .output = output},
    .run = run,
};
