/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From how sure a ranking says it is to how often it is right: a logistic regression on the
 * log-odds of what it says (J. Platt, "Probabilistic outputs for support vector machines", 1999),
 * learnt from rankings of repositories that the ranker had not seen.
 */
#pragma once

#include "culprit/ranker.h"

struct guess {
    uint32_t group; /* what can be left out as a whole: a repository */
    double said;    /* 0 to 1 */
    bool right;
};

/* Learns from all guesses but those of the group `left_out`. */
struct sureness sure_fit(const struct guess *guesses, uint32_t count, uint32_t left_out);
