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
