/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a situation of cloud and operations is understood: one of four options. */
#include "eval/suite/exam.h"

static bool run(struct task_run *run, struct err *err)
{
    return exam_hold(run, "cloud", "scenario", err);
}

const struct task task_cloud_scenario = {
    .name = "cloud_scenario",
    .category = CATEGORY_CLOUD,
    .summary = "what is wrong, or to be done, with this system?",
    .measure = "share of right answers",
    .source = "questions of ours, each with its source",
    .minds = MINDS_ALL,
    .run = run,
};
