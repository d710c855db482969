/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kind of thing stands where in a line: a label for each token, by its form, its shape, its
 * letters and what stands around it, and the best sequence of labels by Viterbi's algorithm.
 *
 * The weights are those of an averaged perceptron (M. Collins, "Discriminative Training Methods for
 * Hidden Markov Models", EMNLP 2002). text/entity.h, which goes by the form of a token alone, is
 * one of its features; what this adds is the neighbourhood.
 */
#pragma once

#include "expert/log/numbers.h"
#include "expert/log/tokens.h"

struct found {
    uint16_t start, end; /* bytes of the line */
    enum tag tag;
};

const char *tag_name(enum tag tag); /* "ip"; "" of those that are no type */
bool tag_of(struct str name, enum tag *out);

/* From left to right; any bytes. Returns how many. */
uint32_t tagger_find(const struct log_numbers *numbers, struct str line,
                     struct found out[TOKENS_MAX]);

/* ---- for training ---- */

#define TAGGER_FEATURES_MAX 32

/* What is known of a token, each as a hash: its weights are those of its bucket (piece_bucket). */
uint32_t tagger_features(const struct tokens *tokens, uint32_t at,
                         uint64_t out[TAGGER_FEATURES_MAX]);

/* The labels that a token may have, as bits: its form rules out the others, whatever stands around.
 */
uint32_t tagger_may_be(const struct tokens *tokens, uint32_t at);

/*
 * The best labels, for scores of each token and label, and what each may be; a token is
 * never inside of nothing.
 */
void tagger_decode(int32_t (*scores)[TAGS], const uint32_t *may, uint32_t count,
                   const int32_t (*after)[TAGS], uint8_t *out);

/* Entities out of labels. */
uint32_t tagger_entities(const struct tokens *tokens, const uint8_t *labels,
                         struct found out[TOKENS_MAX]);
