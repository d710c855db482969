/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the line of the program's own code that is at fault is told from what a crash prints:
 * file and line, over programs that were written to crash, in nine runtimes. Right are the
 * innermost own code of what was thrown first, and, where a library refuses what it is given, the
 * line that gives it.
 */
#include "eval/suite/traces.h"

#include <ctype.h>
#include <string.h>

/* A place in code as any runtime writes it: "name.ext" and a number, with little between them. */
struct place {
    struct str file;
    int64_t line;
};

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '+';
}

static bool next_place(const char **at, struct place *out)
{
    static const char *const between[] = {":line ", "\", line ", " on line ", ":", "("};
    for (const char *c = *at; *c; c++) {
        for (size_t i = 0; i < sizeof between / sizeof *between; i++) {
            const size_t len = strlen(between[i]);
            const char *from = c;
            if (strncmp(c, between[i], len) != 0 || !isdigit((unsigned char)c[len]))
                continue;
            while (from > *at && is_name(from[-1]))
                from--;
            const struct str file = {.ptr = from, .len = (size_t)(c - from)};
            if (!str_contains(file, STR(".")) || isdigit((unsigned char)*from))
                continue;
            *out = (struct place){.file = file};
            for (c += len; isdigit((unsigned char)*c) && out->line < 1000000; c++)
                out->line = 10 * out->line + (*c - '0');
            *at = c;
            return true;
        }
    }
    return false;
}

static bool is_right(const struct trace *trace, struct str file, int64_t line)
{
    return str_eq(file, str_of(trace->file)) && line == trace->line;
}

static void add_baselines(struct task_run *run, const struct trace *trace)
{
    struct place first = {0}, last = {0};
    const char *at = trace->text;
    for (struct place place; next_place(&at, &place);) {
        first = first.file.len > 0 ? first : place;
        last = place;
    }
    traces_add(run, "the first place", trace, is_right(trace, first.file, first.line));
    traces_add(run, "the last place", trace, is_right(trace, last.file, last.line));
}

static bool run(struct task_run *run, struct err *err)
{
    struct traces traces;
    const json_t **rows;
    json_t *kept;
    if (!traces_read(run->arena, &traces, err) || !traces_ask(run, &traces, &rows, &kept, err))
        return false;
    for (uint32_t i = 0; i < traces.count; i++) {
        const char *file = json_string_value(json_object_get(rows[i], "file"));
        const char *place = json_string_value(json_object_get(rows[i], "place"));
        int64_t line = 0;
        const bool told = file && place && str_to_int(str_of(place), &line);
        traces_add(run, TASK_US, &traces.items[i],
                   told && is_right(&traces.items[i], str_of(file), line));
        add_baselines(run, &traces.items[i]);
    }
    json_decref(kept);
    return true;
}

const struct task task_exception_frame = {
    .name = "exception_frame",
    .category = CATEGORY_CODE,
    .summary = "which line of its own code does a crash come from?",
    .measure = "file and line, exact",
    .source = "87 recorded crashes of small programs of ours, in nine runtimes",
    .minds = MIND(NONE),
    .run = run,
};
