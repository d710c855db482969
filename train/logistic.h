/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A logistic regression with a Gaussian penalty, by Newton's method (T. Hastie, R. Tibshirani, J.
 * Friedman, "The Elements of Statistical Learning", 2009, 4.4.1). Nothing is drawn: the same rows
 * give the same weights.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;

#define LOGISTIC_COLUMNS_MAX 128

struct logistic_rows {
    double *values; /* `columns` a row */
    bool *came;     /* what is to be foretold */
    double *weights;
    uint32_t *groups; /* what can be left out as a whole: a repository */
    uint32_t count, columns;
};

#define LOGISTIC_NO_GROUP UINT32_MAX

/*
 * `out` gets a weight a column. `penalties` has one for each as well, in squares of the weight: 0
 * leaves it free.
 */
void logistic_fit(struct arena *arena, const struct logistic_rows *rows, uint32_t left_out,
                  const double *penalties, double *out);
