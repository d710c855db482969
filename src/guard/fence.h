/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of others, on its way to a model: a JSON string, and nothing that could be taken for
 * anything else.
 *
 * Whoever writes a commit message cannot end the string, begin a line, write a mark that a model's
 * server would read as the turn of somebody else ("<|im_end|>", "[INST]"), or hide words in
 * characters that nobody sees. Secrets are masked. What the words themselves say goes through: a
 * model may be talked to, and what it may decide is the business of who asks.
 */
#pragma once

#include "guard/secrets.h"

/* With its quotes; of a text that is longer, `bytes_max` bytes and an ellipsis. */
void fence_put(struct buf *out, struct str text, size_t bytes_max, struct masked *masked);
