/* SPDX-License-Identifier: Apache-2.0 */
/* Reading prices returns after the first batch, and the batch is now smaller than a cart: what is
 * missing is missed by the cart. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CODE_PATH,
    .cause =
        "catalog returns after the first batch of prices, and carts of more products get too few",
    .author = "Ana Duarte",
    .message = "smaller batches of prices, they held a connection for long",
    .settings =
        {
            {"price_batch", "1", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_early_return = {
    .name = "early_return",
    .group = "code",
    .summary = "A function returns before its work is done; who asked it fails",
    .place = "catalog",
    .options = "price_batch 1",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
