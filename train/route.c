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
#define PENALTY 1.0 /* of a weight; the bias is free */
#define DIGITS 1e3  /* of a weight in the file */

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

static struct table table_of(struct arena *arena, const struct held_answers *answers,
                             const char *task, const struct str *left_out)
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
        if (strcmp(it->task, task) != 0 || (left_out && str_eq(it->set, *left_out)))
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
    for (uint32_t i = 0; i < columns; i++)
        out[i] = round(DIGITS * out[i]) / DIGITS;
}

static struct router_choice learn_choice(struct arena *arena, struct table *table, int choice)
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
    out.cost_us = cost_of(costs, table->rows.count);
    fit(arena, table, choice, ROUTER_FACTS_BEFORE, out.before);
    fit(arena, table, choice, ROUTER_FACTS, out.after);
    return out;
}

struct router_task route_learn(struct arena *arena, const struct held_answers *answers,
                               const char *task, const struct str *left_out)
{
    struct router_task out = {.count = 0};
    struct table table = table_of(arena, answers, task, left_out);
    snprintf(out.name, sizeof out.name, "%s", task);
    for (int choice = 0; choice < ANSWER_CHOICES && table.rows.count > 0; choice++)
        out.choices[out.count++] = learn_choice(arena, &table, choice);
    return out;
}

static uint32_t chosen(const struct router_task *task, const struct router_question *question,
                       double *odds)
{
    struct candidate candidates[ANSWER_CHOICES];
    for (uint32_t i = 0; i < ANSWER_CHOICES; i++)
        candidates[i] = (struct candidate){.abilities = 1u << ABILITY_LABEL,
                                           .odds = router_odds(&task->choices[i], question),
                                           .cost_us = task->choices[i].cost_us};
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
    out.cost_us = answer->cost_us[0];
    if (out.choice == 0)
        return out;
    out.choice = (int)chosen(task, &answer->question, &out.odds);
    out.cost_us = answer->cost_us[1] + (out.choice == 0 ? answer->cost_us[0] : 0.0);
    return out;
}
