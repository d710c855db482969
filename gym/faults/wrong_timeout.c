/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody thinks that times are in seconds, and changes a time-out that is in milliseconds. */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *peer = fault_text(run, "peer", "catalog");
    const char *timeout = fault_text(run, "timeout_ms", "2");
    const struct fault_settings settings = {
        .kind = KIND_CONFIGURATION,
        .cause = str_printf(world->arena,
                            "it waits %s ms for %s, and what was meant is a thousand times as long",
                            timeout, peer)
                     .ptr,
        .author = "Tomas Lind",
        .message =
            str_printf(world->arena, "time-outs are whole seconds, %s for %s", timeout, peer).ptr,
        .settings = {{str_printf(world->arena, "%s_timeout_ms", peer).ptr, timeout, NULL}},
    };
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_wrong_timeout = {
    .name = "wrong_timeout",
    .group = "code",
    .summary = "A time-out in the wrong unit: answers come too late for it",
    .place = "gateway",
    .options = "peer catalog, timeout_ms 2",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
