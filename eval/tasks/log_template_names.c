/* SPDX-License-Identifier: Apache-2.0 */
/* Whether templates are written as people have written them, rare ones as much as frequent. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root;
    if (!ask_public(run, "loghub", "logs", NULL, &root, err))
        return false;
    ask_add_each(run, json_object_get(root, "systems"), "system", "fta");
    return true;
}

const struct task task_log_template_names = {
    .name = "log_template_names",
    .category = CATEGORY_LOGS,
    .summary = "what is their template?",
    .measure = "FTA",
    .source = "loghub, eight systems of 2,000 lines",
    .minds = MIND(NONE),
    .run = run,
};
