/* SPDX-License-Identifier: Apache-2.0 */
/* Search results are ordered by what was sold: for each search all order lines are summed up. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_SLOW_QUERIES,
        .cause = "a search sums up all order lines in PostgreSQL to rank what it finds",
        .author = "Priya Nair",
        .message = "what sells best comes first",
        .settings = {{"search_ranking", "popularity"}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_slow_plan = {
    .name = "slow_plan",
    .group = "data",
    .summary = "A statement reads whole tables where an index was enough",
    .place = "catalog",
    .options = "search_ranking popularity",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
