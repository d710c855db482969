/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/trace/classes.h"

#include "base/arena.h"
#include "base/map.h"

#include <math.h>
#include <stdlib.h>

#define FEW 3.0        /* services; so many are half of very many */
#define DEPTH_HALF 2.0 /* calls */
#define SICK_MIN 0.1   /* strength; less is what always goes on somewhere */
#define EDGES_MAX 8192
#define GROWN_TIMES 8.0 /* as long: nine tenths of what can be told */

/* What is known of a service, whatever its operations are. */
struct service {
    double own, slow, failed, gap, way, unanswered, late;
    double callee_sick, callers_sick, calls_unseen;
    uint32_t callees, callers, depth;
    bool is_unseen;
};

struct gap {
    uint32_t item, caller;
    double strength;
};

struct reading {
    struct arena *arena;
    struct map keys, names; /* of classes: service and operation by number; of services */
    struct map operations;
    struct span_class *items;
    uint32_t *services_of; /* by class */
    struct service *services;
    uint32_t services_room;
    uint32_t (*edges)[2];
    uint32_t edges_count;
    struct gap *gaps;
    uint32_t gaps_count;
};

const char *class_fact_name(enum class_fact fact)
{
    static const char *const names[] = {
#define X(name, word) #word,
        CLASS_FACTS(X)
#undef X
    };
    return names[fact];
}

/* ---- rows ---- */

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static double real_of(const struct batch *rows, size_t row, const char *column)
{
    const double value = batch_column(rows, column)->reals[row];
    return isfinite(value) ? fmin(fmax(value, 0), 1) : 0;
}

static double share_of(const struct batch *rows, size_t row, const char *hits, const char *tries)
{
    const double all = (double)batch_column(rows, tries)->integers[row];
    return all > 0 ? (double)batch_column(rows, hits)->integers[row] / all : 0;
}

static size_t count_of(const struct batch *rows)
{
    return rows ? rows->rows : 0;
}

static void raise(double *value, double to)
{
    *value = fmax(*value, to);
}

static uint32_t service_number(struct reading *it, struct str name)
{
    const uint32_t number = map_add(&it->names, name);
    if (number >= it->services_room) {
        const uint32_t room = 2 * number + 64;
        it->services = arena_grow(it->arena, it->services, it->services_room * sizeof *it->services,
                                  room * sizeof *it->services);
        it->services_room = room;
    }
    return number;
}

/* Until the next one is looked up. */
static struct service *service_of(struct reading *it, struct str name)
{
    const uint32_t number = service_number(it, name);
    return &it->services[number];
}

/* NULL: there are too many. */
static struct span_class *class_for(struct reading *it, struct str service, struct str operation)
{
    const uint32_t number = service_number(it, service);
    const uint32_t key[] = {number, map_add(&it->operations, operation)};
    const struct str name = {.ptr = (const char *)key, .len = sizeof key};
    const uint32_t known = map_find(&it->keys, name);
    if (known != MAP_NONE)
        return &it->items[known];
    if (it->keys.count == CLASSES_MAX)
        return NULL;
    const uint32_t at = map_add(&it->keys, name);
    it->items[at] = (struct span_class){.service = service, .operation = operation};
    it->services_of[at] = number;
    return &it->items[at];
}

static void read_call(struct reading *it, const struct batch *rows, size_t row)
{
    const struct str kind = text_of(rows, row, "kind"), service = text_of(rows, row, "service");
    const double strength = real_of(rows, row, "strength");
    const double share = share_of(rows, row, "hits_since", "tries_since");
    struct service *whole = service_of(it, service);
    if (str_eq(kind, STR("own"))) {
        raise(&whole->own, strength);
        return;
    }
    struct span_class *item = class_for(it, service, text_of(rows, row, "operation"));
    if (!item)
        return;
    whole = service_of(it, service);
    if (str_eq(kind, STR("slow"))) {
        raise(&item->of[CLASS_SLOW], strength);
        raise(&item->of[CLASS_SLOW_SHARE], share);
        raise(&whole->slow, strength);
    } else if (str_eq(kind, STR("failed"))) {
        raise(&item->of[CLASS_FAILED], strength);
        raise(&item->of[CLASS_FAILED_SHARE], share);
        raise(&whole->failed, strength);
    } else if (str_eq(kind, STR("gap"))) {
        raise(&item->of[CLASS_GAP], strength);
        raise(&whole->gap, strength);
        const uint32_t caller = service_number(it, text_of(rows, row, "caller"));
        it->gaps[it->gaps_count++] = (struct gap){(uint32_t)(item - it->items), caller, strength};
    } else {
        const bool more = batch_column(rows, "more")->integers[row] != 0;
        raise(&item->of[more ? CLASS_MORE : CLASS_LESS], strength);
    }
}

/* What a step took from all requests of its kind since. */
static double lost_in(const struct batch *rows, size_t row)
{
    const double grown = batch_column(rows, "growth_ms")->reals[row];
    return isfinite(grown) && grown > 0
               ? grown * (double)batch_column(rows, "requests_since")->integers[row]
               : 0;
}

static void read_step(struct reading *it, const struct batch *rows, size_t row, double lost_most)
{
    const struct str callee = text_of(rows, row, "callee");
    const double share = real_of(rows, row, "strength") * real_of(rows, row, "share");
    if (callee.len > 0) {
        raise(&service_of(it, callee)->way, share);
        return;
    }
    struct span_class *item =
        class_for(it, text_of(rows, row, "service"), text_of(rows, row, "operation"));
    if (!item)
        return;
    const double before = batch_column(rows, "ms_base")->reals[row];
    const double grown = batch_column(rows, "growth_ms")->reals[row];
    raise(&item->of[CLASS_PATH], share);
    if (grown > 0)
        raise(&item->of[CLASS_GROWTH], grown / (grown + GROWN_TIMES * (before + 1)));
    if (lost_in(rows, row) >= lost_most)
        item->of[CLASS_PATH_FIRST] = 1;
}

static void read_steps(struct reading *it, const struct batch *rows)
{
    double most = 0;
    for (size_t row = 0; row < count_of(rows); row++)
        if (text_of(rows, row, "callee").len == 0)
            raise(&most, lost_in(rows, row));
    for (size_t row = 0; row < count_of(rows); row++)
        read_step(it, rows, row, most);
}

static void read_unseen(struct reading *it, const struct batch *rows, size_t row)
{
    const struct str callee = text_of(rows, row, "callee");
    const bool late = str_eq(text_of(rows, row, "kind"), STR("late"));
    struct service *service = service_of(it, callee);
    raise(late ? &service->late : &service->unanswered, real_of(rows, row, "strength"));
    service->is_unseen = true;
    (void)class_for(it, callee, STR(""));
}

static void read_edges(struct reading *it, const struct batch *rows)
{
    for (size_t row = 0; row < count_of(rows) && it->edges_count < EDGES_MAX; row++) {
        const uint32_t caller = service_number(it, text_of(rows, row, "caller"));
        const uint32_t callee = service_number(it, text_of(rows, row, "callee"));
        bool known = caller == callee;
        for (uint32_t i = 0; !known && i < it->edges_count; i++)
            known = it->edges[i][0] == caller && it->edges[i][1] == callee;
        if (known)
            continue;
        it->edges[it->edges_count][0] = caller;
        it->edges[it->edges_count++][1] = callee;
    }
}

/* ---- what neighbours say ---- */

static double sickness_of(const struct service *service)
{
    return fmax(fmax(fmax(service->slow, service->own), service->failed),
                fmax(service->unanswered, service->late));
}

static void look_around(struct reading *it)
{
    for (uint32_t i = 0; i < it->edges_count; i++) {
        struct service *caller = &it->services[it->edges[i][0]];
        struct service *callee = &it->services[it->edges[i][1]];
        caller->callees++;
        callee->callers++;
        raise(&caller->callee_sick, sickness_of(callee));
        raise(&caller->calls_unseen, fmax(callee->unanswered, callee->late));
        callee->callers_sick += fmax(sickness_of(caller), caller->gap) > SICK_MIN;
    }
    /* A call at a time; a round of calls leads nowhere new. */
    for (uint32_t i = 0; i < it->names.count; i++)
        it->services[i].depth = it->services[i].callers == 0 ? 0 : UINT32_MAX;
    for (uint32_t depth = 0; depth < it->names.count; depth++) {
        bool any = false;
        for (uint32_t i = 0; i < it->edges_count; i++) {
            struct service *callee = &it->services[it->edges[i][1]];
            if (it->services[it->edges[i][0]].depth != depth || callee->depth != UINT32_MAX)
                continue;
            callee->depth = depth + 1;
            any = true;
        }
        if (!any)
            break;
    }
}

static void tell_gaps(struct reading *it)
{
    for (uint32_t i = 0; i < it->gaps_count; i++) {
        const struct gap *gap = &it->gaps[i];
        const struct service *caller = &it->services[gap->caller];
        struct span_class *item = &it->items[gap->item];
        const uint32_t callers = it->services[it->services_of[gap->item]].callers;
        const double slowness = fmax(fmax(caller->slow, caller->own), caller->gap);
        raise(&item->of[CLASS_GAP_ALONE], gap->strength * (1 - slowness));
        if (gap->strength > SICK_MIN && callers > 0)
            item->of[CLASS_GAP_CALLERS] = fmin(item->of[CLASS_GAP_CALLERS] + 1.0 / callers, 1);
    }
}

/* As strong as the strongest evidence that an investigation makes of spans without an expert. */
static double strongest_of(const double *of)
{
    const double silent = fmax(of[CLASS_UNANSWERED], of[CLASS_LATE]);
    const double own = fmax(fmax(of[CLASS_SLOW], of[CLASS_OWN]), of[CLASS_FAILED]);
    return fmax(fmax(silent, own * (1 - of[CLASS_CALLS_UNSEEN])), of[CLASS_GAP_ALONE]);
}

static void tell_service(const struct reading *it, uint32_t number)
{
    const struct service *service = &it->services[it->services_of[number]];
    double *of = it->items[number].of;
    of[CLASS_OWN] = service->own;
    of[CLASS_WAY] = service->way;
    of[CLASS_CALLEE_SICK] = service->callee_sick;
    of[CLASS_CALLERS_SICK] = service->callers > 0 ? service->callers_sick / service->callers : 0;
    of[CLASS_CALLS_UNSEEN] = service->calls_unseen;
    of[CLASS_UNSEEN] = service->is_unseen;
    of[CLASS_UNANSWERED] = service->unanswered;
    of[CLASS_LATE] = service->late;
    of[CLASS_FAN_OUT] = service->callees / (service->callees + FEW);
    of[CLASS_FAN_IN] = service->callers / (service->callers + FEW);
    of[CLASS_DEPTH] =
        service->depth == UINT32_MAX ? 1 : service->depth / (service->depth + DEPTH_HALF);
    of[CLASS_SLOW_ALONE] = of[CLASS_SLOW] * (1 - service->callee_sick);
    of[CLASS_FAILED_ALONE] = of[CLASS_FAILED] * (1 - service->callee_sick);
    of[CLASS_STRONGEST] = strongest_of(of);
}

static int compare_classes(const void *a, const void *b)
{
    const struct span_class *x = a, *y = b;
    const int order = str_compare(x->service, y->service);
    return order != 0 ? order : str_compare(x->operation, y->operation);
}

struct span_classes span_classes_of(struct arena *arena, const struct class_rows *rows)
{
    struct reading it = {
        .arena = arena,
        .keys = map_new(arena),
        .names = map_new(arena),
        .operations = map_new(arena),
        .items = arena_push_many(arena, struct span_class, CLASSES_MAX),
        .services_of = arena_push_many(arena, uint32_t, CLASSES_MAX),
        .edges = arena_alloc(arena, EDGES_MAX * sizeof *it.edges),
        .gaps = arena_push_many(arena, struct gap, count_of(rows->calls) + 1),
    };
    for (size_t row = 0; row < count_of(rows->calls); row++)
        read_call(&it, rows->calls, row);
    read_steps(&it, rows->steps);
    for (size_t row = 0; row < count_of(rows->unseen); row++)
        read_unseen(&it, rows->unseen, row);
    read_edges(&it, rows->edges);
    read_edges(&it, rows->unseen_edges);
    look_around(&it);
    tell_gaps(&it);
    for (uint32_t i = 0; i < it.keys.count; i++)
        tell_service(&it, i);
    qsort(it.items, it.keys.count, sizeof *it.items, compare_classes);
    return (struct span_classes){it.items, it.keys.count};
}
