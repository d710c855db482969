/* SPDX-License-Identifier: Apache-2.0 */
/* A service is given the next password of the database before the database has it. */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *service = run->service;
    const struct str message =
        str_printf(world->arena, "%s: database password from a file, rotated", service);
    fault_tell(world, run, KIND_CONFIGURATION,
               "%s shows PostgreSQL a password that it does not know, and is let in no more",
               service);
    return deploy_write(world, str_printf(world->arena, "%s/db_password", service).ptr,
                        "of-the-gym-only-0003\n", err) &&
           deploy_append(world, str_printf(world->arena, "%s/%s.conf", service, service).ptr,
                         "db_password_file = db_password\n", err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Tomas Lind", .message = message.ptr},
                           err);
}

const struct fault fault_wrong_database_password = {
    .name = "wrong_database_password",
    .group = "orchestration",
    .summary = "A service has a password that the database does not know",
    .place = "inventory",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
