/* SPDX-License-Identifier: Apache-2.0 */
/* A limit by the mean of a day: in each 100 ms with customers the service waits for the next. */
#include "gym/faults/fault.h"

static const struct fault_settings settings = {
    .kind = KIND_CPU,
    .cause = "the service may use less processor time than it needs, and is throttled",
    .author = "Jonas Weber",
    .message = "processor limit by what it used last week",
    .how = ROLLOUT_REPLACING,
    .settings = {{"cpu_max_percent", "1", "unit.conf"}},
};

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_low_cpu_limit = {
    .name = "low_cpu_limit",
    .group = "orchestration",
    .summary = "A service may use less processor time than it needs",
    .place = "gateway",
    .options = "cpu_max_percent 1 (of one processor)",
    .can_run = fault_can_limit_cpu,
    .inject = inject,
    .heal = fault_revert,
};
