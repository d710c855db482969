/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A partner's program logs in anew for each thing it asks, without end. A login is what costs auth
 * most, as it should: passwords are hashed many times over, ever since.
 */
#include "gym/faults/fault.h"

#define PARTNER_S 600 /* longer than a run */

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, "auth", NULL, "hash_rounds", "60000");
    fault_first_day(world, run, "auth", "unit.conf", "cpu_max_percent", "50");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long per_s = fault_number(run, "per_s", 60);
    fault_tell(
        world, run, KIND_TRAFFIC,
        "one client, partner-sync, sends %ld requests a second, every other of them a login, "
        "which takes auth's processor time; no change did that",
        per_s);
    return world_customers(world, "partner", "sync", (double)per_s, PARTNER_S, &run->number, err);
}

const struct fault fault_expensive_client = {
    .name = "expensive_client",
    .group = "traffic",
    .summary = "One client asks for what is expensive, over and over",
    .place = "auth",
    .options = "per_s 60, hash_rounds 60000 (always), cpu_max_percent 50 (always)",
    .can_run = fault_can_limit_cpu,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_customers_leave,
};
