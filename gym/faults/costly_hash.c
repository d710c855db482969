/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords are hashed with so many rounds that a login takes seconds of processor time. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_SLOW_CODE,
    .cause = "each login hashes its password for seconds",
    .author = "Ana Duarte",
    .message = "harder password hashes, as the audit asks",
    .settings =
        {
            {"hash_rounds", "3000000", NULL},
        },
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_costly_hash = {
    .name = "costly_hash",
    .group = "code",
    .summary = "Code that computes for seconds in each request",
    .place = "auth",
    .options = "hash_rounds 3000000",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
