/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A migration drops an index that "only slows imports": who searches now has every product's text
 * taken apart, each time. Migrations are not reverted; another one makes the index again.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

#define INDEX "products_words"
#define DEFINITION "ON products USING gin (to_tsvector('english', name || ' ' || description))"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *index = fault_text(run, "index", INDEX);
    fault_tell(world, run, KIND_SLOW_QUERIES,
               "the index %s is gone: each question that used it reads the whole table", index);
    const struct str sql = str_printf(world->arena, "DROP INDEX %s;\n", index);
    const struct str message =
        str_printf(world->arena, "postgres: drop %s, it slows the nightly import", index);
    return deploy_write(world, "postgres/901-unused-index.sql", sql.ptr, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Tomas Lind", .message = message.ptr},
                           err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    char id[CHANGE_ID_SIZE];
    const char *definition = fault_text(run, "definition", DEFINITION);
    const struct str sql = str_printf(world->arena, "CREATE INDEX %s %s;\n",
                                      fault_text(run, "index", INDEX), definition);
    return deploy_write(world, "postgres/902-index-again.sql", sql.ptr, err) &&
           deploy_commit(world, "Ken Ito", "postgres: the index again", id, err) &&
           deploy_rollout(world, &(struct rollout){.author = "Ken Ito", .service = "postgres"},
                          NULL, err);
}

const struct fault fault_missing_index = {
    .name = "missing_index",
    .group = "data",
    .summary = "A migration drops an index that is needed",
    .place = "postgres",
    .options = "index " INDEX ", definition " DEFINITION,
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
