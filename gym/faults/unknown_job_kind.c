/* SPDX-License-Identifier: Apache-2.0 */
/* Checkout writes jobs of the next version, whose workers are not there yet. */
#include "gym/faults/queued_jobs.h"

#define JOB_KIND "order.placed.v2"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    static const struct fault_settings change = {
        .kind = KIND_CONFIGURATION,
        .cause = "checkout queues jobs of a kind that no worker handles",
        .author = "Ana Duarte",
        .message = "orders as the second version has them",
        .settings = {{"job_kind", JOB_KIND, NULL}},
    };
    return fault_by_settings(world, run, &change, err);
}

/* Those that are in the queue still fail, whatever checkout writes now. */
static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_revert(world, run, err) && queued_jobs_remove(world, JOB_KIND, err);
}

const struct fault fault_unknown_job_kind = {
    .name = "unknown_job_kind",
    .group = "data",
    .summary = "A producer's messages are of a version that no consumer knows",
    .place = "checkout",
    .options = "",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = heal,
};
