/* SPDX-License-Identifier: Apache-2.0 */
#include "case/topology.h"

#include "base/arena.h"

#define EDGES_MIN 64

struct topology topology_new(struct arena *arena)
{
    return (struct topology){.nodes = map_new(arena)};
}

bool topology_has_edge(const struct topology *topology, uint32_t caller, uint32_t callee)
{
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (topology->edges[i].caller == caller && topology->edges[i].callee == callee)
            return true;
    return false;
}

void topology_add(struct topology *topology, struct str caller, struct str callee)
{
    const uint32_t from = map_add(&topology->nodes, caller);
    const uint32_t to = map_add(&topology->nodes, callee);
    if (from == to || topology_has_edge(topology, from, to))
        return;
    if (topology->edges_count == topology->edges_room) {
        const uint32_t room = topology->edges_room > 0 ? topology->edges_room * 2 : EDGES_MIN;
        topology->edges = arena_grow(topology->nodes.arena, topology->edges,
                                     topology->edges_count * sizeof *topology->edges,
                                     room * sizeof *topology->edges);
        topology->edges_room = room;
    }
    topology->edges[topology->edges_count++] = (struct topology_edge){from, to};
}

uint32_t topology_find(const struct topology *topology, struct str service)
{
    return map_find(&topology->nodes, service);
}

uint32_t *topology_distances(const struct topology *topology, struct arena *arena, uint32_t from)
{
    const uint32_t nodes_count = topology->nodes.count;
    uint32_t *distances = arena_push_many(arena, uint32_t, nodes_count);
    uint32_t *queue = arena_push_many(arena, uint32_t, nodes_count);
    for (uint32_t i = 0; i < nodes_count; i++)
        distances[i] = TOPOLOGY_FAR;
    if (from >= nodes_count)
        return distances;

    uint32_t head = 0, tail = 0;
    distances[from] = 0;
    queue[tail++] = from;
    while (head < tail) {
        const uint32_t node = queue[head++];
        for (uint32_t i = 0; i < topology->edges_count; i++) {
            const struct topology_edge edge = topology->edges[i];
            if (edge.caller != node || distances[edge.callee] != TOPOLOGY_FAR)
                continue;
            distances[edge.callee] = distances[node] + 1;
            queue[tail++] = edge.callee;
        }
    }
    return distances;
}
