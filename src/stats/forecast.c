/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/forecast.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define LEVEL_COUNT 12      /* samples whose median is the recent level */
#define TREND_COUNT 64      /* samples whose slope is the trend */
#define TREND_DAMPING 0.98  /* a step: a trend of now says nothing of the far future */
#define PHASE_PERIODS 4     /* whose median is usual for a phase */
#define DEVIATION_KEPT 0.9  /* a step, of how far the level is from what is usual */
#define ORIGINS 32          /* in the past, from which the forecasters are tried */
#define ORIGINS_MIN 4       /* with fewer, they weigh the same */
#define LOSS_SHARE_MIN 1e-3 /* no forecaster outweighs another by more, squared */
#define BANDS 13            /* distances of 1, 2-3, 4-7, ...: errors are alike within */
#define BAND_ERRORS_MAX 512
#define LINE_COUNT_MAX 128 /* medians that stand for all samples: bounds the pairs of slopes */
#define SLOPE_Z 1.645      /* of the normal distribution, for FORECAST_SHARE */

enum { LAST, LEVEL, TREND, PERIOD_AGO, PHASE, FORECASTERS };

/* What the forecasters know of a series up to an origin. */
struct origin {
    const double *samples;
    size_t count;
    size_t period;
    double level;     /* of LEVEL_COUNT samples, so of a time some steps ago */
    double level_age; /* steps from that time to the last sample */
    double slope;
    double deviation; /* of the recent level from what is usual for its phases */
};

static double median_of_few(double *few, size_t count)
{
    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && few[j] < few[j - 1]; j--) {
            const double swap = few[j];
            few[j] = few[j - 1];
            few[j - 1] = swap;
        }
    return count % 2 ? few[count / 2] : (few[count / 2 - 1] + few[count / 2]) / 2;
}

/* Theil's slope with each sample in one pair: half of the series against the other half. */
static double slope_of(const double *samples, size_t count)
{
    const size_t used = count < TREND_COUNT ? count : TREND_COUNT;
    const size_t half = used / 2;
    double slopes[TREND_COUNT / 2];
    const double *first = samples + count - used;
    for (size_t i = 0; i < half; i++)
        slopes[i] = (first[i + used - half] - first[i]) / (double)(used - half);
    return half > 0 ? median_of_few(slopes, half) : 0;
}

/* What is usual `ahead` samples after the origin (0 and below: before it). */
static double usual_at(const struct origin *origin, ptrdiff_t ahead)
{
    double few[PHASE_PERIODS];
    size_t found = 0;
    const ptrdiff_t period = (ptrdiff_t)origin->period;
    ptrdiff_t at = (ptrdiff_t)origin->count - 1 + ahead - period;
    while (at >= (ptrdiff_t)origin->count)
        at -= period;
    for (; at >= 0 && found < PHASE_PERIODS; at -= period)
        few[found++] = origin->samples[at];
    return found > 0 ? median_of_few(few, found) : origin->level;
}

static struct origin origin_of(const double *samples, size_t count, size_t period)
{
    struct origin origin = {.samples = samples, .count = count};
    origin.period = period < count ? period : 0;
    double few[LEVEL_COUNT];
    const size_t used = count < LEVEL_COUNT ? count : LEVEL_COUNT;
    memcpy(few, samples + count - used, used * sizeof *few);
    origin.level = median_of_few(few, used);
    origin.level_age = (double)(used - 1) / 2;
    origin.slope = slope_of(samples, count);
    if (origin.period > 0) {
        for (size_t i = 0; i < used; i++)
            few[i] = samples[count - 1 - i] - usual_at(&origin, -(ptrdiff_t)i);
        origin.deviation = median_of_few(few, used);
    }
    return origin;
}

static void foresee(const struct origin *origin, size_t ahead, double out[FORECASTERS])
{
    const double last = origin->samples[origin->count - 1];
    const double far = (double)ahead;
    const double damped =
        TREND_DAMPING * (1 - pow(TREND_DAMPING, far)) / (1 - TREND_DAMPING); /* steps */
    out[LAST] = last;
    out[LEVEL] = origin->level;
    out[TREND] = origin->level + origin->slope * (origin->level_age + damped);
    out[PERIOD_AGO] = out[PHASE] = origin->level;
    if (origin->period > 0) {
        const size_t back = origin->period - (ahead - 1) % origin->period;
        out[PERIOD_AGO] = origin->samples[origin->count - back];
        out[PHASE] =
            usual_at(origin, (ptrdiff_t)ahead) + origin->deviation * pow(DEVIATION_KEPT, far);
    }
}

static size_t band_of(size_t ahead)
{
    size_t band = 0;
    while (ahead > 1 && band + 1 < BANDS) {
        ahead /= 2;
        band++;
    }
    return band;
}

/* How the forecasters did from the origins in the past, by distance. */
struct trials {
    double losses[BANDS][FORECASTERS];
    size_t counts[BANDS];
    double *errors[BANDS]; /* of the mixture, signed */
    size_t errors_count[BANDS];
};

static double mix(const struct trials *trials, const double forecasts[FORECASTERS], size_t band)
{
    double worst = 0, sum = 0, weights = 0;
    for (size_t i = 0; i < FORECASTERS; i++)
        worst = fmax(worst, trials->losses[band][i]);
    for (size_t i = 0; i < FORECASTERS; i++) {
        const double share =
            worst > 0 ? fmax(trials->losses[band][i] / worst, LOSS_SHARE_MIN) : 1.0;
        sum += forecasts[i] / (share * share);
        weights += 1 / (share * share);
    }
    return sum / weights;
}

/* The past that is forecast: origins spread over the newer half, each with what came after it. */
struct past {
    const double *samples;
    size_t count, period, ahead, origins;
};

static size_t past_origin(const struct past *past, size_t number)
{
    const size_t oldest = past->count / 2, newest = past->count - 1;
    return oldest + (newest - oldest) * number / past->origins;
}

/* Powers of two and the middles between them: errors of neighbours say the same. */
static size_t next_ahead(size_t ahead)
{
    return ahead < 4 ? ahead + 1 : ahead + ahead / 4;
}

static void try_losses(const struct past *past, struct trials *trials)
{
    for (size_t number = 0; number < past->origins; number++) {
        const size_t at = past_origin(past, number);
        const struct origin origin = origin_of(past->samples, at, past->period);
        for (size_t ahead = 1; ahead <= past->ahead && at + ahead <= past->count;
             ahead = next_ahead(ahead)) {
            double forecasts[FORECASTERS];
            const size_t band = band_of(ahead);
            foresee(&origin, ahead, forecasts);
            for (size_t i = 0; i < FORECASTERS; i++)
                trials->losses[band][i] += fabs(past->samples[at + ahead - 1] - forecasts[i]);
            trials->counts[band]++;
        }
    }
    for (size_t band = 0; band < BANDS; band++)
        for (size_t i = 0; i < FORECASTERS && trials->counts[band] > 0; i++)
            trials->losses[band][i] /= (double)trials->counts[band];
    /* A distance that the past is too short for is forecast as the farthest that it is not. */
    for (size_t band = 1; band < BANDS; band++)
        if (trials->counts[band] < ORIGINS_MIN)
            memcpy(trials->losses[band], trials->losses[band - 1], sizeof trials->losses[band]);
}

static void try_mixture(const struct past *past, struct trials *trials)
{
    for (size_t number = 0; number < past->origins; number++) {
        const size_t at = past_origin(past, number);
        const struct origin origin = origin_of(past->samples, at, past->period);
        for (size_t ahead = 1; ahead <= past->ahead && at + ahead <= past->count;
             ahead = next_ahead(ahead)) {
            double forecasts[FORECASTERS];
            const size_t band = band_of(ahead);
            if (trials->errors_count[band] == BAND_ERRORS_MAX)
                continue;
            foresee(&origin, ahead, forecasts);
            trials->errors[band][trials->errors_count[band]++] =
                past->samples[at + ahead - 1] - mix(trials, forecasts, band);
        }
    }
}

static void extremes(const double *samples, size_t count, double *low, double *high)
{
    *low = *high = samples[0];
    for (size_t i = 1; i < count; i++) {
        *low = fmin(*low, samples[i]);
        *high = fmax(*high, samples[i]);
    }
}

/*
 * The errors of the mixture at a distance as an interval around it. The quantile is that of split
 * conformal prediction (V. Vovk et al., Algorithmic Learning in a Random World, 2005): with so few
 * origins the largest error seen is not the largest there is.
 */
static void add_interval(struct arena *arena, struct trials *trials, size_t origins, size_t ahead,
                         struct forecast *out)
{
    const double upper =
        fmin((1 + FORECAST_SHARE) / 2 * (double)(origins + 1) / (double)origins, 1.0);
    struct forecast offsets[BANDS];
    for (size_t band = 0; band <= band_of(ahead); band++) {
        const size_t count = trials->errors_count[band];
        if (band > 0)
            offsets[band] = offsets[band - 1];
        else
            offsets[band] = (struct forecast){0};
        if (count < ORIGINS_MIN)
            continue;
        const double *sorted = stats_sorted(arena, trials->errors[band], count);
        offsets[band].low = fmin(stats_quantile_sorted(sorted, count, 1 - upper), 0);
        offsets[band].high = fmax(stats_quantile_sorted(sorted, count, upper), 0);
    }
    for (size_t i = 0; i < ahead; i++) {
        out[i].low = out[i].middle + offsets[band_of(i + 1)].low;
        out[i].high = out[i].middle + offsets[band_of(i + 1)].high;
    }
}

void forecast_next(struct arena *arena, const double *samples, size_t count, size_t period,
                   size_t ahead, struct forecast *out)
{
    assert(ahead >= 1 && ahead <= FORECAST_AHEAD_MAX);
    struct forecast flat = {0};
    if (count > 0) {
        extremes(samples, count, &flat.low, &flat.high);
        flat.middle = samples[count - 1];
    }
    for (size_t i = 0; i < ahead; i++)
        out[i] = flat;
    if (count < FORECAST_COUNT_MIN || flat.low == flat.high)
        return;

    const size_t half = count - count / 2;
    const struct past past = {samples, count, period, ahead, half < ORIGINS ? half : ORIGINS};
    struct trials trials = {0};
    for (size_t band = 0; band < BANDS; band++)
        trials.errors[band] = arena_push_many(arena, double, BAND_ERRORS_MAX);
    try_losses(&past, &trials);
    try_mixture(&past, &trials);

    const struct origin now = origin_of(samples, count, period);
    for (size_t i = 0; i < ahead; i++) {
        double forecasts[FORECASTERS];
        foresee(&now, i + 1, forecasts);
        out[i].middle = mix(&trials, forecasts, band_of(i + 1));
    }
    add_interval(arena, &trials, past.origins, ahead, out);
}

/* Where the last run of growth begins. */
static size_t since_reset(const double *samples, size_t count)
{
    size_t from = 0;
    double low = samples[0], high = samples[0];
    for (size_t i = 1; i < count; i++) {
        const double grown = high - low;
        if (grown > 0 && samples[i - 1] - samples[i] > grown / 2) {
            from = i;
            low = high = samples[i];
        }
        low = fmin(low, samples[i]);
        high = fmax(high, samples[i]);
    }
    return from;
}

static double steps_to(double room, double slope)
{
    return slope > 0 ? room / slope : INFINITY;
}

struct forecast_fill forecast_fill(struct arena *arena, const double *samples, size_t count,
                                   double limit)
{
    struct forecast_fill fill = {INFINITY, INFINITY, INFINITY, 0};
    if (count > 0 && samples[count - 1] >= limit)
        return (struct forecast_fill){0};
    const size_t from = count > 0 ? since_reset(samples, count) : 0;
    samples += from;
    count -= from;
    if (count < FORECAST_COUNT_MIN)
        return fill;

    /* Medians of equal stretches: fewer pairs, and what wiggles within a stretch is gone. */
    const size_t stretch = (count + LINE_COUNT_MAX - 1) / LINE_COUNT_MAX;
    const size_t points = count / stretch;
    const double *start = samples + count - points * stretch;
    double *values = arena_push_many(arena, double, points);
    for (size_t i = 0; i < points; i++)
        values[i] = stats_median(arena, start + i * stretch, stretch);

    const size_t pairs = points * (points - 1) / 2;
    double *slopes = arena_push_many(arena, double, pairs);
    size_t filled = 0;
    for (size_t i = 0; i < points; i++)
        for (size_t j = i + 1; j < points; j++)
            slopes[filled++] = (values[j] - values[i]) / (double)((j - i) * stretch);
    const double *sorted = stats_sorted(arena, slopes, pairs);
    const double n = (double)points;
    const double deviation = SLOPE_Z * sqrt(n * (n - 1) * (2 * n + 5) / 18) / (double)pairs;
    fill.slope = stats_quantile_sorted(sorted, pairs, 0.5);

    /* The line's own value at the last sample: a spike there is not the level. */
    const double middle = (double)(points - 1) / 2 * (double)stretch;
    const double now =
        stats_median(arena, values, points) + fill.slope * (middle + (double)(stretch - 1) / 2);
    const double room = fmax(limit - now, 0);
    const double steepest = stats_quantile_sorted(sorted, pairs, fmin(0.5 + deviation / 2, 1));
    const double flattest = stats_quantile_sorted(sorted, pairs, fmax(0.5 - deviation / 2, 0));
    fill.middle = steps_to(room, fill.slope);
    fill.soonest = steps_to(room, steepest);
    fill.latest = steps_to(room, flattest);
    return fill;
}
