/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the change that did it is among the first five of a thousand, by the words of a symptom.
 * Each repository is asked by weights that were learned without it: of the shipped ones all were
 * learned from.
 */
#include "eval/suite/ask.h"

#include "base/arena.h"

#define COLUMNS 4

static bool ask(struct task_run *run, const char *folder, const char *held_out, struct err *err)
{
    const char *words[] = {"changes", folder, "--per-query", "--held-out",
                           held_out,  NULL,   NULL,          NULL};
    struct str text, line;
    if (run->mind == MIND_MODEL) {
        words[5] = "--expert";
        words[6] = run->place->expert;
    }
    if (!ask_verb_text(run, words, &text, err))
        return false;
    while (str_split(&text, '\n', &line)) {
        struct str cells[COLUMNS], rest = line;
        int64_t rank;
        int count = 0;
        while (count < COLUMNS && str_split(&rest, '\t', &cells[count]))
            count++;
        if (count == COLUMNS && str_to_int(cells[2], &rank))
            task_add(run, TASK_US, cells[1], &(double){rank >= 1 && rank <= 5}, 1);
    }
    return true;
}

static bool run(struct task_run *run, struct err *err)
{
    struct str folder;
    const char *held_out;
    if (!ask_folder(run, "changes", &folder, err) ||
        !ask_held_out(run, "changes", folder.ptr, &held_out, err))
        return false;
    for (const char *const *at = ask_subfolders(run->arena, folder.ptr); *at; at++)
        if (!ask(run, *at, held_out, err))
            return false;
    return true;
}

const struct task task_culprit_change = {
    .name = "culprit_change",
    .category = CATEGORY_CODE,
    .summary = "which change brought this symptom?",
    .measure = "top-5 of 1,000 candidates",
    .source = "seven public repositories, 209 symptoms; each by weights learned without it",
    .minds = MIND(NONE) | MIND(MODEL),
    .run = run,
};
