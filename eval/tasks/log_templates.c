/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the lines of a system fall into the groups that people have made of them. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root;
    if (!ask_public(run, "loghub", "logs", NULL, &root, err))
        return false;
    ask_add_each(run, json_object_get(root, "systems"), "system", "ga");
    return true;
}

const struct task task_log_templates = {
    .name = "log_templates",
    .category = CATEGORY_LOGS,
    .summary = "which lines are alike?",
    .measure = "group accuracy",
    .source = "loghub, eight systems of 2,000 lines",
    .minds = MIND(NONE),
    .run = run,
};
