/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Learns a network of one hidden layer: Adam (D. Kingma, J. Ba, Adam: a method for stochastic
 * optimization, 2015) over batches in an order that the seed says, with a rate that falls to zero.
 * The same examples and seed give the same numbers.
 */
#pragma once

#include "expert/metric/curve.h"

struct arena;

struct net_examples {
    struct metric_tokens *tokens;
    uint8_t *curves; /* beside each */
    uint32_t count;
};

void net_learn(struct arena *arena, const struct net_examples *examples, uint64_t seed,
               uint32_t rounds, struct curve_net *out);

/* The sharpness with which these examples are likeliest: others than those it was learned from. */
void net_calibrate(const struct net_examples *examples, struct curve_net *net);

/* -ln of the odds of what is right, a mean. */
double net_loss(const struct net_examples *examples, const struct curve_net *net);
