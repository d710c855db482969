/* SPDX-License-Identifier: Apache-2.0 */
/* What logs say, by the evidence that speaks of lines: complaints, errors, exceptions. */
#pragma once

#include "summary/saying.h"

#define QUOTE_BYTES_MAX 100

/* Whether any such evidence is about the service. */
bool lines_tell_of(const struct casefile *casefile, struct str service);

/* From the most telling on, those about `subject` first: NULL before the first, and after the last.
 */
const struct evidence *lines_next(const struct casefile *casefile, struct str subject,
                                  const struct evidence *before);

/* Who logged them, and the words that were found in them; false: its claim does not say. */
bool lines_names(struct str claim, struct str *who, struct str *words);

/* Quotes a line. Who logged it is left out where he has just been named. */
bool lines_say(struct saying *saying, const struct evidence *evidence, struct str last_speaker);
