/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job that was started inside an instance's container takes the memory that they share, by many
 * small processes. When there is no more, the kernel kills the largest, which is the service, and
 * that again each time it has come back.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/limits.h"

#define EACH_MB 3 /* its line; less than the service has, who is to be the largest */

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_MEMORY, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    const long long limit_mb =
        limits_number(world, "memory", run->instance, "memory.limit_in_bytes", "") >> 20;
    if (limit_mb <= 0 || limit_mb > (1 << 20))
        return err_set(err, ERR_NOT_FOUND, "%s has no memory limit to fill", run->instance);
    fault_tell(
        world, run, KIND_MEMORY,
        "%lld processes of a job fill %s's memory limit of %lld MiB, and the kernel kills the "
        "service",
        limit_mb / EACH_MB, run->instance, limit_mb);
    /* `tail` keeps a last line that does not end */
    const struct str script = str_printf(
        world->arena,
        "for i in $(seq %lld); do\n"
        "  { head -c 3M /dev/zero; exec sleep 3600; } | tail -n 1 >/dev/null & sleep 0.1\n"
        "done; wait",
        limit_mb / EACH_MB);
    return fault_beside(world, run, "job", run->instance, script.ptr, err);
}

const struct fault fault_memory_pressure = {
    .name = "memory_pressure",
    .group = "infrastructure",
    .summary = "A job takes one instance's memory, and the kernel kills the service",
    .place = "cart-1",
    .options = "",
    .can_run = can_run,
    .inject = inject,
    .heal = fault_beside_end,
};
