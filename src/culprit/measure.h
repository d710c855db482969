/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that measure signs share; nobody else includes it. */
#pragma once

#include "culprit/signs.h"

struct measure {
    struct arena *arena;
    const struct question *question;
    uint32_t count;         /* of candidates */
    struct signs *signs;    /* one for each */
    const uint32_t *places; /* of each, from the newest, which is 1: by when it came into service */
};

static inline const struct landed *measure_candidate(const struct measure *measure, uint32_t i)
{
    return &measure->question->history->items[measure->question->from + i];
}

/* Whether a later change had landed when the alert fired. */
static inline bool measure_happened(const struct measure *measure, uint32_t change)
{
    return change != HISTORY_NONE && change < measure->question->to;
}

/* How much a word says that `holders` of `count` changes have (BM25's). */
double measure_rarity(uint32_t holders, uint32_t count);

/* How much `count` occurrences in a text of that length say (BM25's). */
double measure_often(double count, double length, double average);

/* Divides by the best candidate's. */
void measure_normalise(struct measure *measure, enum sign sign);

void match_measure(struct measure *measure);  /* match.c: words and pairs */
void places_measure(struct measure *measure); /* places.c: files and folders that are named */
void kin_measure(struct measure *measure);    /* kin.c: others of the same author, topic, files */
void habit_measure(struct measure *measure);  /* habit.c: what became of earlier changes */
void precedent_measure(struct measure *measure); /* precedent.c: what was behind alerts like it */

/* ---- lags.c: how far back culprits lay ---- */

#define LAG_PLACES 11 /* 1, 2, 3-4, 5-8, ... changes */
#define LAG_AGES 17   /* less than a quarter of an hour, half an hour, an hour, ... */

struct lags {
    double places[LAG_PLACES], places_all;
    double ages[LAG_AGES], ages_all;
};

/* Who took it back, or else named it, before the alert; HISTORY_NONE: nobody. */
uint32_t lags_repaired_by(const struct measure *measure, const struct landed *landed);

struct lags lags_of_history(const struct measure *measure);
void lags_note(const struct measure *measure, struct lags *lags, uint32_t culprit, uint32_t repair,
               double weight);

/* Makes all of it together count that much. */
void lags_weigh(struct lags *lags, double weight);

/* Log of the share of culprits that each candidate stands for, by its place and by its age. */
void lags_tell(struct measure *measure, const struct lags *lags, enum sign place, enum sign age);
