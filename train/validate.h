/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cross-validation over systems: each set of cases in turn is left out of the learning and then
 * asked. It says how far the weights may leave those they start from, gives the predictions that
 * the confidence is calibrated on, and shows what to expect of a system nobody has learned from.
 */
#pragma once

#include "train/calibrate.h"
#include "train/fit.h"

#include <math.h>

struct set_scores {
    uint32_t cases;
    uint32_t findable; /* the truth is among the suspects */
    double start_ac1;  /* of the weights one starts from */
    double trained_ac1;
    double held_out_ac1;
    double start_likelihood; /* in nats a case; of the findable ones */
    double held_out_likelihood;
    double held_out_ece; /* weights and confidence learned from the other sets */
    struct weights held_out;
};

struct validation {
    double spread;          /* of the penalty; 0: nothing was learned that held elsewhere */
    uint32_t spreads_count; /* that were tried */
    double likelihoods[8];  /* held out, by the spread that was tried */
    double gain;            /* of likelihood over the start, held out: mean over the sets */
    double gain_error;      /* its standard error: there are few sets */
    struct fit_report fit;
    struct weights trained;
    struct set_scores *sets;                     /* by the number of the set */
    double start_ac1, trained_ac1, held_out_ac1; /* means over the sets */
    double held_out_ece;                         /* over all cases */

    /* Each case as it is seen by weights that were learned without its set. */
    struct prediction *unseen;
    double *confidences;
};

/* The spreads that are tried; ends with a negative one. */
extern const double validate_spreads[];
#define SPREAD_ANY INFINITY

/* No spread above `spread_max` is tried. */
struct validation validate(struct examples *examples, const struct weights *start,
                           double spread_max, void (*tell)(const char *what));
