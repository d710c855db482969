/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tasks of query generation share: the questions of eval/phrases, and what the program
 * makes of one. The halves are told apart: rows of `dev` may have steered the program.
 */
#pragma once

#include "eval/suite/task.h"

#include <jansson.h>

struct phrase {
    struct str id; /* "sql:12": the language, and the line of the file */
    bool is_kept, is_ordered;
    const char *incident; /* the path of a bundle */
    const char *words, *query;
};

struct phrases {
    struct phrase *items;
    uint32_t count;
};

/* Of one language: "sql". */
MUST_CHECK bool phrases_read(const struct task_run *run, const char *language, struct phrases *out,
                             struct err *err);

/* What the program prints for the words; empty: it made no query, or one that does not run. */
MUST_CHECK bool phrase_ask(const struct task_run *run, const char *language,
                           const struct phrase *phrase, struct str *out, struct err *err);

/* The rows of a SELECT as the program tells them; empty: it does not run. */
MUST_CHECK bool phrase_select(const struct task_run *run, const struct phrase *phrase,
                              const char *sql, struct str *out, struct err *err);

/* Two arrays of objects that have the same values, names of columns and their order aside; numbers
 * to nine digits. */
bool phrase_same_rows(struct arena *arena, const json_t *a, const json_t *b, bool is_ordered);

/* Adds the answer to the task, to the log, and as part of its half. */
void phrase_add(struct task_run *run, const char *who, const struct phrase *phrase, bool is_right);
