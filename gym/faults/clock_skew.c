/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An instance comes back, as after its machine lost its battery, with a clock that is wrong: its
 * peers' certificates are not valid yet, or not any more, and its telemetry tells other times. Its
 * clock is libfaketime's; durations are right.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"
#include "gym/world/servers.h"

#include <stdio.h>

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_FAKETIME, why_not);
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    char library[256];
    struct process_spec spec;
    run->instance = fault_instance(run);
    const struct instance *instance = instance_find(run->instance);
    const char *offset = fault_text(run, "offset", "-40d");
    if (!path_of_faketime(library, sizeof library) || !server_spec(world, instance, &spec, err))
        return err_context(err, "libfaketime for %s", run->instance);
    const char **environment = arena_push_many(world->arena, const char *, 32);
    size_t count = 0;
    for (const char *const *it = spec.environment; *it && count < 28; it++)
        environment[count++] = *it;
    environment[count++] = str_printf(world->arena, "LD_PRELOAD=%s", library).ptr;
    environment[count++] = str_printf(world->arena, "FAKETIME=%s", offset).ptr;
    environment[count++] = "FAKETIME_DONT_FAKE_MONOTONIC=1";
    spec.environment = environment;
    fault_tell(world, run, KIND_CONFIGURATION,
               "the clock of %s is wrong by %s since it came back; no change did that",
               run->instance, offset);
    instance_stop(world, instance);
    return process_start(world->processes, &spec, &run->number, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    const struct instance *instance = instance_find(run->instance);
    return instance_replace(world, instance, err) && instance_wait_ready(world, instance, 20, err);
}

const struct fault fault_clock_skew = {
    .name = "clock_skew",
    .group = "infrastructure",
    .summary = "One instance has a wrong clock",
    .place = "payment-1",
    .options = "offset -40d (as faketime has it; certificates are from 30 days ago, for a year)",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
