/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/metrics/generations.h"

#include "base/arena.h"
#include "stats/grid.h"

#define INSTANCES_MAX 200
#define REPLACED_STEPS 2 /* an old one is silent so many samples before the change is told */

static uint32_t find(const struct generations *all, struct str instance)
{
    uint32_t i = 0;
    while (i < all->count && !str_eq(all->items[i].instance, instance))
        i++;
    return i;
}

static void see(struct generations *all, struct arena *arena, const struct series *series,
                int64_t until_ns)
{
    const size_t end = series_split(series, until_ns);
    const uint32_t number = find(all, series->name.instance);
    if (end == 0 || number == INSTANCES_MAX)
        return;
    struct generation *it = &all->items[number];
    if (number == all->count) {
        *it = (struct generation){series->name.instance, series->times[0], series->times[0], false};
        all->count++;
    }
    it->first_ns = series->times[0] < it->first_ns ? series->times[0] : it->first_ns;
    it->last_ns = series->times[end - 1] > it->last_ns ? series->times[end - 1] : it->last_ns;
    const int64_t step_ns = grid_step_ns(arena, series->times, series->count);
    all->step_ns = step_ns > all->step_ns ? step_ns : all->step_ns;
}

struct generations generations_of(struct arena *arena, const struct series_list *list,
                                  struct str service, int64_t changed_ns, int64_t until_ns)
{
    struct generations all = {.items = arena_push_many(arena, struct generation, INSTANCES_MAX),
                              .changed_ns = changed_ns};
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *series = &list->items[i];
        if (str_eq(series->name.service, service) && series->name.instance.len > 0)
            see(&all, arena, series, until_ns);
    }
    bool any_old = false;
    for (uint32_t i = 0; i < all.count; i++)
        any_old |= all.items[i].first_ns < changed_ns;
    for (uint32_t i = 0; i < all.count && any_old; i++) {
        all.items[i].young = all.items[i].first_ns >= changed_ns;
        all.young += all.items[i].young;
    }
    return all;
}

bool generations_is_young(const struct generations *all, struct str instance)
{
    const uint32_t number = find(all, instance);
    return number < all->count && all->items[number].young;
}

const struct generation *generations_silent(const struct generations *all, int64_t *missed)
{
    int64_t newest_ns = INT64_MIN;
    uint32_t went = 0;
    const struct generation *silent = NULL;
    for (uint32_t i = 0; i < all->count; i++)
        newest_ns = all->items[i].last_ns > newest_ns ? all->items[i].last_ns : newest_ns;
    for (uint32_t i = 0; i < all->count && all->step_ns > 0; i++) {
        const struct generation *it = &all->items[i];
        if (it->young || it->last_ns < all->changed_ns - REPLACED_STEPS * all->step_ns ||
            newest_ns - it->last_ns < all->step_ns + all->step_ns / 2)
            continue;
        went++;
        if (!silent || it->last_ns < silent->last_ns)
            silent = it;
    }
    *missed = 0;
    if (!silent || went <= all->young)
        return NULL;
    *missed = (newest_ns - silent->last_ns) / all->step_ns - 1;
    return silent;
}
