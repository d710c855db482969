/* SPDX-License-Identifier: Apache-2.0 */
/* A secret is taken out of the repository before there is another place that it comes from: who
 * is to read it ends at the start, again and again. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CONFIGURATION,
               "the file that session_key_file of auth names is gone; auth ends at each start");
    return deploy_write(world, "auth/session_key", NULL, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Ana Duarte",
                               .message = "auth: no keys in the repository, the vault has them",
                               .how = ROLLOUT_REPLACING,
                           },
                           err);
}

const struct fault fault_missing_secret = {
    .name = "missing_secret",
    .group = "orchestration",
    .summary = "The key that signs sessions is removed",
    .place = "auth",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
