/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the program tells what is wrong with a PostgreSQL, of eight classes; one of them is that
 * nothing is. The kinds of trouble are made for real (eval/suite/databases.h).
 *
 * Beside it: that it is whatever took most time, always a slow statement; that it is whoever's
 * transaction is open longest; and chance.
 */
#include "eval/suite/databases.h"

/* What was answered, for people. */
static void note(struct task_run *run, const struct database_case *item)
{
    task_note(run, item->id,
              str_printf(run->arena, "%.*s of %.*s; said %.*s of %.*s%s%.*s", STR_ARG(item->cause),
                         STR_ARG(item->objects), STR_ARG(item->ours.cause),
                         STR_ARG(item->ours.object), item->fault.len > 0 ? "; " : "",
                         STR_ARG(item->fault)));
}

static bool run(struct task_run *run, struct err *err)
{
    struct database_cases cases;
    if (!database_cases(run, &cases, err))
        return false;
    for (uint32_t i = 0; i < cases.count; i++) {
        const struct database_case *item = &cases.items[i];
        database_add(run, item, TASK_US, str_eq(item->ours.cause, item->cause));
        database_add(run, item, "what took most time", str_eq(item->top.cause, item->cause));
        database_add(run, item, "the longest transaction",
                     str_eq(item->longest.cause, item->cause));
        task_add(run, "chance", item->id, &(double){1.0 / DATABASE_CLASSES}, 1);
        note(run, item);
    }
    return true;
}

const struct task task_database_cause = {
    .name = "database_cause",
    .category = CATEGORY_DATABASES,
    .summary = "what is wrong with the database?",
    .measure = "right class, of eight",
    .source = "troubles made in a PostgreSQL",
    .minds = MIND(NONE),
    .run = run,
};
