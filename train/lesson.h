/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A head of expert/hashed.h learned from made texts: each group left out once, to see what the head
 * is worth on one that it does not know; then from all of them.
 */
#pragma once

#include "train/softmax.h"

struct lesson {
    const char *name; /* "intent": the member of the file */
    const struct text_row *rows;
    const char *const *groups; /* names, then NULL */
    const char *group_word;    /* "system of alerting" */
    join_fn *join;
    void (*hash)(struct str text, struct hashed *out, uint32_t buckets);
    uint32_t classes, buckets, copies;
    uint64_t seed;
    /* What the house says without the expert: a class. */
    uint32_t (*baseline)(void *state, struct str text);
    void *state;
    const char *expert, *task; /* whose lesson it is */
    struct buf *answers;       /* on groups that were left out (eval/answers.h); NULL: nowhere */
};

struct share {
    double value, low, high; /* 95 %: whole rows of templates are drawn again */
};

struct learned {
    struct hashed_head head;
    uint32_t texts, templates;
    struct share held_out, by_words; /* right, of all texts, by groups that were left out */
    double majority;
    double by_group[TEXT_GROUPS_MAX], words_by_group[TEXT_GROUPS_MAX];
};

struct learned lesson_learn(struct arena *arena, const struct lesson *lesson);

void lesson_print(const struct lesson *lesson, const struct learned *learned);

/* A member of a card, {"right": ..., ...}. */
void lesson_put_scores(struct buf *out, const struct lesson *lesson, const struct learned *learned);
