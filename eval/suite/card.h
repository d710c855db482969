/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a task: who scored how much, and how far that may be off. The interval is that of
 * the percentile bootstrap (Efron 1979): the middle 95 % of the scores of a thousand samples of the
 * items, drawn with replacement from a fixed seed.
 */
#pragma once

#include "base/buf.h"
#include "eval/suite/task.h"

#define CARD_SAMPLES 1000

struct card_entry {
    struct str who;
    uint32_t items;
    double score, low, high;
    /* Ours: the score of each sample, in the order of drawing. Answers of as many items are drawn
     * alike, so what several tasks ask of the same items goes together in a sample. NULL: none. */
    double *samples;
};

struct card_note {
    struct str item, text;
};

struct card {
    const struct task *task;
    enum mind mind;
    struct str failure;         /* why it was not measured; empty: it was */
    struct card_entry *entries; /* ours first, then the baselines as they came */
    uint32_t entries_count;
    struct card_note *notes; /* as they came; they count for nothing */
    uint32_t notes_count;
    double took_s;
};

/* NULL: nothing of ours was measured. */
const struct card_entry *card_ours(const struct card *card);

/* Runs the task; a failure is a card as well. */
struct card card_measure(struct arena *arena, const struct task *task,
                         const struct task_place *place, enum mind mind);

/* The middle 95 % of CARD_SAMPLES numbers, which stay as they are. */
void card_interval(const double *samples, double *low, double *high);

/* One object, for who reads scores. */
void card_put_json(struct buf *out, const struct card *card);

/* The same with the samples of ours: to go on from. */
void card_put_whole(struct buf *out, const struct card *card);

/* What either has written; false: it is of another task, or no card. */
MUST_CHECK bool card_from_json(struct arena *arena, struct str text, const struct task *task,
                               enum mind mind, struct card *out);
