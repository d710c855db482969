/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first step keeps what either of two views keeps. One is simple: the newest whatever they say,
 * then how well the text fits, minus a little for each doubling of the age. It is not learnt, so
 * that a ranker that has learnt the wrong thing cannot lose the culprit before anybody has looked.
 * The other is the ranker's own, which knows more than words and time; two of three are its.
 */
#include "culprit/ranking.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEWEST_KEPT 80 /* of RANKING_KEPT: what lands just before needs no words */
#define HARMLESS 0.4   /* what a document, or a change that is gone again, is held against */
#define KIN_WEIGHT 0.1
#define INERT_AGAINST 4.0 /* in log-odds: of fifty that nothing can feel, one was misread */
#define BROUGHT_OF_LATE_NS NS_PER_DAY /* what has run for longer does not begin to fail now */
#define PLACE_WEIGHT 0.1              /* what an e-fold of age takes off a text score of 0 to 1 */

/*
 * Most signs compare a candidate with the best of all, so the best of six is as good as the best of
 * a thousand, and by chance alone. The ranker has learnt from hundreds; of fewer, its score counts
 * by the logarithm of their number, as does what there is to be told apart.
 */
static double trusted_of(uint32_t candidates)
{
    return fmin(1.0, log1p(candidates) / log1p(RANKING_KEPT));
}

struct candidate {
    uint32_t index;
    double score;
};

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->index > b->index ? -1 : a->index < b->index; /* the newer first */
}

static double first_look(const struct signs *signs)
{
    const double *of = signs->of;
    const double harmless = of[SIGN_IS_DOCS] + of[SIGN_IS_REVERT] + of[SIGN_REVERTED];
    return of[SIGN_TEXT] + KIN_WEIGHT * (of[SIGN_AUTHOR_KIN] + of[SIGN_TOPIC_KIN]) -
           PLACE_WEIGHT * of[SIGN_PLACE] - HARMLESS * harmless;
}

static void sort(struct candidate *candidates, uint32_t count)
{
    if (count > 1)
        qsort(candidates, count, sizeof *candidates, compare_candidates);
}

/* All of them, in the order in which they are kept: one by the simple view, two by the ranker's. */
static struct candidate *retrieve(struct arena *arena, const struct signs *signs,
                                  const double *scores, uint32_t count)
{
    struct candidate *simple = arena_push_many(arena, struct candidate, count);
    struct candidate *ranked = arena_push_many(arena, struct candidate, count);
    struct candidate *kept = arena_push_many(arena, struct candidate, count);
    bool *taken = arena_push_many(arena, bool, count);
    for (uint32_t i = 0; i < count; i++) {
        const bool newest = signs[i].of[SIGN_PLACE] <= log(NEWEST_KEPT);
        simple[i] = (struct candidate){i, newest ? INFINITY : first_look(&signs[i])};
        ranked[i] = (struct candidate){i, scores[i]};
    }
    sort(simple, count);
    sort(ranked, count);
    for (uint32_t turn = 0, of_simple = 0, of_ranked = 0, done = 0; done < count; turn++) {
        const bool by_ranker = (turn % 3 != 0 && of_ranked < count) || of_simple == count;
        const struct candidate *next = by_ranker ? &ranked[of_ranked++] : &simple[of_simple++];
        if (!taken[next->index])
            kept[done++] = (struct candidate){next->index, scores[next->index]};
        taken[next->index] = true;
    }
    return kept;
}

static uint32_t *places_of(struct arena *arena, const struct candidate *kept, uint32_t count)
{
    uint32_t *places = arena_push_many(arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        places[kept[i].index] = i;
    return places;
}

/*
 * The slope of how often a first was right says by how much too bold all shares are: it divides
 * the temperature of the scores (C. Guo et al., On Calibration of Modern Neural Networks, 2017).
 */
static void temper(struct ranking *ranking, double slope)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < ranking->count; i++)
        sum += exp(slope * (ranking->items[i].score - ranking->items[0].score));
    for (uint32_t i = 0; i < ranking->count; i++)
        ranking->items[i].tempered =
            exp(slope * (ranking->items[i].score - ranking->items[0].score)) / sum;
}

static void share_out(struct ranking *ranking, const struct ranker *ranker)
{
    double sum = 0.0;
    for (uint32_t i = 0; i < ranking->count; i++)
        sum += exp(ranking->items[i].score - ranking->items[0].score);
    for (uint32_t i = 0; i < ranking->count; i++) {
        struct ranked_change *item = &ranking->items[i];
        item->probability = exp(item->score - ranking->items[0].score) / sum;
        ranking->sure_five += i < RANKING_FIVE ? item->probability : 0.0;
    }
    if (ranking->count == 0)
        return;
    temper(ranking, ranker->first.slope);
    ranking->sure_first = sureness_of(&ranker->first, ranking->items[0].probability);
    ranking->sure_five = fmax(ranking->sure_first, sureness_of(&ranker->five, ranking->sure_five));
}

static void average(struct ranking *ranking)
{
    for (uint32_t i = 0; i < ranking->candidates; i++)
        for (int sign = 0; sign < SIGNS_COUNT; sign++)
            ranking->mean[sign] += ranking->all[i].of[sign] / ranking->candidates;
}

struct ranking ranking_make(struct arena *arena, const struct question *question,
                            const struct ranker *ranker)
{
    struct ranking ranking = {.candidates = question->to - question->from};
    ranking.trusted = trusted_of(ranking.candidates);
    const struct signs *signs = signs_measure(arena, question);
    const struct context_signs *context = context_measure(arena, question);
    double *scores = arena_push_many(arena, double, ranking.candidates);
    for (uint32_t i = 0; i < ranking.candidates; i++)
        scores[i] =
            ranking.trusted * ranker_score(ranker, &signs[i]) +
            ranker_context(ranker, &context[i]) -
            (question->history->items[question->from + i].change.is_inert ? INERT_AGAINST : 0.0);
    struct candidate *kept = retrieve(arena, signs, scores, ranking.candidates);
    ranking.all = signs;
    ranking.count = ranking.candidates < RANKING_KEPT ? ranking.candidates : RANKING_KEPT;
    ranking.places = places_of(arena, kept, ranking.candidates);
    sort(kept, ranking.count);
    ranking.items = arena_push_many(arena, struct ranked_change, ranking.count);
    for (uint32_t i = 0; i < ranking.count; i++)
        ranking.items[i] = (struct ranked_change){.number = question->from + kept[i].index,
                                                  .score = kept[i].score,
                                                  .signs = &signs[kept[i].index],
                                                  .context = &context[kept[i].index]};
    share_out(&ranking, ranker);
    average(&ranking);
    for (uint32_t i = 0; i < ranking.candidates; i++)
        ranking.mean_context += ranker_context(ranker, &context[i]) / ranking.candidates;
    ranking.named = ranking.count > 0 && ranking.sure_five >= ranker->name_at_least;
    return ranking;
}

/*
 * The oldest that came into service of late, which may have landed long before: to be deployed
 * makes it new.
 */
static uint32_t oldest_brought(const struct history *history, uint32_t from, int64_t at_ns)
{
    const uint32_t least = from > RANKING_REACH_MAX ? from - RANKING_REACH_MAX : 0;
    for (uint32_t i = least; history->has_rollouts && i < from; i++) {
        const struct rollout *rollout = history_rollout(history, i, at_ns);
        if (rollout && rollout->time_ns > at_ns - BROUGHT_OF_LATE_NS)
            return i;
    }
    return from;
}

struct question question_at(const struct history *history, int64_t at_ns, const struct clues *clues)
{
    const uint32_t to = history_until(history, at_ns);
    const uint32_t newest = to > RANKING_CANDIDATES_MAX ? to - RANKING_CANDIDATES_MAX : 0;
    return (struct question){
        .history = history,
        .from = oldest_brought(history, newest, at_ns),
        .to = to,
        .at_ns = at_ns,
        .clues = clues,
    };
}
