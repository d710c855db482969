/* SPDX-License-Identifier: Apache-2.0 */
/* The price of a kilogram is shown, and what weighs nothing has none: a division by zero. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_EXCEPTION,
    .cause = "pages of products that weigh nothing end with a division by zero",
    .author = "Priya Nair",
    .message = "show the price of a kilogram on product pages",
    .settings =
        {
            {"unit_prices", "true", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_exception = {
    .name = "exception",
    .group = "code",
    .summary = "A path that some inputs take ends with an exception",
    .place = "catalog",
    .options = "unit_prices true",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
