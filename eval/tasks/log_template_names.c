/* SPDX-License-Identifier: Apache-2.0 */
/* Whether templates are written as people have written them, rare ones as much as frequent. */
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
                 &(double){json_number_value(json_object_get(item, "fta"))}, 1);
    json_decref(root);
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
