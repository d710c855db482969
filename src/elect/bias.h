/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a model read, or does it like the first of a list? The same ballot in several orders: who
 * reads gives the same five each time, and no letter wins more often than others.
 */
#pragma once

#include "elect/ballot.h"

#define BIAS_ORDERS_MAX 50

struct bias {
    uint32_t changes;            /* on the ballot */
    uint32_t orders;             /* that were answered */
    double same_first;           /* share of the pairs of answers that have the same first */
    double same_five;            /* mean share of the elected that two answers have in common */
    uint32_t firsts[BALLOT_MAX]; /* how often each letter was first */
    uint32_t seats[BALLOT_MAX];  /* how often it had a seat */
};

/*
 * The first changes of the ranking, as many as a ballot takes, in `orders` orders; which these are
 * follows from the number alone. An order that was asked before is left out.
 */
MUST_CHECK bool bias_measure(struct panel *panel, struct arena *arena, struct motion *motion,
                             const struct ranking *ranking, uint32_t orders, struct bias *out,
                             struct err *err);
