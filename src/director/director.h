/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The director: makes a plan for this very incident, follows it, backs out of what leads nowhere,
 * and knows when to stop.
 *
 * It knows four runbooks by name: `triage` opens each case, `unknown` is followed where no other
 * one applies, `widen` when all hypotheses have failed, and `correct` at the end. All others are
 * chosen by their own guards, in the order of the library. It acts through runbooks only: whoever
 * writes a plan, it is a text in the runbook language, and goes through the checker first.
 */
#pragma once

#include "runbook/run.h"

/* Who writes the plan: its text, into `out`. A model, a person's file; NULL: the built-in one. */
struct planner {
    const char *name; /* for the report: "a person" */
    bool is_final;    /* when it has been followed, nothing else is asked */
    bool (*write)(void *state, struct casefile *casefile, const struct library *library,
                  struct buf *out, struct err *err);
    void *state;
};

struct direction {
    const struct library *library; /* checked */
    const struct planner *planner;
    struct answerer answerer;
    struct run_listener listener; /* `is_settled` is the director's own */
    bool plan_only;               /* triage, and then only the plan is made */
};

struct director;

/* Lives in the case's arena; all that it is given must outlive it. */
struct director *director_new(const struct direction *direction, const struct services *services,
                              struct casefile *casefile);

/*
 * Triage, plan, and what follows from it, until a hypothesis is decisive, the budget is spent, or
 * nothing is left to ask. Which of them it was stands in casefile->stopped_because; what could not
 * be done is a gap. With `plan_only`, only triage has run, and casefile->plans has the plan.
 */
void director_investigate(struct director *director);

/* What to do about it, once the hypotheses are final. */
void director_correct(struct director *director);
