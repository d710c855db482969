/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value that the values before it make likely, as a sum of shares of them: an autoregression.
 *
 * Sources: G. Yule, 1927 and G. Walker, 1931 (the equations); N. Levinson, 1947 and J. Durbin, The
 * fitting of time-series models, 1960 (all orders in one pass); H. Akaike, Fitting autoregressive
 * models for prediction, 1969 (which order). The least order is 0, the greatest 10 log10(count), as
 * in R's ar().
 */
#pragma once

#include <stddef.h>

#define AUTOREGRESSION_ORDER_MAX 40

struct autoregression {
    double shares[AUTOREGRESSION_ORDER_MAX]; /* of the distance from the mean; [0]: the last value's
                                              */
    size_t order;                            /* 0: the mean is all there is to say */
    double mean;
};

/*
 * Of evenly spaced, finite samples, whose squares are finite too. With none the mean is 0; of one,
 * and of equal ones, the order is 0. What it foresees never explodes (Yule-Walker is stationary).
 */
struct autoregression autoregression_of(const double *samples, size_t count);

/* The next `ahead` values; out[0] is the nearest. */
void autoregression_next(const struct autoregression *model, const double *samples, size_t count,
                         size_t ahead, double *out);
