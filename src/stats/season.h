/* SPDX-License-Identifier: Apache-2.0 */
/* Does a series repeat itself, and after how long? */
#pragma once

#include <stddef.h>

struct arena;

struct season {
    size_t period;   /* in samples; 0: it does not repeat itself */
    double strength; /* the autocorrelation at that distance, 0 to 1 */
};

/*
 * The period of evenly spaced finite samples. A day and a week (in samples; 0: unknown) are looked
 * at first, because what people do repeats with them, then the highest peak of the autocorrelation
 * within a third of the series: at least two whole repetitions must have been seen. Extremes are
 * cut at three spreads, so that two spikes are no season. Only the newest 8192 samples are looked
 * at. Source: G. E. P. Box, G. M. Jenkins, Time Series Analysis, 1970, chapter 2, for the
 * autocorrelation and for when it is more than chance.
 */
struct season season_of(struct arena *arena, const double *samples, size_t count,
                        size_t day_samples, size_t week_samples);
