/* SPDX-License-Identifier: Apache-2.0 */
/* Ports are "moved" at the front door only: nginx knocks where nobody listens, and the gateways
 * wait in vain, in the best of health. */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_ROUTING,
               "nginx' upstream has port 8180, where no gateway listens: they serve on 8080");
    return deploy_replace(world, "nginx/nginx.conf", "127.10.0.11:8080", "127.10.0.11:8180", err) &&
           deploy_replace(world, "nginx/nginx.conf", "127.10.0.12:8080", "127.10.0.12:8180", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Tomas Lind",
                               .message = "nginx: gateways at their ports of the new plan",
                           },
                           err);
}

const struct fault fault_wrong_upstream_port = {
    .name = "wrong_upstream_port",
    .group = "orchestration",
    .summary = "nginx sends requests to ports where nobody listens",
    .place = "nginx",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
