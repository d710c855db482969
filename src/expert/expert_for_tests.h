/* SPDX-License-Identifier: Apache-2.0 */
/* An expert, and a panel of it, without a network, whose time passes only in pauses. */
#pragma once

#include "expert/panel.h"

#include "base/arena.h"
#include "net/tape.h"

#include <stdlib.h>

struct desk {
    struct arena *arena;
    int64_t now_ns;
    struct expert expert;
    struct panel *panel;
};

static void desk_pause(void *state, int64_t span_ns)
{
    ((struct desk *)state)->now_ns += span_ns;
}

/* `more` are lines of YAML. */
static inline struct desk *desk_with(const char *kind, const char *more, struct transport transport,
                                     struct arena *arena)
{
    struct desk *desk = arena_push(arena, struct desk);
    struct experts experts;
    struct err err;
    const struct str text =
        str_printf(arena, "kind: %s\nurl: https://model.example\nmodel: m\n%s", kind, more);
    *desk = (struct desk){.arena = arena};
    if (!experts_read(arena, text, &experts, &err))
        abort(); /* the test is wrong */
    desk->expert = expert_open(arena, &experts.items[0], clock_fixed(&desk->now_ns), &transport);
    desk->expert.courier.pause = desk_pause;
    desk->expert.courier.pause_state = desk;
    desk->panel = panel_of(arena, &experts, clock_fixed(&desk->now_ns), &transport);
    panel_set_pause(desk->panel, desk_pause, desk);
    return desk;
}

/* A panel of these lines of YAML. */
static inline struct desk *desk_of(struct arena *arena, const char *text,
                                   struct transport transport)
{
    struct desk *desk = arena_push(arena, struct desk);
    struct experts experts;
    struct err err;
    *desk = (struct desk){.arena = arena};
    if (!experts_read(arena, str_of(text), &experts, &err))
        abort(); /* the test is wrong */
    desk->panel = panel_of(arena, &experts, clock_fixed(&desk->now_ns), &transport);
    panel_set_pause(desk->panel, desk_pause, desk);
    return desk;
}

/* What the expert replies, one after the other, in the form of net/tape.h. */
static inline struct desk *desk_new(const char *kind, const char *more, const char *const *replies,
                                    uint32_t count)
{
    struct arena *arena = arena_new("test");
    return desk_with(kind, more, tape_of(arena, replies, count), arena);
}

/* A whole reply of chat completions with that content, which is given as JSON. */
#define OPENAI_REPLY(content)                                                                      \
    "HTTP 200\n\n{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\","   \
    "\"content\":" content "}}],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":10}}"
#define ANTHROPIC_REPLY(content)                                                                   \
    "HTTP 200\n\n{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":" content          \
    "}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":100,\"output_tokens\":10}}"
