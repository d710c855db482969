/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is known of cloud and operations is known: one of four options. */
#include "eval/suite/exam.h"

static bool run(struct task_run *run, struct err *err)
{
    return exam_hold(run, "cloud", "choice", err);
}

const struct task task_cloud_choice = {
    .name = "cloud_choice",
    .category = CATEGORY_CLOUD,
    .summary = "what is right of clusters, networks and operations?",
    .measure = "share of right answers",
    .source = "questions of ours, each with its source",
    .minds = MINDS_ALL,
    .run = run,
};
