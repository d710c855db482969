/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which earlier changes a change resembles: by the words of its subject, its paths, its lines and
 * the functions around them, the rare ones above all. Two changes are as alike as the weight of the
 * words they share is to the weight of all they have (the cosine of binary vectors, weighted by
 * rarity).
 */
#include "culprit/hazard_pass.h"

#include "base/arena.h"

#include <math.h>

#define WINDOW 5000    /* changes back: further back the code was other code */
#define HOLDERS_MAX 60 /* changes in the window that have a word; words of more tell little */
#define NEIGHBOURS 15
#define FEW 0.5      /* likeness that counts as usual */
#define LIKE_MIN 0.1 /* less is chance */

struct words {
    uint32_t *items; /* numbers in history->words */
    uint32_t count;
};

struct hazard_likeness {
    const struct hazard_pass *pass;
    struct words *words; /* by change */
    double *weights;     /* by change: of all its words, when it landed */
    double *shared;      /* by change: with the one that lands */
    uint32_t *met;       /* the changes that share something */
    uint32_t *starts;    /* by word: its first posting in the window */
    uint32_t *ends;      /* by word: how many of its postings have landed */
};

/* What its author says at length, and pairs of words, say little more. */
static bool tells(const struct posting *posting)
{
    return posting->counts[PART_SUBJECT] > 0 || posting->counts[PART_FOLDER] > 0 ||
           posting->counts[PART_FILE] > 0 || posting->counts[PART_LINE] > 0 ||
           posting->counts[PART_SCOPE] > 0;
}

static bool is_pair(struct str word)
{
    return str_contains(word, STR(" "));
}

/* The history has the changes of a word; here the words of a change are wanted. */
static void turn_around(struct hazard_likeness *likeness)
{
    const struct history *history = likeness->pass->history;
    for (int fill = 0; fill < 2; fill++) {
        for (uint32_t i = 0; fill && i < likeness->pass->to; i++) {
            likeness->words[i].items =
                arena_push_many(likeness->pass->arena, uint32_t, likeness->words[i].count);
            likeness->words[i].count = 0;
        }
        for (uint32_t word = 0; word < history->words.count; word++) {
            const struct postings *list = &history->postings[word];
            if (is_pair(history->words.keys[word]))
                continue;
            for (uint32_t i = 0; i < list->count; i++) {
                const uint32_t change = list->items[i].change;
                if (change >= likeness->pass->to || !tells(&list->items[i]))
                    continue;
                struct words *words = &likeness->words[change];
                if (fill)
                    words->items[words->count] = word;
                words->count++;
            }
        }
    }
}

struct hazard_likeness *hazard_likeness_new(const struct hazard_pass *pass)
{
    struct hazard_likeness *likeness = arena_push(pass->arena, struct hazard_likeness);
    const uint32_t words = pass->history->words.count;
    *likeness = (struct hazard_likeness){
        .pass = pass,
        .words = arena_push_many(pass->arena, struct words, pass->to + 1),
        .weights = arena_push_many(pass->arena, double, pass->to + 1),
        .shared = arena_push_many(pass->arena, double, pass->to + 1),
        .met = arena_push_many(pass->arena, uint32_t, pass->to + 1),
        .starts = arena_push_many(pass->arena, uint32_t, words + 1),
        .ends = arena_push_many(pass->arena, uint32_t, words + 1),
    };
    turn_around(likeness);
    return likeness;
}

/* Adds what the word weighs to each earlier change that has it. */
static double meet(struct hazard_likeness *likeness, uint32_t number, uint32_t word,
                   uint32_t *met_count)
{
    const struct posting *items = likeness->pass->history->postings[word].items;
    const uint32_t from = number > WINDOW ? number - WINDOW : 0;
    uint32_t *start = &likeness->starts[word], *end = &likeness->ends[word];
    while (items[*end].change < number)
        ++*end; /* it ends: the change itself is in the list */
    while (*start < *end && items[*start].change < from)
        ++*start;
    const uint32_t holders = *end - *start;
    const double window = fmin(number, WINDOW);
    const double weight = log((window + 2.0) / (holders + 1.0));
    for (uint32_t i = *start; holders <= HOLDERS_MAX && i < *end; i++) {
        const uint32_t other = items[i].change;
        if (likeness->shared[other] <= 0.0)
            likeness->met[(*met_count)++] = other;
        likeness->shared[other] += weight * weight;
    }
    return weight * weight;
}

struct neighbour {
    double like;
    uint32_t number;
};

/* Keeps the most alike; of two alike the later. */
static void offer(struct neighbour *best, uint32_t *count, struct neighbour one)
{
    uint32_t at = *count < NEIGHBOURS ? (*count)++ : NEIGHBOURS;
    for (; at > 0; at--) {
        const struct neighbour *above = &best[at - 1];
        if (above->like > one.like || (above->like == one.like && above->number > one.number))
            break;
        if (at < NEIGHBOURS)
            best[at] = *above;
    }
    if (at < NEIGHBOURS)
        best[at] = one;
}

void hazard_likeness_tell(struct hazard_likeness *likeness, uint32_t number, struct hazards *out)
{
    const struct hazard_pass *pass = likeness->pass;
    const struct words *words = &likeness->words[number];
    struct neighbour best[NEIGHBOURS];
    uint32_t best_count = 0, met_count = 0;
    double weight = 0.0;
    for (uint32_t i = 0; i < words->count; i++)
        weight += meet(likeness, number, words->items[i], &met_count);
    likeness->weights[number] = weight;
    out->precedent = out->precedent_fate = HISTORY_NONE;
    for (uint32_t i = 0; i < met_count; i++) {
        const uint32_t other = likeness->met[i];
        const double like =
            likeness->shared[other] / sqrt(fmax(weight * likeness->weights[other], 1e-9));
        likeness->shared[other] = 0.0;
        offer(best, &best_count, (struct neighbour){like, other});
        if (!pass->came_back[other] || like < fmax(LIKE_MIN, out->of[HAZARD_LIKE]) ||
            (like == out->of[HAZARD_LIKE] && other < out->precedent &&
             out->precedent != HISTORY_NONE))
            continue;
        out->of[HAZARD_LIKE] = like;
        out->precedent = other;
        out->precedent_fate = pass->fates[other];
    }
    double came_back = 0.0, all = 0.0;
    for (uint32_t i = 0; i < best_count; i++) {
        came_back += pass->came_back[best[i].number] ? best[i].like : 0.0;
        all += best[i].like;
    }
    out->of[HAZARD_NEAR] = log((came_back + FEW * out->usual) / (all + FEW) / out->usual);
}
