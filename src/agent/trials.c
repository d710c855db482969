/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measure of difference is the Jensen-Shannon divergence of the two rates (bits, 0 to 1), each
 * drawn to one half by half an observation, so that few observations give little strength. The gate
 * is the likelihood-ratio test of two binomials (G-test; Dunning, Accurate methods for the
 * statistics of surprise and coincidence, 1993).
 */
#include "agent/trials.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/batch.h"
#include "stats/rates.h"

#include <math.h>

#define G_WEAK 6.63    /* chi-square, one degree of freedom, p = .01: nothing below counts */
#define G_STRONG 10.83 /* p = .001: counts in full from here */
#define STRENGTH_OF_CANDIDATE 0.1
#define CANDIDATE_FIRST 2
#define CANDIDATE_LAST 8

int trial_place(int64_t time_ns, int64_t alert_ns)
{
    const int64_t start_ns = alert_ns - TRIAL_BEFORE_BINS * TRIAL_BIN_NS;
    if (time_ns < start_ns)
        return TRIAL_OLDER;
    const int64_t bin = (time_ns - start_ns) / TRIAL_BIN_NS;
    return bin < TRIAL_BINS ? (int)bin : TRIAL_NOWHERE;
}

int trial_bin(int64_t time_ns, int64_t alert_ns)
{
    const int place = trial_place(time_ns, alert_ns);
    return place < 0 ? 0 : place < TRIAL_BINS ? place : TRIAL_BINS - 1;
}

void trial_add(struct trial_counts *counts, int place)
{
    if (place == TRIAL_REFERENCE)
        counts->reference++;
    else if (place == TRIAL_OLDER)
        counts->older++;
    else if (place < TRIAL_BINS)
        counts->bins[place]++;
}

static uint32_t sum(const struct trial_counts *counts, int from, int to)
{
    uint32_t total = 0;
    for (int bin = from; bin < to; bin++)
        total += counts->bins[bin];
    return total;
}

static double entropy(double p)
{
    return -p * log2(p) - (1 - p) * log2(1 - p);
}

static double divergence(double hits_a, double tries_a, double hits_b, double tries_b)
{
    const double a = (hits_a + 0.5) / (tries_a + 1), b = (hits_b + 0.5) / (tries_b + 1);
    return fmax(0, entropy((a + b) / 2) - (entropy(a) + entropy(b)) / 2);
}

double trial_difference(double hits, double tries, double hits_base, double tries_base, double *g)
{
    *g = stats_g_of_shares(hits, tries, hits_base, tries_base);
    const double gate = fmin(1, fmax(0, (*g - G_WEAK) / (G_STRONG - G_WEAK)));
    return gate * divergence(hits, tries, hits_base, tries_base);
}

bool trial_test(const struct trial *trial, int onset_bin, struct trial_result *out)
{
    *out = (struct trial_result){
        .hits_since = sum(&trial->hits, onset_bin, TRIAL_BINS),
        .tries_since = sum(&trial->tries, onset_bin, TRIAL_BINS),
        .hits_base = trial->hits.reference,
        .tries_base = trial->tries.reference,
        .by_reference = trial->tries.reference >= TRIAL_BASELINE_MIN,
    };
    if (!out->by_reference) {
        out->hits_base += trial->hits.older;
        out->tries_base += trial->tries.older;
    }
    /* a fault that builds up blurs the minutes before the onset: they are taken where little else
     * is */
    if (trial->tries.reference == 0 || out->tries_base < TRIAL_BASELINE_MIN) {
        out->hits_base += sum(&trial->hits, 0, onset_bin);
        out->tries_base += sum(&trial->tries, 0, onset_bin);
    }
    if (out->tries_since < 2 || out->tries_base < 2)
        return false;

    const double hits = out->hits_since, tries = out->tries_since;
    const double hits_base = out->hits_base, tries_base = out->tries_base;
    out->more = hits * tries_base > hits_base * tries;
    if (trial->only_more && !out->more)
        return true;
    out->strength = trial_difference(hits, tries, hits_base, tries_base, &out->g);
    return true;
}

static bool differs_somewhere(const struct trial *trial)
{
    struct trial_result result;
    for (int bin = CANDIDATE_FIRST; bin <= CANDIDATE_LAST; bin++)
        if (trial_test(trial, bin, &result) && result.g >= G_STRONG &&
            result.strength >= STRENGTH_OF_CANDIDATE)
            return true;
    return false;
}

/* How well the candidate splits the window, and only if it leads away from the baseline. */
static double split_g(const struct trial *trial, int bin)
{
    const double hits_before = sum(&trial->hits, 0, bin), before = sum(&trial->tries, 0, bin);
    const double hits_since = sum(&trial->hits, bin, TRIAL_BINS);
    const double since = sum(&trial->tries, bin, TRIAL_BINS);
    if (before < 1 || since < 1)
        return 0;
    const bool reference = trial->tries.reference > 0;
    const double base = reference ? trial->tries.reference : trial->tries.older;
    const double hits_base = reference ? trial->hits.reference : trial->hits.older;
    const double rate_since = hits_since / since;
    if (base > 0 && (rate_since - hits_before / before) * (rate_since - hits_base / base) <= 0)
        return 0;
    return stats_g_of_shares(hits_since, since, hits_before, before);
}

void trial_onset_weights(const struct trial *trials, size_t count, uint32_t services_count,
                         struct arena *arena, double *weights)
{
    bool *candidates = arena_push_many(arena, bool, count);
    for (size_t i = 0; i < count; i++)
        candidates[i] = differs_somewhere(&trials[i]);
    double *best = arena_push_many(arena, double, services_count);
    for (int bin = 0; bin < TRIAL_BINS; bin++)
        weights[bin] = 0;
    for (int bin = CANDIDATE_FIRST; bin <= CANDIDATE_LAST; bin++) {
        for (uint32_t service = 0; service < services_count; service++)
            best[service] = 0;
        for (size_t i = 0; i < count; i++)
            if (candidates[i])
                best[trials[i].service] = fmax(best[trials[i].service], split_g(&trials[i], bin));
        for (uint32_t service = 0; service < services_count; service++)
            weights[bin] += best[service];
    }
}

const struct field trial_onset_input[] = {
    {"alert", TYPE_TIME, 0, "when the alert fired", NULL},
    {0},
};

static const struct field candidate_columns[] = {
    {"onset", TYPE_TIME, 0, "a candidate", NULL},
    {"weight", TYPE_REAL, 0, "how well it splits what changed; 20 is clear", NULL},
    {0},
};

const struct field trial_onset_output[] = {
    {"candidates", TYPE_ROWS, 0, "oldest first", candidate_columns},
    {0},
};

struct batch *trial_candidates(struct arena *arena, const double *weights, int64_t alert_ns)
{
    struct batch *rows = batch_new(arena, candidate_columns);
    for (int bin = 0; bin < TRIAL_BINS; bin++) {
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "onset",
                  value_time(alert_ns + (bin - TRIAL_BEFORE_BINS) * TRIAL_BIN_NS));
        batch_set(rows, row, "weight", value_real(weights[bin]));
    }
    return rows;
}
