/* SPDX-License-Identifier: Apache-2.0 */
/* Redis gets less memory than it needs, and evicts nothing: whatever would write is refused. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CAPACITY,
        .cause = "Redis has reached its memory limit and refuses to write",
        .author = "Tomas Lind",
        .message = "right-size its memory",
        .settings = {{"maxmemory", "1mb", "redis.conf"}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_redis_full = {
    .name = "redis_full",
    .group = "data",
    .summary = "Redis is full and refuses to write",
    .place = "redis",
    .options = "maxmemory 1mb",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
