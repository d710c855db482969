/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/rates.h"

#include "stats/robust.h"

#include <math.h>

static double log_likelihood(double hits, double tries, double rate)
{
    double sum = 0;
    if (hits > 0)
        sum += hits * log(rate);
    if (tries > hits)
        sum += (tries - hits) * log(1 - rate);
    return sum;
}

double stats_g_of_shares(double hits_a, double tries_a, double hits_b, double tries_b)
{
    const double rate = (hits_a + hits_b) / (tries_a + tries_b);
    if (rate <= 0 || rate >= 1)
        return 0;
    return fmax(0, 2 * (log_likelihood(hits_a, tries_a, hits_a / tries_a) +
                        log_likelihood(hits_b, tries_b, hits_b / tries_b) -
                        log_likelihood(hits_a, tries_a, rate) -
                        log_likelihood(hits_b, tries_b, rate)));
}

static double surprise(double count, double expected)
{
    return count > 0 ? count * log(count / expected) : 0;
}

double stats_g_of_rates(double count_a, double exposure_a, double count_b, double exposure_b)
{
    const double rate = (count_a + count_b) / (exposure_a + exposure_b);
    if (rate <= 0)
        return 0;
    return fmax(0,
                2 * (surprise(count_a, rate * exposure_a) + surprise(count_b, rate * exposure_b)));
}

double stats_p_of_g(double g)
{
    return erfc(sqrt(fmax(g, 0) / 2)); /* chi-square, one degree of freedom */
}

double stats_dispersion(const uint32_t *counts, size_t count)
{
    double sum = 0, chi = 0;
    for (size_t i = 0; i < count; i++)
        sum += counts[i];
    const double mean = count > 0 ? sum / (double)count : 0;
    if (count < 2 || mean <= 0)
        return 1;
    for (size_t i = 0; i < count; i++)
        chi += (counts[i] - mean) * (counts[i] - mean) / mean;
    return fmax(1, chi / (double)(count - 1));
}

void stats_keep_discoveries(struct arena *arena, const double *p, size_t count, double q,
                            bool *keep)
{
    const double *sorted = stats_sorted(arena, p, count);
    double limit = -1;
    for (size_t i = 0; i < count; i++)
        if (sorted[i] <= q * (double)(i + 1) / (double)count)
            limit = sorted[i];
    for (size_t i = 0; i < count; i++)
        keep[i] = p[i] <= limit;
}
