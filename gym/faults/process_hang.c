/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that neither works nor ends, as one in the midst of a system call that does not return:
 * its cgroup is frozen. It cannot even be killed, so that restarting it does not help.
 */
#include "gym/faults/fault.h"

#include "gym/world/limits.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_FREEZER, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_CRASH,
               "%s hangs: it is there, accepts connections and does nothing, and no signal ends it",
               run->instance);
    return limits_set(world, "freezer", run->instance, "freezer.state", "FROZEN", err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return limits_set(world, "freezer", run->instance, "freezer.state", "THAWED", err);
}

const struct fault fault_process_hang = {
    .name = "process_hang",
    .group = "infrastructure",
    .summary = "One process hangs, and cannot be killed",
    .place = "redis-1",
    .options = "",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
