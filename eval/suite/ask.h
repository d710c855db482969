/* SPDX-License-Identifier: Apache-2.0 */
/* What several tasks need: another verb of this program asked, and cases put to `warroom` once. */
#pragma once

#include "eval/suite/task.h"

#include <jansson.h>

/* Below place->data; false, ERR_NOT_FOUND: it is not there. */
MUST_CHECK bool ask_folder(const struct task_run *run, const char *name, struct str *out,
                           struct err *err);

/* A text below eval/, of at most a MiB; false, ERR_NOT_FOUND: it is not there. */
MUST_CHECK bool ask_own_file(struct arena *arena, const char *path, struct str *out,
                             struct err *err);

/* The folders right below a folder, by name; the list ends with NULL. */
const char *const *ask_subfolders(struct arena *arena, const char *folder);

/*
 * What `warroom-eval VERB SET --json [MORE]` says of a public set: asked once in a run of the
 * suite, for all tasks. It stays there, and is not given back. `more` may be NULL.
 */
MUST_CHECK bool ask_public(const struct task_run *run, const char *set, const char *verb,
                           const char *more, const json_t **out, struct err *err);

/*
 * What `warroom-eval expert log` says of loghub and of the public incidents that have logs, item by
 * item (eval/log_gravity.h, eval/log_entities.h): asked once, for all tasks.
 */
MUST_CHECK bool ask_logs(const struct task_run *run, const json_t **out, struct err *err);

/*
 * A folder of weights for the repositories in `folder`, each learned without it, by `warroom train
 * WHAT` ("changes", "risk"). What the program is built with has learned from all of them.
 */
MUST_CHECK bool ask_held_out(const struct task_run *run, const char *what, const char *folder,
                             const char **out, struct err *err);

/* An answer of ours for each object of the list: its part is the number in `member`. */
void ask_add_each(struct task_run *run, const json_t *list, const char *name, const char *member);

/* What `warroom WORDS...` prints, as JSON; the caller gives it back with json_decref(). */
MUST_CHECK bool ask_program(const struct task_run *run, const char *const *words, json_t **out,
                            struct err *err);

/* What `warroom-eval WORDS...` prints, as JSON; the caller gives it back with json_decref(). */
MUST_CHECK bool ask_verb(const struct task_run *run, const char *const *words, json_t **out,
                         struct err *err);

/* The same as text. */
MUST_CHECK bool ask_verb_text(const struct task_run *run, const char *const *words, struct str *out,
                              struct err *err);

/* One incident, put to the program and judged: as `warroom eval rca --per-case --json` has it. */
struct asked_case {
    struct str set, id;
    bool nobody;  /* a control: right is to name no cause */
    bool known;   /* a cause was named */
    bool right;   /* the first hypothesis has the place; of a control: none was named */
    bool in_five; /* one of the first five has */
    double confidence;
    bool has_kind, kind_right;
    bool tells_change;
    uint32_t change_rank; /* 0: it is not among those told */
    bool names_change;
    bool tells_onset, has_onset;
    double onset_error_s;
};

struct asked_cases {
    struct asked_case *items;
    uint32_t count;
};

/* All incidents of the place: asked once a mind in a run of the suite, and kept. */
MUST_CHECK bool ask_cases(const struct task_run *run, struct asked_cases *out, struct err *err);

/* The same of those in `folder`. */
MUST_CHECK bool ask_cases_in(const struct task_run *run, const char *folder,
                             struct asked_cases *out, struct err *err);
