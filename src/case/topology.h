/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls whom. Nodes are services; an edge leads from a caller to a callee. Cycles are fine.
 */
#pragma once

#include "base/map.h"

struct topology_edge {
    uint32_t caller;
    uint32_t callee;
};

struct topology {
    struct map nodes; /* the number of a service */
    struct topology_edge *edges;
    uint32_t edges_count;
    uint32_t edges_room;
};

struct topology topology_new(struct arena *arena);

/* Adds the nodes as needed; an edge that is there already, or leads to itself, is left out. */
void topology_add(struct topology *topology, struct str caller, struct str callee);

/* The number of that service, or MAP_NONE. */
uint32_t topology_find(const struct topology *topology, struct str service);

bool topology_has_edge(const struct topology *topology, uint32_t caller, uint32_t callee);

#define TOPOLOGY_FAR UINT32_MAX

/*
 * Steps from `from` to each node along calls, in an array by node number; TOPOLOGY_FAR where no
 * path leads. Breadth first.
 */
uint32_t *topology_distances(const struct topology *topology, struct arena *arena, uint32_t from);
