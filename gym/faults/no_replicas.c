/* SPDX-License-Identifier: Apache-2.0 */
/* A unit of another environment, where the service is not wanted, is put to work here: its
 * instances are stopped in good order, and nobody crashes. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CAPACITY,
    .cause = "the unit wants so few instances that the others were stopped, or all",
    .author = "Tomas Lind",
    .message = "the same unit as in the load tests",
    .settings = {{"replicas", "0", "unit.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_no_replicas = {
    .name = "no_replicas",
    .group = "orchestration",
    .summary = "Too few instances of a service are wanted, or none",
    .place = "checkout",
    .options = "replicas 0",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
