/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: whoever lies next to what suffers. What the alert's service calls, and what that
 * calls in turn, can make it suffer; who calls it can overwhelm it.
 *
 * To lie there is no fault. So only those get a little evidence of whom something else speaks
 * already; and only where nothing speaks of any of them do the direct callees get it, because one
 * has to begin somewhere.
 */
#include "actor/actor.h"

#include "actor/edges.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "verdict/weigh.h"

#define SUSPECTS_MAX 20
#define EVIDENCE_MAX 4
#define HOPS_MAX 2
#define STRENGTH_NEAR 0.2
#define STRENGTH_FAR 0.1 /* two calls away */

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"subject", TYPE_TEXT, 0, "a service", NULL},
    {"because", TYPE_TEXT, 0, "how it hangs together with the alert's, in words", NULL},
    {"hops", TYPE_INT, 0, "calls between them", NULL},
    {"odd", TYPE_BOOL, 0, "something else speaks of it", NULL},
    {0},
};

static const struct field output[] = {
    {"rows", TYPE_ROWS, 0, "the suspects: those of whom something speaks first", columns},
    {"count", TYPE_INT, 0, "how many rows there are", NULL},
    {0},
};

struct neighbour {
    uint32_t node;
    uint32_t by; /* of two calls, the node between them */
    uint32_t hops;
    bool calls_it; /* it is the caller */
    bool odd;
};

struct neighbours {
    struct neighbour *items;
    uint32_t count;
};

static struct str name_of(const struct casefile *casefile, uint32_t node)
{
    return casefile->topology.nodes.keys[node];
}

static bool is_odd(const struct casefile *casefile, struct str service)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, service) && weigh_tells(weights_of(casefile), it->finding) &&
            it->finding != FINDING_NEIGHBOUR && it->finding != FINDING_PAST)
            return true;
    return false;
}

static void add(struct neighbours *list, struct neighbour found, uint32_t from)
{
    if (list->count == SUSPECTS_MAX || found.node == from)
        return;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].node == found.node)
            return;
    list->items[list->count++] = found;
}

/* Nearest first: callees, callers, then callees of callees. */
static struct neighbours find(const struct casefile *casefile, struct arena *arena, uint32_t from)
{
    const struct topology *topology = &casefile->topology;
    struct neighbours list = {.items = arena_push_many(arena, struct neighbour, SUSPECTS_MAX)};
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (topology->edges[i].caller == from)
            add(&list, (struct neighbour){.node = topology->edges[i].callee, .hops = 1}, from);
    const uint32_t callees = list.count;
    for (uint32_t i = 0; i < topology->edges_count; i++)
        if (topology->edges[i].callee == from)
            add(&list,
                (struct neighbour){.node = topology->edges[i].caller, .hops = 1, .calls_it = true},
                from);
    for (uint32_t near = 0; near < callees; near++)
        for (uint32_t i = 0; i < topology->edges_count; i++)
            if (topology->edges[i].caller == list.items[near].node)
                add(&list,
                    (struct neighbour){.node = topology->edges[i].callee,
                                       .by = list.items[near].node,
                                       .hops = HOPS_MAX},
                    from);
    for (uint32_t i = 0; i < list.count; i++)
        list.items[i].odd = is_odd(casefile, name_of(casefile, list.items[i].node));
    return list;
}

/* "`front` calls `store`, and that `db`" */
static struct str words_of(struct call *call, const struct neighbour *it, struct str from)
{
    struct arena *arena = call->scratch;
    const struct str name = name_of(call->casefile, it->node);
    if (it->calls_it)
        return str_printf(arena, "`%.*s` calls `%.*s`", STR_ARG(name), STR_ARG(from));
    if (it->hops == 1)
        return str_printf(arena, "`%.*s` calls `%.*s`", STR_ARG(from), STR_ARG(name));
    const struct str by = name_of(call->casefile, it->by);
    return str_printf(arena, "`%.*s` calls `%.*s`, and that `%.*s`", STR_ARG(from), STR_ARG(by),
                      STR_ARG(name));
}

static void add_evidence(struct call *call, const struct neighbour *it, struct str from,
                         struct str query)
{
    casefile_add(call->casefile,
                 &(struct evidence){
                     .step_id = call->step_id,
                     .signal = SIGNAL_TOPOLOGY,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_NEIGHBOUR,
                     .subject = name_of(call->casefile, it->node),
                     .window = call->casefile->incident,
                     .claim = str_printf(call->scratch, "%s.", words_of(call, it, from).ptr),
                     .query = query,
                     .strength = it->hops == 1 ? STRENGTH_NEAR : STRENGTH_FAR,
                 });
}

static bool is_declared(const struct batch *rows, struct str caller, struct str callee)
{
    for (size_t row = 0; row < rows->rows; row++)
        if (str_eq(batch_column(rows, "caller")->texts[row], caller) &&
            str_eq(batch_column(rows, "callee")->texts[row], callee))
            return true;
    return false;
}

/* The cheap one, if it shows all edges: spans are many, and most graphs are declared. */
static bool query_of(struct call *call, const struct neighbours *list, struct str from,
                     struct str *out, struct err *err)
{
    struct batch *rows;
    bool declared = true;
    *out = edges_around_query(call->scratch, from, true);
    if (!telemetry_rows(call->services->telemetry, call->scratch, *out, &rows, err))
        return false;
    for (uint32_t i = 0; i < list->count && declared; i++) {
        const struct neighbour *it = &list->items[i];
        const struct str name = name_of(call->casefile, it->node);
        const struct str by = it->hops > 1 ? name_of(call->casefile, it->by) : from;
        declared = it->calls_it ? is_declared(rows, name, from)
                                : is_declared(rows, by, name) &&
                                      (it->hops == 1 || is_declared(rows, from, by));
    }
    if (!declared)
        *out = edges_around_query(call->scratch, from, false);
    return true;
}

static void tell(struct call *call, const struct neighbours *list, struct str from,
                 struct batch *rows)
{
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < list->count; i++) {
            const struct neighbour *it = &list->items[i];
            if (it->odd != (pass == 0))
                continue;
            const size_t row = batch_add_row(rows);
            batch_set(rows, row, "subject", value_text(name_of(call->casefile, it->node)));
            batch_set(rows, row, "because", value_text(words_of(call, it, from)));
            batch_set(rows, row, "hops", value_int(it->hops));
            batch_set(rows, row, "odd", value_bool(it->odd));
        }
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct casefile *casefile = call->casefile;
    const struct str from = casefile->subject;
    const uint32_t node = topology_find(&casefile->topology, from);
    struct batch *rows = batch_new(call->scratch, columns);
    *record_at(out, "rows") = value_rows(rows);
    *record_at(out, "count") = value_int(0);
    if (node == MAP_NONE)
        return true;
    const struct neighbours list = find(casefile, call->scratch, node);
    bool any_odd = false;
    for (uint32_t i = 0; i < list.count; i++)
        any_odd |= list.items[i].odd;
    struct str query;
    if (!query_of(call, &list, from, &query, err))
        return false;
    uint32_t added = 0;
    for (uint32_t i = 0; i < list.count && added < EVIDENCE_MAX; i++) {
        const struct neighbour *it = &list.items[i];
        if (any_odd ? !it->odd : it->hops > 1 || it->calls_it)
            continue;
        add_evidence(call, it, from, query);
        added++;
    }
    tell(call, &list, from, rows);
    *record_at(out, "count") = value_int((int64_t)rows->rows);
    return true;
}

const struct actor actor_suspect_neighbours = {
    .sig = {.name = "suspect_neighbours",
            .summary = "Suspect whoever lies next to what suffers",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .reads_case = true,
    .run = run,
};
