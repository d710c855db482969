/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the lines of a system fall into the groups that people have made of them. */
#include "eval/suite/ask.h"

static bool run(struct task_run *run, struct err *err)
{
    struct str folder;
    json_t *root;
    const json_t *item;
    size_t i;
    if (!ask_folder(run, "loghub", &folder, err))
        return false;
    const char *const words[] = {"logs", folder.ptr, "--json", NULL};
    if (!ask_verb(run, words, &root, err))
        return false;
    json_array_foreach(json_object_get(root, "systems"), i, item)
        task_add(run, TASK_US, str_of(json_string_value(json_object_get(item, "system"))),
                 &(double){json_number_value(json_object_get(item, "ga"))}, 1);
    json_decref(root);
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
