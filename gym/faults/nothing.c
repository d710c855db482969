/* SPDX-License-Identifier: Apache-2.0 */
/* The control: nothing is broken. Who names a cause is wrong. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    (void)err;
    fault_tell(world, run, KIND_UNKNOWN, "nothing is broken");
    run->truth.service = run->truth.instance = "";
    return true;
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)world, (void)run, (void)err;
    return true;
}

const struct fault fault_nothing = {
    .name = "nothing",
    .group = "control",
    .summary = "Nothing is broken; an alert for many requests may fire",
    .place = "",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
