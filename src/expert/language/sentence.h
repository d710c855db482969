/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a sentence means, as a direction: sentences that say the like lie near each other, whatever
 * their words.
 *
 * The encoder is the Universal Sentence Encoder lite (D. Cer et al., "Universal Sentence Encoder",
 * 2018; A. Vaswani et al., "Attention Is All You Need", 2017): two layers of a transformer over
 * pieces of words, their mean, and one more layer. Its weights are not part of the program; they
 * are opened from a folder, and nothing is fetched.
 *
 * The same text gives the same bits, alone or among others, wherever expf(), sinf() and tanhf() do.
 * An encoder is only read once it is open, so threads may share it.
 *
 * What it is good for: an order of few candidates. Unrelated sentences of one trade are still 0.3
 * to 0.5 alike, so no threshold means anything.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct sentence_encoder;

#define SENTENCE_NUMBERS 512
#define SENTENCE_PIECES_MAX 128 /* what follows in a text is not read; some 100 words */

/*
 * Opens the weights in a folder: model.json, what it names, and vocab.json. The encoder lives in
 * `arena` and takes 28 MB, twice that while it is opened. ERR_NOT_FOUND, ERR_IO, or ERR_CORRUPT;
 * the text names the file.
 */
MUST_CHECK bool sentence_open(struct arena *arena, const char *folder,
                              const struct sentence_encoder **out, struct err *err);

/* One direction of length 1 for each text; an empty text has none, and gets zeros. */
void sentence_encode(const struct sentence_encoder *encoder, const struct str *texts,
                     uint32_t count, float (*out)[SENTENCE_NUMBERS]);

/* From -1 to 1: the cosine of the angle between them. */
double sentence_likeness(const float *left, const float *right);
