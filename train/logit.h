/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conditional logit: of several candidates one is right, and the odds of each are exp(weights *
 * signs). (McFadden, "Conditional logit analysis of qualitative choice behavior", 1974.) What is
 * maximised is the log-likelihood of the right ones, less a Gaussian penalty on the weights of
 * standardised signs. Nothing is drawn: the same choices give the same weights.
 */
#pragma once

#include "culprit/signs.h"

struct choice {
    struct signs *candidates;
    uint8_t *right;     /* beside each; several may be right, and then any of them will do */
    double *stands_for; /* beside each: of how many it was drawn as one; NULL: all are there */
    uint32_t count;
    uint32_t group; /* what can be left out as a whole: a repository */
    double weight;
};

#define GROUP_NONE UINT32_MAX

/* Learns from all choices but those of the group `left_out`. */
void logit_fit(struct arena *arena, const struct choice *choices, uint32_t count, uint32_t left_out,
               double penalty, double *weights);
