/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/returns.h"

#include "base/arena.h"
#include "base/clock.h"

#define DAYS_NS (HAZARDS_DAYS * 86400 * NS_PER_S)

static void add_culprits(const struct repository *repository, bool *came_back)
{
    for (uint32_t i = 0; i < repository->queries_count; i++) {
        const struct culprit_query *query = &repository->queries[i];
        for (uint32_t j = 0; j < query->truths_count; j++) {
            const uint32_t number = query->truths[j];
            if (query->time_ns - repository->history->items[number].change.time_ns <= DAYS_NS)
                came_back[number] = true;
        }
    }
}

struct returns returns_read(struct arena *arena, const struct repository *repository)
{
    const struct history *history = repository->history;
    struct returns returns = {.hazards = hazards_measure(arena, history, history->count),
                              .came_back = arena_push_many(arena, bool, history->count),
                              .counts = arena_push_many(arena, bool, history->count)};
    for (uint32_t i = 0; i < history->count; i++) {
        const bool unseen = (history->items[i].kinds & 1u << CHANGE_UNSEEN) != 0;
        returns.came_back[i] = hazards_fate(history, i, history->count) != HISTORY_NONE;
        returns.counts[i] =
            i >= RETURNS_FROM && !unseen && hazards_is_settled(history, i, history->count);
    }
    add_culprits(repository, returns.came_back);
    return returns;
}
