/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has reports told again in the words of a model, where models are configured (docs/experts.md).
 *
 * A report is finished and told without that: news hold sentences of the program alone, and who is
 * on call is not to wait for a model. So prose comes after, by a thread of its own: no
 * investigation waits for it either. What waits for a model stands in memory only; after a kill the
 * report stands as the program wrote it.
 */
#pragma once

#include "incident/incident.h"

struct scribe;
struct site;

#define SCRIBE_WAITING_MAX 16 /* reports; of further ones the program's own words stand */

/* Needs `site` alone, and a ledger. Where site->retells is false nothing is started: NULL. */
MUST_CHECK bool scribe_start(struct arena *arena, const struct site *site, struct scribe **out,
                             struct err *err);

/* The report of that investigation is written. Never waits; any thread; NULL: nothing is done. */
void scribe_add(struct scribe *scribe, struct str incident, int64_t investigation);

/* What is being written is given up: the report stands. */
void scribe_stop(struct scribe *scribe);

/* Why the words of a model about that investigation are of no use any more; NULL: they are. */
const char *scribe_objection(const struct incident *incident, int64_t investigation);

/* Puts each file of folder `from` in the place of its namesake in `to`, and removes `from`. */
MUST_CHECK bool scribe_replace(struct arena *arena, const char *from, const char *to,
                               struct err *err);
