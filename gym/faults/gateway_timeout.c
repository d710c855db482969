/* SPDX-License-Identifier: Apache-2.0 */
/* A time-out in the unit of the services' configuration, not nginx': pages that take longer than a
 * moment end in 504, and their gateways count as dead. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CONFIGURATION,
    .cause = "nginx gives up on a gateway after a moment; it was 10s",
    .author = "Mina Okafor",
    .message = "time-outs in milliseconds, like everywhere else",
    .settings = {{"proxy_read_timeout", "10ms", "nginx.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_gateway_timeout = {
    .name = "gateway_timeout",
    .group = "orchestration",
    .summary = "The load balancer gives up too early: 504",
    .place = "nginx",
    .options = "proxy_read_timeout 10ms",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
