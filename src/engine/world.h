/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has the facts of a case. The walk of engine/investigate.c asks through this one door, so that
 * it is the same walk whether a bundle answers, or the journal of an earlier walk.
 */
#pragma once

#include "director/director.h"
#include "engine/services.h"
#include "journal/replay.h"

struct investigation; /* engine/investigate.h */

struct world {
    /* Puts into the case what its sources hold before anything is asked. */
    bool (*load)(void *state, struct casefile *casefile, struct err *err);
    /* As of struct answerer. */
    bool (*answer)(void *state, const struct callee *callee, struct call *call,
                   const struct record *in, struct record *out, struct err *err);
    /* Withdraws the evidence that its own query does not bear out. */
    void (*reread)(void *state, struct casefile *casefile);
    /* Adds what is shown beside the evidence. */
    void (*exhibit)(void *state, struct casefile *casefile);
    /* Asks models what they are for once the verdict stands; NULL: there are none. */
    void (*consult)(void *state, struct casefile *casefile);
    struct str experts;              /* their names; empty: none */
    const struct services *services; /* for calls; empty where nobody needs them */
    const struct planner *planner;   /* who else is asked for a plan; NULL: nobody */
    void *state;
};

/* All of them live in `arena`; what they are given must outlive them. */
const struct world *world_of_bundle(struct arena *arena, const struct bundle *bundle,
                                    const struct investigation *how);
const struct world *world_of_journal(struct arena *arena, struct replay *replay);

/* Another world, whose answers are written down. */
const struct world *world_with_journal(struct arena *arena, const struct world *world,
                                       struct journal *journal);

/* A director who asks this world; the rest of `direction` is taken as it is. */
struct director *world_director(const struct world *world, const struct direction *direction,
                                struct casefile *casefile);

/*
 * What a journal says at its beginning: the planner, the runbooks that could be followed, and the
 * text of the weights.
 */
struct journal_opening world_opening(struct arena *arena, const struct world *world,
                                     const struct library *library, struct str weights,
                                     int64_t budget_ns);

/* The runbooks as they were then. */
MUST_CHECK bool world_library(struct arena *arena, const struct journal_opening *opening,
                              struct library *out, struct err *err);
