/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/ownership.h"

#include "base/arena.h"
#include "culprit/signs.h"

#define FOLDERS_UP_MAX 16
#define SHARED UINT32_MAX /* of a folder: changes of it went to several services */

/* ---- whose a change is ---- */

static void add_subject(struct subjects *subjects, uint32_t node)
{
    for (uint32_t i = 0; i < subjects->count; i++)
        if (subjects->nodes[i] == node)
            return;
    if (node != MAP_NONE && subjects->count < SERVICES_OF_MAX)
        subjects->nodes[subjects->count++] = node;
}

static uint32_t node_of(const struct ownership *it, struct str service)
{
    return service.len > 0 ? map_find(&it->context->topology.nodes, service) : MAP_NONE;
}

/* The services that it names or was brought to, as far as was known then. */
static void add_told(const struct ownership *it, const struct landed *landed, struct subjects *out)
{
    add_subject(out, node_of(it, landed->change.service));
    for (uint32_t i = 0; i < landed->rollouts_count; i++)
        if (landed->rollouts[i].time_ns <= it->question->at_ns)
            add_subject(out, node_of(it, landed->rollouts[i].service));
}

static void learn_folders(struct ownership *it, struct arena *arena)
{
    const struct history *history = it->question->history;
    uint32_t room = 0;
    it->folders = map_new(arena);
    for (uint32_t i = 0; i < it->question->to; i++)
        room += history->items[i].rollouts_count > 0 ? history->items[i].paths_count : 0;
    it->brought = arena_push_many(arena, uint32_t, room);
    for (uint32_t i = 0; i < it->question->to && room > 0; i++) {
        const struct landed *landed = &history->items[i];
        struct subjects subjects = {0};
        if (landed->rollouts_count > 0)
            add_told(it, landed, &subjects);
        for (uint32_t j = 0; subjects.count > 0 && j < landed->paths_count; j++) {
            const struct str folder = path_folder(history->paths.keys[landed->paths[j]]);
            const uint32_t before = it->folders.count, number = map_add(&it->folders, folder);
            const uint32_t owner = subjects.count == 1 ? subjects.nodes[0] : SHARED;
            it->brought[number] = number == before || it->brought[number] == owner ? owner : SHARED;
        }
    }
}

struct ownership ownership_new(struct arena *arena, const struct question *question)
{
    struct ownership it = {.question = question, .context = question->context};
    it.called = called_new(arena, &question->context->topology.nodes);
    learn_folders(&it, arena);
    return it;
}

/* The configured owner of the path, or of the nearest folder above it. */
static uint32_t configured_owner(const struct ownership *it, struct str path)
{
    for (int up = 0; up < FOLDERS_UP_MAX && path.len > 0; up++) {
        const uint32_t number = map_find(&it->context->paths, path);
        if (number != MAP_NONE)
            return it->context->owners[number];
        path = path_folder(path);
    }
    return MAP_NONE;
}

static uint32_t learnt_owner(const struct ownership *it, struct str path)
{
    const uint32_t number = map_find(&it->folders, path_folder(path));
    return number != MAP_NONE && it->brought[number] != SHARED ? it->brought[number] : MAP_NONE;
}

static uint32_t owner_of_path(const struct ownership *it, struct str path)
{
    uint32_t owner = configured_owner(it, path);
    if (owner == MAP_NONE)
        owner = called_like(&it->called, path);
    return owner != MAP_NONE ? owner : learnt_owner(it, path);
}

struct subjects ownership_subjects(const struct ownership *it, uint32_t number)
{
    const struct landed *landed = &it->question->history->items[number];
    struct subjects subjects = {0};
    add_told(it, landed, &subjects);
    for (uint32_t i = 0; subjects.count == 0 && i < landed->paths_count; i++) {
        const struct str path = it->question->history->paths.keys[landed->paths[i]];
        add_subject(&subjects, owner_of_path(it, path));
    }
    return subjects;
}
