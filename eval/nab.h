/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The score of the Numenta Anomaly Benchmark: one number for how early, and with how few false
 * alarms, a detector finds what is labelled in a set of series. Pure: no file, no detector.
 *
 * Source: A. Lavin, S. Ahmad, Evaluating Real-Time Anomaly Detection Algorithms - the Numenta
 * Anomaly Benchmark, 2015, sections II.B to II.D.
 */
#pragma once

#include <stddef.h>

struct arena;

/* Rows of a series, both ends included. Windows ascend and do not overlap. */
struct nab_window {
    size_t first, last;
};

struct nab_series {
    const double *scores; /* one a row, the higher the stranger; an alarm where >= the threshold */
    size_t count;
    const struct nab_window *windows;
    size_t windows_count;
};

/* What a hit is worth, and what a false alarm and a missed window cost. */
struct nab_profile {
    const char *name;
    double hit, false_alarm, miss;
};

extern const struct nab_profile nab_standard, nab_few_false_alarms, nab_few_misses;

struct nab_tally {
    double raw;            /* weighted sum over windows and false alarms */
    size_t windows, found; /* in how many windows there was an alarm */
    size_t false_alarms;   /* rows */
};

struct nab_result {
    double score; /* 0: as good as saying nothing; 100: each window at its first row; may be < 0 */
    double threshold; /* the one threshold for all series; infinity where silence is best */
    struct nab_tally total;
};

/* The first 15 % of a series, at most of 5000 rows, are for learning: no alarm there counts. */
size_t nab_probation(size_t count);

/* The tally of one series at a threshold. */
struct nab_tally nab_tally_of(const struct nab_series *series, const struct nab_profile *profile,
                              double threshold);

/* The score of a tally, or of a sum of tallies: 0 where there is no window to be found. */
double nab_normalise(const struct nab_tally *tally, const struct nab_profile *profile);

/*
 * The score of all series at the threshold that makes it highest, as the benchmark does: every
 * score that a detector gave is tried. Linear in the rows but for one sort of them.
 */
struct nab_result nab_score(struct arena *arena, const struct nab_series *series, size_t count,
                            const struct nab_profile *profile);
