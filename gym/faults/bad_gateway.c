/* SPDX-License-Identifier: Apache-2.0 */
/* nginx is told to speak TLS to gateways that speak none: its handshakes fail, customers get 502.
 */
#include "gym/faults/fault.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    fault_tell(world, run, KIND_CONFIGURATION,
               "nginx speaks TLS to the gateways on port 8080, which speak plain HTTP there");
    return deploy_replace(world, "nginx/nginx.conf", "proxy_pass http://gateway;",
                          "proxy_pass https://gateway;", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){
                               .author = "Tomas Lind",
                               .message = "nginx: nothing in the clear, also behind it",
                           },
                           err);
}

const struct fault fault_bad_gateway = {
    .name = "bad_gateway",
    .group = "orchestration",
    .summary = "The load balancer speaks TLS to who speaks none: 502",
    .place = "nginx",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
