/* SPDX-License-Identifier: Apache-2.0 */
/* Redis gets less memory, and may throw away what it likes to stay within it: sessions, carts. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CAPACITY,
        .cause = "Redis has too little memory and evicts sessions and carts",
        .author = "Ken Ito",
        .message = "no more memory than it uses, and evict when it is full",
        .settings = {{"maxmemory", "1mb", "redis.conf"},
                     {"maxmemory-policy", "allkeys-random", "redis.conf"}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_redis_eviction = {
    .name = "redis_eviction",
    .group = "data",
    .summary = "Redis evicts keys that are still needed",
    .place = "redis",
    .options = "maxmemory 1mb, maxmemory-policy allkeys-random",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
