/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The panel: the models that a user has configured, as one door. Who asks says what is to be done,
 * and not by whom.
 *
 * A question for a label, a rank or a forecast goes to the cheapest that was measured to be right
 * as often as the best (expert/router.h): the rules of who asks, a small expert, a model. Any other
 * goes to the first that can answer it and may see what it is made of; where that one fails, to the
 * next; then to a small expert that has the task; then to nobody
 * (docs/adr/0016-a-panel-asks-in-the-users-order.md). The same question is not asked twice.
 *
 * Each model that was asked leaves a consultation, whether it answered or not, and so does a
 * question that nobody could be asked. They go into the case, its journal and its report. Where
 * nobody can answer, who asked keeps what it had: a model makes a report better, and never
 * possible.
 */
#pragma once

#include "case/casefile.h"
#include "expert/expert.h"
#include "expert/experts.h"

struct panel;
struct router;

/*
 * The models of a file (docs/experts.md); nothing is asked yet. `limits.seconds` of all of them
 * together runs from here. `transport` NULL: what the file says.
 */
MUST_CHECK bool panel_open(struct arena *arena, const char *path, struct clock clock,
                           const struct transport *transport, struct panel **out, struct err *err);

/* The same of models that have been read; `experts` is copied. */
struct panel *panel_of(struct arena *arena, const struct experts *experts, struct clock clock,
                       const struct transport *transport);

/* Nobody is waited for longer than that from now on; `limits.seconds` may be less. */
void panel_limit(struct panel *panel, int64_t span_ns);

/* How is waited between two tries; without this, by sleeping. */
void panel_set_pause(struct panel *panel, void (*pause)(void *state, int64_t span_ns), void *state);

/* What was measured; without this, what the program is built with. It is kept as a pointer. */
void panel_set_router(struct panel *panel, const struct router *router);

/*
 * Told of each piece of an answer where who asks does not listen by itself, as `brief.hear` is; and
 * of an empty one when nobody writes any more.
 */
void panel_set_hear(struct panel *panel, void (*hear)(void *state, struct str so_far), void *state);

/* Whether anybody is there who could be asked for that; NULL: there is no panel. */
bool panel_can(const struct panel *panel, enum ability ability);

/*
 * As expert_ask(): false, nobody answered in a way that `accept` takes; err says why in a line that
 * can be shown.
 */
MUST_CHECK bool panel_ask(struct panel *panel, struct arena *arena, const struct brief *brief,
                          accept_fn *accept, void *state, struct err *err);

/* As expert_odds(), of the first that tells any. */
MUST_CHECK bool panel_odds(struct panel *panel, struct arena *arena, const struct brief *brief,
                           double odds[LABELS_MAX], struct err *err);

/* Whether who would be asked this now tells odds. */
bool panel_tells_odds(const struct panel *panel, const struct brief *brief);

/* What panel_ask() would send first, without the key, and to whom. */
MUST_CHECK bool panel_show(const struct panel *panel, struct arena *arena,
                           const struct brief *brief, struct str *out, struct err *err);

/*
 * From here on nothing is sent: what would be is kept, and who asks hears that nobody was asked.
 * For --show-egress.
 */
void panel_hold_back(struct panel *panel);
struct str panel_held_back(struct panel *panel);

/* ---- what came of it ---- */

/* Of the answer that came last: so many of its sentences are not borne out. */
void panel_refuse(struct panel *panel, uint32_t sentences);

/* Of the answer that came last: why nothing of it is used. */
void panel_reject(struct panel *panel, struct str why);

/* All so far, oldest first; NULL: none, or there is no panel. */
const struct consultation *panel_consultations(const struct panel *panel);

/* Puts into the case those that it has not been given so far. */
void panel_tell(struct panel *panel, struct casefile *casefile);

/* All together. */
struct bill panel_bill(const struct panel *panel);

/* Those that are configured, in the order of the file. */
uint32_t panel_count(const struct panel *panel);
struct expert *panel_expert(struct panel *panel, uint32_t index);
