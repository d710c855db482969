/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reporting tool, no part of the shop, takes every connection that PostgreSQL still has to give,
 * and those that become free. The services renew theirs every 20 s, ever since, and are turned
 * away.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/database.h"

#define TOOL "nightly-report"

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "catalog", NULL, "db_connection_lifetime_s", "20");
    fault_first_day(world, run, "inventory", NULL, "db_connection_lifetime_s", "20");
    fault_first_day(world, run, "checkout", NULL, "db_connection_lifetime_s", "20");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long sessions = fault_number(run, "sessions", 60);
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_CAPACITY,
               "an outside client, " TOOL
               ", takes up to %ld of PostgreSQL's 60 connections; no change did "
               "that",
               sessions);
    const struct str script =
        str_printf(world->arena,
                   "export PGAPPNAME=" TOOL " PGHOST=127.10.0.30 PGUSER=monitor\n"
                   "for i in $(seq %ld); do\n"
                   "  while :; do psql -qX -d shop -c 'SELECT pg_sleep(3600)' >/dev/null 2>&1; "
                   "sleep 1; done &\n"
                   "done; wait",
                   sessions);
    return fault_beside(world, run, "report", NULL, script.ptr, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return database_session_end(world, TOOL, run->number, err);
}

const struct fault fault_connection_exhaustion = {
    .name = "connection_exhaustion",
    .group = "infrastructure",
    .summary = "An outside client takes all connections of the database",
    .place = "postgres",
    .options = "sessions 60, db_connection_lifetime_s 20 (always)",
    .can_run = fault_runs_anywhere,
    .prepare = prepare,
    .inject = inject,
    .heal = heal,
};
