/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service gives up early on who it calls and asks again, at once and many times: what is late
 * once is asked for thirty times over. Who is called has, ever since, the processor time that
 * customers need and not what the repetitions take, and so everything is late.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_CGROUP_CPU, why_not);
}

static void prepare(struct world *world, struct fault_run *run)
{
    fault_first_day(world, run, fault_text(run, "peer", "catalog"), "unit.conf", "cpu_max_percent",
                    "3");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *peer = fault_text(run, "peer", "catalog");
    const char *timeout = fault_text(run, "timeout_ms", "12");
    const char *retries = fault_text(run, "retries", "30");
#define OF_PEER(key) str_printf(world->arena, "%s_" key, peer).ptr
    const struct fault_settings settings = {
        .kind = KIND_CONFIGURATION,
        .cause = str_printf(world->arena,
                            "it repeats calls to %s up to %s times without a pause, each time "
                            "before an answer can be there",
                            peer, retries)
                     .ptr,
        .author = "Mina Okafor",
        .message = str_printf(world->arena, "fail fast on %s and try again", peer).ptr,
        .settings = {{OF_PEER("timeout_ms"), timeout},
                     {OF_PEER("retries"), retries},
                     {OF_PEER("retry_pause_ms"), "0"}},
    };
#undef OF_PEER
    return fault_by_settings(world, run, &settings, err);
}

const struct fault fault_retry_storm = {
    .name = "retry_storm",
    .group = "code",
    .summary = "Calls are repeated without a pause, and bring down who is called",
    .place = "gateway",
    .options = "peer catalog, timeout_ms 12, retries 30, cpu_max_percent 3 (the peer's, always)",
    .can_run = can_run,
    .prepare = prepare,
    .inject = inject,
    .heal = fault_revert,
};
