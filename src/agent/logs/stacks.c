/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was thrown since the onset, down to its root and the first frame in the program's own code.
 * A trace is one text, or a line with an exception and the lines of the same service right behind
 * it that can only be its frames.
 */
#include "agent/logs/lines.h"
#include "text/stack.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"

#define ROWS_MAX 200
#define FRAMES_MAX 200             /* lines of one trace, where each is a line of the log */
#define FRAME_WITHIN_NS (NS_PER_S) /* behind the first */

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "in whose log", NULL},
    {"time", TYPE_TIME, 0, "of the first since the onset", NULL},
    {"thrown", TYPE_TEXT, 0, "what was thrown: a class, or panic", NULL},
    {"root", TYPE_TEXT, 0, "what it was caused by in the end; may be the same", NULL},
    {"line", TYPE_TEXT, 0, "the line that names the root", NULL},
    {"frame", TYPE_TEXT, 0, "the first frame in own code; may be empty", NULL},
    {"file", TYPE_TEXT, 0, "the file of that; may be empty", NULL},
    {"place", TYPE_TEXT, 0, "the line in that; may be empty", NULL},
    {"since", TYPE_INT, 0, "how often since the onset", NULL},
    {"before", TYPE_INT, 0, "how often before, and in the reference", NULL},
    {0},
};

static const struct field output[] = {
    {"stacks", TYPE_ROWS, 0, "the first of each service, root and frame, by time", columns},
    {0},
};

struct work {
    const struct lines *lines;
    struct arena *arena;
    int64_t onset_ns;
    struct map numbers; /* "SERVICE-NUMBER ROOT FILE:PLACE" */
    struct batch *rows;
    int64_t *before; /* by number; a row is made when it is first seen since */
    size_t *row_of;
    uint32_t room;
};

/* A line that can only be a part of a trace: not a whole trace, which Python begins with one. */
static bool is_part(struct str message)
{
    return !str_contains(message, STR("\n")) && stack_goes_on(message);
}

/* A trace that was taken apart: its frames are lines of their own. */
static struct str gathered(const struct work *work, uint32_t first, struct arena *scratch)
{
    const struct line *head = &work->lines->items[first];
    struct buf text = buf_new(scratch);
    buf_add(&text, head->message);
    uint32_t frames = 0;
    for (uint32_t i = first + 1; i < work->lines->count && frames < FRAMES_MAX; i++) {
        const struct line *line = &work->lines->items[i];
        if (line->time_ns > head->time_ns + FRAME_WITHIN_NS || line->of_reference)
            break;
        if (line->service != head->service)
            continue;
        if (!is_part(line->message))
            break;
        buf_add_char(&text, '\n');
        buf_add(&text, line->message);
        frames++;
    }
    return buf_str(&text);
}

static bool may_throw(struct str message)
{
    const struct str head = str_slice(message, 0, STACK_BYTES_MAX);
    return str_contains(head, STR("Exception")) || str_contains(head, STR("Error")) ||
           str_contains(head, STR("panic: ")) || str_contains(head, STR("panicked at ")) ||
           str_contains(head, STR("(Errno::")) || str_contains(head, STR("AddressSanitizer: "));
}

static uint32_t number_of(struct work *work, const struct line *line, const struct stack *stack,
                          struct arena *scratch)
{
    const uint32_t number =
        map_add(&work->numbers,
                str_printf(scratch, "%u %.*s %.*s:%.*s", line->service, STR_ARG(stack->root),
                           STR_ARG(stack->file), STR_ARG(stack->place)));
    if (number >= work->room) {
        const uint32_t room = work->room > 0 ? work->room * 2 : 64;
        work->before = arena_grow(work->arena, work->before, work->room * sizeof *work->before,
                                  room * sizeof *work->before);
        work->row_of = arena_grow(work->arena, work->row_of, work->room * sizeof *work->row_of,
                                  room * sizeof *work->row_of);
        work->room = room;
    }
    return number;
}

static void add_row(struct work *work, const struct line *line, const struct stack *stack,
                    int64_t before)
{
    struct batch *rows = work->rows;
    const size_t row = batch_add_row(rows);
    batch_set(rows, row, "service", value_text(lines_service(work->lines, line->service)));
    batch_set(rows, row, "time", value_time(line->time_ns));
    batch_set(rows, row, "thrown", value_text(stack->thrown));
    batch_set(rows, row, "root", value_text(stack->root));
    batch_set(rows, row, "line", value_text(stack->line));
    batch_set(rows, row, "frame", value_text(stack->frame));
    batch_set(rows, row, "file", value_text(stack->file));
    batch_set(rows, row, "place", value_text(stack->place));
    batch_set(rows, row, "since", value_int(0));
    batch_set(rows, row, "before", value_int(before));
}

static void note(struct work *work, const struct line *line, const struct stack *stack,
                 struct arena *scratch)
{
    const uint32_t number = number_of(work, line, stack, scratch);
    if (line->of_reference || line->time_ns < work->onset_ns) {
        work->before[number]++;
        return;
    }
    if (work->row_of[number] == 0) {
        if (work->rows->rows == ROWS_MAX)
            return;
        add_row(work, line, stack, work->before[number]);
        work->row_of[number] = work->rows->rows;
    }
    batch_column(work->rows, "since")->integers[work->row_of[number] - 1]++;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct lines lines;
    if (!lines_load(call, &lines, err))
        return false;
    struct work work = {
        .lines = &lines,
        .arena = call->scratch,
        .onset_ns = record_at(in, "onset")->integer,
        .numbers = map_new(call->scratch),
        .rows = batch_new(call->scratch, columns),
    };
    bool *may = arena_push_many(call->scratch, bool, lines.templates.count + 1);
    for (uint32_t i = 0; i < lines.templates.count; i++)
        may[i] = lines.of[i].failing || may_throw(lines.items[lines.exemplar[i]].message);
    struct arena *scratch = arena_new("stacks");
    for (uint32_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        if (!may[line->template] || !may_throw(line->message) || is_part(line->message))
            continue;
        const struct stack stack = stack_read(gathered(&work, i, scratch));
        if (stack.thrown.len > 0)
            note(&work, line, &stack, scratch);
        arena_reset(scratch);
    }
    arena_free(scratch);
    *record_at(out, "stacks") = value_rows(work.rows);
    return true;
}

const struct tool tool_logs_stacks = {
    .sig = {.name = "stacks",
            .summary = "Find what was thrown since the onset, its root and where in own code",
            .input = input,
            .output = output},
    .run = run,
};
