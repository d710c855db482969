/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The panel: the models that a user has configured, as one door. Who asks says what is to be done,
 * and not by whom.
 *
 * Each question leaves a consultation, whether it was answered or not: who was asked, why that one,
 * what it cost, why nothing came. They go into the case, its journal and its report. Where nobody
 * can answer, who asked keeps what it had: a model makes a report better, and never possible.
 */
#pragma once

#include "case/consultation.h"
#include "expert/expert.h"

struct panel;

/*
 * The models of a file (docs/experts.md); nothing is asked yet, the time of each runs from here.
 * `transport` NULL: what the file says.
 */
MUST_CHECK bool panel_open(struct arena *arena, const char *path, struct clock clock,
                           const struct transport *transport, struct panel **out, struct err *err);

/* Whether anybody is there who could be asked for that; NULL: there is no panel. */
bool panel_can(const struct panel *panel, enum ability ability);

/*
 * As expert_ask(): false, nobody answered in a way that `accept` takes; err says why in a line that
 * can be shown.
 */
MUST_CHECK bool panel_ask(struct panel *panel, struct arena *arena, const struct brief *brief,
                          accept_fn *accept, void *state, struct err *err);

/* What panel_ask() would send first, without the key, and to whom. */
MUST_CHECK bool panel_show(const struct panel *panel, struct arena *arena,
                           const struct brief *brief, struct str *out, struct err *err);

/* All so far, oldest first. */
const struct consultation *panel_consultations(const struct panel *panel);
