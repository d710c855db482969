/* SPDX-License-Identifier: Apache-2.0 */
/* Lists ask PostgreSQL for each of their products, and are longer than they were. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CODE_PATH,
    .cause = "a list asks PostgreSQL once for each of its products",
    .author = "Priya Nair",
    .message = "longer lists, and each product with its own stock",
    .settings =
        {
            {"list_fetch", "each", NULL},
            {"list_size", "120", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_n_plus_one = {
    .name = "n_plus_one",
    .group = "code",
    .summary = "A statement for each element of a list",
    .place = "catalog",
    .options = "list_fetch each, list_size 120",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
