/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job counts the stock anew in one long transaction. Who wants to reserve a product waits for its
 * row until the statement's time is up.
 */
#include "gym/faults/fault.h"

#include "gym/world/database.h"

#define JOB "stock-recount"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_LOCKS,
               "a job, %s, holds the lock of each row of stock in one long transaction; "
               "reservations wait for it; no change did that",
               JOB);
    return database_session(world, JOB,
                            STR("BEGIN;\n"
                                "UPDATE stock SET reserved = greatest(reserved, 0);\n"
                                "SELECT pg_sleep(900);\n"
                                "COMMIT;\n"),
                            &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return database_session_end(world, JOB, run->number, err);
}

const struct fault fault_lock_contention = {
    .name = "lock_contention",
    .group = "data",
    .summary = "A job holds row locks that customers wait for",
    .place = "postgres",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
