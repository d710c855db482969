/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the change that did it is among the first five of a thousand, by the words of a symptom.
 */
#include "eval/suite/ask.h"

#include "base/arena.h"

#define COLUMNS 4

static bool ask(struct task_run *run, const char *folder, struct err *err)
{
    const char *words[] = {"changes", folder, "--per-query", NULL, NULL, NULL};
    struct str text, line;
    if (run->mind == MIND_MODEL) {
        words[3] = "--expert";
        words[4] = run->place->expert;
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
    if (!ask_folder(run, "changes", &folder, err))
        return false;
    for (const char *const *at = ask_subfolders(run->arena, folder.ptr); *at; at++)
        if (!ask(run, *at, err))
            return false;
    return true;
}

const struct task task_culprit_change = {
    .name = "culprit_change",
    .category = CATEGORY_CODE,
    .summary = "which change brought this symptom?",
    .measure = "top-5 of 1,000 candidates",
    .source = "seven public repositories, 209 symptoms",
    .minds = MINDS_ALL,
    .run = run,
};
