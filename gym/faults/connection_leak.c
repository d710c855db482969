/* SPDX-License-Identifier: Apache-2.0 */
/* A tool for reports opens sessions at the database and closes none, until there are no more to be
 * had. */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/database.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"

#define TOOL "reports"

/* Each session waits for statements that do not come; two a second. */
static const char script[] = "for i in $(seq %ld); do sleep 900 | PGAPPNAME=" TOOL
                             " %s -qX -h %s -U shop -d shop & sleep 0.5; done; wait";

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    char psql[512];
    const long sessions = fault_number(run, "sessions", 60);
    if (!path_of_program("psql", psql, sizeof psql))
        return err_set(err, ERR_NOT_FOUND, "there is no psql");
    fault_tell(world, run, KIND_CAPACITY,
               "a tool, %s, opens a session at PostgreSQL every half second and closes none, until "
               "all 60 are taken; no change did that",
               TOOL);
    const char **words = arena_push_many(world->arena, const char *, 4);
    words[0] = "/bin/sh";
    words[1] = "-c";
    words[2] =
        str_printf(world->arena, script, sessions, psql, instance_find("postgres-1")->address).ptr;
    const struct process_spec spec = {
        .name = TOOL,
        .argv = words,
        .environment = world->environment,
        .folder = world->work,
        .log = world_path(world, "tmp/" TOOL ".log"),
    };
    return process_start(world->processes, &spec, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return database_session_end(world, TOOL, run->number, err);
}

const struct fault fault_connection_leak = {
    .name = "connection_leak",
    .group = "data",
    .summary = "A tool takes all of the database's connections",
    .place = "postgres",
    .options = "sessions 60",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
