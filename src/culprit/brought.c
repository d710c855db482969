/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History is the landing order along first parents, so what is deployed at one commit holds all
 * before it. Of the first deploy of a service nobody knows what was there before: it brings what it
 * names. One that goes back to an older commit brings nothing, and the next counts from there.
 *
 * Whose a change is, is told by its service and its paths alone: what was learnt from deploys would
 * say of itself that it is right.
 */
#include "culprit/brought.h"

#include "base/arena.h"
#include "culprit/ownership.h"
#include "culprit/signs.h"

#include <stdlib.h>

#define NOTED_MAX 1000000 /* rollouts of this kind: of 5,000 changes, 200 each */

/* One deploy, and the newest change that it names. */
struct deploy {
    struct rollout rollout;
    uint32_t service; /* a node of the topology */
    uint32_t head;
};

static int compare_deploys(const void *left, const void *right)
{
    const struct deploy *a = left, *b = right;
    if (a->service != b->service)
        return a->service < b->service ? -1 : 1;
    if (a->rollout.time_ns != b->rollout.time_ns)
        return a->rollout.time_ns < b->rollout.time_ns ? -1 : 1;
    const int by_id = str_compare(a->rollout.id, b->rollout.id);
    return by_id != 0 ? by_id : (a->head > b->head) - (a->head < b->head);
}

/* By service and time; what names several changes is there once for each, the newest last. */
static struct deploy *find_deploys(struct arena *arena, const struct context *context,
                                   const struct history *history, uint32_t *count)
{
    uint32_t room = 0;
    for (uint32_t i = 0; i < history->count; i++)
        room += history->items[i].rollouts_count;
    struct deploy *deploys = arena_push_many(arena, struct deploy, room);
    *count = 0;
    for (uint32_t i = 0; i < history->count; i++)
        for (uint32_t j = 0; j < history->items[i].rollouts_count; j++) {
            const struct rollout *rollout = &history->items[i].rollouts[j];
            const uint32_t service = topology_find(&context->topology, rollout->service);
            if (service != MAP_NONE && !history->items[i].change.is_rollout)
                deploys[(*count)++] =
                    (struct deploy){.rollout = *rollout, .service = service, .head = i};
        }
    if (*count > 1)
        qsort(deploys, *count, sizeof *deploys, compare_deploys);
    return deploys;
}

static bool is_about(const struct subjects *subjects, uint32_t service)
{
    for (uint32_t i = 0; i < subjects->count; i++)
        if (subjects->nodes[i] == service)
            return true;
    return false;
}

/* Whether the two are of one deploy, which names both changes. */
static bool is_same(const struct deploy *a, const struct deploy *b)
{
    return a->service == b->service && a->rollout.time_ns == b->rollout.time_ns &&
           str_eq(a->rollout.id, b->rollout.id);
}

void context_bring(const struct context *context, struct history *history)
{
    struct arena *scratch = arena_new("brought");
    const struct question nothing_yet = {
        .history = history, .at_ns = INT64_MIN, .context = context};
    const struct ownership ownership = ownership_new(scratch, &nothing_yet);
    uint32_t count, noted = 0;
    const struct deploy *deploys = find_deploys(scratch, context, history, &count);
    struct subjects *subjects = arena_push_many(scratch, struct subjects, history->count);
    for (uint32_t i = 0; count > 0 && i < history->count; i++)
        subjects[i] = ownership_subjects(&ownership, i);

    for (uint32_t i = 0, before = MAP_NONE; i < count; i++) {
        const struct deploy *it = &deploys[i];
        if (i == 0 || it->service != deploys[i - 1].service)
            before = MAP_NONE;
        if (i + 1 < count && is_same(it, &deploys[i + 1]))
            continue; /* the newest that it names ends what it brings */
        for (uint32_t number = before == MAP_NONE ? it->head : before + 1;
             number < it->head && noted < NOTED_MAX; number++)
            if (is_about(&subjects[number], it->service) &&
                !history->items[number].change.is_rollout) {
                history_note_rollout(history, number, &it->rollout);
                noted++;
            }
        before = it->head;
    }
    arena_free(scratch);
}
