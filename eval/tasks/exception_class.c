/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what a crash is caused by is told, out of 20 causes, from what it prints. Without experts
 * by the words of complaints and of well-known names; with them by the code expert, where the
 * words say nothing.
 *
 * The code expert has practised on messages that runtimes word in one way (eval/known_near): a
 * crash whose line is one of them counts apart.
 */
#include "eval/cause_words.h"
#include "eval/known.h"
#include "eval/suite/traces.h"

#include <string.h>

#define PRACTISED "messages it has practised on"

/* The line that names the root, as the program finds it, and the whole where it finds none. */
static struct str named(const struct trace *trace, const json_t *row)
{
    const char *line = json_string_value(json_object_get(row, "line"));
    return str_of(line ? line : trace->text);
}

static bool run(struct task_run *run, struct err *err)
{
    struct traces traces;
    const json_t **rows;
    struct pile *known;
    json_t *kept;
    if (!known_read(run->arena, &known, err) || !traces_read(run->arena, &traces, err) ||
        !traces_ask(run, &traces, &rows, &kept, err))
        return false;
    const struct complaint_ear ear = complaint_ear_new(run->arena);
    for (uint32_t i = 0; i < traces.count; i++) {
        const struct trace *trace = &traces.items[i];
        if (trace->cause[0] == '\0')
            continue;
        const struct str text = named(trace, rows[i]);
        enum cause cause = cause_by_words(&ear, text);
        if (run->mind == MIND_SMALL && cause == CAUSE_IS_UNKNOWN)
            cause = cause_of(text).cause;
        const bool practised = known_is(run->arena, known, text);
        traces_add(run, practised ? PRACTISED : TASK_US, trace,
                   strcmp(cause_name(cause), trace->cause) == 0);
        if (!practised)
            traces_add(run, "always null", trace, strcmp("null", trace->cause) == 0);
    }
    json_decref(kept);
    return true;
}

const struct task task_exception_class = {
    .name = "exception_class",
    .category = CATEGORY_CODE,
    .summary = "what is a crash caused by?",
    .measure = "accuracy, 20 causes",
    .source = "recorded crashes of small programs of ours, in nine runtimes",
    .minds = MIND(NONE) | MIND(SMALL),
    .run = run,
};
