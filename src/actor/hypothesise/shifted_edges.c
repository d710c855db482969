/* SPDX-License-Identifier: Apache-2.0 */
/* How sick the edges at one end are, against those at the other: by the mass of either. */
#include "actor/hypothesise/shifted_edges.h"

#include <math.h>

#define CLEARLY 1.0001 /* as much on both sides: it is the callee's */

struct all {
    const struct topology *topology;
    const struct shifted *items;
    size_t count;
};

/* The mean weight of the edge's series of that kind; negative where there is none. */
static double edge_weight(const struct all *all, struct str caller, struct str callee,
                          enum metric_kind kind)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct shifted *item = &all->items[i];
        if (item->edge && item->kind == kind && str_eq(item->caller, caller) &&
            str_eq(item->callee, callee)) {
            sum += item->weight;
            count++;
        }
    }
    return count > 0 ? sum / (double)count : -1;
}

static double own_weight(const struct all *all, struct str service, enum metric_kind kind)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct shifted *item = &all->items[i];
        if (!item->edge && item->kind == kind && str_eq(item->service, service)) {
            sum += item->weight;
            count++;
        }
    }
    return count > 0 ? sum / (double)count : -1;
}

/* How sick, and how evenly so, the edges at one end are: (sum of weights)^2 / count. */
struct mass {
    double sum, largest;
    size_t count;
};

static void mass_add(struct mass *mass, double weight)
{
    if (weight < 0)
        return;
    mass->sum += weight;
    mass->largest = fmax(mass->largest, weight);
    mass->count++;
}

static double mass_of(const struct mass *mass)
{
    return mass->count > 0 ? mass->sum * mass->sum / (double)mass->count : 0;
}

/*
 * A caller whose edge is not measured bounds it with its own symptom: a sick callee would show
 * there.
 */
static double mass_into(const struct all *all, struct str callee, enum metric_kind kind)
{
    const struct topology *topology = all->topology;
    const uint32_t node = topology_find(topology, callee);
    struct mass mass = {0};
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < topology->edges_count; i++) {
            if (topology->edges[i].callee != node)
                continue;
            const struct str caller = topology->nodes.keys[topology->edges[i].caller];
            const double measured = edge_weight(all, caller, callee, kind);
            const double own = own_weight(all, caller, kind);
            if (pass == 0)
                mass_add(&mass, measured);
            else if (measured < 0 && own >= 0 && mass.count > 0)
                mass_add(&mass, fmin(mass.largest, own));
        }
    return mass_of(&mass);
}

static double mass_out_of(const struct all *all, struct str caller, enum metric_kind kind)
{
    const struct topology *topology = all->topology;
    const uint32_t node = topology_find(topology, caller);
    struct mass mass = {0};
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (topology->edges[i].caller == node)
            mass_add(&mass, edge_weight(all, caller,
                                        topology->nodes.keys[topology->edges[i].callee], kind));
    return mass_of(&mass);
}

void shifted_edges_settle(struct topology *topology, struct shifted *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].edge)
            topology_add(topology, items[i].caller, items[i].callee);

    const struct all all = {topology, items, count};
    struct str last_caller = STR(""), last_callee = STR("");
    enum metric_kind last_kind = METRIC_OTHER;
    bool to_caller = false;
    for (size_t i = 0; i < count; i++) {
        struct shifted *item = &items[i];
        if (!item->edge)
            continue;
        if (!str_eq(item->caller, last_caller) || !str_eq(item->callee, last_callee) ||
            item->kind != last_kind) {
            last_caller = item->caller;
            last_callee = item->callee;
            last_kind = item->kind;
            to_caller = mass_out_of(&all, item->caller, item->kind) >
                        CLEARLY * mass_into(&all, item->callee, item->kind);
        }
        item->service = to_caller ? item->caller : item->callee;
    }
}
