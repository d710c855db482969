/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fits the head of expert/hashed.h: a softmax regression with a Gaussian penalty, by stochastic
 * gradients with a step for each weight (J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient
 * Methods", 2011). Rows are drawn in an order that follows from the seed: the same rows and seed
 * give the same weights.
 */
#pragma once

#include "base/buf.h"
#include "expert/hashed.h"
#include "train/texts.h"

#define SOFTMAX_NO_GROUP UINT32_MAX

struct softmax_rows {
    struct labelled *rows; /* beside each: */
    struct hashed *features;
    uint32_t count, classes, buckets;
};

/* A head learned from all rows but those of the group `left_out`. Its weights are small integers.
 */
struct hashed_head softmax_fit(struct arena *arena, const struct softmax_rows *rows,
                               uint32_t left_out, uint64_t seed);

/*
 * Scales the head so that its odds are right as often as they say, over rows that it has not
 * learned from: those of group i by heads[i]. Returns the factor.
 */
double softmax_temper(const struct hashed_head *heads, const struct softmax_rows *rows);

/* As hashed_head_read() reads it: the members of an object, without its brackets. */
void softmax_put(struct buf *out, const struct hashed_head *head);
