/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/peer.h"

#define PART_BYTES_MIN 3 /* of a name within another: "db" is in too many */

static bool is_within(struct str part, struct str name)
{
    return part.len >= PART_BYTES_MIN && str_find_no_case(name, part) != STR_NPOS;
}

/* The one callee that is called like it; empty: none. `*several`: more than one is. */
static struct str like_it(const struct topology *topology, uint32_t caller, struct str peer,
                          bool *several)
{
    struct str found = STR("");
    *several = false;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        const struct str callee = topology->nodes.keys[topology->edges[i].callee];
        if (topology->edges[i].caller != caller ||
            (!is_within(peer, callee) && !is_within(callee, peer)))
            continue;
        *several |= found.len > 0;
        found = callee;
    }
    return found;
}

struct str peer_node(const struct topology *topology, struct str caller, struct str peer)
{
    bool several;
    const struct str label = str_slice(peer, 0, str_find(peer, STR(".")));
    const uint32_t node = topology_find(topology, peer);
    if (node != MAP_NONE)
        return topology->nodes.keys[node];
    const uint32_t labelled = topology_find(topology, label);
    if (labelled != MAP_NONE)
        return topology->nodes.keys[labelled];
    const struct str like = like_it(topology, topology_find(topology, caller), label, &several);
    return several ? STR("") : like.len > 0 ? like : peer;
}
