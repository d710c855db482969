/* SPDX-License-Identifier: Apache-2.0 */
/* The bank has an outage: it answers, and says that it processes nothing. */
#include "gym/faults/third_party.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *percent = fault_text(run, "percent", "100");
    fault_tell(world, run, KIND_DEPENDENCY,
               "the bank, a third party, answers %s %% of the charges with 503; no change of ours",
               percent);
    return third_party_becomes(world, "outage_percent", percent, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return third_party_restore(world, "outage_percent", err);
}

const struct fault fault_third_party_down = {
    .name = "third_party_down",
    .group = "data",
    .summary = "A third party has an outage",
    .place = "bank",
    .options = "percent 100",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
