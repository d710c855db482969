/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sale: everybody looks at one product and buys it. Its row of the stock is one lock, for which
 * all reservations queue; the rest of the shop has little more to do than usual.
 */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 150);
    fault_tell(world, run, KIND_TRAFFIC,
               "%ld requests a second for one product of a sale come beside the usual %.0f", per_s,
               world->load_per_s);
    return fault_by_customers(world, run, "sale", (double)per_s, err);
}

const struct fault fault_hot_key = {
    .name = "hot_key",
    .group = "traffic",
    .summary = "Everybody wants one and the same product",
    .place = "inventory",
    .options = "per_s 150",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_customers_leave,
};
