/* SPDX-License-Identifier: Apache-2.0 */
#include "train/match_lesson.h"

#include "base/arena.h"
#include "eval/bags.h"
#include "train/mine.h"

#include <math.h>
#include <stdlib.h>

#define CHOICES_MAX 20000
#define MINED_MAX 600
#define REPOSITORY_QUERIES 30.0 /* large ones count less than by their number */
#define ALIKE 40                /* candidates whose words fit best */
#define PENALTY 5.0      /* of standardised signs: what any choice of repositories likes is flat */
#define SAMPLED_EVERY 20 /* and some of the others */

struct match_lesson match_lesson_new(struct arena *arena)
{
    return (struct match_lesson){.arena = arena,
                                 .choices = arena_push_many(arena, struct choice, CHOICES_MAX)};
}

_Static_assert((int)MATCH_SIGNS <= (int)SIGNS_COUNT, "a choice has room for them");

static bool is_truth(const struct culprit_query *query, uint32_t number)
{
    for (uint32_t i = 0; i < query->truths_count; i++)
        if (query->truths[i] == number)
            return true;
    return false;
}

static int compare_down(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

/* How well the last of the most alike fits. */
static double alike_from(struct arena *scratch, double (*signs)[MATCH_SIGNS], uint32_t count)
{
    double *shares = arena_push_many(scratch, double, count + 1);
    for (uint32_t i = 0; i < count; i++)
        shares[i] = signs[i][MATCH_ALL];
    qsort(shares, count, sizeof *shares, compare_down);
    return shares[count < ALIKE ? count - 1 : ALIKE - 1];
}

static void add_choice(struct match_lesson *lesson, const struct match_bag *bags,
                       const struct culprit_query *query, double weight)
{
    const uint32_t all = query->to - query->from;
    if (query->truths_count == 0 || all == 0 || lesson->count == CHOICES_MAX)
        return;
    struct arena *scratch = arena_new("choice");
    const struct match_bag symptom = match_bag_of_symptom(scratch, query->symptom);
    double(*signs)[MATCH_SIGNS] = arena_alloc(scratch, all * sizeof *signs);
    match_signs(&symptom, bags + query->from, all, signs);
    const double least = alike_from(scratch, signs, all);
    const uint32_t room = 2 * ALIKE + all / SAMPLED_EVERY + query->truths_count + 2;
    struct choice choice = {.candidates = arena_push_many(lesson->arena, struct signs, room),
                            .right = arena_push_many(lesson->arena, uint8_t, room),
                            .stands_for = arena_push_many(lesson->arena, double, room),
                            .group = lesson->repositories,
                            .weight = weight};
    for (uint32_t i = 0, alike = 0; i < all; i++) {
        const bool right = is_truth(query, query->from + i);
        const bool is_alike = signs[i][MATCH_ALL] >= least && alike < 2 * ALIKE;
        if (!right && !is_alike && i % SAMPLED_EVERY != 0)
            continue;
        alike += is_alike;
        memcpy(choice.candidates[choice.count].of, signs[i], sizeof *signs);
        choice.stands_for[choice.count] = right || is_alike ? 1.0 : SAMPLED_EVERY;
        choice.right[choice.count++] = right;
    }
    lesson->choices[lesson->count++] = choice;
    arena_free(scratch);
}

bool match_lesson_read(struct match_lesson *lesson, const char *folder, struct err *err)
{
    struct arena *arena = arena_new("repository");
    struct repository repository;
    if (!repository_read(arena, folder, &repository, err)) {
        arena_free(arena);
        return false;
    }
    uint32_t mined_count;
    const struct culprit_query *mined =
        mine_queries(arena, repository.history, MINED_MAX, &mined_count);
    const struct match_bag *bags = bags_of(arena, repository.history);
    for (uint32_t i = 0; i < repository.queries_count; i++)
        add_choice(lesson, bags, &repository.queries[i],
                   sqrt(REPOSITORY_QUERIES / fmax(repository.queries_count, 1.0)));
    for (uint32_t i = 0; i < mined_count; i++)
        add_choice(lesson, bags, &mined[i], sqrt(REPOSITORY_QUERIES / fmax(mined_count, 1.0)));
    lesson->names[lesson->repositories++] = str_copy(lesson->arena, repository.name);
    arena_free(arena);
    return true;
}

struct match_numbers match_lesson_learn(const struct match_lesson *lesson, uint32_t left_out)
{
    struct arena *scratch = arena_new("logit");
    struct match_numbers numbers;
    struct signs weights = {0};
    logit_fit(scratch, lesson->choices, lesson->count, left_out, PENALTY, weights.of);
    memcpy(numbers.weights, weights.of, sizeof numbers.weights);
    arena_free(scratch);
    return numbers;
}
