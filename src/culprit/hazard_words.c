/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the words of a change say: those of its subject, its paths, its lines and the functions
 * around them. How often changes with such words came back; and which earlier change it resembles.
 *
 * Two changes are as alike as the weight of the words they share is to the weight of all they have
 * (the cosine of binary vectors, weighted by rarity), so a large change resembles nobody by chance.
 */
#include "culprit/hazard_pass.h"

#include "base/arena.h"

#include <math.h>

#define WINDOW 5000    /* changes back: further back the code was other code */
#define HOLDERS_MAX 60 /* changes in the window that have a word; words of more tell little */
#define LIKE_MIN 0.1   /* less is chance */
#define FEW 10.0       /* changes that say little yet of a word */
#define FEW_WORDS 5.0
#define START_BLAMED 1.0 /* before anything is known: one of twenty */
#define START_ALL 20.0

struct bag {
    uint32_t *items; /* numbers in history->words */
    uint32_t count;
};

struct rate {
    float blamed, all;
};

struct hazard_words {
    const struct hazard_pass *pass;
    struct bag *bags;   /* by change */
    double *weights;    /* by change: of all its words, when it landed */
    double *shared;     /* by change: with the one that lands */
    uint32_t *met;      /* the changes that share something */
    uint32_t *starts;   /* by word: its first posting in the window */
    uint32_t *ends;     /* by word: how many of its postings have landed */
    struct rate *rates; /* by word */
    double blamed, all; /* of all changes */
};

/* What its author says at length says little more. */
static bool counts(const struct posting *posting)
{
    return posting->counts[PART_SUBJECT] > 0 || posting->counts[PART_FOLDER] > 0 ||
           posting->counts[PART_FILE] > 0 || posting->counts[PART_LINE] > 0 ||
           posting->counts[PART_SCOPE] > 0;
}

static bool is_pair(struct str word)
{
    return str_contains(word, STR(" "));
}

/* Counts the words of each change, or puts them into its bag. */
static void fill_bags(struct hazard_words *words, bool fill)
{
    const struct history *history = words->pass->history;
    for (uint32_t word = 0; word < history->words.count; word++) {
        const struct postings *list = &history->postings[word];
        if (is_pair(history->words.keys[word]))
            continue;
        for (uint32_t i = 0; i < list->count && list->items[i].change < words->pass->to; i++) {
            struct bag *bag = &words->bags[list->items[i].change];
            if (!counts(&list->items[i]))
                continue;
            if (fill)
                bag->items[bag->count] = word;
            bag->count++;
        }
    }
}

struct hazard_words *hazard_words_new(const struct hazard_pass *pass)
{
    struct arena *arena = pass->arena;
    struct hazard_words *words = arena_push(arena, struct hazard_words);
    const uint32_t count = pass->history->words.count;
    *words = (struct hazard_words){
        .pass = pass,
        .bags = arena_push_many(arena, struct bag, pass->to + 1),
        .weights = arena_push_many(arena, double, pass->to + 1),
        .shared = arena_push_many(arena, double, pass->to + 1),
        .met = arena_push_many(arena, uint32_t, pass->to + 1),
        .starts = arena_push_many(arena, uint32_t, count + 1),
        .ends = arena_push_many(arena, uint32_t, count + 1),
        .rates = arena_push_many(arena, struct rate, count + 1),
        .blamed = START_BLAMED,
        .all = START_ALL,
    };
    /* The history has the changes of a word; here the words of a change are wanted. */
    fill_bags(words, false);
    for (uint32_t i = 0; i < pass->to; i++)
        words->bags[i] = (struct bag){arena_push_many(arena, uint32_t, words->bags[i].count), 0};
    fill_bags(words, true);
    return words;
}

/* ---- which changes it resembles ---- */

/* Adds what the word weighs to each earlier change that has it. */
static double meet(struct hazard_words *words, uint32_t number, uint32_t word, uint32_t *met_count)
{
    const struct posting *items = words->pass->history->postings[word].items;
    const uint32_t from = number > WINDOW ? number - WINDOW : 0;
    uint32_t *start = &words->starts[word], *end = &words->ends[word];
    while (items[*end].change < number)
        ++*end; /* the change itself is in the list */
    while (*start < *end && items[*start].change < from)
        ++*start;
    const uint32_t holders = *end - *start;
    const double rarity = log((number - from + 2.0) / (holders + 1.0));
    const double weight = rarity * rarity;
    for (uint32_t i = *start; holders <= HOLDERS_MAX && i < *end; i++) {
        const uint32_t other = items[i].change;
        if (words->shared[other] <= 0.0)
            words->met[(*met_count)++] = other;
        words->shared[other] += weight;
    }
    return weight;
}

/* Of two as alike, the later. */
static bool is_better(double like, uint32_t number, const struct hazards *best)
{
    return like >= LIKE_MIN && (best->precedent == HISTORY_NONE || like > best->of[HAZARD_LIKE] ||
                                (like == best->of[HAZARD_LIKE] && number > best->precedent));
}

static void tell_precedent(struct hazard_words *words, uint32_t number, struct hazards *out)
{
    const struct hazard_pass *pass = words->pass;
    const struct bag *bag = &words->bags[number];
    uint32_t met_count = 0;
    for (uint32_t i = 0; i < bag->count; i++)
        words->weights[number] += meet(words, number, bag->items[i], &met_count);
    out->precedent = out->precedent_fate = HISTORY_NONE;
    for (uint32_t i = 0; i < met_count; i++) {
        const uint32_t other = words->met[i];
        const double like =
            words->shared[other] / sqrt(words->weights[number] * words->weights[other]);
        words->shared[other] = 0.0;
        if (!pass->came_back[other] || !is_better(like, other, out))
            continue;
        out->of[HAZARD_LIKE] = like;
        out->precedent = other;
        out->precedent_fate = pass->fates[other];
    }
}

/* ---- how often such words came back ---- */

static void tell_record(const struct hazard_words *words, uint32_t number, struct hazards *out)
{
    const struct bag *bag = &words->bags[number];
    const double usual = words->blamed / words->all;
    double sum = 0.0, known = 0.0;
    for (uint32_t i = 0; i < bag->count; i++) {
        const struct rate *rate = &words->rates[bag->items[i]];
        if (rate->all <= 0.0f)
            continue;
        known += 1.0;
        sum += log((rate->blamed + FEW * usual) / (rate->all + FEW) / usual);
    }
    out->of[HAZARD_WORD_RECORD] = sum / (known + FEW_WORDS);
}

/* ---- the walk ---- */

void hazard_words_tell(struct hazard_words *words, uint32_t number, struct hazards *out)
{
    tell_precedent(words, number, out);
    tell_record(words, number, out);
}

void hazard_words_learn(struct hazard_words *words, uint32_t number)
{
    const struct bag *bag = &words->bags[number];
    words->all += 1.0;
    for (uint32_t i = 0; i < bag->count; i++)
        words->rates[bag->items[i]].all += 1.0f;
}

void hazard_words_blame(struct hazard_words *words, uint32_t number)
{
    const struct bag *bag = &words->bags[number];
    words->blamed += 1.0;
    for (uint32_t i = 0; i < bag->count; i++)
        words->rates[bag->items[i]].blamed += 1.0f;
}
