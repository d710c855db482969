/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each sign is worth: a weight a sign, learnt by train/changes.c and shipped as data.
 *
 * A score is the sum of sign times weight. Within one question, exp(score) shared out among all
 * candidates is the probability that a candidate is the culprit: that is what the weights were
 * fitted to say (a conditional logit; D. McFadden, 1974).
 */
#pragma once

#include "culprit/context.h"
#include "culprit/signs.h"

struct ranker {
    double weights[SIGNS_COUNT];
    double context[CONTEXT_SIGNS_COUNT]; /* a prior: no history with services is learnt from */
    double name_at_least; /* probability of the five together below which nothing is named */
};

/* models/changes.json, which is part of the program. */
const struct ranker *ranker_shipped(void);

/*
 * {"name_at_least": 0.4, "weights": {"message": 1.5, ...}, "context": {"own": 1, ...}}. A sign
 * that is not there weighs nothing; one that is not known is an error, for the model was made by
 * another program.
 */
MUST_CHECK bool ranker_parse(struct str json, struct ranker *out, struct err *err);

double ranker_score(const struct ranker *ranker, const struct signs *signs);

/* What services and rollouts add to it. */
double ranker_context(const struct ranker *ranker, const struct context_signs *signs);
