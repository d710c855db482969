/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a task: who scored how much, and how far that may be off. The interval is that of
 * the percentile bootstrap (Efron 1979): the middle 95 % of the scores of a thousand samples of the
 * items, drawn with replacement from a fixed seed.
 */
#pragma once

#include "base/buf.h"
#include "eval/suite/task.h"

struct card_entry {
    struct str who;
    uint32_t items;
    double score, low, high;
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

/* One object, on lines of its own. */
void card_put_json(struct buf *out, const struct card *card);

/* What card_put_json() has written; false: it is of another task, or no card. */
MUST_CHECK bool card_from_json(struct arena *arena, struct str text, const struct task *task,
                               enum mind mind, struct card *out);
