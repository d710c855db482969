/* SPDX-License-Identifier: Apache-2.0 */
/* The zone is tidied up, and a name goes that is still asked for: payment does not find the bank,
 * once the answer that it has kept is too old. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CONFIGURATION,
               "bank.example is not in the resolver's zone any more: who asks gets NXDOMAIN");
    return deploy_replace(world, "resolver/zone", "bank.example ", "bank-old.example ", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Tomas Lind",
                               .message = "resolver: mark the names that we move off this zone",
                           },
                           err);
}

const struct fault fault_dns_failure = {
    .name = "dns_failure",
    .group = "infrastructure",
    .summary = "The name of the bank does not resolve any more",
    .place = "resolver",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
