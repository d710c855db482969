/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody opens connections to a service and says nothing on them, as scanners and broken clients
 * do: the service has no more to give, and who comes with a request waits for one.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"
#include "base/buf.h"
#include "gym/world/inventory.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const long connections = fault_number(run, "connections", 320);
    fault_tell(world, run, KIND_CAPACITY,
               "an outside client holds up to %ld silent connections to each of %s, which serves "
               "128 at a time",
               connections, run->service);
    struct buf script = buf_new(world->arena);
    for (const struct instance *it = instance_of(run->service, NULL); it;
         it = instance_of(run->service, it))
        buf_printf(&script,
                   "for i in $(seq 16); do (sleep $((RANDOM %% 4)).$i\n"
                   "  while :; do fds=()\n"
                   "    for j in $(seq %ld); do\n"
                   "      exec {fd}<>/dev/tcp/%s/%u && fds+=($fd)\n"
                   "    done\n"
                   "    sleep 6; for fd in \"${fds[@]}\"; do exec {fd}>&-; done\n"
                   "  done) & done\n",
                   connections / 16, it->address, it->port);
    buf_printf(&script, "wait\n");
    return fault_beside(world, run, "silent", NULL, buf_str(&script).ptr, err);
}

const struct fault fault_idle_clients = {
    .name = "idle_clients",
    .group = "infrastructure",
    .summary = "Silent connections of an outside client take all that a service has",
    .place = "gateway",
    .options = "connections 320 (to each instance)",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_beside_end,
};
