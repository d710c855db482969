/* SPDX-License-Identifier: Apache-2.0 */
/* A value that reads well and is none: the service says so and ends, at each start. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CONFIGURATION,
    .cause = "the service refuses a value, and ends at each start",
    .author = "Tomas Lind",
    .message = "say the unit of time-outs",
    .how = ROLLOUT_REPLACING,
    .settings = {{"statement_timeout_ms", "4s", NULL}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_refused_value = {
    .name = "refused_value",
    .group = "orchestration",
    .summary = "A service ends at each start: it refuses a value",
    .place = "shipping",
    .options = "statement_timeout_ms 4s",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
