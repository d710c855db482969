/* SPDX-License-Identifier: Apache-2.0 */
/* The unit names a build that was never published: nothing starts, again and again. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_IMAGE,
    .cause = "its unit names a program that is on no machine",
    .author = "Jonas Weber",
    .message = "build 421, from the release branch",
    .how = ROLLOUT_REPLACING,
    .settings = {{"program", "shop-421", "unit.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_missing_program = {
    .name = "missing_program",
    .group = "orchestration",
    .summary = "A service is to run a program that is not there",
    .place = "inventory",
    .options = "program shop-421",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
