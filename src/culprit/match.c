/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text is scored by BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework",
 * 2009), each part of a change by itself and then made comparable by the best candidate's score:
 * messages, paths and changed lines differ so much in length and wording that one sum of words
 * serves none. How rare a word is, is counted over all that had landed: a thousand candidates are
 * few.
 */
#include "culprit/measure.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define K1 1.2           /* how soon a repeated word stops counting; the usual value */
#define B 0.75           /* how much long texts are held against themselves; the usual value */
#define COMMON_SHARE 0.5 /* a word that every second candidate has tells none of them apart */
#define RARE_CHANGES 10
#define SUBJECT_TERMS_MAX 60
#define SHORT_SUBJECT                                                                              \
    5.0 /* rarity of about one word: a subject of one word is not all said by it */
#define SCOPES_WEIGHT 0.5 /* where a change lies says less than what it is */

/* What is summed over the words of the alert, for one candidate. */
struct score {
    double part[PARTS_COUNT];
    double message; /* subject and body as one text */
    double calm;
    double paths; /* folders and names as one */
    double names;
    double pairs;
    double covered; /* weight of the words it has */
    double rarest;
    uint32_t rare_words;
};

struct match {
    struct measure *measure;
    struct score *scores;
    double average[PARTS_COUNT];
    double average_message, average_paths;
    double weight_all; /* of all words that a candidate has */
};

double measure_rarity(uint32_t holders, uint32_t count)
{
    return log(1.0 + ((double)count - holders + 0.5) / (holders + 0.5));
}

double measure_often(double count, double length, double average)
{
    if (count <= 0.0)
        return 0.0;
    const double norm = average > 0.0 ? 1.0 - B + B * length / average : 1.0;
    return count * (K1 + 1.0) / (count + K1 * norm);
}

void measure_normalise(struct measure *measure, enum sign sign)
{
    double best = 0.0;
    for (uint32_t i = 0; i < measure->count; i++)
        best = fmax(best, measure->signs[i].of[sign]);
    for (uint32_t i = 0; best > 0.0 && i < measure->count; i++)
        measure->signs[i].of[sign] /= best;
}

/* ---- lengths ---- */

static double mean_of(double sum, uint32_t count)
{
    return count > 0 ? sum / count : 0.0;
}

/* Of those that have the part at all: a change whose files nobody has looked at is not short. */
static void average_lengths(struct match *match)
{
    const uint32_t count = match->measure->count;
    double sums[PARTS_COUNT] = {0}, messages = 0.0, paths = 0.0;
    uint32_t counts[PARTS_COUNT] = {0}, seen = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *lengths = measure_candidate(match->measure, i)->lengths;
        for (int part = 0; part < PARTS_COUNT; part++) {
            sums[part] += lengths[part];
            counts[part] += lengths[part] > 0;
        }
        messages += lengths[PART_SUBJECT] + lengths[PART_BODY];
        paths += lengths[PART_FOLDER] + lengths[PART_FILE];
        seen += lengths[PART_FOLDER] + lengths[PART_FILE] > 0;
    }
    for (int part = 0; part < PARTS_COUNT; part++)
        match->average[part] = mean_of(sums[part], counts[part]);
    match->average_message = mean_of(messages, count);
    match->average_paths = mean_of(paths, seen);
}

/* ---- words ---- */

/* How much a word says in each part, from how many changes have it there. */
struct weights {
    double part[PARTS_COUNT], message, paths, any;
    bool is_rare;
};

static struct weights weights_of(const struct postings *past, uint32_t landed, uint32_t candidates)
{
    uint32_t part[PARTS_COUNT] = {0}, message = 0, paths = 0;
    for (uint32_t i = 0; i < past->count; i++) {
        const uint8_t *counts = past->items[i].counts;
        for (int p = 0; p < PARTS_COUNT; p++)
            part[p] += counts[p] > 0;
        message += counts[PART_SUBJECT] || counts[PART_BODY];
        paths += counts[PART_FOLDER] || counts[PART_FILE];
    }
    struct weights weights = {.message = measure_rarity(message, landed),
                              .paths = measure_rarity(paths, landed),
                              .any = measure_rarity(past->count, landed),
                              .is_rare = candidates <= RARE_CHANGES};
    for (int p = 0; p < PARTS_COUNT; p++)
        weights.part[p] = measure_rarity(part[p], landed);
    return weights;
}

static void score_posting(struct match *match, const struct clue *clue,
                          const struct posting *posting, const struct weights *weights)
{
    const uint32_t i = posting->change - match->measure->question->from;
    const uint32_t *lengths = measure_candidate(match->measure, i)->lengths;
    const uint8_t *counts = posting->counts;
    const double times = 1.0 + log(clue->count);
    struct score *score = &match->scores[i];
    for (int part = 0; part < PARTS_COUNT; part++)
        score->part[part] += times * weights->part[part] *
                             measure_often(counts[part], lengths[part], match->average[part]);
    const uint32_t said = (uint32_t)counts[PART_SUBJECT] + counts[PART_BODY];
    const double message =
        times * weights->message *
        measure_often(said, lengths[PART_SUBJECT] + lengths[PART_BODY], match->average_message);
    score->message += message;
    score->calm += clue->trouble ? 0.0 : message;
    score->paths += times * weights->paths *
                    measure_often(counts[PART_FOLDER] + counts[PART_FILE],
                                  lengths[PART_FOLDER] + lengths[PART_FILE], match->average_paths);
    score->covered += weights->any;
    score->names += clue->kind == TERM_NAME || clue->kind == TERM_NUMBER ? weights->any : 0.0;
    score->rarest = fmax(score->rarest, weights->any);
    score->rare_words += weights->is_rare;
}

static void score_words(struct match *match)
{
    const struct question *question = match->measure->question;
    for (uint32_t i = 0; i < question->clues->count; i++) {
        const struct clue *clue = &question->clues->items[i];
        const struct postings own =
            history_postings(question->history, clue->word, question->from, question->to);
        if (own.count == 0 || own.count > COMMON_SHARE * match->measure->count + 1)
            continue;
        const struct postings past =
            history_postings(question->history, clue->word, 0, question->to);
        const struct weights weights = weights_of(&past, question->to, own.count);
        match->weight_all += weights.any;
        for (uint32_t j = 0; j < own.count; j++)
            score_posting(match, clue, &own.items[j], &weights);
    }
}

static void score_pairs(struct match *match)
{
    const struct question *question = match->measure->question;
    for (uint32_t i = 0; i < question->clues->pairs_count; i++) {
        const struct str pair = question->clues->pairs[i];
        const struct postings past = history_postings(question->history, pair, 0, question->to);
        const struct postings own =
            history_postings(question->history, pair, question->from, question->to);
        for (uint32_t j = 0; j < own.count; j++)
            match->scores[own.items[j].change - question->from].pairs +=
                measure_rarity(past.count, question->to);
    }
}

/* ---- from scores to signs ---- */

static void tell_scores(struct match *match)
{
    struct measure *measure = match->measure;
    const double all = match->weight_all > 0.0 ? match->weight_all : 1.0;
    const double rarest = measure_rarity(1, measure->question->to);
    for (uint32_t i = 0; i < measure->count; i++) {
        const struct score *score = &match->scores[i];
        double *of = measure->signs[i].of;
        of[SIGN_SUBJECT] = score->part[PART_SUBJECT];
        of[SIGN_MESSAGE] = score->message;
        of[SIGN_CALM] = score->calm;
        of[SIGN_PATHS] = score->paths;
        of[SIGN_LINES] = score->part[PART_LINE];
        of[SIGN_SCOPES] = score->part[PART_SCOPE];
        of[SIGN_NAMES] = score->names;
        of[SIGN_PAIRS] = score->pairs;
        of[SIGN_COVERED] = score->covered / all;
        of[SIGN_RAREST] = score->rarest / rarest;
        of[SIGN_RARE_WORDS] = log1p(score->rare_words);
        of[SIGN_TEXT] = score->message + score->paths + score->part[PART_LINE] +
                        SCOPES_WEIGHT * score->part[PART_SCOPE];
    }
    static const enum sign relative[] = {SIGN_SUBJECT, SIGN_MESSAGE, SIGN_CALM,
                                         SIGN_PATHS,   SIGN_LINES,   SIGN_SCOPES,
                                         SIGN_NAMES,   SIGN_PAIRS,   SIGN_TEXT};
    for (size_t i = 0; i < sizeof relative / sizeof *relative; i++)
        measure_normalise(measure, relative[i]);
    for (uint32_t i = 0; i < measure->count; i++) {
        double *of = measure->signs[i].of;
        of[SIGN_FIT] =
            of[SIGN_MESSAGE] + of[SIGN_PATHS] + of[SIGN_LINES] + SCOPES_WEIGHT * of[SIGN_SCOPES];
    }
}

struct standing {
    double fit;
    uint32_t index;
};

static int compare_standings(const void *left, const void *right)
{
    const struct standing *a = left, *b = right;
    if (a->fit != b->fit)
        return a->fit > b->fit ? -1 : 1;
    return a->index > b->index ? -1 : a->index < b->index; /* the newer first */
}

static void tell_standings(struct measure *measure)
{
    struct standing *order = arena_push_many(measure->arena, struct standing, measure->count);
    for (uint32_t i = 0; i < measure->count; i++)
        order[i] = (struct standing){.fit = measure->signs[i].of[SIGN_FIT], .index = i};
    if (measure->count > 1)
        qsort(order, measure->count, sizeof *order, compare_standings);
    const double second = measure->count > 1 ? order[1].fit : 0.0;
    for (uint32_t i = 0; i < measure->count; i++) {
        double *of = measure->signs[order[i].index].of;
        of[SIGN_TEXT_PLACE] = log1p(i);
        of[SIGN_LEAD] = order[i].fit - (i == 0 ? second : order[0].fit);
    }
    measure_normalise(measure, SIGN_FIT);
}

/* The other way round: of what a subject says, weighed by how rare it is, how much the alert says.
 */
static void tell_said(struct measure *measure)
{
    const struct question *question = measure->question;
    struct map words = map_new(measure->arena); /* those of the alert, and then of subjects */
    double *rarities = arena_push_many(measure->arena, double,
                                       CLUES_MAX + (size_t)measure->count * SUBJECT_TERMS_MAX);
    for (uint32_t i = 0; i < question->clues->count; i++)
        map_add(&words, question->clues->items[i].word);
    const uint32_t of_alert = words.count;
    for (uint32_t i = 0; i < measure->count; i++) {
        struct terms terms = {.rest = change_subject(&measure_candidate(measure, i)->change)};
        struct term term;
        double said = 0.0, all = SHORT_SUBJECT;
        for (int j = 0; j < SUBJECT_TERMS_MAX && terms_next(&terms, &term); j++) {
            if (term_is_common(term.text))
                continue;
            const uint32_t word = map_add(&words, term.text);
            if (rarities[word] <= 0.0)
                rarities[word] = measure_rarity(
                    history_postings(question->history, term.text, 0, question->to).count,
                    question->to);
            all += rarities[word];
            said += word < of_alert ? rarities[word] : 0.0;
        }
        measure->signs[i].of[SIGN_SAID] = said / all;
    }
}

void match_measure(struct measure *measure)
{
    struct match match = {.measure = measure};
    match.scores = arena_push_many(measure->arena, struct score, measure->count);
    average_lengths(&match);
    score_words(&match);
    score_pairs(&match);
    tell_scores(&match);
    tell_standings(measure);
    tell_said(measure);
}
