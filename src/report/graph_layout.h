/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the nodes of a graph into layers from left to right, and orders them within.
 *
 * The method is Sugiyama's, in its plainest form: edges that close a cycle are set aside, a node's
 * layer is its longest way from a root, edges across several layers get a bend in each of them, and
 * a few sweeps move each node towards the middle of its neighbours.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct layout_edge {
    uint32_t from;
    uint32_t to;
};

/* A node of the graph, or a bend of an edge: those have numbers from nodes_count on. */
struct layout_spot {
    uint32_t layer;
    uint32_t place; /* within the layer, from the top */
};

struct layout_route {
    bool backwards; /* closes a cycle: drawn around, without bends */
    uint32_t bend;  /* the first of them */
    uint32_t bends_count;
};

struct layout {
    struct layout_spot *spots;
    uint32_t spots_count;
    struct layout_route *routes; /* by edge */
    uint32_t *layer_sizes;       /* spots in each layer */
    uint32_t layers_count;
};

/* Roots are nodes that nobody calls; where all are called, `start` is one. */
struct layout layout_make(struct arena *arena, uint32_t nodes_count,
                          const struct layout_edge *edges, uint32_t edges_count, uint32_t start);
