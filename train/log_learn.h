/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log expert learns, from templates whose level is known and from lines of a grammar. The
 * same lessons and seed give the same numbers.
 */
#pragma once

#include "eval/log_lessons.h"
#include "eval/log_marks.h"

#define LEARN_FROM_ALL UINT32_MAX
#define FOLDS 5
#define FOLD_FIRST                                                                                 \
    1000000u /* instead of a system: FOLD_FIRST + k leaves every fifth template out */

bool is_left_out(const struct lessons *lessons, uint32_t lesson, uint32_t left_out);

/*
 * Gravity and anomaly: softmax and logistic regression over hashed pieces, by gradient descent with
 * a step of its own a weight (J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods", 2011)
 * and a Gaussian penalty. A system is left out as a whole; each system weighs the same at most.
 */
void learn_judge(const struct lessons *lessons, uint32_t left_out, uint64_t seed,
                 struct log_numbers *out);

/* How sure it may be: the scale at which systems that were left out become likeliest. */
void learn_scale(const struct lessons *lessons, uint64_t seed, struct log_numbers *out);

struct tagger_lessons;

/* Lines of the grammar, and lines that people have marked. */
struct tagger_lessons *tagger_lessons_new(struct arena *arena, uint64_t seed,
                                          const struct marked_lines *marks);

/* Entities: an averaged perceptron over all of them but those of `left_out` and its kin. */
void learn_tagger(struct tagger_lessons *lessons, struct str left_out, struct log_numbers *out);
