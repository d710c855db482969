/* SPDX-License-Identifier: Apache-2.0 */
/* A service looks for a peer at an address of another environment. Both are well, each by itself.
 */
#include "gym/faults/fault.h"

#include "base/arena.h"

static bool inject(struct world *world, struct fault_run *run, struct err *err)
{
    const char *peer = fault_text(run, "peer", "shipping");
    const char *url = fault_text(run, "url", "http://127.10.3.21:8080");
    const struct str key = str_printf(world->arena, "%s_urls", peer);
    const struct str message =
        str_printf(world->arena, "%s: ask the %s of the new network", run->service, peer);
    fault_tell(world, run, KIND_ROUTING, "%s calls %s at %s, where nobody listens", run->service,
               peer, url);
    return deploy_set(world, run->service, NULL, key.ptr, url, err) &&
           fault_by_change(world, run,
                           &(struct fault_change){.author = "Ana Duarte", .message = message.ptr},
                           err);
}

const struct fault fault_wrong_peer_address = {
    .name = "wrong_peer_address",
    .group = "orchestration",
    .summary = "A service calls a peer where nobody listens",
    .place = "checkout",
    .options = "peer shipping, url http://127.10.3.21:8080",
    .can_run = fault_runs_anywhere,
    .inject = inject,
    .heal = fault_revert,
};
