/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One process gets no processor time for most of each second, as on a host that is overbooked, or
 * under a debugger: it is stopped and continued, and does nothing wrong whenever it runs.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    struct process_state state;
    run->instance = fault_instance(run);
    const long stopped_ms = fault_number(run, "stopped_ms", 900);
    const long running_ms = fault_number(run, "running_ms", 150);
    if (!process_find(world->processes, run->instance, &state) || state.pid == 0)
        return err_set(err, ERR_NOT_FOUND, "%s does not run", run->instance);
    fault_tell(world, run, KIND_CPU, "%s stands still for %ld ms, runs for %ld ms, and so on",
               run->instance, stopped_ms, running_ms);
    const struct str loop =
        str_printf(world->arena,
                   "trap 'kill -CONT %d; exit' TERM\n"
                   "while kill -STOP %d; do sleep %ld.%03ld; kill -CONT %d; sleep %ld.%03ld; done",
                   (int)state.pid, (int)state.pid, stopped_ms / 1000, stopped_ms % 1000,
                   (int)state.pid, running_ms / 1000, running_ms % 1000);
    return fault_beside(world, run, "pauses", NULL, loop.ptr, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)err;
    process_stop(world->processes, run->number);
    return true;
}

const struct fault fault_process_pause = {
    .name = "process_pause",
    .group = "infrastructure",
    .summary = "One process is stopped for most of each second",
    .place = "inventory-1",
    .options = "stopped_ms 900, running_ms 150",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
