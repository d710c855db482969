/* SPDX-License-Identifier: Apache-2.0 */
#include "report/graph.h"

#include "base/arena.h"
#include "report/graph_layout.h"
#include "report/prose.h"
#include "report/svg.h"

#include <math.h>
#include <stdlib.h>

#define NODES_MAX 60
#define EDGES_MAX 400 /* more are a carpet, not a drawing */
#define NODE_WIDTH 148.0
#define NODE_HEIGHT 34.0
#define LAYER_STEP 218.0
#define PLACE_STEP 50.0
#define BEND_HEIGHT 26.0
#define MARGIN 14.0
#define FONT 12.5
#define SHRINK_MAX 0.7
#define BACK_OFFSET 9.0
#define AROUND 30.0 /* how far below an edge that closes a cycle goes */

struct node {
    uint32_t number; /* in the topology */
    double score;    /* of the hypothesis about it, else of its evidence, halved */
    bool has_evidence;
    bool on_path;
    double x, y; /* the left end of its middle line */
};

struct graph {
    const struct report *report;
    const struct topology *topology;
    struct arena *arena;
    struct buf *out;
    double *scores;     /* by number in the topology */
    bool *has_evidence; /* likewise */
    bool *shown;        /* likewise */
    uint32_t *path;     /* steps from the alert's service to the suspect, in topology numbers */
    uint32_t path_count;
    struct node *nodes;
    uint32_t nodes_count;
    struct layout_edge *edges; /* between nodes */
    uint32_t edges_count;
    struct layout layout;
    double *bend_y;
    double height, width;
};

/* ---- what is shown ---- */

static void score(struct graph *graph)
{
    const struct casefile *casefile = graph->report->casefile;
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        const uint32_t number = topology_find(graph->topology, it->subject);
        if (number == MAP_NONE || it->bearing != BEARING_SUPPORTS || !prose_is_for_a_cause(it))
            continue;
        graph->has_evidence[number] = true;
        graph->scores[number] = fmax(graph->scores[number], 0.5 * prose_share(it->strength) *
                                                                (graph->report->best ? 0.6 : 1));
    }
    for (const struct hypothesis *it = graph->report->best; it; it = it->next) {
        const uint32_t number = topology_find(graph->topology, it->subject);
        if (number == MAP_NONE)
            continue;
        graph->has_evidence[number] = true;
        graph->scores[number] = fmax(graph->scores[number], prose_share(it->score));
    }
}

/* Walks back from `to` along distances from `from`. */
static bool find_path(struct graph *graph, uint32_t from, uint32_t to)
{
    const struct topology *topology = graph->topology;
    if (from == MAP_NONE || to == MAP_NONE || from == to)
        return false;
    const uint32_t *distances = topology_distances(topology, graph->arena, from);
    if (distances[to] == TOPOLOGY_FAR)
        return false;
    graph->path_count = distances[to] + 1;
    graph->path = arena_push_many(graph->arena, uint32_t, graph->path_count);
    uint32_t node = to;
    for (uint32_t at = distances[to];; at--) {
        graph->path[at] = node;
        if (at == 0)
            return true;
        for (uint32_t i = 0; i < topology->edges_count; i++) {
            const struct topology_edge edge = topology->edges[i];
            if (edge.callee == node && distances[edge.caller] == at - 1) {
                node = edge.caller;
                break;
            }
        }
    }
}

static uint32_t alert_node(const struct graph *graph)
{
    return topology_find(graph->topology, graph->report->casefile->alert->service);
}

static uint32_t suspect_node(const struct graph *graph)
{
    const struct hypothesis *best = graph->report->best;
    return best ? topology_find(graph->topology, best->subject) : MAP_NONE;
}

struct rank {
    int level; /* 0: on the path, 1: has evidence, 2: a neighbour of such, 3: the rest */
    double score;
    uint32_t number;
};

static int by_rank(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    if (x->level != y->level)
        return x->level - y->level;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* All that fit; of a large system those where something was found, and their neighbours. */
static void choose(struct graph *graph)
{
    const struct topology *topology = graph->topology;
    const uint32_t count = topology->nodes.count;
    struct rank *ranks = arena_push_many(graph->arena, struct rank, count);
    for (uint32_t i = 0; i < count; i++)
        ranks[i] = (struct rank){graph->has_evidence[i] ? 1 : 3, graph->scores[i], i};
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        const struct topology_edge edge = topology->edges[i];
        if (ranks[edge.caller].level == 1 && ranks[edge.callee].level == 3)
            ranks[edge.callee].level = 2;
        if (ranks[edge.callee].level == 1 && ranks[edge.caller].level == 3)
            ranks[edge.caller].level = 2;
    }
    for (uint32_t i = 0; i < graph->path_count; i++)
        ranks[graph->path[i]].level = 0;
    if (alert_node(graph) != MAP_NONE)
        ranks[alert_node(graph)].level = 0;

    const bool all = count <= NODES_MAX;
    qsort(ranks, count, sizeof *ranks, by_rank);
    for (uint32_t i = 0; i < count && i < NODES_MAX; i++)
        graph->shown[ranks[i].number] = all || ranks[i].level < 3;
}

static void gather(struct graph *graph)
{
    const struct topology *topology = graph->topology;
    uint32_t *node_of = arena_push_many(graph->arena, uint32_t, topology->nodes.count);
    graph->nodes = arena_push_many(graph->arena, struct node, NODES_MAX);
    for (uint32_t i = 0; i < topology->nodes.count; i++) {
        if (!graph->shown[i])
            continue;
        node_of[i] = graph->nodes_count;
        graph->nodes[graph->nodes_count++] = (struct node){
            .number = i, .score = graph->scores[i], .has_evidence = graph->has_evidence[i]};
    }
    for (uint32_t i = 0; i < graph->path_count; i++)
        if (graph->shown[graph->path[i]])
            graph->nodes[node_of[graph->path[i]]].on_path = true;

    graph->edges = arena_push_many(graph->arena, struct layout_edge, EDGES_MAX);
    for (uint32_t i = 0; i < topology->edges_count && graph->edges_count < EDGES_MAX; i++) {
        const struct topology_edge edge = topology->edges[i];
        if (graph->shown[edge.caller] && graph->shown[edge.callee])
            graph->edges[graph->edges_count++] =
                (struct layout_edge){node_of[edge.caller], node_of[edge.callee]};
    }
}

/* ---- where it goes ---- */

static uint32_t start_of(const struct graph *graph)
{
    for (uint32_t i = 0; i < graph->nodes_count; i++)
        if (graph->nodes[i].number == alert_node(graph))
            return i;
    return 0;
}

static double spot_y(const struct graph *graph, uint32_t spot)
{
    return spot < graph->nodes_count ? graph->nodes[spot].y
                                     : graph->bend_y[spot - graph->nodes_count];
}

/* Services that call each other are the usual case, and stand side by side. */
static bool goes_around(const struct graph *graph, uint32_t at)
{
    const struct layout_spot *spots = graph->layout.spots;
    const struct layout_edge edge = graph->edges[at];
    return graph->layout.routes[at].backwards && spots[edge.from].layer != spots[edge.to].layer + 1;
}

/* A bend needs less room than a node; layers are centred on each other. */
static void set_positions(struct graph *graph)
{
    const struct layout *layout = &graph->layout;
    double *heights = arena_push_many(graph->arena, double, layout->layers_count + 1);
    graph->bend_y = arena_push_many(graph->arena, double, layout->spots_count + 1);
    uint32_t *order = arena_push_many(graph->arena, uint32_t, layout->spots_count + 1);
    for (uint32_t i = 0; i < layout->spots_count; i++)
        heights[layout->spots[i].layer] += i < graph->nodes_count ? PLACE_STEP : BEND_HEIGHT;
    for (uint32_t i = 0; i < layout->layers_count; i++)
        graph->height = fmax(graph->height, heights[i]);

    for (uint32_t layer = 0; layer < layout->layers_count; layer++) {
        for (uint32_t i = 0; i < layout->spots_count; i++)
            if (layout->spots[i].layer == layer)
                order[layout->spots[i].place] = i;
        double y = MARGIN + (graph->height - heights[layer]) / 2;
        for (uint32_t place = 0; place < layout->layer_sizes[layer]; place++) {
            const uint32_t spot = order[place];
            const double room = spot < graph->nodes_count ? PLACE_STEP : BEND_HEIGHT;
            if (spot < graph->nodes_count) {
                graph->nodes[spot].x = MARGIN + layer * LAYER_STEP;
                graph->nodes[spot].y = y + room / 2;
            } else {
                graph->bend_y[spot - graph->nodes_count] = y + room / 2;
            }
            y += room;
        }
    }
    bool around = false;
    for (uint32_t i = 0; i < graph->edges_count; i++)
        around = around || goes_around(graph, i);
    graph->height += 2 * MARGIN + (around ? AROUND : 0);
    graph->width =
        2 * MARGIN + NODE_WIDTH + LAYER_STEP * fmax(layout->layers_count, 1) - LAYER_STEP;
}

/* ---- strokes ---- */

static bool edge_on_path(const struct graph *graph, struct layout_edge edge)
{
    for (uint32_t i = 0; i + 1 < graph->path_count; i++)
        if (graph->path[i] == graph->nodes[edge.from].number &&
            graph->path[i + 1] == graph->nodes[edge.to].number)
            return true;
    return false;
}

static void curve_to(struct buf *out, double x1, double y1, double x2, double y2)
{
    const double middle = (x1 + x2) / 2;
    buf_printf(out, "C%.1f %.1f %.1f %.1f %.1f %.1f", middle, y1, middle, y2, x2, y2);
}

static void draw_forward(const struct graph *graph, uint32_t at)
{
    const struct layout_edge edge = graph->edges[at];
    const struct layout_route route = graph->layout.routes[at];
    double x = graph->nodes[edge.from].x + NODE_WIDTH, y = graph->nodes[edge.from].y;
    buf_printf(graph->out, "M%.1f %.1f", x, y);
    for (uint32_t i = 0; i < route.bends_count; i++) {
        const uint32_t spot = route.bend + i;
        const double left = MARGIN + graph->layout.spots[spot].layer * LAYER_STEP;
        curve_to(graph->out, x, y, left, spot_y(graph, spot));
        y = spot_y(graph, spot);
        x = left + NODE_WIDTH;
        buf_printf(graph->out, "L%.1f %.1f", x, y);
    }
    curve_to(graph->out, x, y, graph->nodes[edge.to].x - 3, graph->nodes[edge.to].y);
}

/* Back along the way that leads here, a little lower, or else below what lies between. */
static void draw_backward(const struct graph *graph, uint32_t at)
{
    const struct node *from = &graph->nodes[graph->edges[at].from];
    const struct node *to = &graph->nodes[graph->edges[at].to];
    if (!goes_around(graph, at)) {
        buf_printf(graph->out, "M%.1f %.1f", from->x, from->y + BACK_OFFSET);
        curve_to(graph->out, from->x, from->y + BACK_OFFSET, to->x + NODE_WIDTH + 3,
                 to->y + BACK_OFFSET);
        return;
    }
    const double x1 = from->x + NODE_WIDTH / 2 + 12, x2 = to->x + NODE_WIDTH / 2 - 12;
    const double y1 = from->y + NODE_HEIGHT / 2, y2 = to->y + NODE_HEIGHT / 2 + 3;
    const double low = fmax(y1, y2) + AROUND;
    buf_printf(graph->out, "M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, x1, low, x2, low, x2,
               y2);
}

static void draw_edge(const struct graph *graph, uint32_t at)
{
    const bool on_path = edge_on_path(graph, graph->edges[at]);
    buf_printf(graph->out, "<path class=\"%s\" marker-end=\"url(#%s)\" d=\"",
               on_path ? "edge edge-path" : "edge", on_path ? "arrow-path" : "arrow");
    if (graph->layout.routes[at].backwards)
        draw_backward(graph, at);
    else
        draw_forward(graph, at);
    buf_add(graph->out, STR("\"/>\n"));
}

static void draw_node(const struct graph *graph, const struct node *node)
{
    struct buf *out = graph->out;
    const struct str name = graph->topology->nodes.keys[node->number];
    const bool suspect = node->number == suspect_node(graph);
    const bool alerting = node->number == alert_node(graph);
    const double top = node->y - NODE_HEIGHT / 2;
    buf_add(out, STR("<g>"));
    svg_title(out, name);
    svg_rect(out, "node", node->x, top, NODE_WIDTH, NODE_HEIGHT, 8);
    if (node->has_evidence)
        buf_printf(out,
                   "<rect class=\"heat\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                   "rx=\"8\" fill-opacity=\"%.2f\"/>\n",
                   node->x, top, NODE_WIDTH, NODE_HEIGHT, 0.05 + 0.4 * node->score);
    svg_rect(out,
             suspect    ? "ring-suspect"
             : alerting ? "ring-alert"
                        : "ring",
             node->x, top, NODE_WIDTH, NODE_HEIGHT, 8);
    svg_text(out, suspect || node->on_path ? "node-name strong" : "node-name",
             node->x + NODE_WIDTH / 2, node->y + 4.5, SVG_MIDDLE,
             svg_fit(graph->arena, name, NODE_WIDTH - 22, FONT));
    if (alerting)
        buf_printf(out, "<circle class=\"bell\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n",
                   node->x + NODE_WIDTH - 4, top + 4);
    buf_add(out, STR("</g>\n"));
}

static void draw_arrows(struct buf *out)
{
    static const char *const names[] = {"arrow", "arrow-path"};
    buf_add(out, STR("<defs>"));
    for (size_t i = 0; i < 2; i++)
        buf_printf(out,
                   "<marker id=\"%s\" class=\"%s\" viewBox=\"0 0 8 8\" refX=\"6\" refY=\"4\" "
                   "markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" "
                   "orient=\"auto\"><path d=\"M0 .8 7 4 0 7.2z\"/></marker>",
                   names[i], names[i]);
    buf_add(out, STR("</defs>\n"));
}

bool graph_has_any(const struct report *report)
{
    return report->casefile->topology.edges_count > 0;
}

void graph_draw(struct buf *out, const struct report *report)
{
    if (!graph_has_any(report))
        return;
    const struct topology *topology = &report->casefile->topology;
    const uint32_t count = topology->nodes.count;
    struct graph graph = {
        .report = report,
        .topology = topology,
        .arena = out->arena,
        .out = out,
        .scores = arena_push_many(out->arena, double, count),
        .has_evidence = arena_push_many(out->arena, bool, count),
        .shown = arena_push_many(out->arena, bool, count),
    };
    score(&graph);
    if (!find_path(&graph, alert_node(&graph), suspect_node(&graph)))
        find_path(&graph, suspect_node(&graph), alert_node(&graph));
    choose(&graph);
    gather(&graph);
    graph.layout = layout_make(out->arena, graph.nodes_count, graph.edges, graph.edges_count,
                               start_of(&graph));
    set_positions(&graph);

    /* a wide graph shrinks to its page until its names become hard to read; then it scrolls */
    buf_printf(out, "<div style=\"min-width:%.0fpx\">", graph.width * SHRINK_MAX);
    svg_open(out, "graph", graph.width, graph.height, STR("Which service calls which"));
    draw_arrows(out);
    for (uint32_t pass = 0; pass < 2; pass++) /* the path lies on top */
        for (uint32_t i = 0; i < graph.edges_count; i++)
            if (edge_on_path(&graph, graph.edges[i]) == (pass == 1))
                draw_edge(&graph, i);
    for (uint32_t i = 0; i < graph.nodes_count; i++)
        draw_node(&graph, &graph.nodes[i]);
    svg_close(out);
    buf_add(out, STR("</div>\n"));
    if (graph.nodes_count < count)
        buf_printf(out,
                   "<p class=\"note\">%u of %u services: those where something was found, "
                   "and their neighbours.</p>\n",
                   graph.nodes_count, count);
}
