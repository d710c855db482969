/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Yes-or-no observations, counted so that any onset can be tried: does this happen more often, or
 * less often, since then than in the baseline?
 *
 * A trial is a request, a call or a slot of time; a hit is a trial in which the thing was seen.
 * Counts are kept for the fault-free reference, for the time long before the alert, and in bins of
 * the window around the alert, so a candidate onset costs a sum over bins.
 */
#pragma once

#include "base/clock.h"
#include "data/record.h"

struct arena;

#define TRIAL_BIN_NS (30 * NS_PER_S)
#define TRIAL_BEFORE_BINS 10 /* of the window, before the alert: five minutes */
#define TRIAL_AFTER_BINS 2   /* and after it: what comes later may be the repair */
#define TRIAL_BINS (TRIAL_BEFORE_BINS + TRIAL_AFTER_BINS)
#define TRIAL_EARLY_BINS 4   /* the first two minutes of the window: before most onsets */
#define TRIAL_BASELINE_MIN 5 /* with fewer trials an older period joins the baseline */

enum trial_place { TRIAL_REFERENCE = -2, TRIAL_OLDER = -1, TRIAL_NOWHERE = TRIAL_BINS };

struct trial_counts {
    uint32_t reference;
    uint32_t older;
    uint32_t bins[TRIAL_BINS];
};

struct trial {
    uint32_t service; /* a number of the caller's, for trial_onset() */
    bool only_more;   /* fewer hits are no news (errors, slowness) */
    struct trial_counts hits;
    struct trial_counts tries;
};

/* A place of the window, TRIAL_OLDER before it or TRIAL_NOWHERE after it. */
int trial_place(int64_t time_ns, int64_t alert_ns);

void trial_add(struct trial_counts *counts, int place);

struct trial_result {
    double strength; /* 0 to 1: Jensen-Shannon divergence of the two rates, gated by significance */
    double g;        /* log-likelihood ratio; 6.6 is p = .01, 10.8 is p = .001 */
    uint32_t hits_since, tries_since;
    uint32_t hits_base, tries_base;
    bool more;         /* more often than before */
    bool by_reference; /* the baseline is the reference alone */
};

/*
 * How different two rates are, as strength; *g is the log-likelihood ratio. There must be tries on
 * both sides.
 */
double trial_difference(double hits, double tries, double hits_base, double tries_base, double *g);

/* False: there are too few trials to say anything. */
bool trial_test(const struct trial *trial, int onset_bin, struct trial_result *out);

/*
 * For each candidate onset how well it splits the window: the sum over services of the largest
 * log-likelihood ratio of a trial of theirs that differs from the baseline; copies of one change
 * count once. `weights` has TRIAL_BINS items; candidates are the bins 2 to 8, the rest is 0.
 */
void trial_onset_weights(const struct trial *trials, size_t count, uint32_t services_count,
                         struct arena *arena, double *weights);

/* What a tool that weighs onsets by trials takes and gives. */
extern const struct field trial_onset_input[];  /* alert */
extern const struct field trial_onset_output[]; /* candidates: onset, weight */

/* The weights as rows for that output. */
struct batch *trial_candidates(struct arena *arena, const double *weights, int64_t alert_ns);

/* The bin that holds this time, clamped to the window. */
int trial_bin(int64_t time_ns, int64_t alert_ns);
