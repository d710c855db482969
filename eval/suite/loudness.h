/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two plain answers to whose metrics made the others jump, by one who is told when it began.
 *
 * N-Sigma: the service of the series that went furthest from its mean, in deviations of the time
 * before (L. Pham et al., RCAEval, 2024). Correlation: the service whose series goes most with that
 * of the alert, by ranks (C. Spearman, 1904), up or down, its own left out.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct loud_series;

struct loudness {
    struct loud_series *series;
    uint32_t count;
    double began_s; /* since 1970 */
};

/* The metrics.csv of a case; a row without time or value is passed over. */
MUST_CHECK bool loudness_read(struct arena *arena, const char *folder, double began_s,
                              struct loudness *out, struct err *err);

/* Empty: none moved. */
struct str loudness_loudest(const struct loudness *loudness);

/*
 * The alert's series is the loudest of the service it names. Where that has none, it is a step: 0
 * before, 1 since. Empty: nothing goes with it.
 */
struct str loudness_correlated(struct arena *arena, const struct loudness *loudness,
                               struct str alerted);
