/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learns the weights: a conditional logit over the suspects of a case and "nobody", whose utilities
 * are the scores of verdict/weigh.h. (McFadden, "Conditional logit analysis of qualitative choice
 * behavior", 1974.) What is maximised is the log-likelihood of the truths, a large set
 * counting as one of twenty cases, less a Gaussian penalty for leaving the weights we start from:
 * in the logarithm of a weight, in the log-odds of a share. With little to learn from, little is
 * learned.
 *
 * A finding is learned only if it was heard in two sets or more: what one system alone shows cannot
 * be told from a trait of that system.
 */
#pragma once

#include "train/example.h"

struct model {
    struct weights weights;
    double sharpness; /* of the choice: log-odds by unit of score */
    double nothing;   /* the score of "nobody" */
};

struct model model_of(const struct weights *weights);

struct fit_report {
    uint32_t learned; /* how many numbers were learned */
    uint32_t rounds;
};

/*
 * Learns from all sets but `left_out` (or SET_NONE). `spread` is the standard deviation of the
 * penalty; 0 learns nothing. The examples' weighings are changed on the way.
 */
struct model fit(struct examples *examples, uint32_t left_out, const struct weights *start,
                 double spread, struct fit_report *report);

/* The mean log-likelihood of the findable cases of one set. 0: there is none. */
double fit_likelihood(struct examples *examples, uint32_t set, const struct model *model);
