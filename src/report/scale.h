/* SPDX-License-Identifier: Apache-2.0 */
/* Where the ticks of an axis go, and how they are written. */
#pragma once

#include "base/str.h"

#define TICKS_MAX 12

/* Round numbers that span `low` to `high`; the ends are widened to the next round number. */
struct number_scale {
    double low;
    double high;
    double ticks[TICKS_MAX];
    uint32_t ticks_count;
    double step;
};

struct number_scale scale_numbers(double low, double high, uint32_t ticks_wanted);
struct str scale_number_label(struct arena *arena, const struct number_scale *scale, double at);

/* 0 at `low`, 1 at `high`. */
double scale_share(const struct number_scale *scale, double value);

/* Round times (in UTC) within a window, which stays as it is. */
struct time_scale {
    int64_t start_ns;
    int64_t end_ns; /* at least a second later */
    int64_t ticks_ns[TICKS_MAX];
    uint32_t ticks_count;
    int64_t step_ns;
};

struct time_scale scale_times(int64_t start_ns, int64_t end_ns, uint32_t ticks_wanted);
struct str scale_time_label(struct arena *arena, const struct time_scale *scale, int64_t at_ns);
double scale_time_share(const struct time_scale *scale, int64_t at_ns); /* clamped to 0..1 */

/* "840 us", "12.5 ms", "3.2 s": how long a span of a trace took. */
struct str scale_duration_label(struct arena *arena, double duration_us);
