/* SPDX-License-Identifier: Apache-2.0 */
#include "report/graph_layout.h"

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define SWEEPS 6

struct work {
    struct arena *arena;
    uint32_t nodes_count;
    const struct layout_edge *edges;
    uint32_t edges_count;
    struct layout layout;
    struct layout_edge *links; /* from spot to spot in the next layer */
    uint32_t links_count;
};

/* ---- cycles ---- */

enum colour { COLOUR_NEW, COLOUR_OPEN, COLOUR_DONE };

/* Depth first, with a stack of our own: a chain of services may be long. */
static void open_from(struct work *work, enum colour *colours, uint32_t root)
{
    uint32_t *nodes = arena_push_many(work->arena, uint32_t, work->nodes_count + 1);
    uint32_t *nexts = arena_push_many(work->arena, uint32_t, work->nodes_count + 1);
    uint32_t depth = 0;
    if (colours[root] != COLOUR_NEW)
        return;
    nodes[depth++] = root;
    colours[root] = COLOUR_OPEN;
    while (depth > 0) {
        const uint32_t node = nodes[depth - 1];
        const uint32_t at = nexts[depth - 1]++;
        if (at == work->edges_count) {
            colours[node] = COLOUR_DONE;
            depth--;
            continue;
        }
        if (work->edges[at].from != node)
            continue;
        const uint32_t to = work->edges[at].to;
        if (colours[to] == COLOUR_OPEN)
            work->layout.routes[at].backwards = true;
        if (colours[to] != COLOUR_NEW)
            continue;
        colours[to] = COLOUR_OPEN;
        nodes[depth] = to;
        nexts[depth++] = 0;
    }
}

static void set_cycles_aside(struct work *work, uint32_t start)
{
    enum colour *colours = arena_push_many(work->arena, enum colour, work->nodes_count);
    bool *called = arena_push_many(work->arena, bool, work->nodes_count);
    for (uint32_t i = 0; i < work->edges_count; i++)
        called[work->edges[i].to] = true;
    for (uint32_t i = 0; i < work->nodes_count; i++)
        if (!called[i])
            open_from(work, colours, i);
    if (start < work->nodes_count)
        open_from(work, colours, start);
    for (uint32_t i = 0; i < work->nodes_count; i++)
        open_from(work, colours, i);
}

/* ---- layers ---- */

/* The longest way from a root; without cycles it is found after as many rounds as it is long. */
static void set_layers(struct work *work)
{
    struct layout_spot *spots = work->layout.spots;
    bool moved = true;
    for (uint32_t round = 0; moved && round <= work->nodes_count; round++) {
        moved = false;
        for (uint32_t i = 0; i < work->edges_count; i++) {
            const struct layout_edge edge = work->edges[i];
            if (work->layout.routes[i].backwards || spots[edge.to].layer > spots[edge.from].layer)
                continue;
            spots[edge.to].layer = spots[edge.from].layer + 1;
            moved = true;
        }
    }
    for (uint32_t i = 0; i < work->nodes_count; i++)
        if (spots[i].layer + 1 > work->layout.layers_count)
            work->layout.layers_count = spots[i].layer + 1;
}

static void add_link(struct work *work, uint32_t from, uint32_t to)
{
    work->links[work->links_count++] = (struct layout_edge){from, to};
}

static void add_bends(struct work *work)
{
    struct layout *layout = &work->layout;
    size_t room = work->nodes_count;
    for (uint32_t i = 0; i < work->edges_count; i++)
        room += layout->layers_count;
    struct layout_spot *spots = arena_push_many(work->arena, struct layout_spot, room + 1);
    memcpy(spots, layout->spots, work->nodes_count * sizeof *spots);
    layout->spots = spots;
    layout->spots_count = work->nodes_count;
    work->links = arena_push_many(work->arena, struct layout_edge, room + work->edges_count + 1);

    for (uint32_t i = 0; i < work->edges_count; i++) {
        struct layout_route *route = &layout->routes[i];
        const struct layout_edge edge = work->edges[i];
        if (route->backwards)
            continue;
        route->bend = layout->spots_count;
        uint32_t last = edge.from;
        for (uint32_t layer = spots[edge.from].layer + 1; layer < spots[edge.to].layer; layer++) {
            spots[layout->spots_count].layer = layer;
            add_link(work, last, layout->spots_count);
            last = layout->spots_count++;
            route->bends_count++;
        }
        add_link(work, last, edge.to);
    }
}

/* ---- order within the layers ---- */

struct seat {
    double middle; /* of the neighbours' places */
    uint32_t place;
    uint32_t spot;
};

static int by_middle(const void *a, const void *b)
{
    const struct seat *x = a, *y = b;
    if (x->middle != y->middle)
        return x->middle < y->middle ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static double middle_of(const struct work *work, uint32_t spot, bool by_callers)
{
    const struct layout_spot *spots = work->layout.spots;
    double sum = 0, count = 0;
    for (uint32_t i = 0; i < work->links_count; i++) {
        const struct layout_edge link = work->links[i];
        if ((by_callers ? link.to : link.from) != spot)
            continue;
        const uint32_t other = by_callers ? link.from : link.to;
        const double size = work->layout.layer_sizes[spots[other].layer];
        sum += ((double)spots[other].place + 0.5) / size;
        count++;
    }
    const double size = work->layout.layer_sizes[spots[spot].layer];
    return count > 0 ? sum / count : ((double)spots[spot].place + 0.5) / size;
}

static void order_layer(struct work *work, struct seat *seats, uint32_t layer, bool by_callers)
{
    struct layout *layout = &work->layout;
    uint32_t count = 0;
    for (uint32_t spot = 0; spot < layout->spots_count; spot++)
        if (layout->spots[spot].layer == layer)
            seats[count++] = (struct seat){.middle = middle_of(work, spot, by_callers),
                                           .place = layout->spots[spot].place,
                                           .spot = spot};
    qsort(seats, count, sizeof *seats, by_middle);
    for (uint32_t i = 0; i < count; i++)
        layout->spots[seats[i].spot].place = i;
}

static void order(struct work *work)
{
    struct layout *layout = &work->layout;
    layout->layer_sizes = arena_push_many(work->arena, uint32_t, layout->layers_count + 1);
    for (uint32_t spot = 0; spot < layout->spots_count; spot++)
        layout->spots[spot].place = layout->layer_sizes[layout->spots[spot].layer]++;
    struct seat *seats = arena_push_many(work->arena, struct seat, layout->spots_count + 1);
    for (uint32_t sweep = 0; sweep < SWEEPS; sweep++) {
        const bool by_callers = sweep % 2 == 0;
        for (uint32_t i = 0; i < layout->layers_count; i++)
            order_layer(work, seats, by_callers ? i : layout->layers_count - 1 - i, by_callers);
    }
}

struct layout layout_make(struct arena *arena, uint32_t nodes_count,
                          const struct layout_edge *edges, uint32_t edges_count, uint32_t start)
{
    struct work work = {
        .arena = arena,
        .nodes_count = nodes_count,
        .edges = edges,
        .edges_count = edges_count,
        .layout = {.spots = arena_push_many(arena, struct layout_spot, nodes_count + 1),
                   .routes = arena_push_many(arena, struct layout_route, edges_count + 1)},
    };
    set_cycles_aside(&work, start);
    set_layers(&work);
    add_bends(&work);
    order(&work);
    return work.layout;
}
