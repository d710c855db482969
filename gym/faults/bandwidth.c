/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A link that has become narrow: what one instance sends shares few bits a second, and queues
 * before it. nftables marks its packets, a class of tc's HTB holds them back.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/network.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_NFT, why_not) && host_has(host, CAPABILITY_HTB, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    const char *address = instance_find(run->instance)->address;
    const long kbit = fault_number(run, "kbit", 150);
    fault_tell(world, run, KIND_NETWORK_DELAY,
               "the link of %s carries %ld kbit a second, and what it sends waits before it",
               run->instance, kbit);
    const char *rate = str_printf(world->arena, "%ldkbit", kbit).ptr;
    const struct str rules = str_printf(world->arena,
                                        "chain send { type filter hook output priority 0;\n"
                                        "  ip saddr %s meta priority set 1:10\n}",
                                        address);
    return COMMAND(world, err, "tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", "htb",
                   "default", "0") &&
           COMMAND(world, err, "tc", "class", "add", "dev", "lo", "parent", "1:", "classid", "1:10",
                   "htb", "rate", rate, "burst", "4k") &&
           network_filter(world, "bandwidth", rules.ptr, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return network_unfilter(world, "bandwidth", err) &&
           COMMAND(world, err, "tc", "qdisc", "del", "dev", "lo", "root");
}

const struct fault fault_bandwidth = {
    .name = "bandwidth",
    .group = "infrastructure",
    .summary = "What one instance sends shares a narrow link",
    .place = "catalog-1",
    .options = "kbit 150",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
