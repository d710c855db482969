/* SPDX-License-Identifier: Apache-2.0 */
/* How good forecasts are: made again and again from further on, and held against what came. */
#pragma once

#include "eval/nab_files.h"

#define ROLLING_ORIGINS 20 /* over the second half of a series */
#define ROLLING_AHEAD 48   /* steps from each */

enum { ROLLING_OURS, ROLLING_LAST_VALUE, ROLLING_PERIOD_AGO, ROLLING_METHODS };

/* Sums over forecasts, so that those of several series add up. */
struct rolling {
    size_t forecasts;
    size_t inside;                    /* values that lay in the interval */
    size_t judged;                    /* values large enough to be divided by */
    double relative[ROLLING_METHODS]; /* |error / value| over those */
    double error[ROLLING_METHODS];    /* |error|, in the series' unit */
    double scale;  /* |change| from one period (or step) to the next before, same count */
    size_t period; /* in steps; 0: none found in the first half */
};

/* Forecasts of one series. Its period is found in its first half alone. */
struct rolling rolling_of(struct arena *arena, const struct nab_file *file);

double rolling_mape(const struct rolling *rolling, int method); /* percent */
double rolling_mase(const struct rolling *rolling, int method); /* 1: no better than naive */
double rolling_coverage(const struct rolling *rolling);         /* 0 to 1 */
