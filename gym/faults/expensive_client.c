/* SPDX-License-Identifier: Apache-2.0 */
/* One partner's program reads the catalog by the largest searches that are allowed, without end. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 60);
    fault_tell(world, run, KIND_TRAFFIC,
               "one client, partner-feed, asks for %ld searches of 200 products each a second",
               per_s);
    return fault_by_customers(world, run, "feed", (double)per_s, err);
}

const struct fault fault_expensive_client = {
    .name = "expensive_client",
    .group = "traffic",
    .summary = "One client asks for what is expensive, over and over",
    .place = "catalog",
    .options = "per_s 60",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_customers_leave,
};
