/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers of expert/router.h from held-back answers: for each task and choice two logistic
 * regressions, before and after the small expert was asked. Each set weighs at most as much as
 * SET_ANSWERS of its answers, so that a large system does not speak for all.
 *
 * Facts of a question count only where they have earned it: on each set of some size, by what the
 * other sets teach, the router has to be right as often as the better single choice, but for .01.
 * Where it is not, the probability of a choice is how often it was right, whatever the question.
 */
#pragma once

#include "eval/answers.h"

/* Numbers of the answers of `task`; those of the set `left_out` are not looked at (NULL: all are).
 * A cost is a median, rounded to a power of ten; rules cost nothing, for who asks has them. */
struct router_task route_learn(const struct held_answers *answers, const char *task,
                               const struct str *left_out);

/* What the router does with a question, by these numbers. */
struct routed {
    int choice;     /* as in `held_answer` */
    double cost_us; /* of the small expert, where it was asked: even if it is passed over then */
    double odds;
};

struct routed route(const struct router_task *task, const struct held_answer *answer);
