/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Practice for the ranker out of the histories themselves: a change that repairs or takes back an
 * earlier one and says which, is a symptom with its culprit.
 */
#pragma once

#include "eval/queries.h"

/* At most `max` practice queries, spread evenly over the history. */
struct culprit_query *mine_queries(struct arena *arena, const struct history *history, uint32_t max,
                                   uint32_t *count);
