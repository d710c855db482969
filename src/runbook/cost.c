/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a runbook can come to: every loop goes round as often as it may, and of two branches the
 * dearer one is taken. What is counted is calls, of actors and tools alike.
 */
#include "runbook/check.h"

#include "actor/actor.h"
#include "agent/agent.h"
#include "base/arena.h"

/* Counts stop at the largest number: the bounds of loops multiply. */
static uint32_t plus(uint32_t a, uint32_t b)
{
    uint32_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT32_MAX : sum;
}

static uint32_t times(uint32_t a, uint32_t b)
{
    uint32_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT32_MAX : product;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static struct cost both(struct cost a, struct cost b)
{
    return (struct cost){.steps = plus(a.steps, b.steps),
                         .leads = plus(a.leads, b.leads),
                         .depth = larger(a.depth, b.depth),
                         .signals = a.signals | b.signals};
}

static struct cost either(struct cost a, struct cost b)
{
    return (struct cost){.steps = larger(a.steps, b.steps),
                         .leads = larger(a.leads, b.leads),
                         .depth = larger(a.depth, b.depth),
                         .signals = a.signals | b.signals};
}

static struct cost repeated(struct cost cost, uint32_t count)
{
    cost.steps = times(cost.steps, count);
    cost.leads = times(cost.leads, count);
    return cost;
}

static unsigned tool_signals(struct str callee)
{
    const struct str name = str_slice(callee, 0, str_find(callee, STR(".")));
    for (const struct agent *const *agent = agents; *agent; agent++)
        if (str_eq(str_of((*agent)->name), name))
            return 1u << (*agent)->signal;
    return 0;
}

static struct cost call_cost(const struct call_statement *call)
{
    return (struct cost){.steps = 1,
                         .signals = call->actor  ? call->actor->needs
                                    : call->tool ? tool_signals(call->callee)
                                                 : 0};
}

static struct cost follow_cost(const struct follow_statement *follow)
{
    if (!follow->book)
        return (struct cost){0};
    struct cost cost = follow->book->worst;
    cost.depth++;
    return cost;
}

struct cost runbook_cost(const struct statement *it)
{
    switch (it->kind) {
    case STATEMENT_CALL:
        return call_cost(&it->call);
    case STATEMENT_FOLLOW:
        return follow_cost(&it->follow);
    case STATEMENT_FOR:
        return repeated(cost_of(it->loop.body), it->loop.max);
    case STATEMENT_IF:
        return either(cost_of(it->branch.then), cost_of(it->branch.otherwise));
    case STATEMENT_PARALLEL:
        return cost_of(it->parallel);
    case STATEMENT_SUPPOSE:
        return (struct cost){.leads = 1};
    case STATEMENT_VERIFY:
        return cost_of(it->verify.body);
    case STATEMENT_REFUTE:
        break;
    }
    return (struct cost){0};
}

struct cost cost_of(const struct statement *statements)
{
    struct cost cost = {0};
    for (const struct statement *it = statements; it; it = it->next)
        cost = both(cost, runbook_cost(it));
    return cost;
}

/* ---- too much ---- */

struct costly {
    const struct for_statement *loop; /* the one that makes the most of it; NULL: none */
    uint32_t steps;                   /* all its rounds together */
    uint32_t round;                   /* one round, as often as loops around it go */
};

static void find_costly(const struct statement *statements, uint32_t rounds, struct costly *out)
{
    for (const struct statement *it = statements; it; it = it->next) {
        if (it->kind == STATEMENT_FOR) {
            const uint32_t round = times(cost_of(it->loop.body).steps, rounds);
            const uint32_t steps = times(round, it->loop.max);
            if (steps > out->steps)
                *out = (struct costly){.loop = &it->loop, .steps = steps, .round = round};
            find_costly(it->loop.body, times(rounds, it->loop.max), out);
        } else if (it->kind == STATEMENT_IF) {
            const uint32_t then = cost_of(it->branch.then).steps;
            const bool otherwise = cost_of(it->branch.otherwise).steps > then;
            find_costly(otherwise ? it->branch.otherwise : it->branch.then, rounds, out);
        } else if (it->kind == STATEMENT_VERIFY) {
            find_costly(it->verify.body, rounds, out);
        }
    }
}

void cost_check(struct problems *problems, const struct runbook *book)
{
    const uint32_t steps = book->worst.steps;
    if (steps <= RUNBOOK_STEPS_MAX)
        return;
    struct costly costly = {0};
    find_costly(book->body, 1, &costly);
    const struct span at = costly.loop ? costly.loop->max_at : book->name_at;
    if (steps == UINT32_MAX) {
        problem_add(problems, at, STR("lower it, and what is within"),
                    "at worst this makes more than %u calls; %d are the most", UINT32_MAX - 1,
                    RUNBOOK_STEPS_MAX);
        return;
    }
    if (!costly.loop) {
        problem_add(problems, at, STR("follow fewer runbooks"),
                    "at worst this makes %u calls; %d are the most", steps, RUNBOOK_STEPS_MAX);
        return;
    }
    const uint32_t others = steps - costly.steps;
    const uint32_t fit =
        others < RUNBOOK_STEPS_MAX ? (RUNBOOK_STEPS_MAX - others) / costly.round : 0;
    problem_add(problems, at,
                fit > 0 ? str_printf(problems->arena, "`max %u` would do", fit)
                        : STR("lower it, and what is within"),
                "at worst this makes %u calls, %u of them in this loop; %d are the most", steps,
                costly.steps, RUNBOOK_STEPS_MAX);
}
