/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Are two counts, or two shares, of the same thing?
 *
 * Both are likelihood-ratio tests (G-tests) with one degree of freedom: Dunning, Accurate methods
 * for the statistics of surprise and coincidence, 1993. They hold for small counts, where a
 * chi-square test does not. Counts that come in bursts are no Poisson counts: G is divided by how
 * much more they vary (quasi-likelihood: McCullagh and Nelder, Generalized Linear Models, 1989,
 * chapter 9).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Of two shares hits / tries; 0 where there is nothing to tell. Tries are above 0. */
double stats_g_of_shares(double hits_a, double tries_a, double hits_b, double tries_b);

/* Of two Poisson counts that were watched for so long, in any unit; exposures are above 0. */
double stats_g_of_rates(double count_a, double exposure_a, double count_b, double exposure_b);

/* How probable such a G, or a larger one, is by chance. */
double stats_p_of_g(double g);

/*
 * How many times more counts of equal spans of time vary than Poisson counts of that mean would:
 * Pearson's chi-square over its degrees of freedom, at least 1.
 */
double stats_dispersion(const uint32_t *counts, size_t count);

/*
 * Which of many findings to believe so that at most the share `q` of these is chance: Benjamini and
 * Hochberg, Controlling the false discovery rate, 1995. `keep` has `count` items.
 */
void stats_keep_discoveries(struct arena *arena, const double *p, size_t count, double q,
                            bool *keep);
