/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the first hypothesis is where the fault is. Controls have no place: they are left out. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++)
        if (!cases.items[i].nobody)
            task_add(run, TASK_US, cases.items[i].id, &(double){cases.items[i].right}, 1);
    return true;
}

const struct task task_incident_place = {
    .name = "incident_place",
    .category = CATEGORY_INCIDENTS,
    .summary = "where is the fault?",
    .measure = "AC@1",
    .source = "the public incidents and the gym's",
    .minds = MINDS_ALL,
    .run = run,
};
