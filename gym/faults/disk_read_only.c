/* SPDX-License-Identifier: Apache-2.0 */
/* The file system of a store becomes read-only, as the kernel makes one whose disk has failed to
 * write. */
#include "gym/faults/fault.h"

#include "gym/world/volume.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_TMPFS, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_DISK, "the volume of %s is read-only; no change did that",
               run->instance);
    return volume_writable(world, run->service, false, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return volume_writable(world, run->service, true, err);
}

const struct fault fault_disk_read_only = {
    .name = "disk_read_only",
    .group = "infrastructure",
    .summary = "The volume of a store has become read-only",
    .place = "redis",
    .options = "",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
