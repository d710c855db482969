/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How full what has a limit is, as evidence. Rows are those of metrics.saturation.
 *
 * Whoever says it says it with these words: the case keeps one piece of what is said twice.
 */
#pragma once

#include "case/call.h"

#define FULLNESS_FULL 0.9  /* work waits before the very last bit is taken */
#define FULLNESS_ROOMY 0.5 /* half full is far from a shortage */

/* How full it is since: where work waits FULLNESS_FULL, whatever is limited. */
double fullness_of(const struct batch *rows, size_t row);

/* It is full, and was less full before: what was as full all along is no news. */
bool fullness_is_news(const struct batch *rows, size_t row);

/*
 * It has a limit that it has not reached, but has gained as much as what is news, and will be full
 * within a day at the rate of late: written down with that time. `filling` says whether it is so.
 */
MUST_CHECK bool fullness_add_forecast(struct call *call, const struct batch *rows, size_t row,
                                      bool *filling, struct err *err);

/* A share that is full is full; one that is not may be of more than there is to have. */
bool fullness_tells_room(const struct batch *rows, size_t row);

/* For a shortage of it where `full`, else against one. */
void fullness_add_evidence(struct call *call, const struct batch *rows, size_t row, bool full);
