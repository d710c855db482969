/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts and spans go in as logarithms: the difference of one line and ten is that of ten and a
 * hundred. How much the place counts depends on how much the alert says, so their products are
 * signs of their own: the ranker is a sum and could not know.
 */
#include "culprit/measure.h"

#include "base/arena.h"
#include "base/clock.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define NS_PER_HOUR (3600 * NS_PER_S)

const char *sign_name(enum sign sign)
{
    static const char *const names[] = {
#define X(id, name) #name,
        SIGNS(X)
#undef X
    };
    return names[sign];
}

int64_t question_since(const struct question *question, uint32_t number)
{
    const struct rollout *rollout = history_rollout(question->history, number, question->at_ns);
    return rollout ? rollout->time_ns : question->history->items[number].change.time_ns;
}

struct arrival {
    uint32_t index;
    uint64_t order; /* 2 n + 1: it landed as number n; 2 n: it came into service before that did */
};

static int compare_arrivals(const void *left, const void *right)
{
    const struct arrival *a = left, *b = right;
    if (a->order != b->order)
        return a->order < b->order ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

uint32_t *question_places(struct arena *arena, const struct question *question)
{
    const uint32_t count = question->to - question->from;
    uint32_t *places = arena_push_many(arena, uint32_t, count);
    struct arrival *order = arena_push_many(arena, struct arrival, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct rollout *rollout =
            history_rollout(question->history, question->from + i, question->at_ns);
        order[i] = (struct arrival){i, rollout ? 2 * (uint64_t)rollout->after
                                               : 2 * (uint64_t)(question->from + i) + 1};
    }
    if (question->history->has_rollouts && count > 1)
        qsort(order, count, sizeof *order, compare_arrivals);
    for (uint32_t i = 0; i < count; i++)
        places[order[i].index] = count - i;
    return places;
}

static void tell_time(struct measure *measure, uint32_t i)
{
    const struct question *question = measure->question;
    const int64_t age_ns = question->at_ns - question_since(question, question->from + i);
    double *of = measure->signs[i].of;
    of[SIGN_PLACE] = log(measure->places[i]);
    of[SIGN_AGE] = log1p(fmax((double)age_ns, 0.0) / (double)NS_PER_HOUR);
}

static void tell_change(struct measure *measure, uint32_t i)
{
    const struct landed *landed = measure_candidate(measure, i);
    double *of = measure->signs[i].of;
    of[SIGN_SIZE] = log1p((double)landed->lines);
    of[SIGN_FILES] = log1p(landed->change.files_count);
    of[SIGN_FOLDERS] = log1p(landed->folders_count);
    of[SIGN_TALK] = log1p(landed->lengths[PART_SUBJECT] + landed->lengths[PART_BODY]);
    of[SIGN_HOTNESS] = log1p((double)landed->hotness);
    of[SIGN_FAMILIARITY] = (double)landed->familiarity;
    of[SIGN_AUTHOR] = log1p(landed->author_before);
    of[SIGN_REVERTED] = measure_happened(measure, landed->reverted_by);
    of[SIGN_FOLLOWED] = measure_happened(measure, landed->named_by);
    for (int kind = 0; kind < CHANGE_KINDS_COUNT; kind++)
        of[(int)SIGN_IS_REVERT + kind] = (landed->kinds & 1u << kind) != 0;
}

_Static_assert((int)SIGN_IS_REVERT + CHANGE_KINDS_COUNT == SIGNS_COUNT,
               "the last signs are the kinds of changes, in their order");

struct signs *signs_measure(struct arena *arena, const struct question *question)
{
    assert(question->from <= question->to && question->to <= question->history->count);
    struct measure measure = {
        .arena = arena, .question = question, .count = question->to - question->from};
    measure.signs = arena_push_many(arena, struct signs, measure.count);
    if (measure.count == 0)
        return measure.signs;
    measure.places = question_places(arena, question);
    match_measure(&measure);
    places_measure(&measure);
    kin_measure(&measure);
    habit_measure(&measure);
    for (uint32_t i = 0; i < measure.count; i++) {
        tell_time(&measure, i);
        tell_change(&measure, i);
    }
    return measure.signs;
}
