/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer that is looked up: the documents of this project in a knowledge base of their own
 * (knowledge/knowledge.h), and of four options the one that, together with its question, is nearest
 * to what a passage of them says.
 */
#pragma once

#include "eval/suite/questions.h"
#include "expert/language/sentence.h"

struct lookup;

/* What it reads, below the root of the repository; ends with NULL. */
extern const char *const lookup_shelves[];

/*
 * Reads the documents in the folder that the program runs in, which is the root of the repository.
 * The base is a file in `folder`; it is made anew, and taken away with lookup_close(). `encoder`
 * NULL: by words alone.
 */
MUST_CHECK bool lookup_open(struct arena *arena, const char *folder,
                            const struct sentence_encoder *encoder, struct lookup **out,
                            struct err *err);
void lookup_close(struct lookup *lookup);

/* The place of the nearest option; the first of equal ones. */
MUST_CHECK bool lookup_choose(struct lookup *lookup, const struct exam_question *question,
                              uint32_t *out, struct err *err);

/* The share of the words of `asked` that stand in `passage`; those that every text has count not.
 */
double lookup_share(struct arena *scratch, struct str asked, struct str passage);
