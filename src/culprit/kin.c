/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who owns what is not declared, but it shows: in what the changes of an author, to a topic or to a
 * file were about. A culprit often says nothing of what it broke; its neighbours do.
 *
 * Echo is the same by words: those of earlier changes that speak of what the alert says are looked
 * for as well (V. Lavrenko, W. Croft, "Relevance-based language models", 2001).
 */
#include "culprit/measure.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define PAST_CHANGES_MAX 6000 /* further back other people owned other things */
#define COMMON_SHARE 0.1
#define FEW 5.0         /* who has fewer changes than that is not judged by them alone */
#define ECHO_CHANGES 12 /* whose words are taken */
#define ECHO_WORDS 40   /* that are looked for */
#define ECHO_MESSAGE_WORDS 300

/* ---- among the candidates ---- */

struct best_two {
    double first, second;
    uint32_t holder; /* of the first; from 1 */
};

static void offer(struct best_two *two, double fit, uint32_t holder)
{
    if (fit > two->first) {
        *two = (struct best_two){.first = fit, .second = two->first, .holder = holder};
    } else if (fit > two->second) {
        two->second = fit;
    }
}

static double best_of_others(const struct best_two *two, uint32_t self)
{
    return two->holder == self ? two->second : two->first;
}

static void tell_kin(struct measure *measure)
{
    const struct history *history = measure->question->history;
    struct arena *arena = measure->arena;
    struct best_two *authors = arena_push_many(arena, struct best_two, history->authors.count + 1);
    struct best_two *topics = arena_push_many(arena, struct best_two, history->topics.count + 1);
    struct best_two *paths = arena_push_many(arena, struct best_two, history->paths.count + 1);
    for (uint32_t i = 0; i < measure->count; i++) {
        const struct landed *landed = measure_candidate(measure, i);
        const double fit = measure->signs[i].of[SIGN_FIT];
        offer(&authors[landed->author], fit, i + 1);
        if (landed->topic != HISTORY_NONE)
            offer(&topics[landed->topic], fit, i + 1);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            offer(&paths[landed->paths[j]], fit, i + 1);
    }
    for (uint32_t i = 0; i < measure->count; i++) {
        const struct landed *landed = measure_candidate(measure, i);
        double *of = measure->signs[i].of;
        of[SIGN_AUTHOR_KIN] = best_of_others(&authors[landed->author], i + 1);
        if (landed->topic != HISTORY_NONE)
            of[SIGN_TOPIC_KIN] = best_of_others(&topics[landed->topic], i + 1);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            of[SIGN_FILE_KIN] =
                fmax(of[SIGN_FILE_KIN], best_of_others(&paths[landed->paths[j]], i + 1));
    }
}

/* ---- before them ---- */

struct past {
    uint32_t from, count; /* changes: from <= change < from + count, up to the alert */
    double *fits;         /* weight of the alert's words that each has */
};

static struct past past_of(const struct measure *measure)
{
    const struct question *question = measure->question;
    struct past past = {.from =
                            question->to > PAST_CHANGES_MAX ? question->to - PAST_CHANGES_MAX : 0};
    past.count = question->to - past.from;
    past.fits = arena_push_many(measure->arena, double, past.count);
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct postings list = history_postings(
            question->history, question->clues->items[i].word, past.from, question->to);
        if (list.count > COMMON_SHARE * past.count + 1)
            continue;
        for (uint32_t j = 0; j < list.count; j++)
            past.fits[list.items[j].change - past.from] += measure_rarity(list.count, past.count);
    }
    return past;
}

struct mean {
    double sum;
    uint32_t count;
};

static void add(struct mean *mean, double fit)
{
    mean->sum += fit;
    mean->count++;
}

static double mean_fit(const struct mean *mean)
{
    return mean->sum / (mean->count + FEW);
}

static void tell_past(struct measure *measure, const struct past *past)
{
    const struct history *history = measure->question->history;
    struct arena *arena = measure->arena;
    struct mean *authors = arena_push_many(arena, struct mean, history->authors.count + 1);
    struct mean *topics = arena_push_many(arena, struct mean, history->topics.count + 1);
    struct mean *paths = arena_push_many(arena, struct mean, history->paths.count + 1);
    for (uint32_t i = past->from; i < measure->question->from; i++) {
        const struct landed *landed = &history->items[i];
        const double fit = past->fits[i - past->from];
        add(&authors[landed->author], fit);
        if (landed->topic != HISTORY_NONE)
            add(&topics[landed->topic], fit);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            add(&paths[landed->paths[j]], fit);
    }
    for (uint32_t i = 0; i < measure->count; i++) {
        const struct landed *landed = measure_candidate(measure, i);
        double *of = measure->signs[i].of;
        of[SIGN_AUTHOR_PAST] = mean_fit(&authors[landed->author]);
        if (landed->topic != HISTORY_NONE)
            of[SIGN_TOPIC_PAST] = mean_fit(&topics[landed->topic]);
        for (uint32_t j = 0; j < landed->paths_count; j++)
            of[SIGN_FILE_PAST] = fmax(of[SIGN_FILE_PAST], mean_fit(&paths[landed->paths[j]]));
    }
    measure_normalise(measure, SIGN_AUTHOR_PAST);
    measure_normalise(measure, SIGN_TOPIC_PAST);
    measure_normalise(measure, SIGN_FILE_PAST);
}

/* ---- echo ---- */

struct fit {
    double fit;
    uint32_t change;
};

/* The ECHO_CHANGES that fit best, the newer of two equals first. */
static uint32_t best_fits(const struct measure *measure, const struct past *past, struct fit *best)
{
    uint32_t count = 0;
    for (uint32_t i = past->count; i-- > 0;) {
        if (past->fits[i] <= 0.0)
            continue;
        const uint32_t *lengths = measure->question->history->items[past->from + i].lengths;
        const double length = lengths[PART_SUBJECT] + lengths[PART_BODY];
        const struct fit fit = {past->fits[i] / (10.0 + sqrt(length)), past->from + i};
        if (count == ECHO_CHANGES && fit.fit <= best[count - 1].fit)
            continue;
        uint32_t at = count < ECHO_CHANGES ? count++ : count - 1;
        for (; at > 0 && best[at - 1].fit < fit.fit; at--)
            best[at] = best[at - 1];
        best[at] = fit;
    }
    return count;
}

struct echo {
    struct str word;
    double weight;
};

static int compare_echoes(const void *left, const void *right)
{
    const struct echo *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return str_compare(a->word, b->word);
}

/* The words of those changes that the alert itself has not, the weightiest first. */
static uint32_t find_echoes(const struct measure *measure, const struct fit *best, uint32_t count,
                            struct echo **out)
{
    const struct question *question = measure->question;
    struct map words = map_new(measure->arena);
    for (uint32_t i = 0; i < question->clues->count; i++)
        map_add(&words, question->clues->items[i].word);
    const uint32_t own = words.count;
    double *weights =
        arena_push_many(measure->arena, double, own + (size_t)ECHO_CHANGES * ECHO_MESSAGE_WORDS);
    for (uint32_t i = 0; i < count; i++) {
        struct map seen = map_new(measure->arena);
        struct terms terms = {.rest = question->history->items[best[i].change].change.message};
        struct term term;
        while (seen.count < ECHO_MESSAGE_WORDS && terms_next(&terms, &term)) {
            if (term_is_common(term.text) || map_find(&seen, term.text) != MAP_NONE)
                continue;
            map_add(&seen, term.text);
            weights[map_add(&words, term.text)] += best[i].fit / best[0].fit;
        }
    }
    *out = arena_push_many(measure->arena, struct echo, words.count - own);
    for (uint32_t i = own; i < words.count; i++) {
        const struct postings past =
            history_postings(question->history, words.keys[i], 0, question->to);
        (*out)[i - own] =
            (struct echo){words.keys[i], weights[i] * measure_rarity(past.count, question->to)};
    }
    if (words.count - own > 1)
        qsort(*out, words.count - own, sizeof **out, compare_echoes);
    return words.count - own;
}

static void tell_echo(struct measure *measure, const struct past *past)
{
    const struct question *question = measure->question;
    struct fit best[ECHO_CHANGES];
    struct echo *echoes;
    const uint32_t fits = best_fits(measure, past, best);
    const uint32_t count = find_echoes(measure, best, fits, &echoes);
    double average = 0.0;
    for (uint32_t i = 0; i < measure->count; i++) {
        const uint32_t *lengths = measure_candidate(measure, i)->lengths;
        average += (double)(lengths[PART_SUBJECT] + lengths[PART_BODY]) / measure->count;
    }
    for (uint32_t i = 0; i < count && i < ECHO_WORDS; i++) {
        const struct postings list =
            history_postings(question->history, echoes[i].word, question->from, question->to);
        for (uint32_t j = 0; j < list.count; j++) {
            const uint32_t at = list.items[j].change - question->from;
            const uint8_t *counts = list.items[j].counts;
            const uint32_t *lengths = measure_candidate(measure, at)->lengths;
            measure->signs[at].of[SIGN_ECHO] +=
                echoes[i].weight * measure_often(counts[PART_SUBJECT] + counts[PART_BODY],
                                                 lengths[PART_SUBJECT] + lengths[PART_BODY],
                                                 average);
        }
    }
    measure_normalise(measure, SIGN_ECHO);
}

void kin_measure(struct measure *measure)
{
    const struct past past = past_of(measure);
    tell_kin(measure);
    tell_past(measure, &past);
    tell_echo(measure, &past);
}
