/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/correlate.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>
#include <stdlib.h>

#define COMMON_MIN 8
#define BETTER 1e-9 /* what is stronger by less is as strong */

struct ranked {
    double value;
    size_t at;
};

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* Equal samples share the mean of their ranks. */
static double *ranks_of(struct arena *arena, const double *samples, size_t count)
{
    struct ranked *sorted = arena_push_many(arena, struct ranked, count);
    double *ranks = arena_push_many(arena, double, count);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct ranked){samples[i], i};
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && sorted[to].value == sorted[from].value; to++)
            ;
        for (size_t i = from; i < to; i++)
            ranks[sorted[i].at] = (double)(from + to - 1) / 2.0;
    }
    return ranks;
}

static struct correlation at_lead(const double *a, const double *b, size_t count, ptrdiff_t lead)
{
    const size_t shift = (size_t)(lead < 0 ? -lead : lead);
    const size_t common = count - shift;
    /* What is ahead shows now what the other shows later. */
    const double rho = lead >= 0 ? stats_correlation(a, b + shift, common)
                                 : stats_correlation(a + shift, b, common);
    return (struct correlation){rho, lead, fabs(rho) * sqrt((double)(common - 1))};
}

struct correlation correlate(struct arena *arena, const double *a, const double *b, size_t count,
                             size_t lead_max)
{
    struct correlation best = {0};
    if (count < COMMON_MIN)
        return best;
    const double *ranks_a = ranks_of(arena, a, count), *ranks_b = ranks_of(arena, b, count);
    for (size_t shift = 0; shift <= lead_max && count - shift >= COMMON_MIN; shift++)
        for (int behind = 0; behind < (shift > 0 ? 2 : 1); behind++) {
            const ptrdiff_t lead = behind ? -(ptrdiff_t)shift : (ptrdiff_t)shift;
            const struct correlation it = at_lead(ranks_a, ranks_b, count, lead);
            if (it.significance > best.significance + BETTER)
                best = it;
        }
    return best;
}
