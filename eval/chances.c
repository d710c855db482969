/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/chances.h"

#include <math.h>
#include <stdlib.h>

#define BINS 10

static int compare_values(const void *left, const void *right)
{
    const struct foretold *a = left, *b = right;
    return (a->value < b->value) - (a->value > b->value);
}

/* Items of one value: how many there are, and how many of them came. */
static uint32_t take_alike(const struct foretold *items, uint32_t count, uint32_t from,
                           uint32_t *came)
{
    uint32_t to = from;
    *came = 0;
    for (; to < count && items[to].value == items[from].value; to++)
        *came += items[to].came;
    return to - from;
}

struct order_scores order_score(struct foretold *items, uint32_t count)
{
    uint32_t all = 0;
    for (uint32_t i = 0; i < count; i++)
        all += items[i].came;
    struct order_scores scores = {NAN, NAN, NAN};
    if (all == 0 || all == count)
        return scores;
    qsort(items, count, sizeof *items, compare_values);

    const double first = ceil(count / 10.0);
    double pairs = 0.0, precision = 0.0, decile = 0.0;
    uint32_t above = 0, came_above = 0, came = 0;
    for (uint32_t i = 0, alike; i < count; i += alike) {
        alike = take_alike(items, count, i, &came);
        const double below = (count - i - alike) - (double)(all - came_above - came);
        pairs += came * (below + (alike - came) / 2.0);
        precision += came * (double)(came_above + came) / (above + alike);
        decile += came * fmax(0.0, fmin(1.0, (first - above) / alike));
        above += alike;
        came_above += came;
    }
    scores.auc = pairs / ((double)all * (count - all));
    scores.precision = precision / all;
    scores.decile = decile / first;
    return scores;
}

double chances_off(struct foretold *items, uint32_t count)
{
    double off = 0.0;
    qsort(items, count, sizeof *items, compare_values);
    for (uint64_t bin = 0; bin < BINS; bin++) {
        const uint32_t from = (uint32_t)(bin * count / BINS);
        const uint32_t to = (uint32_t)((bin + 1) * count / BINS);
        double stated = 0.0, came = 0.0;
        for (uint32_t i = from; i < to; i++) {
            stated += items[i].value;
            came += items[i].came;
        }
        off += fabs(stated - came);
    }
    return count > 0 ? off / count : 0.0;
}
