/* SPDX-License-Identifier: Apache-2.0 */
/* A token is rotated on our side only: the bank does not know the new one, and lets nobody pay. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CONFIGURATION,
               "payment shows a token that the bank does not know: it answers 401 to each charge");
    return deploy_write(world, "payment/bank_token", "of-the-gym-only-0002\n", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Ana Duarte",
                               .message = "payment: the bank's token of this quarter",
                           },
                           err);
}

const struct fault fault_wrong_token = {
    .name = "wrong_token",
    .group = "orchestration",
    .summary = "The token for the bank is rotated on one side",
    .place = "payment",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
