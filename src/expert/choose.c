/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of the file is the user's own opinion of who is best, and nothing that we know is
 * better than that: no model of a user has been measured by us. One that has just failed comes
 * after those that have not.
 *
 * A router that has measured them joins here: a table of accuracy by task, and `price` beside it,
 * instead of `failures` alone in is_better().
 */
#include "expert/choose.h"

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

/* Of two that can be asked; equal ones stay in their order. */
static bool is_better(const struct candidate *a, const struct candidate *b)
{
    return a->failures < b->failures;
}

uint32_t choose(const struct candidate *candidates, uint32_t count, const struct wanted *wanted)
{
    uint32_t best = NOBODY;
    for (uint32_t i = 0; i < count; i++)
        if (!choose_objection(&candidates[i], wanted) &&
            (best == NOBODY || is_better(&candidates[i], &candidates[best])))
            best = i;
    return best;
}
