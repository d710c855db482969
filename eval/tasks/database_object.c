/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the program names the table, index, setting or session that is to blame. Where nothing is
 * wrong there is none: those are left out.
 *
 * Beside it: what the statement that took most time reads, as a generous reader of it; the session
 * whose transaction is open longest; and chance, over all tables and applications.
 */
#include "eval/suite/databases.h"

static bool run(struct task_run *run, struct err *err)
{
    struct database_cases cases;
    if (!database_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const struct database_case *item = &cases.items[i];
        if (item->is_control)
            continue;
        database_add(run, item, TASK_US, database_object_is(item, item->ours.object));
        database_add(run, item, "what took most time", database_object_is(item, item->top.object));
        database_add(run, item, "the longest transaction",
                     database_object_is(item, item->longest.object));
        task_add(run, "chance", item->id,
                 &(double){item->objects_count > 0 ? 1.0 / item->objects_count : 0}, 1);
    }
    return true;
}

const struct task task_database_object = {
    .name = "database_object",
    .category = CATEGORY_DATABASES,
    .summary = "which table, index, setting or session is to blame?",
    .measure = "exact name",
    .source = "troubles made in a PostgreSQL",
    .minds = MIND(NONE),
    .run = run,
};
