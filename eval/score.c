/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AC@k and Avg@5 are counted as the field's papers do, so that the numbers can be held against
 * theirs: the rank is the place in the list of hypotheses, ties and repeated subjects included.
 */
#include "eval/score.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/causes.h"
#include "eval/kinds.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* "worker-1" of "node/worker-1". */
static struct str object_name(struct str object)
{
    struct str rest = object, kind;
    str_split(&rest, '/', &kind);
    return rest.len > 0 ? rest : object;
}

/* An empty name is no name: two things that are not told are not the same thing. */
static bool same_name(struct str said, struct str meant)
{
    return said.len > 0 && str_eq(said, meant);
}

bool suspect_is_right(const struct suspect *suspect, const struct truth *truth)
{
    /* A pod on a broken node names both; where objects are asked for, only the subject is meant. */
    if (truth->object.len > 0)
        return same_name(suspect->subject, truth->object) ||
               same_name(suspect->subject, object_name(truth->object));
    return same_name(suspect->subject, truth->service) ||
           same_name(suspect->subject, truth->instance) ||
           same_name(suspect->instance, truth->service) ||
           same_name(suspect->instance, truth->instance);
}

static bool cause_is_right(const struct suspect *suspect, const struct truth *truth)
{
    const struct cause *cause = cause_find(suspect->cause);
    return cause && same_name(str_of(cause->name), truth->fault) &&
           same_name(str_of(cause->taxonomy), truth->taxonomy);
}

bool truth_tells_kind(const struct truth *truth)
{
    return truth->kind.len > 0 || kind_is_known(truth->fault);
}

void outcome_judge(struct outcome *outcome, const struct truth *truth, const struct answer *answer)
{
    outcome->truth = *truth;
    outcome->known = answer->known;
    outcome->confidence = answer->confidence;
    outcome->rank = truth->nobody && !answer->known ? 1 : 0;
    for (uint32_t i = 0; i < answer->suspects_count && outcome->rank == 0; i++)
        if (suspect_is_right(&answer->suspects[i], truth))
            outcome->rank = i + 1;
    outcome->change_rank = 0;
    for (uint32_t i = 0; i < answer->changes_count && outcome->change_rank == 0; i++)
        if (same_name(answer->changes[i], truth->change))
            outcome->change_rank = i + 1;
    outcome->names_change = answer->names_change;
    if (answer->suspects_count > 0)
        outcome->top = answer->suspects[0];
    outcome->all_three = outcome->rank == 1 && cause_is_right(&outcome->top, truth);
    outcome->has_kind = truth_tells_kind(truth);
    outcome->kind_right =
        outcome->rank == 1 && (truth->kind.len > 0 ? str_eq(truth->kind, outcome->top.kind)
                                                   : kind_fits(truth->fault, outcome->top.kind));
    outcome->has_onset =
        !truth->nobody && outcome->rank == 1 && truth->tells_onset && outcome->top.has_since;
    if (outcome->has_onset)
        outcome->onset_error_s =
            fabs((double)(outcome->top.since_ns - truth->onset_ns)) / (double)NS_PER_S;
}

struct str truth_name(const struct truth *truth)
{
    if (truth->nobody)
        return STR("(nobody)");
    if (truth->object.len > 0)
        return truth->object;
    return truth->service.len > 0 ? truth->service : truth->instance;
}

static uint32_t count_within(const struct outcome *outcomes, uint32_t count, uint32_t rank_max)
{
    uint32_t right = 0;
    for (uint32_t i = 0; i < count; i++)
        right += outcomes[i].rank >= 1 && outcomes[i].rank <= rank_max;
    return right;
}

int compare_reals(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double percentile(const double *sorted, uint32_t count, double share)
{
    const double rank = ceil(share * count);
    return sorted[rank < 1.0 ? 0 : (uint32_t)rank - 1];
}

static void add_times(struct scorecard *card, struct arena *arena, const struct outcome *outcomes,
                      uint32_t count)
{
    double *times = arena_push_many(arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        times[i] = outcomes[i].wall_ms;
        card->peak_rss_mb = fmax(card->peak_rss_mb, outcomes[i].rss_mb);
    }
    qsort(times, count, sizeof *times, compare_reals);
    card->p50_ms = percentile(times, count, 0.50);
    card->p95_ms = percentile(times, count, 0.95);
}

struct scorecard scorecard_of(struct arena *arena, const struct outcome *outcomes, uint32_t count)
{
    assert(count > 0);
    struct scorecard card = {.set = outcomes[0].set, .cases = count, .has_objects = true};
    uint32_t all_three = 0, kinds_right = 0, first = 0, five = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        card.failed += outcome->failed;
        card.withheld += !outcome->failed && !outcome->known;
        card.confident_wrong += !outcome->failed && outcome->known && outcome->rank != 1;
        all_three += outcome->all_three;
        card.kinds += outcome->has_kind;
        kinds_right += outcome->kind_right;
        card.changes += outcome->truth.change.len > 0;
        first += outcome->change_rank == 1;
        five += outcome->change_rank >= 1 && outcome->change_rank <= 5;
        card.wrong_named += outcome->truth.tells_change && !outcome->failed &&
                            outcome->names_change && outcome->change_rank != 1;
        if (outcome->truth.object.len == 0)
            card.has_objects = false;
    }
    double within[6] = {0};
    for (uint32_t k = 1; k <= 5; k++) {
        within[k] = (double)count_within(outcomes, count, k) / count;
        card.avg5 += within[k] / 5.0;
    }
    card.ac1 = within[1];
    card.ac3 = within[3];
    card.ac5 = within[5];
    card.all_three = card.has_objects ? (double)all_three / count : 0.0;
    card.kind = card.kinds > 0 ? (double)kinds_right / card.kinds : 0.0;
    card.change1 = card.changes > 0 ? (double)first / card.changes : 0.0;
    card.change5 = card.changes > 0 ? (double)five / card.changes : 0.0;
    card.ece = reliability_of(outcomes, count).ece;
    add_times(&card, arena, outcomes, count);
    return card;
}

struct scorecard scorecard_mean(const struct scorecard *cards, uint32_t count)
{
    assert(count > 0);
    struct scorecard mean = {.set = STR("mean over sets")};
    uint32_t with_objects = 0, with_kinds = 0;
    for (uint32_t i = 0; i < count; i++) {
        mean.cases += cards[i].cases;
        mean.withheld += cards[i].withheld;
        mean.confident_wrong += cards[i].confident_wrong;
        mean.failed += cards[i].failed;
        mean.ac1 += cards[i].ac1 / count;
        mean.ac3 += cards[i].ac3 / count;
        mean.ac5 += cards[i].ac5 / count;
        mean.avg5 += cards[i].avg5 / count;
        with_objects += cards[i].has_objects;
        mean.all_three += cards[i].all_three;
        with_kinds += cards[i].kinds > 0;
        mean.kinds += cards[i].kinds;
        mean.kind += cards[i].kind;
        mean.ece += cards[i].ece / count;
        mean.peak_rss_mb = fmax(mean.peak_rss_mb, cards[i].peak_rss_mb);
    }
    mean.has_objects = with_objects > 0;
    if (with_kinds > 0)
        mean.kind /= with_kinds;
    if (with_objects > 0)
        mean.all_three /= with_objects;
    return mean;
}

struct reliability reliability_of(const struct outcome *outcomes, uint32_t count)
{
    struct reliability out = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        if (outcome->failed || outcome->top.subject.len == 0 || outcome->truth.nobody)
            continue; /* of a control there is nothing that one could be sure of */
        const double place = fmin(outcome->confidence * RELIABILITY_BINS, RELIABILITY_BINS - 1);
        const uint32_t bin = (uint32_t)place;
        out.bins[bin].cases++;
        out.bins[bin].confidence_mean += outcome->confidence; /* sums, until all are in */
        out.bins[bin].accuracy += outcome->rank == 1;
        out.cases++;
    }
    for (uint32_t bin = 0; bin < RELIABILITY_BINS; bin++) {
        const uint32_t cases = out.bins[bin].cases;
        if (cases == 0)
            continue;
        out.ece += fabs(out.bins[bin].accuracy - out.bins[bin].confidence_mean) / out.cases;
        out.bins[bin].confidence_mean /= cases;
        out.bins[bin].accuracy /= cases;
    }
    return out;
}
