/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ballot: at most BALLOT_MAX changes and a symptom, as a question to a model, and the vote that
 * answers it.
 *
 * A change stands there under a letter, and under nothing else: no id of a repository goes out, and
 * none that comes back is looked at. What people wrote is fenced (guard/fence.h) and cut; authors
 * are left out. So a message can ask for votes, but neither add a candidate nor change a letter.
 */
#pragma once

#include "culprit/ranking.h"
#include "expert/panel.h"
#include "guard/secrets.h"

#define BALLOT_MAX 20 /* as many as can be told apart by what is told of odds */
#define BALLOT_SEATS 5

/* What is the same on each ballot of an election. */
struct motion {
    const struct history *history;
    int64_t at_ns;
    struct str symptom;   /* as it was given: any bytes */
    struct masked masked; /* counted while ballots are made */
};

struct ballot {
    const uint32_t *changes; /* numbers in the history, in the order of their letters */
    uint32_t count;
    struct brief brief;
};

/* `changes` must outlive it; from 1 to BALLOT_MAX. */
struct ballot ballot_make(struct arena *arena, struct motion *motion, const uint32_t *changes,
                          uint32_t count, bool wants_odds);

/* How many are elected: BALLOT_SEATS, or all where there are fewer. */
uint32_t ballot_seats(const struct ballot *ballot);

/* Indexes into `changes`, the most likely culprit first. */
struct vote {
    uint32_t seats[BALLOT_MAX];
    uint32_t count;
};

/* Whether who would be asked now tells odds, so that a ballot may be made for them. */
bool ballot_may_have_odds(const struct panel *panel);

/* One vote for each seat. */
MUST_CHECK bool ballot_ask(struct panel *panel, struct arena *arena, const struct ballot *ballot,
                           struct vote *out, struct err *err);

/*
 * All that are on it, by the odds of their letters; made with `wants_odds`. Those of which nothing
 * is told come last, in the order of the ballot.
 */
MUST_CHECK bool ballot_ask_odds(struct panel *panel, struct arena *arena,
                                const struct ballot *ballot, struct vote *out, struct err *err);
