/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/autoregress.h"

#include "stats/robust.h"

#include <math.h>
#include <string.h>

#define ERROR_SHARE_MIN 1e-9 /* of the variance; with less left all is explained */

static size_t order_max(size_t count)
{
    const double most = fmin(10 * log10((double)count), AUTOREGRESSION_ORDER_MAX);
    return most < (double)count - 1 ? (size_t)most : count - 1;
}

/* Biased ones: divided by the count of all, which keeps the model stationary. */
static void autocovariances(const double *samples, size_t count, double mean, size_t most,
                            double *out)
{
    for (size_t lag = 0; lag <= most; lag++) {
        out[lag] = 0;
        for (size_t i = lag; i < count; i++)
            out[lag] += (samples[i] - mean) * (samples[i - lag] - mean);
        out[lag] /= (double)count;
    }
}

/* From the shares of order - 1 to those of `order`; what is left of the error. */
static double raise_order(double *shares, size_t order, const double *covariances, double error)
{
    double before[AUTOREGRESSION_ORDER_MAX], reflection = covariances[order];
    memcpy(before, shares, sizeof before);
    for (size_t i = 1; i < order; i++)
        reflection -= before[i - 1] * covariances[order - i];
    reflection /= error;
    shares[order - 1] = reflection;
    for (size_t i = 1; i < order; i++)
        shares[i - 1] = before[i - 1] - reflection * before[order - i - 1];
    return error * (1 - reflection * reflection);
}

struct autoregression autoregression_of(const double *samples, size_t count)
{
    struct autoregression best = {.mean = count > 0 ? stats_mean(samples, count) : 0};
    if (count < 2)
        return best;
    double covariances[AUTOREGRESSION_ORDER_MAX + 1], shares[AUTOREGRESSION_ORDER_MAX] = {0};
    const size_t most = order_max(count);
    autocovariances(samples, count, best.mean, most, covariances);
    double error = covariances[0];
    if (!(error > 0))
        return best;
    double least = (double)count * log(error);
    for (size_t order = 1; order <= most; order++) {
        error = raise_order(shares, order, covariances, error);
        if (!(error > ERROR_SHARE_MIN * covariances[0]))
            break;
        const double criterion = (double)count * log(error) + 2 * (double)order;
        if (criterion < least) {
            least = criterion;
            best.order = order;
            memcpy(best.shares, shares, sizeof shares);
        }
    }
    return best;
}

void autoregression_next(const struct autoregression *model, const double *samples, size_t count,
                         size_t ahead, double *out)
{
    for (size_t i = 0; i < ahead; i++) {
        out[i] = model->mean;
        for (size_t back = 1; back <= model->order; back++) {
            const double value = back <= i ? out[i - back] : samples[count + i - back];
            out[i] += model->shares[back - 1] * (value - model->mean);
        }
    }
}
