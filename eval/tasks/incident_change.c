/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the change that did it is the first of those told, where one did. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++)
        if (cases.items[i].tells_change)
            task_add(run, TASK_US, cases.items[i].id, &(double){cases.items[i].change_rank == 1},
                     1);
    return true;
}

const struct task task_incident_change = {
    .name = "incident_change",
    .category = CATEGORY_INCIDENTS,
    .summary = "which change did it?",
    .measure = "top-1",
    .source = "incidents that a change has caused",
    .minds = MINDS_ALL,
    .run = run,
};
