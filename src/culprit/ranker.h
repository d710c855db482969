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

/*
 * How often a ranking is right that says it is so sure: log-odds are offset + slope * log-odds of
 * what it says. The rankings that taught it had the culprit among their candidates.
 */
struct sureness {
    double offset, slope;
};

struct ranker {
    double weights[SIGNS_COUNT];
    double context[CONTEXT_SIGNS_COUNT]; /* a prior: no history with services is learnt from */
    struct sureness first, five;
    double name_at_least; /* how sure the five must be, below which nothing is named */
};

/* models/changes.json, which is part of the program. */
const struct ranker *ranker_shipped(void);

/*
 * {"name_at_least": 0.4, "first": {"offset": 0, "slope": 1}, "five": {...}, "weights":
 * {"message": 1.5, ...}, "context": {"own": 1, ...}}. A sign that is not there weighs nothing; one
 * that is not known is an error, for the model was made by another program.
 */
MUST_CHECK bool ranker_parse(struct str json, struct ranker *out, struct err *err);

double ranker_score(const struct ranker *ranker, const struct signs *signs);

/* Log-odds of a probability, kept within what some hundred examples can tell of. */
double sureness_log_odds(double probability);
double sureness_of(const struct sureness *sureness, double said);

/* What services and rollouts add to it. */
double ranker_context(const struct ranker *ranker, const struct context_signs *signs);
