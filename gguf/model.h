/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GGUF file that is asked. The likeliest token is taken each time, so the same question gives the
 * same bytes, on one machine with one library: which instructions a processor has decides about
 * the last bit of a sum.
 *
 * Each question stands for itself: nothing of one is left for the next.
 */
#pragma once

#include "base/clock.h"
#include "base/str.h"
#include "gguf/llama.h"

struct arena;

#define MESSAGES_MAX 8
#define LABELS_MAX 20

struct model {
    const struct llama *llama;
    struct llama_model *model;
    const struct llama_vocab *vocab;
    uint32_t vocab_count;
    int threads;
};

/*
 * Opens a file and takes what memory it needs, for good. The numbers stay in the file, which is
 * mapped. ERR_IO or ERR_USAGE, in the words of llama.cpp where it has some.
 */
MUST_CHECK bool model_open(struct arena *arena, const struct llama *llama, const char *path,
                           int threads, struct model **out, struct err *err);

/* "llama 3B Q4_K, 3.2 billion numbers, reads 8192 tokens" */
struct str model_describe(const struct model *model, struct arena *arena);

struct message {
    const char *role; /* "system", "user", "assistant" */
    struct str text;  /* no part of it is taken for a mark of the template */
};

struct question {
    struct message messages[MESSAGES_MAX];
    uint32_t messages_count;
    const char *grammar; /* GBNF; NULL: free */
    struct str labels[LABELS_MAX];
    uint32_t labels_count;
    uint32_t tokens_max; /* of the answer */
    struct deadline deadline;
    struct clock clock;
    /* Whole characters of the answer as they come; may be NULL. */
    void (*tell)(void *state, struct str piece);
    void *state;
};

struct answer {
    struct str text;
    bool is_cut; /* tokens_max came first */
    uint64_t tokens_in;
    uint64_t tokens_out;
    double odds[LABELS_MAX]; /* log-probability of each label as the beginning of the answer */
};

/* Writes. ERR_OVER_BUDGET: the question is longer than what the model reads. ERR_TIMEOUT. */
MUST_CHECK bool model_answer(struct model *model, struct arena *arena,
                             const struct question *question, struct answer *out, struct err *err);

/* Weighs the labels instead, with or without a blank before them. */
MUST_CHECK bool model_weigh(struct model *model, struct arena *arena,
                            const struct question *question, struct answer *out, struct err *err);

/* What comes out of a text as it stands, at the last token, with all numbers in 32 bits: to hold
 * the file against who wrote it. */
struct reading {
    const llama_token *tokens;
    uint32_t tokens_count;
    const float *logits;
    uint32_t logits_count;
};

MUST_CHECK bool model_read(struct model *model, struct arena *arena, struct str text,
                           struct reading *out, struct err *err);
