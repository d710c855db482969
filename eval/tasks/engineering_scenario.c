/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a situation of software engineering is understood: one of four options. */
#include "eval/suite/exam.h"

static bool run(struct task_run *run, struct err *err)
{
    return exam_hold(run, "engineering", "scenario", err);
}

const struct task task_engineering_scenario = {
    .name = "engineering_scenario",
    .category = CATEGORY_ENGINEERING,
    .summary = "what is wrong, or to be done, with this program?",
    .measure = "share of right answers",
    .source = "questions of ours, each with its source",
    .minds = MINDS_ALL,
    .run = run,
};
