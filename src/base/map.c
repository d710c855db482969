/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing, linear probing, at most half full. Nothing is ever removed. */
#include "base/map.h"

#include "base/arena.h"

#include <assert.h>

#define SLOTS_MIN 64
#define KEYS_MIN 32

struct map map_new(struct arena *arena)
{
    return (struct map){.arena = arena};
}

static uint32_t *slot_of(const struct map *map, struct str key)
{
    uint32_t at = (uint32_t)(str_hash(key) >> 32) & (map->slots_count - 1);
    while (map->slots[at] != 0 && !str_eq(map->keys[map->slots[at] - 1], key))
        at = (at + 1) & (map->slots_count - 1);
    return &map->slots[at];
}

static void grow_slots(struct map *map)
{
    map->slots_count = map->slots_count > 0 ? map->slots_count * 2 : SLOTS_MIN;
    map->slots = arena_push_many(map->arena, uint32_t, map->slots_count);
    for (uint32_t i = 0; i < map->count; i++)
        *slot_of(map, map->keys[i]) = i + 1;
}

static void grow_keys(struct map *map)
{
    const uint32_t room = map->room > 0 ? map->room * 2 : KEYS_MIN;
    map->keys =
        arena_grow(map->arena, map->keys, map->count * sizeof *map->keys, room * sizeof *map->keys);
    map->room = room;
}

uint32_t map_add(struct map *map, struct str key)
{
    if (map->count * 2 >= map->slots_count)
        grow_slots(map);
    uint32_t *slot = slot_of(map, key);
    if (*slot != 0)
        return *slot - 1;

    assert(map->count < MAP_NONE / 2);
    if (map->count == map->room)
        grow_keys(map);
    map->keys[map->count] = str_copy(map->arena, key);
    *slot = ++map->count;
    return map->count - 1;
}

uint32_t map_find(const struct map *map, struct str key)
{
    if (map->slots_count == 0)
        return MAP_NONE;
    const uint32_t slot = *slot_of(map, key);
    return slot != 0 ? slot - 1 : MAP_NONE;
}
