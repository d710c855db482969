/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the report says when it began, within a minute of the truth. One that has the wrong place
 * tells the onset of something else.
 */
#include "eval/suite/ask.h"

#define NEAR_S 60.0

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const struct asked_case *it = &cases.items[i];
        if (it->tells_onset && !it->nobody)
            task_add(run, TASK_US, it->id, &(double){it->has_onset && it->onset_error_s <= NEAR_S},
                     1);
    }
    return true;
}

const struct task task_incident_onset = {
    .name = "incident_onset",
    .category = CATEGORY_INCIDENTS,
    .summary = "since when, within a minute?",
    .measure = "accuracy",
    .source = "incidents whose beginning is known",
    .minds = MINDS_ALL,
    .run = run,
};
