/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which order to ask: a contextual bandit whose arms are the steps that look at the case as a
 * whole, whose context is the symptom of the alert, and whose reward is that a step alone, after
 * triage, makes that first which is concluded in the end. What tells most often by second goes
 * first: that is the order in which the expected time to the first success is shortest, for arms
 * that do not depend on each other (Smith, "Various optimizers for single-stage production", 1956).
 * Each recorded case shows the reward of each of its arms, so nothing has to be explored.
 *
 * What an order is worth is worked out from the same recordings, off-policy: the steps are put in
 * another order, with the evidence and the time that each had then. (What two steps both found
 * belongs to who was first then, so the recorded order has an advantage.)
 */
#pragma once

#include "base/map.h"
#include "case/casefile.h"

#define POLICY_ARMS_MAX 64

struct trial { /* a recorded case */
    uint32_t set, fault;
    enum symptom symptom;
    const struct casefile *casefile;
    struct str concluded;           /* the first, when all arms have been played */
    uint32_t arms[POLICY_ARMS_MAX]; /* by number, in the order that was recorded */
    double took_s[POLICY_ARMS_MAX]; /* beside them */
    bool tells[POLICY_ARMS_MAX];    /* alone, after triage, what is concluded */
    uint32_t arms_count;
};

struct policy {
    struct map arms;                              /* names of steps */
    double gain[SYMPTOMS_COUNT][POLICY_ARMS_MAX]; /* how often it tells, by second */
};

struct trials {
    struct arena *arena;
    struct map arms, sets, faults;
    struct trial *items;
    uint32_t count, room;
};

struct trials trials_new(struct arena *arena);

/* A case in which nothing is concluded from these steps is left out. The case must outlive it. */
void trials_add(struct trials *trials, struct str set, struct str fault,
                const struct casefile *casefile);

/* Which of the trials are not learned from. */
struct policy_held_out {
    uint32_t set, fault; /* MAP_NONE: none */
};

struct policy policy_learn(const struct trials *trials, struct policy_held_out held_out);

/* Until what is concluded in the end is concluded, and stays so. NULL: in the recorded order. */
struct reached {
    double seconds;
    uint32_t steps;
};

struct reached policy_reach(const struct trials *trials, const struct trial *trial,
                            const struct policy *policy);
