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

static void tell_time(struct measure *measure, uint32_t i)
{
    const int64_t age_ns = measure->question->at_ns - measure_candidate(measure, i)->change.time_ns;
    double *of = measure->signs[i].of;
    of[SIGN_PLACE] = log(measure->count - i);
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
