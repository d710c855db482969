/* SPDX-License-Identifier: Apache-2.0 */
/* A limit of descriptors that leaves a few for customers: the others wait, or those who would have
 * to be asked for them cannot be. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CAPACITY,
    .cause = "the service may have fewer files and connections open than it needs",
    .author = "Mina Okafor",
    .message = "a limit of open files, as the audit wants",
    .settings = {{"files_max", "20", "unit.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_low_files_limit = {
    .name = "low_files_limit",
    .group = "orchestration",
    .summary = "A service may have fewer files open than it needs",
    .place = "gateway",
    .options = "files_max 20",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
