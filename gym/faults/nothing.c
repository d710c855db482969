/* SPDX-License-Identifier: Apache-2.0 */
/* The control: nothing is broken. Who names a cause is wrong. More customers may come, as on a good
 * day, and get what they came for. */
#include "gym/faults/fault.h"

#define GOOD_DAY_S 300

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long more_per_s = fault_number(run, "more_per_s", 0);
    fault_tell(world, run, KIND_UNKNOWN, "nothing is broken");
    run->truth.service = run->truth.instance = "";
    return more_per_s == 0 || world_customers(world, "crowd", "crowd", (double)more_per_s,
                                              GOOD_DAY_S, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)err;
    if (fault_number(run, "more_per_s", 0) > 0)
        process_stop(world->processes, run->number);
    return true;
}

const struct fault fault_nothing = {
    .name = "nothing",
    .group = "control",
    .summary = "Nothing is broken; an alert for many requests may fire",
    .place = "",
    .options = "more_per_s 0 (requests a second of customers who come besides)",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
