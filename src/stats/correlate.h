/* SPDX-License-Identifier: Apache-2.0 */
/* Do two series move together, and which of them first? */
#pragma once

#include <stddef.h>

struct arena;

struct correlation {
    double rho;          /* -1 to 1; 0 where one of them does not vary */
    ptrdiff_t lead;      /* by how many samples `a` is ahead of `b`; negative: behind */
    double significance; /* |rho| in standard deviations of what chance gives; 3 is remarkable */
};

/*
 * Spearman's rank correlation of evenly spaced, finite samples of the same times, at the lead
 * (within +-lead_max) where it is strongest; of equal ones the smallest, and ahead before behind.
 * Ranks, because one spike must not make a correlation. Two series that only grow correlate: take
 * differences of such first. Fewer than 8 samples in common at a lead say nothing.
 * Source: C. Spearman, 1904; the standard deviation under chance is 1/sqrt(n - 1) (M. Kendall, Rank
 * Correlation Methods, 1948).
 */
struct correlation correlate(struct arena *arena, const double *a, const double *b, size_t count,
                             size_t lead_max);
