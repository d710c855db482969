/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job that was started inside an instance's container fills the memory that they share, and is
 * protected, as agents of the platform are: what the kernel kills is the service, again and again.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/limits.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_MEMORY, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    const long left_mb = fault_number(run, "left_mb", 4);
    const long long limit_mb =
        limits_number(world, "memory", run->instance, "memory.limit_in_bytes", "") >> 20;
    if (limit_mb <= left_mb || limit_mb > (1 << 20))
        return err_set(err, ERR_NOT_FOUND, "%s has no memory limit to fill", run->instance);
    fault_tell(world, run, KIND_MEMORY,
               "a job inside %s's memory limit of %lld MiB leaves it %ld of them, and the kernel "
               "kills the service",
               run->instance, limit_mb, left_mb);
    /* `tail` keeps a last line that does not end */
    const struct str script =
        str_printf(world->arena,
                   "echo -1000 >/proc/self/oom_score_adj\n"
                   "{ head -c %lldM /dev/zero; sleep 3600; } | tail -n 1 >/dev/null",
                   limit_mb - left_mb);
    return fault_beside(world, run, "job", run->instance, script.ptr, err);
}

const struct fault fault_memory_pressure = {
    .name = "memory_pressure",
    .group = "infrastructure",
    .summary = "A job takes one instance's memory, and the kernel kills the service",
    .place = "cart-1",
    .options = "left_mb 4",
    .can_run = can_run,
    .inject = inject,
    .heal = fault_beside_end,
};
