/* SPDX-License-Identifier: Apache-2.0 */
/* The bank takes fewer charges a second than its customers' customers make: the others get a 429,
 * and those who bought in this second with them. */
#include "gym/faults/third_party.h"

#define SALE_S 300

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *charges_per_s = fault_text(run, "charges_per_s", "1");
    const long buyers_per_s = fault_number(run, "buyers_per_s", 8);
    fault_tell(world, run, KIND_DEPENDENCY,
               "the bank, a third party, takes %s charge a second and answers 429 to the others",
               charges_per_s);
    return third_party_becomes(world, "charges_per_s_max", charges_per_s, err) &&
           world_customers(world, "sale", "sale", (double)buyers_per_s, SALE_S, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    process_stop(world->processes, run->number);
    return third_party_restore(world, "charges_per_s_max", err);
}

const struct fault fault_third_party_throttle = {
    .name = "third_party_throttle",
    .group = "data",
    .summary = "A third party takes fewer requests a second than we send",
    .place = "bank",
    .options = "charges_per_s 1, buyers_per_s 8",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
