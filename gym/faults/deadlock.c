/* SPDX-License-Identifier: Apache-2.0 */
/* Who makes the model anew takes the two locks in the other order than who reads it, and does so
 * each second. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_LOCKS,
    .cause = "the refresh takes the lock of the counts before that of the model, requests take "
             "them the other way round: all threads wait for each other",
    .author = "Priya Nair",
    .message = "lose no count while the model is made, and make it each second",
    .settings =
        {
            {"refresh_holds", "counts", NULL},
            {"refresh_s", "1", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_deadlock = {
    .name = "deadlock",
    .group = "code",
    .summary = "Two threads wait for each other for ever, and all others for them",
    .place = "recommendation",
    .options = "refresh_holds counts, refresh_s 1",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
