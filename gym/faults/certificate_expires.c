/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate comes to its end while nobody does anything. Whoever calls payment over TLS refuses
 * it from then on; connections that are open already live on for a few seconds.
 */
#include "gym/faults/fault.h"

#define LIFETIME_S 110 /* up in 5 s or 30, 60 s of warming up, and some seconds of red herrings */

static void prepare(struct world *world, struct fault_run *run)
{
    world->certificate_s = (unsigned)fault_number(run, "lifetime_s", LIFETIME_S);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    if (world->certificate_ends_ns <= wall_clock_ns())
        return err_set(err, ERR_USAGE,
                       "the certificate has expired already; give it a longer lifetime_s");
    fault_tell(world, run, KIND_CONFIGURATION,
               "the certificate of payment expires; nobody has renewed it, and no change did that");
    run->truth.onset_ns = world->certificate_ends_ns;
    return true;
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    char id[CHANGE_ID_SIZE];
    (void)run;
    return COMMAND(world, err, world_path(world, "bin/shop"), "certificate",
                   world_path(world, "authority"), "payment", "127.10.0.18", "31536000",
                   world_path(world, "config/payment")) &&
           deploy_commit(world, "Ken Ito", "payment: its certificate, renewed", id, err) &&
           deploy_rollout(world, &(struct rollout){.author = "Ken Ito", .service = "payment"}, NULL,
                          err);
}

const struct fault fault_certificate_expires = {
    .name = "certificate_expires",
    .group = "orchestration",
    .summary = "A certificate expires, and no change did that",
    .place = "payment",
    .options = "lifetime_s 110 (from when the shop comes up)",
    .can_run = fault_runs_anywhere,
    .prepare = prepare,
    .inject = inject,
    .heal = heal,
};
