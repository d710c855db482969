/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where nobody was measured, the order of the file is the user's own opinion of who is best, and
 * nothing that we know is better than that. One that has just failed comes after those that have
 * not.
 */
#include "expert/choose.h"

#include <math.h>

#define ABILITIES_MEASURED                                                                         \
    (1u << ABILITY_RANK | 1u << ABILITY_LABEL | 1u << ABILITY_EMBED | 1u << ABILITY_FORECAST)
#define ROUNDING 1e-9 /* .91 and .90 are .01 apart, whatever the last bit of a product says */

const char *choose_objection(const struct candidate *candidate, const struct wanted *wanted)
{
    if ((candidate->abilities & (1u << wanted->ability)) == 0)
        return "is not for that";
    if (candidate->forbidden)
        return candidate->forbidden;
    if (wanted->odds && !candidate->tells_odds)
        return "tells no odds";
    if (candidate->is_tried)
        return "has failed";
    return candidate->failures >= FAILURES_MAX ? "has failed three times in a row" : NULL;
}

/* The cheaper one, else the likelier to be right; equal ones stay in their order. */
static bool is_cheaper(const struct candidate *a, const struct candidate *b)
{
    if (a->money < b->money || a->money > b->money)
        return a->money < b->money;
    if (a->cost_us < b->cost_us || a->cost_us > b->cost_us)
        return a->cost_us < b->cost_us;
    return a->odds > b->odds;
}

static uint32_t choose_measured(const struct candidate *candidates, uint32_t count,
                                const struct wanted *wanted)
{
    double most = -1.0;
    uint32_t best = NOBODY;
    for (uint32_t i = 0; i < count; i++)
        if (!isnan(candidates[i].odds) && !choose_objection(&candidates[i], wanted))
            most = fmax(most, candidates[i].odds);
    for (uint32_t i = 0; i < count; i++)
        if (!isnan(candidates[i].odds) && !choose_objection(&candidates[i], wanted) &&
            candidates[i].odds >= most - ODDS_APART - ROUNDING &&
            (best == NOBODY || is_cheaper(&candidates[i], &candidates[best])))
            best = i;
    return best;
}

uint32_t choose(const struct candidate *candidates, uint32_t count, const struct wanted *wanted)
{
    uint32_t best = NOBODY;
    if ((ABILITIES_MEASURED & (1u << wanted->ability)) != 0)
        best = choose_measured(candidates, count, wanted);
    if (best != NOBODY)
        return best;
    for (uint32_t i = 0; i < count; i++)
        if (!choose_objection(&candidates[i], wanted) &&
            (best == NOBODY || candidates[i].failures < candidates[best].failures))
            best = i;
    return best;
}
