/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the changes that are called risky are those that came back: AUC, a repository an item,
 * by weights that were learned without it.
 */
#include "eval/suite/ask.h"

static void add(struct task_run *run, const char *who, const char *repository, const json_t *scores)
{
    task_add(run, who, str_of(repository),
             &(double){json_number_value(json_object_get(scores, "auc"))}, 1);
}

static bool run(struct task_run *run, struct err *err)
{
    struct str folder;
    const char *held_out;
    if (!ask_folder(run, "changes", &folder, err) ||
        !ask_held_out(run, "risk", folder.ptr, &held_out, err))
        return false;
    for (const char *const *at = ask_subfolders(run->arena, folder.ptr); *at; at++) {
        const char *const words[] = {"risk", *at, "--json", "--held-out", held_out, NULL};
        json_t *root;
        if (!ask_verb(run, words, &root, err))
            return false;
        const json_t *all = json_object_get(root, "all");
        add(run, TASK_US, *at, json_object_get(all, "model"));
        add(run, "lines changed", *at, json_object_get(all, "lines"));
        add(run, "how often its files change", *at, json_object_get(all, "hotness"));
        json_decref(root);
    }
    return true;
}

const struct task task_change_risk = {
    .name = "change_risk",
    .category = CATEGORY_CODE,
    .summary = "will this change come back?",
    .measure = "AUC",
    .source = "seven public repositories; each by weights learned without it",
    .minds = MIND(NONE),
    .run = run,
};
