/* SPDX-License-Identifier: Apache-2.0 */
/* A value that reads well and is none: the service says so and ends, at each start. */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *key = fault_text(run, "key", "statement_timeout_ms");
    const char *value = fault_text(run, "value", "4s");
    const struct str message =
        str_printf(world->arena, "%s: say the unit of time-outs", run->service);
    fault_tell(world, run, KIND_CONFIGURATION, "%s refuses %s = %s and ends at each start",
               run->service, key, value);
    return deploy_set(world, run->service, NULL, key, value, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Tomas Lind",
                                                  .message = message.ptr,
                                                  .how = ROLLOUT_REPLACING},
                           err);
}

const struct fault fault_refused_value = {
    .name = "refused_value",
    .group = "orchestration",
    .summary = "A service ends at each start: it refuses a value",
    .place = "shipping",
    .options = "key statement_timeout_ms, value 4s",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
