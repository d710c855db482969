/* SPDX-License-Identifier: Apache-2.0 */
/* A campaign of which nobody told the shop: many times the usual customers, browsing and buying. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 250);
    fault_tell(world, run, KIND_TRAFFIC,
               "a crowd of %ld requests a second comes beside the usual %.0f; nothing has changed",
               per_s, world->load_per_s);
    return fault_by_customers(world, run, "crowd", (double)per_s, err);
}

const struct fault fault_surge = {
    .name = "surge",
    .group = "traffic",
    .summary = "Many times the usual customers come at once",
    .place = "nginx",
    .options = "per_s 250",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_customers_leave,
};
