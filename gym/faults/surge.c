/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A campaign of which nobody told the shop: many times the usual customers, browsing and buying.
 * The gateways have, ever since, as much processor time as a few times the usual customers need.
 */
#include "gym/faults/fault.h"

#define CAMPAIGN_S 600 /* longer than a run */

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "gateway", "unit.conf", "cpu_max_percent", "5");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 200);
    fault_tell(world, run, KIND_TRAFFIC,
               "a crowd of %ld requests a second comes beside the usual %.0f, more than the "
               "gateways have processor time for; no change did that",
               per_s, world->load_per_s);
    return world_customers(world, "crowd", "crowd", (double)per_s, CAMPAIGN_S, &run->number, err);
}

const struct fault fault_surge = {
    .name = "surge",
    .group = "traffic",
    .summary = "Many times the usual customers come at once",
    .place = "gateway",
    .options = "per_s 200, cpu_max_percent 5 (of one processor, for each gateway, always)",
    .can_run = fault_can_limit_cpu,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_customers_leave,
};
