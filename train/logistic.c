/* SPDX-License-Identifier: Apache-2.0 */
#include "train/logistic.h"

#include "base/arena.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define ROUNDS_MAX 30
#define STEP_MIN 1e-7  /* of the largest weight; less is none */
#define PIVOT_MIN 1e-9 /* a column that never differs */

struct newton {
    const struct logistic_rows *rows;
    double *gradient;  /* of the penalised log-likelihood */
    double *curvature; /* columns * columns, its lower half */
};

static void add_row(struct newton *newton, uint32_t row, const double *weights)
{
    const uint32_t columns = newton->rows->columns;
    const double *values = &newton->rows->values[(size_t)row * columns];
    double sum = 0.0;
    for (uint32_t i = 0; i < columns; i++)
        sum += weights[i] * values[i];
    const double chance = 1.0 / (1.0 + exp(-sum));
    const double off = newton->rows->weights[row] * (newton->rows->came[row] - chance);
    const double bend = newton->rows->weights[row] * chance * (1.0 - chance);
    for (uint32_t i = 0; i < columns; i++) {
        newton->gradient[i] += off * values[i];
        for (uint32_t j = 0; j <= i; j++)
            newton->curvature[i * columns + j] += bend * values[i] * values[j];
    }
}

/* Solves curvature * step = gradient, in place, by Cholesky's decomposition. */
static void solve(double *curvature, double *step, uint32_t columns)
{
    for (uint32_t i = 0; i < columns; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double sum = curvature[i * columns + j];
            for (uint32_t k = 0; k < j; k++)
                sum -= curvature[i * columns + k] * curvature[j * columns + k];
            curvature[i * columns + j] =
                i == j ? sqrt(fmax(sum, PIVOT_MIN)) : sum / curvature[j * columns + j];
        }
    }
    for (uint32_t i = 0; i < columns; i++) {
        for (uint32_t k = 0; k < i; k++)
            step[i] -= curvature[i * columns + k] * step[k];
        step[i] /= curvature[i * columns + i];
    }
    for (uint32_t i = columns; i-- > 0;) {
        for (uint32_t k = i + 1; k < columns; k++)
            step[i] -= curvature[k * columns + i] * step[k];
        step[i] /= curvature[i * columns + i];
    }
}

void logistic_fit(struct arena *arena, const struct logistic_rows *rows, uint32_t left_out,
                  const double *penalties, double *out)
{
    const uint32_t columns = rows->columns;
    assert(columns <= LOGISTIC_COLUMNS_MAX);
    struct newton newton = {.rows = rows,
                            .gradient = arena_push_many(arena, double, columns),
                            .curvature = arena_push_many(arena, double, columns *columns)};
    memset(out, 0, columns * sizeof *out);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        memset(newton.gradient, 0, columns * sizeof(double));
        memset(newton.curvature, 0, (size_t)columns * columns * sizeof(double));
        for (uint32_t row = 0; row < rows->count; row++)
            if (rows->groups[row] != left_out)
                add_row(&newton, row, out);
        for (uint32_t i = 0; i < columns; i++) {
            newton.gradient[i] -= penalties[i] * out[i];
            newton.curvature[i * columns + i] += penalties[i];
        }
        solve(newton.curvature, newton.gradient, columns);
        double most = 0.0;
        for (uint32_t i = 0; i < columns; i++) {
            out[i] += newton.gradient[i];
            most = fmax(most, fabs(newton.gradient[i]));
        }
        if (most < STEP_MIN)
            return;
    }
}
