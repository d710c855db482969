/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job that changed five prices now and then changes thousands each second: what a cart showed is
 * not the price any more when its customer pays, and checkout refuses the order.
 */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CONFIGURATION,
        .cause =
            "catalog's job changes thousands of prices each second, so that orders are refused "
            "whose customers saw others a moment before",
        .author = "Priya Nair",
        .message = "prices that follow the market at once",
        .settings = {{"repricing_every_s", "1", NULL}, {"repricing_count", "5000", NULL}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_restless_prices = {
    .name = "restless_prices",
    .group = "data",
    .summary = "Prices change faster than customers pay",
    .place = "catalog",
    .options = "repricing_every_s 1, repricing_count 5000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
