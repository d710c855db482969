/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crashes of small programs of ours, as eval/traces/record.py has kept them: what was printed, and
 * which line is at fault. The halves are told apart: traces of `dev` may have steered the program.
 */
#pragma once

#include "eval/suite/task.h"

#include <jansson.h>

#define TRACES_MAX 1000

struct trace {
    const char *id; /* "python/null" */
    const char *runtime, *file, *cause, *text;
    int64_t line;
    bool is_kept;
};

struct traces {
    struct trace *items;
    uint32_t count;
};

MUST_CHECK bool traces_read(struct arena *arena, struct traces *out, struct err *err);

#define TRACES_FIRST_S 1795305600 /* when the first was logged: 2026-11-22, no matter */

/*
 * A bundle below the folder of the place: each trace of that runtime (NULL: of all) as one line of
 * the log of a service that has the name of the trace, and a file of changes if there is one.
 */
MUST_CHECK bool traces_bundle(const struct task_run *run, const struct traces *traces,
                              const char *runtime, struct str changes, const char **out,
                              struct err *err);

/*
 * What the program makes of each, in its order: rows of `logs.stacks`; NULL where it has found
 * nothing. They live as long as `kept`, which
 * the caller gives back.
 */
MUST_CHECK bool traces_ask(const struct task_run *run, const struct traces *traces,
                           const json_t ***out, json_t **kept, struct err *err);

/* The answer, and as part of its half where it is ours. */
void traces_add(struct task_run *run, const char *who, const struct trace *trace, bool is_right);
