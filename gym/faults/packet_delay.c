/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A detour: packets to one instance go through a slow link (world/slow_link.c), which the kernel's
 * TCP sees as any other: round trips take longer, nothing is lost, nobody has changed anything.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "gym/world/inventory.h"
#include "gym/world/paths.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#define DEVICE "slow0"
#define SETTINGS "/proc/sys/net/ipv4/conf/" DEVICE
#define DEVICE_WAIT_MS 2000

static bool can_run(const struct host *host, struct err *why_not)
{
    return host_has(host, CAPABILITY_TUN, why_not);
}

static bool setting(const char *path, const char *value, struct err *err)
{
    FILE *file = fopen(path, "we");
    const bool ok = file && fputs(value, file) >= 0;
    if (!ok || fclose(file) != 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    return true;
}

static bool device_wait(struct err *err)
{
    struct stat found;
    for (unsigned waited_ms = 0; waited_ms < DEVICE_WAIT_MS; waited_ms += 20) {
        if (stat(SETTINGS, &found) == 0)
            return true;
        nap_ms(20);
    }
    return err_set(err, ERR_TIMEOUT, "the device " DEVICE " has not come up");
}

static bool link_start(struct world *world, struct fault_run *run, struct err *err)
{
    char program[512];
    if (!path_of_built("gym/slow-link", program, sizeof program))
        return err_set(err, ERR_NOT_FOUND, "gym/slow-link is not built");
    const char **words = arena_push_many(world->arena, const char *, 5);
    words[0] = str_copy(world->arena, str_of(program)).ptr;
    words[1] = DEVICE;
    words[2] = fault_text(run, "ms", "600");
    words[3] = fault_text(run, "jitter_ms", "100");
    const struct process_spec link = {
        .name = "slow-link",
        .argv = words,
        .environment = world->environment,
        .folder = world->work,
        .log = world_path(world, "log/slow-link.log"),
    };
    return process_start(world->processes, &link, &run->number, err) && device_wait(err);
}

/* What comes out of the link is for us, though it is of and for loopback; that table of the
 * kernel's is asked last, for it would deliver at once. */
static bool route(struct world *world, const char *address, struct err *err)
{
    return setting(SETTINGS "/route_localnet", "1", err) &&
           setting(SETTINGS "/accept_local", "1", err) &&
           setting(SETTINGS "/rp_filter", "0", err) &&
           setting("/proc/sys/net/ipv4/conf/all/rp_filter", "0", err) &&
           COMMAND(world, err, "ip", "link", "set", DEVICE, "mtu", "65000", "up") &&
           COMMAND(world, err, "ip", "route", "add", address, "dev", DEVICE, "src", "127.0.0.1",
                   "table", "100") &&
           COMMAND(world, err, "ip", "rule", "add", "pref", "10", "iif", DEVICE, "lookup",
                   "local") &&
           COMMAND(world, err, "ip", "rule", "add", "pref", "20", "to", address, "lookup", "100") &&
           COMMAND(world, err, "ip", "rule", "add", "pref", "30", "lookup", "local") &&
           COMMAND(world, err, "ip", "rule", "del", "pref", "0");
}

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    run->instance = fault_instance(run);
    fault_tell(world, run, KIND_NETWORK_DELAY,
               "packets to %s take %s ms, more or less by %s, to arrive; no change did that",
               run->instance, fault_text(run, "ms", "600"), fault_text(run, "jitter_ms", "100"));
    return link_start(world, run, err) && route(world, instance_find(run->instance)->address, err);
}

static bool heal(struct world *world, struct fault_run *run, struct err *err)
{
    const bool ok = COMMAND(world, err, "ip", "rule", "add", "pref", "0", "lookup", "local") &&
                    COMMAND(world, err, "ip", "rule", "del", "pref", "10") &&
                    COMMAND(world, err, "ip", "rule", "del", "pref", "20") &&
                    COMMAND(world, err, "ip", "rule", "del", "pref", "30");
    process_stop(world->processes, run->number);
    return ok;
}

const struct fault fault_packet_delay = {
    .name = "packet_delay",
    .group = "infrastructure",
    .summary = "Packets to one instance take long to arrive",
    .place = "catalog-1",
    .options = "ms 600, jitter_ms 100",
    .can_run = can_run,
    .inject = inject,
    .heal = heal,
};
