/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of expert/router.h from held-back answers: for each task and choice two logistic
 * regressions, before and after the small expert was asked. Each set weighs at most as much as
 * SET_ANSWERS of its answers, so that a large system does not speak for all.
 */
#pragma once

#include "eval/answers.h"

/* Numbers of the answers of `task`; those of the set `left_out` are not looked at (NULL: all are).
 * Costs are medians, rounded to a power of ten. */
struct router_task route_learn(struct arena *arena, const struct held_answers *answers,
                               const char *task, const struct str *left_out);

/* What the router does with a question, by these numbers. */
struct routed {
    int choice;     /* as in `held_answer` */
    double cost_us; /* all in all: the small expert is asked before it is passed over */
    double odds;
};

struct routed route(const struct router_task *task, const struct held_answer *answer);
