/* SPDX-License-Identifier: Apache-2.0 */
#include "runbook/problem.h"

#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

#define TEXT_LEN_MAX 480

struct problems problems_new(struct arena *arena, struct str file)
{
    return (struct problems){.arena = arena, .file = file};
}

bool problems_are_enough(const struct problems *problems)
{
    return problems->count > RUNBOOK_PROBLEMS_MAX;
}

static bool stands_before(struct span a, struct span b)
{
    return a.line != b.line ? a.line < b.line : a.column < b.column;
}

static bool is_same(const struct problem *a, const struct problem *b)
{
    return a->at.line == b->at.line && a->at.column == b->at.column && str_eq(a->text, b->text);
}

/* Of two at one place the first to be found stays the first. */
static void insert(struct problems *problems, struct problem *problem)
{
    struct problem **link = &problems->first;
    for (; *link && !stands_before(problem->at, (*link)->at); link = &(*link)->next)
        if (is_same(*link, problem))
            return;
    problem->next = *link;
    *link = problem;
    problems->count++;
}

static void say_that_there_are_more(struct problems *problems)
{
    struct problem *last = problems->first;
    while (last->next)
        last = last->next;
    last->next = arena_push(problems->arena, struct problem);
    *last->next = (struct problem){
        .at = last->at, .file = problems->file, .text = STR("there are more; mend these first")};
    problems->count++;
}

void problem_add(struct problems *problems, struct span at, struct str hint, const char *format,
                 ...)
{
    if (problems_are_enough(problems))
        return;
    if (problems->count == RUNBOOK_PROBLEMS_MAX) {
        say_that_there_are_more(problems);
        return;
    }
    char text[TEXT_LEN_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct problem *problem = arena_push(problems->arena, struct problem);
    *problem = (struct problem){.at = at,
                                .file = problems->file,
                                .text = str_copy(problems->arena, str_of(text)),
                                .hint = str_copy(problems->arena, hint)};
    insert(problems, problem);
}

struct str problem_did_you_mean(struct problems *problems, struct str best, struct str otherwise)
{
    return best.len > 0 ? str_printf(problems->arena, "did you mean `%.*s`?", STR_ARG(best))
                        : otherwise;
}

void runbook_print_problems(const struct problem *problems, struct str file, struct buf *out)
{
    for (const struct problem *it = problems; it; it = it->next) {
        const struct str where = it->file.len > 0 ? it->file : file;
        if (where.len > 0)
            buf_printf(out, "%.*s:", STR_ARG(where));
        buf_printf(out, "%u:%u: %.*s", it->at.line, it->at.column, STR_ARG(it->text));
        if (it->hint.len > 0)
            buf_printf(out, "; %.*s", STR_ARG(it->hint));
        buf_printf(out, "\n");
    }
}
