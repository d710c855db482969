/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/season.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>
#include <stdbool.h>

#define SAMPLES_MAX 8192  /* four weeks of five minutes; bounds the square of it, too */
#define PERIOD_MIN 4      /* shorter ones are ripple */
#define REPETITIONS_MIN 3 /* the series, in periods: a shape, and twice that it came again */
#define STRENGTH_MIN 0.3  /* below, the season explains less than a tenth of the variance */
#define CUT_SPREADS 3.0
#define CALENDAR_SLACK 0.05 /* the calendar may be that much weaker than another period */

/* Finite, without trend and with its extremes cut: around 0. */
static double *flattened(struct arena *arena, const double *samples, size_t count)
{
    double *flat = arena_push_many(arena, double, count);
    /* The line through the medians of the first and the last third (Tukey's resistant line). */
    const size_t third = count / 3;
    const double first = stats_median(arena, samples, third);
    const double last = stats_median(arena, samples + count - third, third);
    const double slope = (last - first) / (double)(count - third);
    for (size_t i = 0; i < count; i++)
        flat[i] = samples[i] - slope * (double)i;
    const struct stats_level level = stats_level_of(arena, flat, count, 0);
    for (size_t i = 0; i < count; i++) {
        const double spreads = (flat[i] - level.median) / level.spread;
        flat[i] = fmin(fmax(spreads, -CUT_SPREADS), CUT_SPREADS);
    }
    const double mean = stats_mean(flat, count);
    for (size_t i = 0; i < count; i++)
        flat[i] -= mean;
    return flat;
}

static double product(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The share of the overlap's variance, not of the whole: long periods overlap less. */
static double autocorrelation(const double *flat, size_t count, size_t lag, double variance)
{
    const double overlap = (double)(count - lag) / (double)count;
    return product(flat, flat + lag, count - lag) / (variance * overlap);
}

/* The highest peak after the first fall below zero: before it, neighbours are merely alike. */
static struct season best_peak(const double *flat, size_t count, double variance)
{
    struct season best = {0};
    bool fell = false;
    for (size_t lag = 1; lag <= count / REPETITIONS_MIN; lag++) {
        const double strength = autocorrelation(flat, count, lag, variance);
        fell = fell || strength < 0;
        /* A multiple of the period is as strong as the period: it must be better to count. */
        if (fell && lag >= PERIOD_MIN && strength > best.strength + CALENDAR_SLACK)
            best = (struct season){lag, strength};
        else if (best.period > 0 && best.period + 1 == lag && strength > best.strength)
            best = (struct season){lag, strength}; /* still climbing the same peak */
    }
    return best;
}

struct season season_of(struct arena *arena, const double *samples, size_t count,
                        size_t day_samples, size_t week_samples)
{
    if (count > SAMPLES_MAX) {
        samples += count - SAMPLES_MAX;
        count = SAMPLES_MAX;
    }
    if (count < REPETITIONS_MIN * PERIOD_MIN)
        return (struct season){0};
    const double *flat = flattened(arena, samples, count);
    const double variance = product(flat, flat, count);
    if (!(variance > 0))
        return (struct season){0};

    struct season best = best_peak(flat, count, variance);
    const size_t calendar[] = {week_samples, day_samples};
    for (size_t i = 0; i < sizeof calendar / sizeof *calendar; i++) {
        const size_t period = calendar[i];
        /* Two periods are enough of what everybody knows to repeat. */
        if (period < PERIOD_MIN || period > count / (REPETITIONS_MIN - 1))
            continue;
        const double strength = autocorrelation(flat, count, period, variance);
        if (strength >= best.strength - CALENDAR_SLACK)
            best = (struct season){period, strength};
    }
    best.strength = fmin(best.strength, 1.0);
    return best.strength >= STRENGTH_MIN ? best : (struct season){0};
}
