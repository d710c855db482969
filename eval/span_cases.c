/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/span_cases.h"

#include "base/arena.h"
#include "engine/single.h"
#include "eval/cases.h"
#include "train/truth.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- from a bundle to classes ---- */

static bool ask(struct single *single, const char *tool, struct record *out, struct err *err)
{
    struct call call = {
        .casefile = single->casefile, .services = &single->services, .scratch = single->arena};
    const struct record in = record_new(single->arena, agent_tool(str_of(tool))->sig.input);
    single_default(single, &in);
    return agent_use(&call, tool, &in, out, err);
}

/* The graph is put together first, as an investigation does: callees that show nothing are found in
 * it. */
static bool measure(struct single *single, struct span_classes *out, struct err *err)
{
    struct record calls, steps, unseen, graph;
    if (!ask(single, "traces.graph", &graph, err))
        return false;
    const struct batch *edges = record_at(&graph, "edges")->rows;
    for (size_t row = 0; row < edges->rows; row++)
        topology_add(&single->casefile->topology, batch_column(edges, "caller")->texts[row],
                     batch_column(edges, "callee")->texts[row]);
    if (!ask(single, "traces.unseen", &unseen, err) || !ask(single, "traces.calls", &calls, err) ||
        !ask(single, "traces.critical_path", &steps, err))
        return false;
    const struct class_rows rows = {.calls = record_at(&calls, "calls")->rows,
                                    .steps = record_at(&steps, "steps")->rows,
                                    .unseen = record_at(&unseen, "calls")->rows,
                                    .unseen_edges = record_at(&unseen, "edges")->rows,
                                    .edges = edges};
    *out = span_classes_of(single->arena, &rows);
    return true;
}

static void keep(struct span_cases *cases, const struct eval_case *from,
                 const struct span_classes *classes, const struct truth *truth)
{
    struct arena *arena = cases->arena;
    struct span_case item = {.set = str_copy(arena, from->set),
                             .id = str_copy(arena, from->id),
                             .fault = str_copy(arena, truth_fault(truth))};
    item.classes.count = classes->count;
    item.classes.items = arena_push_many(arena, struct span_class, classes->count);
    item.right = arena_push_many(arena, uint8_t, classes->count);
    for (uint32_t i = 0; i < classes->count; i++) {
        struct span_class *class = &item.classes.items[i];
        *class = classes->items[i];
        class->service = str_copy(arena, class->service);
        class->operation = str_copy(arena, class->operation);
        item.right[i] = truth_names(truth, class->service, STR(""));
        item.right_count += item.right[i];
    }
    if (item.right_count == 0) {
        cases->without++;
        return;
    }
    if (cases->count == cases->room) {
        const uint32_t room = cases->room ? 2 * cases->room : 128;
        cases->items = arena_grow(arena, cases->items, cases->count * sizeof *cases->items,
                                  room * sizeof *cases->items);
        cases->room = room;
    }
    cases->items[cases->count++] = item;
}

static void read_case(struct span_cases *cases, const struct eval_case *from)
{
    struct arena *arena = arena_new("case");
    struct single single;
    struct span_classes classes;
    const struct truth *truth;
    struct err err = {0};
    const bool told = truth_read(arena, from->path, &truth, &err);
    if (told && single_open(arena, from->path, "traces.calls", clock_system(), &single, &err) &&
        measure(&single, &classes, &err)) {
        if (classes.count > 0)
            keep(cases, from, &classes, truth);
    } else {
        fprintf(stderr, "%.*s: %s\n", STR_ARG(from->id), err.text);
    }
    if (told && single.casefile)
        single_close(&single);
    arena_free(arena);
}

bool span_cases_read(struct span_cases *cases, char **folders, struct err *err)
{
    struct eval_cases found = cases_new(cases->arena);
    for (; *folders; folders++)
        if (!cases_find(&found, *folders, err))
            return false;
    cases_sort(&found);
    for (uint32_t i = 0; i < found.count; i++)
        read_case(cases, &found.items[i]);
    return cases->count > 0 || err_set(err, ERR_NOT_FOUND, "no case with traces and a right class");
}

/* ---- who is first ---- */

/* Classes lie by service. */
double span_case_first(const struct span_case *item, const double *scores)
{
    double best = -INFINITY;
    uint32_t alike = 0, right = 0;
    for (uint32_t from = 0, to; from < item->classes.count; from = to) {
        double score = -INFINITY;
        for (to = from; to < item->classes.count &&
                        str_eq(item->classes.items[to].service, item->classes.items[from].service);
             to++)
            score = fmax(score, scores[to]);
        if (score > best) {
            best = score;
            alike = right = 0;
        }
        alike += score == best;
        right += score == best && item->right[from];
    }
    return alike > 0 ? (double)right / alike : 0;
}

void span_score_self(const void *state, const struct span_case *item, double *scores)
{
    (void)state;
    for (uint32_t i = 0; i < item->classes.count; i++)
        scores[i] = item->classes.items[i].of[CLASS_SLOW];
}

void span_score_gap(const void *state, const struct span_case *item, double *scores)
{
    (void)state;
    for (uint32_t i = 0; i < item->classes.count; i++)
        scores[i] = item->classes.items[i].of[CLASS_GAP];
}

void span_score_rules(const void *state, const struct span_case *item, double *scores)
{
    (void)state;
    for (uint32_t i = 0; i < item->classes.count; i++)
        scores[i] = item->classes.items[i].of[CLASS_STRONGEST];
}
