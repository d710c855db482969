/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/room.h"

#include "base/arena.h"

static const enum ring *rings_around(const struct topology *topology, struct arena *arena,
                                     uint32_t node)
{
    const uint32_t *steps = topology_distances(topology, arena, node);
    enum ring *rings = arena_push_many(arena, enum ring, topology->nodes.count);
    for (uint32_t i = 0; i < topology->nodes.count; i++)
        rings[i] = steps[i] == TOPOLOGY_FAR ? RING_FAR : RING_NEAR;
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (steps[topology->edges[i].callee] != TOPOLOGY_FAR)
            rings[topology->edges[i].caller] = RING_NEAR;
    return rings;
}

struct room room_new(struct call *call, uint32_t pieces)
{
    const struct casefile *casefile = call->casefile;
    const uint32_t node = topology_find(&casefile->topology, casefile->subject);
    struct room room = {.topology = &casefile->topology};
    for (int ring = 0; ring < RINGS_COUNT; ring++)
        room.left[ring] = pieces;
    if (node != MAP_NONE)
        room.rings = rings_around(&casefile->topology, call->scratch, node);
    return room;
}

static enum ring ring_of(const struct room *room, struct str subject)
{
    const uint32_t node = room->rings ? topology_find(room->topology, subject) : MAP_NONE;
    return node == MAP_NONE ? RING_UNPLACED : room->rings[node];
}

bool room_is_left(const struct room *room, struct str subject)
{
    return room->left[ring_of(room, subject)] > 0;
}

void room_take(struct room *room, struct str subject)
{
    uint32_t *left = &room->left[ring_of(room, subject)];
    *left -= *left > 0;
}
