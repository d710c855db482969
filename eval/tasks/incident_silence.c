/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether it is silent where it should be, and only there: F1 of withholding, where right is to
 * withhold what would be wrong, a control among it. Who always speaks, or never, scores little.
 */
#include "eval/suite/ask.h"

enum { RIGHTLY, WITHHELD, WRONG };

static double score(const double *sums, uint32_t items)
{
    (void)items;
    const double all = sums[WITHHELD] + sums[WRONG];
    return all > 0.0 ? 2.0 * sums[RIGHTLY] / all : 1.0;
}

static bool run(struct task_run *run, struct err *err)
{
    struct asked_cases cases;
    if (!ask_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const struct asked_case *it = &cases.items[i];
        const bool should = it->nobody || !it->right;
        const double parts[] = {
            [RIGHTLY] = should && !it->known, [WITHHELD] = !it->known, [WRONG] = should};
        task_add(run, TASK_US, it->id, parts, 3);
    }
    return true;
}

const struct task task_incident_silence = {
    .name = "incident_silence",
    .category = CATEGORY_INCIDENTS,
    .summary = "is it silent where it would be wrong, and only there?",
    .measure = "F1 of withholding",
    .source = "the public incidents and the gym's, controls among them",
    .minds = MINDS_ALL,
    .score = score,
    .run = run,
};
