/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How sure one may be: a logistic regression of being right on the measures of the confidence
 * (verdict/confidence.h), after Platt ("Probabilistic outputs for support vector machines", 1999).
 * A large set counts as one of twenty cases, no coefficient becomes negative, and a Gaussian
 * penalty holds them near those one starts from.
 */
#pragma once

#include "train/example.h"
#include "verdict/confidence.h"

struct prediction {
    uint32_t set;
    bool right;  /* it names whom the truth names */
    bool nobody; /* a control */
    struct confidence_measures measures;
};

/* What these weights say of the example's case. */
struct prediction predict(struct examples *examples, uint32_t number,
                          const struct weights *weights);

/* Puts bias and coefficients into `weights`, learned from all sets but `left_out`. */
void calibrate(const struct prediction *predictions, uint32_t count, uint32_t left_out,
               struct weights *weights);

/*
 * The expected calibration error over ten bins, cases of controls left out, as `eval rca` has it;
 * of one set, or of all (SET_NONE).
 */
double calibration_error(const struct prediction *predictions, const double *confidences,
                         uint32_t count, uint32_t set);
