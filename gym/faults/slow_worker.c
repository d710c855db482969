/* SPDX-License-Identifier: Apache-2.0 */
/* Workers rest between jobs for so long that orders come faster than they are done. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CONFIGURATION,
        .cause = "each thread of the workers rests after a job for longer than it takes until the "
                 "next order, and the queue grows",
        .author = "Jonas Weber",
        .message = "be gentle to the carrier's interface",
        .settings = {{"job_pause_ms", "40000", NULL}, {"threads", "1", NULL}},
    };
    return fault_by_settings(world, run, &change, err);
}

const struct fault fault_slow_worker = {
    .name = "slow_worker",
    .group = "data",
    .summary = "Workers do less than comes in",
    .place = "worker",
    .options = "job_pause_ms 40000, threads 1",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
