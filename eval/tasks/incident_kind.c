/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the first hypothesis has the place and the kind of fault, where the kind is known. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++)
        if (cases.items[i].has_kind)
            task_add(run, TASK_US, cases.items[i].id, &(double){cases.items[i].kind_right}, 1);
    return true;
}

const struct task task_incident_kind = {
    .name = "incident_kind",
    .category = CATEGORY_INCIDENTS,
    .summary = "where is the fault, and of which kind?",
    .measure = "accuracy of both",
    .source = "the public incidents and the gym's whose kind is known",
    .minds = MINDS_ALL,
    .run = run,
};
