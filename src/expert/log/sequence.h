/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How surprising a template is behind the two before it, by what the same log has shown so far.
 *
 * Nothing of any system is learned beforehand: counts of ones, twos and threes, each smoothed by
 * the shorter one (D. MacKay, L. Bauman Peto, "A hierarchical Dirichlet language model", 1995). The
 * shipped numbers are how much a shorter context weighs, and how much what was never seen.
 *
 * Surprise is told in bits, and as the share of what was learned from that had surprised less when
 * it came: a log that is always new surprises nobody.
 */
#pragma once

#include "expert/log/numbers.h"

struct arena;
struct sequence;

#define SEQUENCE_COUNTS_MAX (1u << 18) /* of contexts and what came behind them: 4 MB */

struct surprise {
    double bits;
    double unusual; /* 0 to 1: the share of what was learned from that surprised less */
};

struct sequence *sequence_new(struct arena *arena, const struct log_numbers *numbers);

/* The next template of the reference; numbers are the caller's. */
void sequence_learn(struct sequence *sequence, uint32_t template);

/* The next one of what is judged: nothing is learned from it, it becomes the context of the next.
 */
struct surprise sequence_judge(struct sequence *sequence, uint32_t template);

/* What comes next stands behind a gap, and not behind the last one. */
void sequence_break(struct sequence *sequence);
