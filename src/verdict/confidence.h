/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How sure we are of the best suspect: a logistic regression on three measures of the weighing,
 * each 0 to 1, and each of which can only make one surer (verdict/weights.h names them and holds
 * the coefficients; `warroom train` fits them). It is lowered for each source that is broken: what
 * we could not read might have said otherwise; and below what names anybody where triage found that
 * nothing is wrong.
 */
#pragma once

#include "verdict/weigh.h"

#define CONFIDENCE_MAX 0.99 /* nobody who saw only recordings is certain */

/* Of the first suspect, once they are ranked. */
struct confidence_measures {
    bool any; /* there is a suspect with a score */
    double features[CONFIDENCE_FEATURES_COUNT];
    double believable; /* what broken sources and an alert that is noise leave, 0 to 1 */
};

struct confidence_measures confidence_measure(const struct weighing *weighing);
double confidence_from(const struct weights *weights, const struct confidence_measures *measures);

/* Both. */
double confidence_of(const struct weighing *weighing);
