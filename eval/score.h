/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scoring, pure: from truths and answers to outcomes, from outcomes to a scorecard.
 *
 * A case that failed counts as wrong in every share: whoever is woken at night does not care why
 * there was no answer.
 */
#pragma once

#include "eval/answer.h"

struct outcome {
    struct str set;
    struct str id;
    struct truth truth;
    struct suspect top;   /* the first hypothesis; empty: there was none */
    uint32_t rank;        /* of the first hypothesis that is right; 0: none is */
    bool all_three;       /* object, cause and taxonomy of the first hypothesis */
    bool has_kind;        /* what kind of fault it was is known (eval/kinds.h) */
    bool kind_right;      /* place and kind of the first hypothesis */
    bool has_onset;       /* the first hypothesis has the place, and it is known since when */
    double onset_error_s; /* how far from the truth that is, either way */
    uint32_t change_rank; /* of the change that did it; 0: it is not among those told */
    bool names_change;
    bool known;
    double confidence;
    double wall_ms;
    double rss_mb;
    bool failed;
    struct str reason; /* why it failed */
};

/* The smallest that at least `share` of them do not exceed (nearest rank); `count` is at least 1.
 */
double percentile(const double *sorted, uint32_t count, double share);
int compare_reals(const void *a, const void *b); /* for qsort() */

/* Does this hypothesis point to where the fault is? */
bool suspect_is_right(const struct suspect *suspect, const struct truth *truth);

bool truth_tells_kind(const struct truth *truth);

/* Fills what follows from truth and answer; the other fields are left alone. */
void outcome_judge(struct outcome *outcome, const struct truth *truth, const struct answer *answer);

/* What is told as the truth of the case: the object, or else the service, or else the instance. */
struct str truth_name(const struct truth *truth);

struct scorecard {
    struct str set;
    uint32_t cases;
    uint32_t withheld;        /* answered "not known" */
    uint32_t confident_wrong; /* named a cause, and not the right place */
    uint32_t failed;
    double ac1; /* share of cases whose rank is 1; ac3: 1 to 3; ac5: 1 to 5 */
    double ac3;
    double ac5;
    double avg5;      /* mean of the shares at 1, 2, 3, 4 and 5 */
    bool has_objects; /* all truths name an object: then all_three is told */
    double all_three;
    uint32_t kinds;       /* cases whose kind of fault is known */
    double kind;          /* the share of them where the first hypothesis has place and kind */
    uint32_t changes;     /* cases whose truth says which change did it */
    double change1;       /* the share of them where that is the first */
    double change5;       /* ... among the first five */
    uint32_t wrong_named; /* cases where another is named, or one though none did it */
    double ece;           /* of its reliability */
    double p50_ms;        /* nearest rank: a time that a case has really taken */
    double p95_ms;
    double peak_rss_mb;
};

/* Of outcomes of one set; there must be one. The name is the first one's. */
struct scorecard scorecard_of(struct arena *arena, const struct outcome *outcomes, uint32_t count);

/* Each set weighs the same: shares are means over the sets, counts are sums, times are left out. */
struct scorecard scorecard_mean(const struct scorecard *cards, uint32_t count);

/* How often the first hypothesis is right among the cases that were as sure as this. */
#define RELIABILITY_BINS 10

struct reliability {
    struct {
        uint32_t cases;
        double confidence_mean;
        double accuracy;
    } bins[RELIABILITY_BINS]; /* the i-th from i/10 to below (i+1)/10, the last with 1 */
    uint32_t cases;
    double ece; /* expected calibration error: mean of |accuracy - confidence| by case */
};

/* Of the outcomes that have a hypothesis: without one there is nothing to be sure of. */
struct reliability reliability_of(const struct outcome *outcomes, uint32_t count);
