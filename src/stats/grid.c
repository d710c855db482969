/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/grid.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>

#define STEP_NS_MAX 0x1p62 /* 146 years: what can be doubled and is a number still */

/* Lines between the cells that have samples; the first and the last cell have some. */
static void bridge(double *values, const uint32_t *counts, size_t count)
{
    size_t before = 0;
    for (size_t i = 1; i < count; i++) {
        if (counts[i] == 0)
            continue;
        for (size_t gap = before + 1; gap < i; gap++)
            values[gap] = values[before] + (values[i] - values[before]) *
                                               ((double)(gap - before) / (double)(i - before));
        before = i;
    }
}

struct grid grid_of(struct arena *arena, const int64_t *times_ns, const double *samples,
                    size_t count, int64_t step_ns)
{
    while (count > 0 && !isfinite(samples[count - 1]))
        count--;
    struct grid grid = {.step_ns = step_ns};
    if (count == 0 || step_ns < 1)
        return grid;

    /* Cells are counted back from the newest sample: the present is what is asked about. */
    const uint64_t step = (uint64_t)step_ns;
    const uint64_t last = (uint64_t)times_ns[count - 1];
    size_t first = count - 1;
    for (size_t i = count; i-- > 0 && (last - (uint64_t)times_ns[i]) / step < GRID_CELLS_MAX;)
        if (isfinite(samples[i]))
            first = i;
    grid.count = (size_t)((last - (uint64_t)times_ns[first]) / step) + 1;
    grid.last_ns = times_ns[count - 1];
    grid.values = arena_push_many(arena, double, grid.count);
    uint32_t *counts = arena_push_many(arena, uint32_t, grid.count);
    for (size_t i = first; i < count; i++) {
        const size_t back = (size_t)((last - (uint64_t)times_ns[i]) / step);
        if (!isfinite(samples[i]) || back >= grid.count)
            continue;
        const size_t cell = grid.count - 1 - back;
        grid.values[cell] += (samples[i] - grid.values[cell]) / ++counts[cell];
    }
    bridge(grid.values, counts, grid.count);
    return grid;
}

int64_t grid_step_ns(struct arena *arena, const int64_t *times_ns, size_t count)
{
    double *steps = arena_push_many(arena, double, count);
    size_t steps_count = 0;
    for (size_t i = 1; i < count; i++)
        if (times_ns[i] > times_ns[i - 1])
            steps[steps_count++] = (double)((uint64_t)times_ns[i] - (uint64_t)times_ns[i - 1]);
    return steps_count > 0 ? (int64_t)fmin(stats_median(arena, steps, steps_count), STEP_NS_MAX)
                           : 0;
}
