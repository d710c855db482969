/* SPDX-License-Identifier: Apache-2.0 */
#include "train/route.h"

#include "base/arena.h"
#include "expert/choose.h"
#include "train/logistic.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SET_ANSWERS 200.0
#define PENALTY 1.0         /* of a weight; the bias is free */
#define DIGITS 1e3          /* of a weight in the file */
#define SET_ANSWERS_MIN 100 /* with fewer, one answer more or less is a hundredth */
#define SETS_MIN 5          /* that fewer systems agree is easily chance */

static int compare(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The median, as a power of ten: what a processor or a busy hour does to it is not kept. */
static double cost_of(double *costs, uint32_t count)
{
    qsort(costs, count, sizeof *costs, compare);
    const double median = count > 0 ? costs[count / 2] : 0.0;
    return median > 0.0 ? fmax(pow(10.0, round(log10(median))), 0.01) : 0.0;
}

static uint32_t answers_of_set(const struct held_answers *answers, const struct held_answer *like)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < answers->count; i++)
        count += strcmp(answers->items[i].task, like->task) == 0 &&
                 str_eq(answers->items[i].set, like->set);
    return count;
}

struct table {
    struct logistic_rows rows;
    const struct held_answer **answers;
};

/* Which answers are not looked at; NULL: none. */
struct left_out {
    const struct str *one, *other;
};

static bool is_in(const struct held_answer *answer, const char *task, const struct left_out *out)
{
    return strcmp(answer->task, task) == 0 && !(out->one && str_eq(answer->set, *out->one)) &&
           !(out->other && str_eq(answer->set, *out->other));
}

static struct table table_of(struct arena *arena, const struct held_answers *answers,
                             const char *task, const struct left_out *left_out)
{
    struct table table = {
        .rows = {.values = arena_push_many(arena, double, (size_t)answers->count *ROUTER_FACTS + 1),
                 .came = arena_push_many(arena, bool, answers->count + 1),
                 .weights = arena_push_many(arena, double, answers->count + 1),
                 .groups = arena_push_many(arena, uint32_t, answers->count + 1)},
        .answers = arena_push_many(arena, const struct held_answer *, answers->count + 1)};
    const struct held_answer *last = NULL;
    double weight = 1.0;
    for (uint32_t i = 0; i < answers->count; i++) {
        const struct held_answer *it = &answers->items[i];
        if (!is_in(it, task, left_out))
            continue;
        if (!last || !str_eq(last->set, it->set))
            weight = fmin(1.0, SET_ANSWERS / answers_of_set(answers, it));
        last = it;
        table.rows.weights[table.rows.count] = weight;
        table.rows.groups[table.rows.count] = 0;
        table.answers[table.rows.count++] = it;
    }
    return table;
}

static void fit(struct arena *arena, struct table *table, int choice, uint32_t columns, double *out)
{
    static const double penalties[ROUTER_FACTS] = {0.0, PENALTY, PENALTY, PENALTY, PENALTY};
    table->rows.columns = columns;
    for (uint32_t i = 0; i < table->rows.count; i++) {
        double facts[ROUTER_FACTS];
        router_facts(&table->answers[i]->question, facts);
        memcpy(&table->rows.values[(size_t)i * columns], facts, columns * sizeof *facts);
        table->rows.came[i] = table->answers[i]->right[choice];
    }
    logistic_fit(arena, &table->rows, LOGISTIC_NO_GROUP, penalties, out);
    for (uint32_t i = 0; i < columns; i++)              /* what follows is 0 */
        out[i] = round(DIGITS * out[i]) / DIGITS + 0.0; /* no -0 */
}

static struct router_choice learn_choice(struct arena *arena, struct table *table, int choice,
                                         bool by_facts)
{
    struct router_choice out = {.answers = table->rows.count};
    double *costs = arena_push_many(arena, double, table->rows.count + 1);
    uint32_t right = 0;
    for (uint32_t i = 0; i < table->rows.count; i++) {
        right += table->answers[i]->right[choice];
        costs[i] = table->answers[i]->cost_us[choice];
    }
    snprintf(out.name, sizeof out.name, "%s",
             choice == 0 ? ROUTER_RULES : table->answers[0]->expert);
    out.right = round(DIGITS * right / table->rows.count) / DIGITS;
    out.cost_us = choice == 0 ? 0.0 : cost_of(costs, table->rows.count);
    fit(arena, table, choice, by_facts ? ROUTER_FACTS_BEFORE : 1, out.before);
    fit(arena, table, choice, by_facts ? ROUTER_FACTS : 1, out.after);
    return out;
}

static struct router_task learn(const struct held_answers *answers, const char *task,
                                const struct left_out *left_out, bool by_facts)
{
    struct arena *arena = arena_new("route");
    struct router_task out = {.count = 0};
    struct table table = table_of(arena, answers, task, left_out);
    snprintf(out.name, sizeof out.name, "%s", task);
    for (int choice = 0; choice < ANSWER_CHOICES && table.rows.count > 0; choice++)
        out.choices[out.count++] = learn_choice(arena, &table, choice, by_facts);
    arena_free(arena);
    return out;
}

/* What the small expert has cost by now is spent, whoever is chosen. */
static uint32_t chosen(const struct router_task *task, const struct router_question *question,
                       double *odds)
{
    struct candidate candidates[ANSWER_CHOICES];
    for (uint32_t i = 0; i < ANSWER_CHOICES; i++)
        candidates[i] = (struct candidate){
            .abilities = 1u << ABILITY_LABEL,
            .odds = router_odds(&task->choices[i], question),
            .cost_us = isfinite(question->sure) ? 0.0 : task->choices[i].cost_us};
    const uint32_t best = choose(candidates, ANSWER_CHOICES,
                                 &(struct wanted){.ability = ABILITY_LABEL, .task = task->name});
    *odds = candidates[best].odds;
    return best;
}

struct routed route(const struct router_task *task, const struct held_answer *answer)
{
    struct router_question question = answer->question;
    struct routed out = {0};
    question.sure = NAN;
    out.choice = (int)chosen(task, &question, &out.odds);
    if (out.choice == 0)
        return out;
    out.choice = (int)chosen(task, &answer->question, &out.odds);
    out.cost_us = answer->cost_us[1];
    return out;
}

/* On a set, by what the others teach: is the router as good as the better choice? */
static bool holds_on(const struct held_answers *answers, const struct held_answer *of,
                     const struct left_out *left_out)
{
    const struct router_task numbers = learn(answers, of->task, left_out, true);
    double right[ANSWER_CHOICES + 1] = {0.0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < answers->count && numbers.count > 0; i++) {
        const struct held_answer *it = &answers->items[i];
        if (strcmp(it->task, of->task) != 0 || !str_eq(it->set, of->set))
            continue;
        for (int choice = 0; choice < ANSWER_CHOICES; choice++)
            right[choice] += it->right[choice];
        right[ANSWER_CHOICES] += it->right[route(&numbers, it).choice];
        count++;
    }
    return right[ANSWER_CHOICES] >= fmax(right[0], right[1]) - ODDS_APART * count;
}

static bool is_first(const struct held_answers *answers, uint32_t at)
{
    const struct held_answer *item = &answers->items[at];
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(answers->items[i].task, item->task) == 0 &&
            str_eq(answers->items[i].set, item->set))
            return false;
    return true;
}

/* Facts of a question have to earn their place on systems that they were not learned from. */
static bool is_by_facts(const struct held_answers *answers, const char *task,
                        const struct str *left_out)
{
    uint32_t sets = 0;
    for (uint32_t i = 0; i < answers->count; i++) {
        const struct held_answer *it = &answers->items[i];
        const struct left_out both = {left_out, &it->set};
        if (!is_in(it, task, &(struct left_out){left_out, NULL}) || !is_first(answers, i) ||
            answers_of_set(answers, it) < SET_ANSWERS_MIN)
            continue;
        if (!holds_on(answers, it, &both))
            return false;
        sets++;
    }
    return sets >= SETS_MIN;
}

struct router_task route_learn(const struct held_answers *answers, const char *task,
                               const struct str *left_out)
{
    return learn(answers, task, &(struct left_out){left_out, NULL},
                 is_by_facts(answers, task, left_out));
}
