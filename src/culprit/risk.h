/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How risky a change is, before it ships: from the history before it, and the change itself.
 *
 *   probability   that within HAZARDS_DAYS a later change takes it back, or repairs something and
 *                 names it: what its hazards weigh, as a logistic regression
 *                 (models/risk.json), beside how usual that is in this history
 *   score         of 100 changes that landed before it here, how many were less probable to come
 *                 back. So a limit of 90 stops one change of ten, whatever people here write into
 *                 their messages; what that is worth, the probability says.
 *
 * A sum of weights: the reasons are its terms (risk_reasons.h). No clock, no model of others, and
 * nothing of what landed later.
 */
#pragma once

#include "culprit/hazards.h"

#define RISK_SCORE_CHANGES 1000 /* that a score compares with */
#define RISK_SCORE_FEW 50       /* with fewer a score says little */

struct risk_model {
    double bias;  /* log-odds */
    double usual; /* of the log-odds of the usual share */
    double weights[HAZARDS_COUNT];
};

struct risk {
    uint32_t number; /* in the history */
    double probability;
    double score;      /* 0 to 100 */
    uint32_t compared; /* with how many changes */
    const struct hazards *hazards;
};

/* models/risk.json, which is part of the program. */
const struct risk_model *risk_model_shipped(void);

/*
 * {"bias": -0.1, "usual": 0.9, "weights": {"lines": 0.3, ...}}. A hazard that is not there weighs
 * nothing; one that is not known is an error, for the model was made by another program.
 */
MUST_CHECK bool risk_model_parse(struct str json, struct risk_model *out, struct err *err);

double risk_probability(const struct risk_model *model, const struct hazards *hazards);

/* Of every change before `to`, in landing order. */
struct risk *risk_assess(struct arena *arena, const struct history *history, uint32_t to,
                         const struct risk_model *model);
