/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/turn.h"

#include "base/arena.h"
#include "base/buf.h"

#include <math.h>

#define OBJECTIONS_BYTES_MAX 300

static const char *const forbidden[MATERIALS_COUNT] = {
    [SIGNAL_CHANGES] = "may not see changes",
    [SIGNAL_METRICS] = "may not see metrics",
    [SIGNAL_EVENTS] = "may not see events",
    [SIGNAL_LOGS] = "may not see logs",
    [SIGNAL_TRACES] = "may not see traces",
    [SIGNAL_TOPOLOGY] = "may not see topology",
    [SIGNAL_TOPOLOGY + 1] = "may not see the alert",
    [SIGNAL_TOPOLOGY + 2] = "may not see documents",
};

struct turn turn_of(const struct experts *experts, const uint32_t *failures,
                    const struct router *router, const struct brief *brief, bool odds)
{
    const struct str task = str_of(brief->task);
    return (struct turn){
        .experts = experts,
        .failures = failures,
        .brief = brief,
        .wanted = {.ability = brief->ability, .task = brief->task, .odds = odds},
        .small = small_expert_for(task),
        .task = router_task_of(router, task),
        .question = {.bytes = brief->material.len,
                     .rules_speak = brief->rules == RULES_SPEAK,
                     .candidates = brief->candidates,
                     .sure = NAN},
    };
}

static void add_measured(const struct turn *turn, struct candidate *candidate)
{
    const struct router_choice *choice = router_choice_of(turn->task, candidate->name);
    candidate->odds = router_odds(choice, &turn->question);
    candidate->money = choice ? choice->money : 0.0;
    candidate->cost_us = choice ? choice->cost_us : 0.0;
}

/* A model may be called as one of ours; what was measured of ours says nothing of it. */
static bool is_ours(struct str name)
{
    return str_eq(name, STR(ROUTER_RULES)) || small_expert_find(name);
}

static struct candidate member_of(const struct turn *turn, uint32_t index)
{
    const struct expert_config *config = &turn->experts->items[index];
    const unsigned hidden = policy_forbids(&turn->experts->policy, turn->brief->signals, index);
    struct candidate out = {
        .name = config->name,
        .abilities = config->abilities,
        .forbidden = hidden < MATERIALS_COUNT ? forbidden[hidden] : NULL,
        .odds = NAN,
        .failures = turn->failures[index],
        .tells_odds = config->tells_odds,
    };
    if (!is_ours(config->name))
        add_measured(turn, &out);
    return out;
}

/* One that is not there is for nothing; rules of which nothing is known have earned nothing. */
struct candidate turn_candidate(const struct turn *turn, uint32_t index)
{
    struct candidate out = {.odds = NAN};
    if (index < turn->experts->count) {
        out = member_of(turn, index);
    } else if ((index == TURN_SMALL && turn->small) ||
               (index == TURN_RULES && turn->brief->rules != RULES_NONE)) {
        out.name = index == TURN_SMALL ? str_of(turn->small->name) : STR(ROUTER_RULES);
        add_measured(turn, &out);
        out.cost_us = isnan(turn->question.sure) ? out.cost_us : 0.0; /* it is spent */
        out.abilities = index == TURN_SMALL || !isnan(out.odds) ? 1u << turn->wanted.ability : 0;
    }
    out.is_tried = (turn->tried & (UINT32_C(1) << index)) != 0;
    return out;
}

uint32_t turn_next(const struct turn *turn)
{
    struct candidate candidates[TURN_CHOICES];
    for (uint32_t i = 0; i < TURN_CHOICES; i++)
        candidates[i] = turn_candidate(turn, i);
    return choose(candidates, TURN_CHOICES, &turn->wanted);
}

struct str turn_objections(const struct turn *turn, struct arena *arena, uint32_t chosen)
{
    struct buf out = buf_new(arena);
    const bool measured = chosen != NOBODY && !isnan(turn_candidate(turn, chosen).odds);
    for (uint32_t i = 0; i < turn->experts->count && out.len < OBJECTIONS_BYTES_MAX; i++) {
        const struct candidate candidate = turn_candidate(turn, i);
        const char *why = choose_objection(&candidate, &turn->wanted);
        if (!why && chosen != NOBODY && i < chosen && isnan(candidate.odds))
            why = measured ? "was not measured" : "has failed before";
        if (why && (chosen == NOBODY || i < chosen))
            buf_printf(&out, "%s`%.*s` %s", out.len > 0 ? ", " : "", STR_ARG(candidate.name), why);
    }
    return buf_str(&out);
}

struct str turn_reasons(const struct turn *turn, struct arena *arena, uint32_t chosen)
{
    struct buf out = buf_new(arena);
    const double odds = turn_candidate(turn, chosen).odds;
    if (!isnan(odds))
        buf_printf(&out, "right with %.3f", odds);
    for (uint32_t i = 0; !isnan(odds) && i < TURN_CHOICES && out.len < OBJECTIONS_BYTES_MAX; i++) {
        const struct candidate other = turn_candidate(turn, i);
        if (i != chosen && !isnan(other.odds) && !choose_objection(&other, &turn->wanted))
            buf_printf(&out, ", `%.*s` with %.3f", STR_ARG(other.name), other.odds);
    }
    const struct str rest = turn_objections(turn, arena, chosen);
    if (rest.len > 0)
        buf_printf(&out, "%s%.*s", out.len > 0 ? ", " : "", STR_ARG(rest));
    return buf_str(&out);
}
