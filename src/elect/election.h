/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An election: a model's opinion of the first hundred of a ranking, and what becomes of the ranking
 * by it.
 *
 * In rounds of ballots the hundred become five. The order of the model is that of its five, then of
 * those that came as far, round by round backwards, each as we had them. It moves ours as evidence
 * would: its first against its last is worth a factor of 34, and no more: docs/adr/0012 says why.
 * What is sure of our ranking (`named`, `sure_five`, each probability) stays as it is: it was
 * measured on our order, and no model was.
 */
#pragma once

#include "elect/ballot.h"

#define ELECTION_CANDIDATES_MAX 100 /* eight ballots; further down hardly a culprit is left */

struct election {
    uint32_t candidates;
    uint32_t rounds;
    uint32_t ballots;
    uint32_t *order; /* places in the ranking as it was, in the order of the model */
};

/* The ranking is read and not changed. False: some ballot had no answer. */
MUST_CHECK bool election_hold(struct panel *panel, struct arena *arena, struct motion *motion,
                              const struct ranking *ranking, struct election *out, struct err *err);

/* Reorders the items of the ranking by what was elected. */
void election_join(struct arena *arena, const struct election *election, struct ranking *ranking);

/*
 * What the ballots of the first round would send, without the key. Those of later rounds have no
 * other texts.
 */
MUST_CHECK bool election_show(const struct panel *panel, struct arena *arena, struct motion *motion,
                              const struct ranking *ranking, struct buf *out, struct err *err);
