/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks a checked runbook. It owns no knowledge of any actor: whoever is named is called, what it
 * gives is kept under the name that the runbook gives it, and what it finds goes into the case.
 *
 * A step that fails, or cannot be asked, leaves a gap or a note, and the run goes on. A call that
 * was made before with the same inputs is not made again: its result is taken. A hypothesis that
 * was followed before is not followed again.
 */
#pragma once

#include "actor/actor.h"
#include "agent/agent.h"
#include "runbook/runbook.h"

/* What a step calls: an actor or a tool. */
struct callee {
    const char *name; /* "find_new_errors", "metrics.shifts" */
    const struct signature *sig;
    const struct actor *actor; /* NULL: it is a tool */
};

/* Who answers the calls: the callees themselves, or a journal of an earlier run. */
struct answerer {
    bool (*answer)(void *state, const struct callee *callee, struct call *call,
                   const struct record *in, struct record *out, struct err *err);
    void *state;
};

/* The callees themselves, through their front doors. */
bool run_answer_live(void *state, const struct callee *callee, struct call *call,
                     const struct record *in, struct record *out, struct err *err);

/* Told and asked on the way; each may be NULL. */
struct run_listener {
    void *state;
    /* A step is over. `in` and `out` are gone afterwards. */
    void (*step)(void *state, const struct step_entry *step, const struct record *in,
                 const struct record *out);
    /* Something about a lead has changed. */
    void (*lead)(void *state, const struct lead *lead);
    /* A lead was verified and not refuted: is there enough that speaks for it? Asked, not told. */
    bool (*is_borne_out)(void *state, const struct lead *lead);
    /* A lead holds: is that enough? Then no further one is followed. */
    bool (*is_settled)(void *state, const struct lead *lead);
};

struct run;

/* What is made on the way lives in the case's arena. */
struct run *run_new(struct casefile *casefile, const struct services *services,
                    struct answerer answerer, const struct run_listener *listener);

/*
 * Runs every step of `book` that it can; several runbooks may follow each other in one run. False:
 * the case's time or steps are spent, and what was left was left out.
 */
MUST_CHECK bool run_book(struct run *run, const struct runbook *book, struct err *err);

/* Whether the guard of `book` holds now; true where it has none. */
bool run_guard_holds(const struct run *run, const struct runbook *book);

/* Whether this run has entered `book`, as a plan or because another one follows it. */
bool run_has_followed(const struct run *run, const struct runbook *book);

/* From now on, what was asked and followed before may be asked and followed again. */
void run_forget(struct run *run);

/* A lead held, and it was enough. */
bool run_is_settled(const struct run *run);

const struct casefile *run_casefile(const struct run *run);
