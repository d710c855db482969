/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How surprising the next value of a series is, given only those before it.
 *
 * Three questions are asked of each value: how far is it from what was to be expected (a mixture of
 * forecasters: recent level, same time of day, same time of week, mean of all); how far from the
 * same time of day alone; how far is the short mean from the long one. Each answer is held against
 * its own history: the share of answers as large, with the tail beyond the largest two percent
 * continued as a power law. The rarest of the three is the score; what an event goes on to show is
 * not news again.
 *
 * Sources: weights of forecasters by their loss: R. T. Clemen, Combining forecasts, 1989; clipped
 * updates: S. Gelper et al., Robust forecasting with exponential and Holt-Winters smoothing, 2010;
 * the tail: B. M. Hill, A simple general approach to inference about the tail of a distribution,
 * 1975, held against a stream as in A. Siffer et al., Anomaly detection in streams with extreme
 * value theory, 2017.
 *
 * A value costs a constant number of steps; the memory is the same after any number of values.
 */
#pragma once

#include <stdint.h>

struct arena;
struct detector; /* about 36 kB */

/* From here on a score is worth a person's look: rarer than one in six hundred. */
#define DETECT_ALARM 6.4

struct detection {
    double score;    /* -ln of how rare such a value is; 0: ordinary, known already or too early */
    double expected; /* what the mixture had expected, in the unit of the values */
};

struct detector *detector_new(struct arena *arena);

/*
 * The values in the order of their time; gaps and uneven steps are fine. The time, in ns, says
 * which time of day and of week it is, no more. A value that is not finite says nothing: its score
 * is 0, and it leaves no trace. Scores begin with the 101st value; a series that has never moved
 * gets ln(values + 1) when it does.
 */
struct detection detector_push(struct detector *detector, int64_t time_ns, double value);
