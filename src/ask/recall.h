/* SPDX-License-Identifier: Apache-2.0 */
/* What of a case, and of what people wrote, is nearest to a question in its words. */
#pragma once

#include "ask/answering.h"

/* The evidence that shares the rarest words with the question. False: none shares enough. */
bool recall_evidence(struct answering *answering, struct str question);

/* Passages of the knowledge base, where there is a ledger; at most `count`. */
void recall_passages(struct answering *answering, struct str question, uint32_t count);
