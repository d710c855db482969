/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of uneven times as values of even steps, for what counts in steps. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

#define GRID_CELLS_MAX 16384 /* eight weeks of five minutes; what is older is left out */

struct grid {
    double *values; /* finite */
    size_t count;
    int64_t step_ns;
    int64_t last_ns; /* where the last cell ends, which is in it; each lasts a step */
};

/*
 * A cell is the mean of its samples; an empty one lies on the line between its neighbours. Times
 * ascend; samples that are not finite are as if they were not there. A step below 1 ns, or no
 * sample that is finite, gives an empty grid.
 */
struct grid grid_of(struct arena *arena, const int64_t *times_ns, const double *samples,
                    size_t count, int64_t step_ns);

/* The median distance of neighbours in time, those of no distance left out; 0 where there is none.
 */
int64_t grid_step_ns(struct arena *arena, const int64_t *times_ns, size_t count);
