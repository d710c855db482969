/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody tries out a column by hand, in a transaction, and goes to lunch. The table's lock is
 * held by a session that does nothing, and everybody who reads the table waits for it.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/database.h"

#define SESSION "console"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *table = fault_text(run, "table", "products");
    fault_tell(world, run, KIND_LOCKS,
               "a session that is idle in its transaction holds an exclusive lock of the table %s; "
               "no change did that",
               table);
    return database_session(world, SESSION,
                            str_printf(world->arena,
                                       "BEGIN;\n"
                                       "ALTER TABLE %s ADD COLUMN note text;\n"
                                       "\\! sleep 900\n",
                                       table),
                            &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return database_session_end(world, SESSION, run->number, err);
}

const struct fault fault_idle_transaction = {
    .name = "idle_transaction",
    .group = "data",
    .summary = "A forgotten transaction holds a table's lock",
    .place = "postgres",
    .options = "table products",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
