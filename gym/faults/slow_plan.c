/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Search results are ordered by what was sold: for each search all order lines are summed up. It is
 * felt where PostgreSQL has, ever since, the half of a processor that the usual statements need.
 */
#include "gym/faults/fault.h"

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "postgres", "unit.conf", "cpu_max_percent", "50");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_SLOW_QUERIES,
        .cause = "a search sums up all order lines in PostgreSQL to rank what it finds",
        .author = "Priya Nair",
        .message = "what sells best comes first",
        .settings = {{"search_ranking", "popularity", NULL}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_slow_plan = {
    .name = "slow_plan",
    .group = "data",
    .summary = "A statement reads whole tables where an index was enough",
    .place = "catalog",
    .options = "search_ranking popularity, cpu_max_percent 50 (PostgreSQL's, always)",
    .can_run = fault_can_limit_cpu,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_revert,
};
