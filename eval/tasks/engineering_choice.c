/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is known of software engineering is known: one of four options. */
#include "eval/suite/exam.h"

static bool run(struct task_run *run, struct err *err)
{
    return exam_hold(run, "engineering", "choice", err);
}

const struct task task_engineering_choice = {
    .name = "engineering_choice",
    .category = CATEGORY_ENGINEERING,
    .summary = "what is right of software and how it is written?",
    .measure = "share of right answers",
    .source = "questions of ours, each with its source",
    .minds = MINDS_ALL,
    .run = run,
};
