/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/panel.h"

#include "base/arena.h"

struct panel {
    struct arena *arena;
    struct clock clock;
    struct expert expert;
    struct consultation *first, *last;
};

bool panel_open(struct arena *arena, const char *path, struct clock clock,
                const struct transport *transport, struct panel **out, struct err *err)
{
    struct expert_config config;
    if (!expert_config_load(arena, path, &config, err))
        return false;
    *out = arena_push(arena, struct panel);
    **out = (struct panel){
        .arena = arena, .clock = clock, .expert = expert_open(arena, &config, clock, transport)};
    return true;
}

bool panel_can(const struct panel *panel, enum ability ability)
{
    return panel && (ability == ABILITY_PLAN || ability == ABILITY_RANK ||
                     ability == ABILITY_EXPLAIN || ability == ABILITY_LABEL);
}

static void keep(struct panel *panel, const struct consultation *consultation)
{
    struct consultation *kept = arena_push(panel->arena, struct consultation);
    *kept = *consultation;
    if (panel->last)
        panel->last->next = kept;
    else
        panel->first = kept;
    panel->last = kept;
}

bool panel_ask(struct panel *panel, struct arena *arena, const struct brief *brief,
               accept_fn *accept, void *state, struct err *err)
{
    struct expert *expert = &panel->expert;
    const struct bill before = expert->bill;
    const int64_t from_ns = clock_now_ns(panel->clock);
    const bool ok = expert_ask(expert, arena, brief, accept, state, err);
    const struct bill *bill = &expert->bill;
    keep(panel, &(struct consultation){
                    .ability = str_of(ability_name(brief->ability)),
                    .task = str_of(brief->task),
                    .expert = expert->config.model,
                    .failure = ok ? (struct str){0} : str_copy(panel->arena, str_of(err->text)),
                    .questions = bill->questions - before.questions,
                    .repairs = bill->repairs - before.repairs,
                    .tokens_in = bill->tokens_in - before.tokens_in,
                    .tokens_out = bill->tokens_out - before.tokens_out,
                    .money = bill->money - before.money,
                    .took_ns = clock_now_ns(panel->clock) - from_ns,
                });
    return ok;
}

bool panel_show(const struct panel *panel, struct arena *arena, const struct brief *brief,
                struct str *out, struct err *err)
{
    return expert_show(&panel->expert, arena, brief, out, err);
}

const struct consultation *panel_consultations(const struct panel *panel)
{
    return panel ? panel->first : NULL;
}
