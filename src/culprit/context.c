/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/context.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "culprit/ownership.h"
#include "culprit/signs.h"

#include <jansson.h>
#include <math.h>

#define FRESH_HALF_NS (120 * NS_PER_S) /* most of what goes wrong at once does so by then */
#define LATE_HALF_NS (60 * NS_PER_S)   /* an onset is rarely known better */
#define LIST_MAX 1000                  /* paths or callees of one line */

const char *context_sign_name(enum context_sign sign)
{
    static const char *const names[] = {
#define X(id, name) #name,
        CONTEXT_SIGNS(X)
#undef X
    };
    return names[sign];
}

/* ---- what is configured ---- */

struct context *context_new(struct arena *arena, const struct topology *topology,
                            struct str suffers)
{
    struct context *context = arena_push(arena, struct context);
    *context = (struct context){.arena = arena,
                                .suffers = str_copy(arena, suffers),
                                .topology = topology_new(arena),
                                .paths = map_new(arena)};
    if (suffers.len > 0)
        map_add(&context->topology.nodes, suffers);
    for (uint32_t i = 0; topology && i < topology->nodes.count; i++)
        map_add(&context->topology.nodes, topology->nodes.keys[i]);
    for (uint32_t i = 0; topology && i < topology->edges_count; i++)
        topology_add(&context->topology, topology->nodes.keys[topology->edges[i].caller],
                     topology->nodes.keys[topology->edges[i].callee]);
    return context;
}

static struct str without_slashes(struct str path)
{
    while (str_starts(path, STR("/")) || str_starts(path, STR("./")))
        path = str_slice(path, 1, path.len);
    while (str_ends(path, STR("/")) || str_ends(path, STR("*")))
        path.len--;
    return path;
}

void context_add_paths(struct context *context, struct str service, struct str paths)
{
    const uint32_t owner = map_add(&context->topology.nodes, service);
    struct str path;
    for (int i = 0; i < LIST_MAX && path_list_next(&paths, &path); i++) {
        const uint32_t number = map_add(&context->paths, without_slashes(path));
        if (number >= context->owners_room) {
            const uint32_t room = 2 * number + 16;
            context->owners =
                arena_grow(context->arena, context->owners,
                           context->owners_room * sizeof *context->owners, room * sizeof(uint32_t));
            context->owners_room = room;
        }
        context->owners[number] = owner;
    }
}

void context_add_calls(struct context *context, struct str service, struct str callees)
{
    struct str callee;
    for (int i = 0; i < LIST_MAX && path_list_next(&callees, &callee); i++)
        topology_add(&context->topology, service, callee);
}

/* An array of texts as path_list_next() reads it, or the text itself. */
static struct str list_of(struct arena *arena, const json_t *json)
{
    struct buf out = buf_new(arena);
    if (json_is_string(json))
        return str_copy(arena, str_of(json_string_value(json)));
    for (size_t i = 0; i < json_array_size(json) && i < LIST_MAX; i++) {
        buf_add(&out, str_of(json_string_value(json_array_get(json, i))));
        buf_add_char(&out, ',');
    }
    return buf_str(&out);
}

bool context_read(struct context *context, struct str text, struct err *err)
{
    struct str line;
    for (uint32_t number = 1; str_split(&text, '\n', &line); number++) {
        json_error_t problem;
        if (str_trim(line).len == 0)
            continue;
        json_t *object = json_loadb(line.ptr, line.len, 0, &problem);
        const char *service = json_string_value(json_object_get(object, "service"));
        if (!service || *service == '\0') {
            json_decref(object);
            return err_set(err, ERR_CORRUPT,
                           "line %u: an object is wanted, such as {\"service\": \"cart\", "
                           "\"paths\": [\"src/cart\"], \"calls\": [\"stock\"]}",
                           number);
        }
        context_add_paths(context, str_of(service),
                          list_of(context->arena, json_object_get(object, "paths")));
        context_add_calls(context, str_of(service),
                          list_of(context->arena, json_object_get(object, "calls")));
        json_decref(object);
    }
    return true;
}

/* ---- signs ---- */

/* How near the nearest of them is to whom the alert is about. */
static void tell_place(const struct subjects *subjects, uint32_t suffers, const uint32_t *steps,
                       bool has_calls, struct context_signs *signs)
{
    uint32_t nearest = TOPOLOGY_FAR;
    for (uint32_t i = 0; i < subjects->count; i++) {
        const uint32_t far = subjects->nodes[i] == suffers ? 0 : steps[subjects->nodes[i]];
        nearest = far < nearest ? far : nearest;
    }
    signs->of[CONTEXT_OWN] = subjects->count > 0 && nearest == 0;
    signs->of[CONTEXT_CALLEE] = nearest > 0 && nearest != TOPOLOGY_FAR ? 1.0 / nearest : 0.0;
    signs->of[CONTEXT_STRANGER] = has_calls && subjects->count > 0 && nearest == TOPOLOGY_FAR;
}

static void tell_places(struct arena *arena, const struct question *question,
                        struct context_signs *signs)
{
    const struct context *context = question->context;
    const uint32_t suffers = topology_find(&context->topology, context->suffers);
    if (suffers == MAP_NONE)
        return;
    const struct ownership ownership = ownership_new(arena, question);
    const uint32_t *steps = topology_distances(&context->topology, arena, suffers);
    for (uint32_t i = 0; i < question->to - question->from; i++) {
        const struct subjects subjects = ownership_subjects(&ownership, question->from + i);
        tell_place(&subjects, suffers, steps, context->topology.edges_count > 0, &signs[i]);
    }
}

/* By itself a rollout is in service, and so is what no rollout is needed for. */
static void tell_rollout(const struct question *question, uint32_t number, bool brings,
                         struct context_signs *signs)
{
    const struct landed *landed = &question->history->items[number];
    const bool is_brought = history_rollout(question->history, number, question->at_ns) != NULL;
    const int64_t began_ns = question->began_ns != 0 ? question->began_ns : question->at_ns;
    const int64_t age_ns = began_ns - question_since(question, number);
    if (age_ns < 0)
        signs->of[CONTEXT_LATE] = 1.0 - 1.0 / (1.0 - (double)age_ns / (double)LATE_HALF_NS);
    if (is_brought || landed->change.is_rollout)
        signs->of[CONTEXT_FRESH] = 1.0 / (1.0 + fabs((double)age_ns) / (double)FRESH_HALF_NS);
    else
        signs->of[CONTEXT_WAITING] = brings;
}

/* Whether some change had been brought by a rollout then: where there are none, to land is enough.
 */
static bool any_is_brought(const struct question *question)
{
    for (uint32_t i = question->from; question->history->has_rollouts && i < question->to; i++)
        if (history_rollout(question->history, i, question->at_ns))
            return true;
    return false;
}

struct context_signs *context_measure(struct arena *arena, const struct question *question)
{
    const uint32_t count = question->to - question->from;
    struct context_signs *signs = arena_push_many(arena, struct context_signs, count);
    const bool brings = any_is_brought(question);
    for (uint32_t i = 0; i < count; i++)
        tell_rollout(question, question->from + i, brings, &signs[i]);
    if (question->context && count > 0)
        tell_places(arena, question, signs);
    return signs;
}

struct str context_service(struct arena *arena, const struct question *question, uint32_t number)
{
    const struct history *history = question->history;
    const struct context *context = question->context;
    const struct rollout *rollout = history_rollout(history, number, question->at_ns);
    const struct str told = rollout && rollout->service.len > 0
                                ? rollout->service
                                : history->items[number].change.service;
    if (told.len > 0 || !context)
        return told;
    const struct ownership ownership = ownership_new(arena, question);
    const struct subjects subjects = ownership_subjects(&ownership, number);
    return subjects.count == 1 ? context->topology.nodes.keys[subjects.nodes[0]] : (struct str){0};
}

/* ---- in words ---- */

struct str context_where(struct arena *arena, const struct question *question,
                         const struct context_signs *signs)
{
    const struct str suffers = question->context ? question->context->suffers : (struct str){0};
    if (signs->of[CONTEXT_OWN] > 0.0)
        return str_printf(arena, "it is about `%.*s`, as the alert is", STR_ARG(suffers));
    if (signs->of[CONTEXT_CALLEE] == 1.0)
        return str_printf(arena, "it is about what `%.*s` calls", STR_ARG(suffers));
    if (signs->of[CONTEXT_CALLEE] > 0.0)
        return str_printf(arena, "it is about what `%.*s` depends on", STR_ARG(suffers));
    if (signs->of[CONTEXT_STRANGER] > 0.0)
        return str_printf(arena, "it is about nothing that `%.*s` calls", STR_ARG(suffers));
    return (struct str){0};
}

static struct str when(struct arena *arena, const struct question *question, uint32_t number,
                       const struct context_signs *signs)
{
    const struct rollout *rollout = history_rollout(question->history, number, question->at_ns);
    if (signs->of[CONTEXT_WAITING] > 0.0)
        return STR("nothing has brought it into service, as far as is known");
    if (!rollout)
        return (struct str){0};
    const int64_t age_ns = (question->at_ns - rollout->time_ns) / NS_PER_S * NS_PER_S;
    const struct str age = age_ns > 0 ? span_format(arena, age_ns) : (struct str){0};
    const struct str before =
        age_ns > 0 ? str_printf(arena, " %.*s before", STR_ARG(age)) : STR(" as it began");
    if (rollout->service.len == 0)
        return str_printf(arena, "came into service%.*s", STR_ARG(before));
    return str_printf(arena, "was brought to `%.*s`%.*s", STR_ARG(rollout->service),
                      STR_ARG(before));
}

struct str context_text(struct arena *arena, const struct question *question, uint32_t number,
                        const struct context_signs *signs)
{
    const struct str time = when(arena, question, number, signs);
    const struct str place = context_where(arena, question, signs);
    if (time.len == 0 || place.len == 0)
        return time.len > 0 ? time : place;
    return str_printf(arena, "%.*s; %.*s", STR_ARG(time), STR_ARG(place));
}
