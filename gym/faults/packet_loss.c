/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bad link: of the TCP packets from and to one instance, some are lost on their way. The kernel
 * drops them by a die, and its TCP sends them again. Nobody has changed anything.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/network.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_NFT, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *instance = fault_instance(run);
    const char *address = instance_find(instance)->address;
    const long percent = fault_number(run, "percent", 40);
    run->instance = instance;
    fault_tell(world, run, KIND_NETWORK_LOSS,
               "the link of %s loses %ld %% of its packets, each way; no change did that", instance,
               percent);
    /* what Prometheus asks it is lost, too, as it would be */
    const struct str rules =
        str_printf(world->arena,
                   "chain receive { type filter hook input priority 0;\n"
                   "  ip saddr %s meta l4proto tcp numgen random mod 100 < %ld drop\n"
                   "  ip daddr %s meta l4proto tcp numgen random mod 100 < %ld drop\n}",
                   address, percent, address, percent);
    return network_filter(world, "packet_loss", rules.ptr, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return network_unfilter(world, "packet_loss", err);
}

const struct fault fault_packet_loss = {
    .name = "packet_loss",
    .group = "infrastructure",
    .summary = "Packets from and to one instance are lost",
    .place = "catalog-1",
    .options = "percent 40",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
