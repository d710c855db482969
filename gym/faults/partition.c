/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two instances do not reach each other, while everybody else reaches both, monitoring included:
 * packets between them are dropped, both ways. On loopback the one that calls has no address of its
 * own, so its sockets are told by its cgroup.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/network.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_NFT, why_not) &&
           host_has(host, CAPABILITY_CGROUP_UNIFIED, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *peer = fault_text(run, "peer", "postgres-1");
    const struct instance *other = instance_find(peer);
    run->instance = fault_instance(run);
    if (!other)
        return err_set(err, ERR_USAGE, "there is no instance `%s`", peer);
    fault_tell(world, run, KIND_NETWORK_LOSS,
               "no packet goes between %s and %s; both reach everybody else", run->instance, peer);
    const char *name =
        str_printf(world->arena, "unified/warroom-gym-%s/%s", world->journal.id, run->instance).ptr;
    const struct str rules = str_printf(world->arena,
                                        "chain send { type filter hook output priority 0;\n"
                                        "  ip daddr %s socket cgroupv2 level 2 \"%s\" drop\n}\n"
                                        "chain receive { type filter hook input priority 0;\n"
                                        "  ip saddr %s socket cgroupv2 level 2 \"%s\" drop\n}",
                                        other->address, name, other->address, name);
    return network_filter(world, "partition", rules.ptr, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return network_unfilter(world, "partition", err);
}

const struct fault fault_partition = {
    .name = "partition",
    .group = "infrastructure",
    .summary = "Two instances do not reach each other",
    .place = "inventory-1",
    .options = "peer postgres-1 (an instance that the place calls)",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
