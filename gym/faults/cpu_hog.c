/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Busy loops within the limit of one instance, as a job that was started inside its container: they
 * use up the share of each 100 ms, and for the rest of it the service is throttled with them.
 */
#include "gym/faults/fault.h"

#include "gym/world/limits.h"

#include <stdio.h>

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *instance = fault_instance(run);
    const long percent = fault_number(run, "percent", 3);
    char quota[24];
    run->instance = instance;
    fault_tell(world, run, KIND_CPU,
               "eight busy loops run within %s's limit of %ld %% of a processor; it is throttled "
               "with them",
               instance, percent);
    snprintf(quota, sizeof quota, "%ld", percent * 1000);
    return limits_set(world, "cpu", instance, "cpu.cfs_quota_us", quota, err) &&
           fault_beside(world, run, "hog", instance,
                        "for i in 1 2 3 4 5 6 7 8; do while :; do :; done & done; wait", err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_beside_end(world, run, err) && limits_restore(world, run->instance, err);
}

const struct fault fault_cpu_hog = {
    .name = "cpu_hog",
    .group = "infrastructure",
    .summary = "Busy loops within the processor limit of one instance",
    .place = "catalog-1",
    .options = "percent 3 (of one processor, that instance and loops share)",
    .can_run = fault_can_limit_cpu,
    .inject = inject,
    .heal = heal,
};
