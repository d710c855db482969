/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/faults/third_party.h"

#include "base/arena.h"
#include "gym/world/inventory.h"

bool third_party_becomes(struct world *world, const char *key, const char *value, struct err *err)
{
    const char *line = str_printf(world->arena, "s/^%s = .*/%s = %s/", key, key, value).ptr;
    return COMMAND(world, err, "sed", "-i", line, world_path(world, "live/bank-1/bank.conf")) &&
           instance_roll(world, instance_find("bank-1"), err);
}

bool third_party_restore(struct world *world, const char *key, struct err *err)
{
    char value[64];
    if (!deploy_get(world, "bank", NULL, key, value, sizeof value))
        return err_set(err, ERR_NOT_FOUND, "the bank has no `%s`", key);
    return third_party_becomes(world, key, value, err);
}
