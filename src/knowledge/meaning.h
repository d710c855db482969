/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a passage means, as expert/sentence.h has it, small enough to keep one of each: a number in
 * a byte, as text. The likeness of two of them is off by less than 0.01.
 */
#pragma once

#include "base/buf.h"
#include "expert/language/sentence.h"

#define MEANING_TEXT_BYTES ((size_t)2 * SENTENCE_NUMBERS)

/* Of each text; empty where a text has none. They live in `arena`. */
void meaning_of(struct arena *arena, const struct sentence_encoder *encoder,
                const struct str *texts, uint32_t count, struct str *out);

/* False: it is none. */
bool meaning_read(struct str text, float out[SENTENCE_NUMBERS]);
