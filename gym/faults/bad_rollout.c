/* SPDX-License-Identifier: Apache-2.0 */
/* A rollout that stops after one of two instances: what it brought there is wrong, and whoever is
 * balanced to the other one sees nothing of it. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_ROUTING,
               "%s alone, of the two, was given addresses of catalog at which nobody listens: "
               "127.10.1.13 and 127.10.1.14",
               run->instance);
    return deploy_set(world, "gateway", NULL, "catalog_urls",
                      "http://127.10.1.13:8080 http://127.10.1.14:8080", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Mina Okafor",
                               .message = "gateway: reach catalog in the new zone, one gateway "
                                          "to begin with",
                           },
                           err);
}

const struct fault fault_bad_rollout = {
    .name = "bad_rollout",
    .group = "orchestration",
    .summary = "One of two gateways gets addresses that are wrong",
    .place = "gateway-2",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
