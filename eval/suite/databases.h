/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Troubles of databases, made for real: each a script (suite/trouble.h) in
 * eval/databases/{dev,kept}/NAME.sql, run in a PostgreSQL of our own (suite/postgres.h), which
 * `warroom collect` then asks as it would any other. The program answers; the command that it
 * proposes first is carried out, as a person would; and what was wrong is measured before and
 * after.
 */
#pragma once

#include "eval/suite/task.h"

struct database_guess {
    struct str cause, object; /* empty: none */
    bool fixed;
};

struct database_case {
    struct str id; /* "kept/queue-of-writers" */
    bool is_kept, is_control;
    struct str cause;   /* of the class */
    struct str objects; /* "a | b" */
    struct str fault;   /* why the program did not answer; empty: it did */
    double before, after;
    struct str command;
    struct database_guess ours, top, longest;
    uint32_t objects_count; /* tables and sessions that there were to choose from */
};

struct database_cases {
    struct database_case *items;
    uint32_t count;
};

extern const char *const database_classes[]; /* ends with NULL; the last is "nothing" */
#define DATABASE_CLASSES 8

/* All of them, run once for all tasks. */
MUST_CHECK bool database_cases(const struct task_run *run, struct database_cases *out,
                               struct err *err);

bool database_object_is(const struct database_case *item, struct str object);

/* Adds the answer of each: to the task, and as part of its half. */
void database_add(struct task_run *run, const struct database_case *item, const char *who,
                  bool is_right);
