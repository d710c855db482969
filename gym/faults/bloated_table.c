/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job that changed five prices at a time changes thousands each second. Each is a new version of
 * its row in the table and in its indexes; vacuum comes once a minute and is left behind.
 */
#include "gym/faults/fault.h"

#include "gym/world/database.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_SLOW_QUERIES,
        .cause = "catalog's job rewrites thousands of products each second: the table and its "
                 "indexes swell with dead rows, and searches read through them",
        .author = "Priya Nair",
        .message = "prices that follow the market at once",
        .settings = {{"repricing_every_s", "1"}, {"repricing_count", "5000"}},
    };
    return fault_by_settings(world, run, &change, err);
}

/* Dead rows go at the next vacuum, which comes by itself; nobody is to wait for it. */
static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_revert(world, run, err) &&
           database_run(world, false, STR("VACUUM ANALYZE products;\n"), world->arena, NULL, err);
}

const struct fault fault_bloated_table = {
    .name = "bloated_table",
    .group = "data",
    .summary = "A table swells with dead rows faster than it is vacuumed",
    .place = "catalog",
    .options = "repricing_every_s 1, repricing_count 5000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
