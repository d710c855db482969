/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From texts to small numbers: the n-th new text gets number n.
 *
 * What is known about a text stands in an array beside the map, at its number. So there is one map
 * for all uses, and walking in number order is walking in the order of first sight: deterministic.
 */
#pragma once

#include "base/str.h"

struct arena;

#define MAP_NONE UINT32_MAX

struct map {
    struct arena *arena;
    struct str *keys; /* by number */
    uint32_t count;
    uint32_t room;
    uint32_t *slots; /* number + 1; 0: empty */
    uint32_t slots_count;
};

struct map map_new(struct arena *arena);

/* The number of `key`; a new one is copied into the arena. */
uint32_t map_add(struct map *map, struct str key);

/* The number of `key`, or MAP_NONE. */
uint32_t map_find(const struct map *map, struct str key);
