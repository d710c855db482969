/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/score/tally.h"

#include "base/arena.h"
#include "base/map.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define Z_95 1.959964 /* of the normal distribution: 95 % lie within */

const struct measure_about measures[MEASURES_COUNT] = {
    [MEASURE_PLACE] = {"place", "AC@1", "place is the first hypothesis"},
    [MEASURE_PLACE3] = {"place3", "AC@3", "place is among the first three"},
    [MEASURE_CAUSE] = {"cause", "cause", "place and kind of fault are the first hypothesis'"},
    [MEASURE_CHANGE] = {"change", "change", "culprit change is the first told"},
    [MEASURE_CONTROLS] = {"controls", "quiet", "no cause named on controls"},
};

double share_value(struct share share)
{
    return share.of > 0 ? (double)share.right / share.of : 0.0;
}

void share_interval(struct share share, double *low, double *high)
{
    if (share.of == 0) {
        *low = 0.0;
        *high = 1.0;
        return;
    }
    const double n = share.of, p = share_value(share), z2 = Z_95 * Z_95;
    const double centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    const double half = Z_95 * sqrt(p * (1.0 - p) / n + z2 / (4.0 * n * n)) / (1.0 + z2 / n);
    *low = fmax(centre - half, 0.0);
    *high = fmin(centre + half, 1.0);
}

static void add(struct share *share, bool belongs, bool right)
{
    share->of += belongs;
    share->right += belongs && right;
}

static void add_shares(struct tally *tally, const struct outcome *outcome)
{
    const bool broken = !outcome->truth.nobody, answered = !outcome->failed;
    struct share *shares = tally->shares;
    add(&shares[MEASURE_PLACE], broken, answered && outcome->rank == 1);
    add(&shares[MEASURE_PLACE3], broken, answered && outcome->rank >= 1 && outcome->rank <= 3);
    add(&shares[MEASURE_CAUSE], broken && outcome->has_kind, answered && outcome->kind_right);
    add(&shares[MEASURE_CHANGE], broken && outcome->truth.change.len > 0,
        answered && outcome->change_rank == 1);
    add(&shares[MEASURE_CONTROLS], !broken, answered && !outcome->known);
}

static struct tally tally_of(struct arena *arena, struct str name, const struct outcome *outcomes,
                             uint32_t count)
{
    struct tally tally = {.name = name, .cases = count};
    double *onsets = arena_push_many(arena, double, count);
    double *times = arena_push_many(arena, double, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        tally.failed += outcome->failed;
        times[i] = outcome->wall_ms;
        if (!outcome->failed && outcome->has_onset)
            onsets[tally.onsets++] = outcome->onset_error_s;
        add_shares(&tally, outcome);
    }
    qsort(times, count, sizeof *times, compare_reals);
    tally.p50_ms = percentile(times, count, 0.50);
    tally.p95_ms = percentile(times, count, 0.95);
    if (tally.onsets > 0) {
        qsort(onsets, tally.onsets, sizeof *onsets, compare_reals);
        tally.onset_p50_s = percentile(onsets, tally.onsets, 0.50);
        tally.onset_p90_s = percentile(onsets, tally.onsets, 0.90);
    }
    const struct reliability reliability = reliability_of(outcomes, count);
    tally.sure = reliability.cases;
    tally.ece = reliability.ece;
    return tally;
}

/* Recordings of before faults had names are a group too. */
static struct str group_of(const struct outcome *outcome, enum tally_by by)
{
    if (by == TALLY_BY_RECUT)
        return outcome->truth.recut.len > 0 ? outcome->truth.recut : STR("(as recorded)");
    if (outcome->truth.fault.len > 0)
        return outcome->truth.fault;
    return outcome->truth.nobody ? STR("(control)") : STR("(not named)");
}

static int compare_tallies(const void *a, const void *b)
{
    return str_compare(((const struct tally *)a)->name, ((const struct tally *)b)->name);
}

struct tallies tallies_of(struct arena *arena, const struct outcome *outcomes, uint32_t count,
                          enum tally_by by)
{
    assert(count > 0);
    struct map names = map_new(arena);
    for (uint32_t i = 0; i < count; i++)
        map_add(&names, group_of(&outcomes[i], by));

    struct tally *groups = arena_push_many(arena, struct tally, names.count);
    struct outcome *members = arena_push_many(arena, struct outcome, count);
    for (uint32_t group = 0; group < names.count; group++) {
        uint32_t members_count = 0;
        for (uint32_t i = 0; i < count; i++)
            if (str_eq(group_of(&outcomes[i], by), names.keys[group]))
                members[members_count++] = outcomes[i];
        groups[group] = tally_of(arena, names.keys[group], members, members_count);
    }
    qsort(groups, names.count, sizeof *groups, compare_tallies);
    return (struct tallies){
        .all = tally_of(arena, STR("all"), outcomes, count),
        .groups = groups,
        .count = names.count,
    };
}
