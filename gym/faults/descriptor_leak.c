/* SPDX-License-Identifier: Apache-2.0 */
/* Connections to others are kept and never used again. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CAPACITY,
    .cause = "it keeps each connection to other services open and uses none again, until "
             "it has no file descriptors left",
    .author = "Ken Ito",
    .message = "keep connections to other services; files as the unit template has them",
    .settings =
        {
            {"idle_connections_max", "0", NULL},
            {"idle_reuse_s", "0", NULL},
            {"files_max", "256", "unit.conf"},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_descriptor_leak = {
    .name = "descriptor_leak",
    .group = "code",
    .summary = "Connections are never closed, until no file descriptor is left",
    .place = "gateway",
    .options = "idle_connections_max 0, idle_reuse_s 0, files_max 256",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
