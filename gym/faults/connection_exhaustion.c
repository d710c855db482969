/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reporting tool, no part of the shop, takes every connection that PostgreSQL still has to give,
 * and keeps them. Who has some goes on with those; who needs another one is turned away.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long sessions = fault_number(run, "sessions", 60);
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_CAPACITY,
               "an outside client, nightly-report, takes up to %ld of PostgreSQL's 60 connections",
               sessions);
    const struct str script =
        str_printf(world->arena,
                   "export PGAPPNAME=nightly-report PGHOST=127.10.0.30 PGUSER=monitor\n"
                   "for i in $(seq %ld); do\n"
                   "  while :; do psql -qX -d shop -c 'SELECT pg_sleep(3600)' >/dev/null 2>&1; "
                   "sleep 1; done &\n"
                   "done; wait",
                   sessions);
    return fault_beside(world, run, "report", NULL, script.ptr, err);
}

const struct fault fault_connection_exhaustion = {
    .name = "connection_exhaustion",
    .group = "infrastructure",
    .summary = "An outside client takes all connections of the database",
    .place = "postgres",
    .options = "sessions 60",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_beside_end,
};
