/* SPDX-License-Identifier: Apache-2.0 */
/* A limit that is enough for an idle service: with customers the kernel kills it there. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_MEMORY,
    .cause = "the service may use less memory than it needs, and the kernel kills it",
    .author = "Jonas Weber",
    .message = "give back memory that it has not used at night",
    .how = ROLLOUT_REPLACING,
    .settings = {{"memory_max_mb", "8", "unit.conf"}},
};

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_MEMORY, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_low_memory_limit = {
    .name = "low_memory_limit",
    .group = "orchestration",
    .summary = "A service may use less memory than it needs",
    .place = "catalog",
    .options = "memory_max_mb 8",
    .can_run = can_run,
    .inject = inject,
    .heal = fault_revert,
};
