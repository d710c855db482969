/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was behind alerts like this one. A message that repairs an earlier change, or takes it back,
 * and says which, is an alert whose culprit is known. Those that speak most as this alert does are
 * precedents: how far back their culprits lay, whose they were and what they said is likely
 * again. It is the nearest neighbours' vote (E. Fix, J. Hodges, 1951), by BM25's weights.
 */
#include "culprit/measure.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define PRECEDENTS_MAX 40
#define COMMON_SHARE 0.1 /* of all changes: a word of more than that tells no alerts apart */
#define GENERAL 10.0     /* what the history as a whole counts beside the best precedent, 1 */
#define SUBJECT_TERMS_MAX 60
#define MESSAGE_TERMS_MAX 120

struct precedent {
    double fit;
    uint32_t culprit, repair;
};

static int compare_precedents(const void *left, const void *right)
{
    const struct precedent *a = left, *b = right;
    if (a->fit != b->fit)
        return a->fit > b->fit ? -1 : 1;
    return a->culprit > b->culprit ? -1 : a->culprit < b->culprit; /* the newer first */
}

/* ---- which they are ---- */

/* Weight of the alert's words in the message of each change. */
static double *fits_of(const struct measure *measure)
{
    const struct question *question = measure->question;
    double *fits = arena_push_many(measure->arena, double, question->to);
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct postings list =
            history_postings(question->history, question->clues->items[i].word, 0, question->to);
        const double rarity = measure_rarity(list.count, question->to);
        if (list.count > COMMON_SHARE * question->to)
            continue;
        for (uint32_t j = 0; j < list.count; j++) {
            const uint8_t *counts = list.items[j].counts;
            if (counts[PART_SUBJECT] || counts[PART_BODY])
                fits[list.items[j].change] += rarity;
        }
    }
    return fits;
}

/* The best first, the best of them weighing 1. */
static uint32_t find_precedents(const struct measure *measure, struct precedent **out)
{
    const struct question *question = measure->question;
    const double *fits = fits_of(measure);
    struct precedent *all = arena_push_many(measure->arena, struct precedent, question->to);
    uint32_t count = 0;
    for (uint32_t i = 0; i < question->to; i++) {
        const uint32_t repair = lags_repaired_by(measure, &question->history->items[i]);
        if (repair == HISTORY_NONE || fits[repair] <= 0.0)
            continue;
        const uint32_t *lengths = question->history->items[repair].lengths;
        const double length = lengths[PART_SUBJECT] + lengths[PART_BODY];
        all[count++] = (struct precedent){fits[repair] / (10.0 + sqrt(length)), i, repair};
    }
    if (count > 1)
        qsort(all, count, sizeof *all, compare_precedents);
    count = count < PRECEDENTS_MAX ? count : PRECEDENTS_MAX;
    for (uint32_t i = count; i-- > 0;) {
        const double share = all[i].fit / all[0].fit;
        all[i].fit = share * share; /* one that is half as like says a quarter */
    }
    *out = all;
    return count;
}

/* ---- what they say ---- */

/* Adds the words of a text, each once. */
static void add_words(const struct measure *measure, struct str text, uint32_t terms_max,
                      double weight, struct map *words, double *weights)
{
    struct map seen = map_new(measure->arena);
    struct terms terms = {.rest = text};
    struct term term;
    for (uint32_t i = 0; i < terms_max && terms_next(&terms, &term); i++) {
        if (term_is_common(term.text) || map_find(&seen, term.text) != MAP_NONE)
            continue;
        map_add(&seen, term.text);
        weights[map_add(words, term.text)] += weight;
    }
}

/* Candidates that say what these culprits said, in their subjects or in all of their messages. */
static void tell_words(struct measure *measure, const struct precedent *precedents, uint32_t count,
                       enum sign sign)
{
    const struct question *question = measure->question;
    const bool whole = sign == SIGN_LIKE_MESSAGE;
    const uint32_t terms_max = whole ? MESSAGE_TERMS_MAX : SUBJECT_TERMS_MAX;
    struct map words = map_new(measure->arena);
    double *weights = arena_push_many(measure->arena, double, (size_t)count *terms_max);
    for (uint32_t i = 0; i < count; i++) {
        const struct change *change = &question->history->items[precedents[i].culprit].change;
        add_words(measure, whole ? change->message : change_subject(change), terms_max,
                  precedents[i].fit, &words, weights);
    }
    for (uint32_t i = 0; i < words.count; i++) {
        const struct str word = words.keys[i];
        const struct postings own =
            history_postings(question->history, word, question->from, question->to);
        const struct postings all = history_postings(question->history, word, 0, question->to);
        const double weight = weights[i] * measure_rarity(all.count, question->to);
        for (uint32_t j = 0; j < own.count; j++) {
            const uint8_t *counts = own.items[j].counts;
            if (counts[PART_SUBJECT] || (whole && counts[PART_BODY]))
                measure->signs[own.items[j].change - question->from].of[sign] += weight;
        }
    }
    for (uint32_t i = 0; i < measure->count; i++) {
        const uint32_t *lengths = measure_candidate(measure, i)->lengths;
        measure->signs[i].of[sign] /= whole
                                          ? 10.0 + sqrt(lengths[PART_SUBJECT] + lengths[PART_BODY])
                                          : 5.0 + sqrt(lengths[PART_SUBJECT]);
    }
    measure_normalise(measure, sign);
}

void precedent_measure(struct measure *measure)
{
    const struct history *history = measure->question->history;
    double *authors = arena_push_many(measure->arena, double, history->authors.count + 1);
    struct precedent *precedents;
    const uint32_t count = find_precedents(measure, &precedents);
    struct lags lags = lags_of_history(measure);
    lags_weigh(&lags, GENERAL);
    for (uint32_t i = 0; i < count; i++) {
        authors[history->items[precedents[i].culprit].author] += precedents[i].fit;
        lags_note(measure, &lags, precedents[i].culprit, precedents[i].repair, precedents[i].fit);
    }
    lags_tell(measure, &lags, SIGN_LIKE_PLACE, SIGN_LIKE_AGE);
    for (uint32_t i = 0; i < measure->count; i++)
        measure->signs[i].of[SIGN_LIKE_AUTHOR] =
            log1p(authors[measure_candidate(measure, i)->author]);
    tell_words(measure, precedents, count, SIGN_LIKE_SUBJECT);
    tell_words(measure, precedents, count, SIGN_LIKE_MESSAGE);
}
