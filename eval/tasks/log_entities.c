/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether what stands in a line is found, with its first and last byte and its type, on systems
 * that nothing was learned from: F1 over all entities. Without experts, by the slots of
 * src/text/mask.h. The mistakes of the kept half were never printed.
 */
#include "eval/suite/ask.h"

enum { RIGHT, SAID, MARKED, PARTS };

static double score(const double *sums, uint32_t items)
{
    const double all = sums[SAID] + sums[MARKED];
    (void)items;
    return all > 0.0 ? 2.0 * sums[RIGHT] / all : 1.0;
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_logs(run, &root, err))
        return false;
    json_array_foreach(json_object_get(root, "entity_items"), i, item)
    {
        const struct str half = str_of(json_string_value(json_array_get(item, 2)));
        const struct str system = str_of(json_string_value(json_array_get(item, 0)));
        const size_t first = run->mind == MIND_SMALL ? 3 : 3 + PARTS;
        double parts[PARTS];
        for (size_t part = 0; part < PARTS; part++)
            parts[part] = json_number_value(json_array_get(item, first + part));
        task_add(run, TASK_US, system, parts, PARTS);
        task_add(run, str_eq(half, STR("kept")) ? TASK_KEPT : TASK_DEV, system, parts, PARTS);
    }
    return true;
}

const struct task task_log_entities = {
    .name = "log_entities",
    .category = CATEGORY_LOGS,
    .summary = "what stands where in a line?",
    .measure = "F1 of span and type",
    .source = "lines of loghub and of public incidents, marked by hand",
    .minds = MIND(NONE) | MIND(SMALL),
    .score = score,
    .run = run,
};
