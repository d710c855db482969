/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as the index has it: the words of text/terms.h, so that "restarting" finds "restart" and
 * "pool" finds `db_pool_size`. Documents and questions go through the same reader.
 */
#pragma once

#include "base/buf.h"

#define QUESTION_WORDS_MAX 48 /* of a question; a pasted log would be a query of thousands */

/* Its words, with blanks between. */
void words_put(struct buf *out, struct str text);

/*
 * A query of FTS5: each word in quotes, any of them is enough. Words that every text has are left
 * out unless there are no others. Empty: the question has no words.
 */
struct str words_question(struct arena *arena, struct str question);
