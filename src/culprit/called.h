/* SPDX-License-Identifier: Apache-2.0 */
/* Which services paths are about, by what their folders and files are called. */
#pragma once

#include "base/map.h"

#define CALLED_MAX 8 /* that one change is about; more is a change to everything */

struct called {
    const struct map *services; /* by number */
    struct map plain;           /* their names, plain */
    uint32_t *of_plain;         /* beside it: the number of the first that is called so */
};

/* `services` must outlive it. */
struct called called_new(struct arena *arena, const struct map *services);

/* The number of the service, or MAP_NONE. */
uint32_t called_like(const struct called *called, struct str path);

/*
 * All services that a list of paths is about, as path_list_next() reads one, in its order. Returns
 * how many; 0: none, or more than CALLED_MAX.
 */
uint32_t called_in_list(const struct called *called, struct str paths,
                        uint32_t services[CALLED_MAX]);
