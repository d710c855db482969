/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A migration renames a column before the code that knows the new name is out: every statement
 * that names the old one fails. Migrations are not reverted; another one gives the name back.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *table = fault_text(run, "table", "products");
    const char *column = fault_text(run, "column", "price_cents");
    fault_tell(world, run, KIND_CHANGE,
               "a migration renamed the column %s of %s: statements of the code that runs fail",
               column, table);
    const struct str sql = str_printf(world->arena,
                                      "-- says whose it is, as all columns do from now on\n"
                                      "ALTER TABLE %s RENAME COLUMN %s TO %.4s_%s;\n",
                                      table, column, table, column);
    const struct str message =
        str_printf(world->arena, "postgres: columns of %s by the new naming rules", table);
    return deploy_write(world, "postgres/911-column-names.sql", sql.ptr, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Jonas Weber", .message = message.ptr},
                           err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    char id[CHANGE_ID_SIZE];
    const char *table = fault_text(run, "table", "products");
    const char *column = fault_text(run, "column", "price_cents");
    const struct str sql = str_printf(world->arena, "ALTER TABLE %s RENAME COLUMN %.4s_%s TO %s;\n",
                                      table, table, column, column);
    return deploy_write(world, "postgres/912-column-names-again.sql", sql.ptr, err) &&
           deploy_commit(world, "Ken Ito", "postgres: the column's name as the code has it", id,
                         err) &&
           deploy_rollout(world, &(struct rollout){.author = "Ken Ito", .service = "postgres"},
                          NULL, err);
}

const struct fault fault_bad_migration = {
    .name = "bad_migration",
    .group = "code",
    .summary = "A migration renames a column that the running code asks for",
    .place = "postgres",
    .options = "table products, column price_cents",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
