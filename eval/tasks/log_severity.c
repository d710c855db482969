/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a template of a system that nothing was learned from is told to be routine, a warning or
 * an error, as its own people have it: macro F1 of the three, over the templates of all systems.
 * Without experts it is told by the words of complaints, of levels and of names of errors.
 */
#include "eval/suite/ask.h"

#define CLASSES 3

/* By class: twice the right ones, then those that were said and those that are. */
static double score(const double *sums, uint32_t items)
{
    double all = 0;
    int there = 0;
    (void)items;
    for (int of = 0; of < CLASSES; of++)
        if (sums[CLASSES + of] > 0.0) {
            all += sums[of] / sums[CLASSES + of];
            there++;
        }
    return there > 0 ? all / there : 0.0;
}

static void add(struct task_run *run, const char *who, struct str item, int truth, int said)
{
    double parts[2 * CLASSES] = {0};
    parts[said] = said == truth ? 2.0 : 0.0;
    parts[CLASSES + said] += 1.0;
    parts[CLASSES + truth] += 1.0;
    task_add(run, who, item, parts, 2 * CLASSES);
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_logs(run, &root, err))
        return false;
    json_array_foreach(json_object_get(root, "gravity_items"), i, item)
    {
        const struct str system = str_of(json_string_value(json_array_get(item, 0)));
        int classes[CLASSES] = {0}; /* the truth, the expert, the words */
        for (size_t k = 0; k < CLASSES; k++) {
            const double of = json_number_value(json_array_get(item, k + 1));
            if (of >= 0.0 && of < CLASSES)
                classes[k] = (int)of;
        }
        add(run, TASK_US, system, classes[0], classes[run->mind == MIND_SMALL ? 1 : 2]);
        add(run, "always routine", system, classes[0], 0);
    }
    return true;
}

const struct task task_log_severity = {
    .name = "log_severity",
    .category = CATEGORY_LOGS,
    .summary = "routine, a warning or an error, on a system never seen?",
    .measure = "macro F1",
    .source = "templates of loghub and of public incidents, by the levels of their lines",
    .minds = MIND(NONE) | MIND(SMALL),
    .score = score,
    .run = run,
};
