/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody's tool has put jobs into the queue that no worker knows. They fail, go back to the head
 * of the queue, and what was ordered waits behind them.
 */
#include "gym/faults/queued_jobs.h"

#include <stdio.h>

#define JOB_KIND "order.refund"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long messages = fault_number(run, "messages", 6);
    fault_tell(world, run, KIND_EXCEPTION,
               "%ld messages of a kind that no worker handles, %s, fail and go back to the head of "
               "the queue, and orders wait behind them; no change did that",
               messages, JOB_KIND);
    for (long i = 0; i < messages; i++) {
        char job[120];
        snprintf(job, sizeof job, "{\"kind\":\"" JOB_KIND "\",\"order\":%ld,\"attempts\":0}",
                 1207 + i);
        if (!queued_jobs_push(world, job, err))
            return false;
    }
    return true;
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    (void)run;
    return queued_jobs_remove(world, JOB_KIND, err);
}

const struct fault fault_poisoned_message = {
    .name = "poisoned_message",
    .group = "data",
    .summary = "Messages that always fail block the queue",
    .place = "worker",
    .options = "messages 6",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
