/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question on its way through a panel: what is known of each who could answer it, and why one
 * of them is asked. choose.h decides, router.h says how likely each is to be right.
 */
#pragma once

#include "expert/choose.h"
#include "expert/expert.h"
#include "expert/experts.h"
#include "expert/router.h"
#include "expert/small.h"

/* Choices: the models of the file, the small one that has the task, the rules of who asks. */
enum { TURN_SMALL = EXPERTS_MAX, TURN_RULES, TURN_CHOICES };

struct turn {
    const struct experts *experts;
    const uint32_t *failures; /* of each model, in a row */
    const struct brief *brief;
    struct wanted wanted;
    const struct small_expert *small; /* that has the task; NULL: none has */
    const struct router_task *task;   /* what was measured of it; NULL: nothing */
    struct router_question question;
    struct opinion opinion; /* of the small one, once `question.sure` is known */
    uint32_t tried;         /* bits of choices */
};

/* Everything is kept as a pointer. */
struct turn turn_of(const struct experts *experts, const uint32_t *failures,
                    const struct router *router, const struct brief *brief, bool odds);

/* One that is not there is for nothing; rules of which nothing is known have earned nothing. */
struct candidate turn_candidate(const struct turn *turn, uint32_t index);

/* Who should be asked now; NOBODY: there is none. */
uint32_t turn_next(const struct turn *turn);

/* "`cloud` may not see logs, `old` has failed": of those before `chosen` in the file, or of all
 * (NOBODY). */
struct str turn_objections(const struct turn *turn, struct arena *arena, uint32_t chosen);

/* "right with 0.870, `rules` with 0.610", and the objections to others. */
struct str turn_reasons(const struct turn *turn, struct arena *arena, uint32_t chosen);
