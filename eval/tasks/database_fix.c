/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the first command that the program proposes ends the trouble, when a person runs it: what
 * was wrong is measured in the server before and after. Where nothing is wrong, right is to propose
 * none.
 *
 * Beside it: to end the session whose transaction is open longest, which is right where that is
 * whom the trouble is of.
 */
#include "eval/suite/databases.h"

static bool run(struct task_run *run, struct err *err)
{
    struct database_cases cases;
    if (!database_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const struct database_case *item = &cases.items[i];
        database_add(run, item, TASK_US, item->ours.fixed);
        database_add(run, item, "end the longest transaction",
                     database_object_is(item, item->longest.object));
        task_note(run, item->id,
                  str_printf(run->arena, "%.6g before, %.6g after: %.*s", item->before, item->after,
                             STR_ARG(item->command)));
    }
    return true;
}

const struct task task_database_fix = {
    .name = "database_fix",
    .category = CATEGORY_DATABASES,
    .summary = "does the proposed command end it?",
    .measure = "measured before and after",
    .source = "troubles made in a PostgreSQL",
    .minds = MIND(NONE),
    .run = run,
};
