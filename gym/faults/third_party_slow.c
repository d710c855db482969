/* SPDX-License-Identifier: Apache-2.0 */
/* The bank takes seconds for what took milliseconds: payment waits until its time-out, and tries
 * again. */
#include "gym/faults/third_party.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *latency_ms = fault_text(run, "latency_ms", "4000");
    fault_tell(world, run, KIND_DEPENDENCY,
               "the bank, a third party, takes %s ms for a charge, and took 60; no change of ours",
               latency_ms);
    return third_party_becomes(world, "latency_ms", latency_ms, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return third_party_restore(world, "latency_ms", err);
}

const struct fault fault_third_party_slow = {
    .name = "third_party_slow",
    .group = "data",
    .summary = "A third party answers late",
    .place = "bank",
    .options = "latency_ms 4000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
