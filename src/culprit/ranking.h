/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which changes did it: the front door of culprit/.
 *
 *   retrieve   a thousand candidates to RANKING_KEPT, by a formula that knows no training and by
 *              the ranker
 *   rank       these, by the ranker
 *
 * A large model, where one is configured, is asked after the second step and about its first
 * twenty: it reorders `items` and goes through the same door.
 */
#pragma once

#include "culprit/ranker.h"

#define RANKING_CANDIDATES_MAX 1000
#define RANKING_REACH_MAX                                                                          \
    4000 /* how many before those may be looked at for a late deploy of them */
#define RANKING_KEPT 200
#define RANKING_FIVE 5 /* that a person can look at before the coffee is cold */

struct ranked_change {
    uint32_t number; /* in the history */
    double score;
    double probability; /* its share of what all have; ranking.sure_* say how far to trust it */
    double tempered;    /* the same, as bold as rankings proved to be right; sums to 1 as well */
    const struct signs *signs;
    const struct context_signs *context;
};

struct ranking {
    struct ranked_change *items; /* the most likely first; all that were kept */
    uint32_t count;
    uint32_t candidates;      /* looked at */
    double sure_first;        /* probability that the first did it, if any of them did */
    double sure_five;         /* that one of the first five did, if any of them did */
    bool named;               /* `sure_five` is enough to name them */
    const struct signs *all;  /* of every candidate, in landing order */
    const uint32_t *places;   /* of each in the first step, from 0 */
    double mean[SIGNS_COUNT]; /* over the candidates */
    double mean_context;      /* of what ranker_context() adds */
    double trusted;           /* the share of the ranker's score that counts, see ranking.c */
};

struct ranking ranking_make(struct arena *arena, const struct question *question,
                            const struct ranker *ranker);

/*
 * The candidates for an alert at a time: the newest RANKING_CANDIDATES_MAX that had landed, and
 * from the oldest on that was brought into service in the day before.
 */
struct question question_at(const struct history *history, int64_t at_ns,
                            const struct clues *clues);
