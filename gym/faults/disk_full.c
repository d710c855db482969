/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody's dump fills the volume: Redis cannot save its snapshots any more, and so, as it is set
 * up by default, takes no writes.
 */
#include "gym/faults/fault.h"

#include "gym/world/volume.h"

#include <errno.h>
#include <unistd.h>

#define DUMP "before-upgrade.dump"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_TMPFS, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    long long bytes;
    run->instance = fault_instance(run);
    const int64_t began_ns = wall_clock_ns();
    if (!volume_fill(world, run->service, DUMP, &bytes, err))
        return false;
    fault_tell(world, run, KIND_DISK,
               "a dump of %lld MiB fills the volume of %s; no change did that", bytes >> 20,
               run->instance);
    run->truth.onset_ns = began_ns;
    return true;
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    const char *path = world_path(world, "volumes/%s/" DUMP, run->service);
    return unlink(path) == 0 || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

const struct fault fault_disk_full = {
    .name = "disk_full",
    .group = "infrastructure",
    .summary = "The volume of a store is full",
    .place = "redis",
    .options = "",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
