/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small experts: models of our own that answer in the process, from numbers that the program is
 * built with. They need no configuration, no network and no permission, for nothing leaves.
 *
 * Each has a folder, with its own tokenizer and head, and numbers in models/ that `warroom train
 * expert NAME` writes. Code that needs speed calls the header of that folder; small_infer() is
 * the same for whoever asks by name: the router, `warroom expert ask`, a test.
 *
 * How one is used in an investigation: an actor asks call_may_ask(call, "log"), and lets the answer
 * move the *strength* of evidence or the order in which it looks. A claim is never about what an
 * expert thinks: it tells what rows show.
 */
#pragma once

#include "base/buf.h"
#include "expert/expert.h"

/* Something that it can be asked. */
struct small_task {
    const char *name; /* "judge_template"; what `brief.task` says */
    enum ability ability;
    const char *summary;  /* one line, no full stop */
    const char *material; /* an example of what it takes, JSON */
    const char *answer;   /* what it gives for that example, in its form, JSON */

    /*
     * Pure: the same material gives the same bytes, JSON. It is from outside: what does not fit is
     * refused with ERR_USAGE and a line that says what is wanted.
     */
    bool (*tell)(const json_t *material, struct buf *out, struct err *err);
};

struct small_expert {
    const char *name;               /* "log" */
    const char *summary;            /* one line, no full stop */
    const struct small_task *tasks; /* ends where the name is NULL */
    bool is_in_investigations;      /* whether an actor asks call_may_ask(call, name) */

    /* Data, seed, size, scores and limits, as JSON: the `card` of its file in models/. */
    struct str (*card)(void);
};

extern const struct small_expert *const small_experts[]; /* ends with NULL */

/* NULL: there is none of that name. */
const struct small_expert *small_expert_find(struct str name);

/* The one that has a task of that name; NULL: none has. */
const struct small_expert *small_expert_for(struct str task);

/* NULL: it has none of that name, and err lists those that it has. */
const struct small_task *small_task_find(struct arena *arena, const struct small_expert *expert,
                                         struct str name, struct err *err);

/* The front door: finds the task of the brief, reads the material, and has it answered. */
MUST_CHECK bool small_infer(const struct small_expert *expert, const struct brief *brief,
                            struct arena *arena, struct opinion *out, struct err *err);
