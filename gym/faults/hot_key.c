/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sale: everybody looks at one product and buys it, and there are not so many of it. It is in
 * everybody's cart still when the last one is gone, and checkout after checkout is refused.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/database.h"

#define SALE_S 600  /* longer than a run */
#define PRODUCT "7" /* that customers of the kind `sale` want */

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 40);
    const long pieces = fault_number(run, "pieces", 100);
    fault_tell(world, run, KIND_TRAFFIC,
               "%ld requests a second for product " PRODUCT " of a sale come beside the usual "
               "%.0f, and its %ld pieces are gone within seconds; no change did that",
               per_s, world->load_per_s, pieces);
    const struct str few =
        str_printf(world->arena,
                   "UPDATE stock SET on_hand = reserved + %ld WHERE sku = " PRODUCT ";\n", pieces);
    return database_run(world, false, few, world->arena, NULL, err) &&
           world_customers(world, "sale", "sale", (double)per_s, SALE_S, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_customers_leave(world, run, err) &&
           database_run(world, false,
                        STR("UPDATE stock SET on_hand = 1000000 WHERE sku = " PRODUCT ";\n"),
                        world->arena, NULL, err);
}

const struct fault fault_hot_key = {
    .name = "hot_key",
    .group = "traffic",
    .summary = "Everybody wants one and the same product, until it is gone",
    .place = "inventory",
    .options = "per_s 40, pieces 100",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
