/* SPDX-License-Identifier: Apache-2.0 */
/* Prices change by the minute, and are remembered for a day: carts show other prices than those
 * that checkout asks for. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CODE_PATH,
    .cause = "catalog keeps prices in Redis for a day while they change all the time: customers "
             "see old ones, and checkout refuses their orders",
    .author = "Ana Duarte",
    .message = "prices follow the market; keep them in Redis, PostgreSQL is busy",
    .settings =
        {
            {"cache_ttl_s", "86400", NULL},
            {"repricing_every_s", "2", NULL},
            {"repricing_count", "300", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_stale_cache = {
    .name = "stale_cache",
    .group = "code",
    .summary = "A cache answers with what is not true any more",
    .place = "catalog",
    .options = "cache_ttl_s 86400, repricing_every_s 2, repricing_count 300",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
