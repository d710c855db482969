/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/forecast.h"

#include "base/arena.h"
#include "stats/outlook.h"
#include "stats/robust.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define ORIGINS 32          /* in the past, from which the forecasters are tried */
#define ORIGINS_MIN 4       /* with fewer, they weigh the same */
#define LOSS_SHARE_MIN 1e-3 /* no forecaster outweighs another by more, squared */
#define BANDS 13            /* distances of 1, 2-3, 4-7, ...: errors are alike within */
#define LINE_COUNT_MAX 128  /* medians that stand for all samples: bounds the pairs of slopes */
#define SLOPE_Z 1.645       /* of the normal distribution, for FORECAST_SHARE */

static size_t band_of(size_t ahead)
{
    size_t band = 0;
    while (ahead > 1 && band + 1 < BANDS) {
        ahead /= 2;
        band++;
    }
    return band;
}

/* What was said from an origin in the past of the value at a distance, and what came. */
struct look {
    size_t ahead;
    double came;
    double said[OUTLOOK_FORECASTERS_MAX];
};

/* How the forecasters did from the origins in the past, by distance. */
struct trials {
    struct look *looks;
    size_t looks_count;
    size_t forecasters;
    double losses[BANDS][OUTLOOK_FORECASTERS_MAX]; /* mean |error| */
    size_t counts[BANDS];
    double *errors[BANDS]; /* of the mixture, signed */
};

/* The value at which half of the weight lies below; of two such, their middle. */
static double weighted_median(const double *values, const double *weights, size_t count)
{
    size_t order[OUTLOOK_FORECASTERS_MAX];
    double all = 0, below = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && values[i] < values[order[at - 1]]; at--)
            order[at] = order[at - 1];
        order[at] = i;
        all += weights[i];
    }
    for (size_t i = 0; i + 1 < count; i++) {
        below += weights[order[i]];
        if (below == all / 2)
            return (values[order[i]] + values[order[i + 1]]) / 2;
        if (below > all / 2)
            return values[order[i]];
    }
    return values[order[count - 1]];
}

static double mix(const struct trials *trials, const double *said, size_t band)
{
    double worst = 0, weights[OUTLOOK_FORECASTERS_MAX];
    for (size_t i = 0; i < trials->forecasters; i++)
        worst = fmax(worst, trials->losses[band][i]);
    for (size_t i = 0; i < trials->forecasters; i++) {
        const double share =
            worst > 0 ? fmax(trials->losses[band][i] / worst, LOSS_SHARE_MIN) : 1.0;
        weights[i] = 1 / (share * share);
    }
    return weighted_median(said, weights, trials->forecasters);
}

/* All distances at first, then a quarter further each: errors of neighbours say the same. */
static size_t next_ahead(size_t ahead)
{
    return ahead < 4 ? ahead + 1 : ahead + ahead / 4;
}

static size_t distances_to(size_t ahead)
{
    size_t count = 0;
    for (size_t far = 1; far <= ahead; far = next_ahead(far))
        count++;
    return count;
}

/* The origins are spread over the newer half of the samples. */
static void look_back(struct arena *arena, struct outlook *outlook, const double *samples,
                      size_t count, size_t ahead, struct trials *trials)
{
    const size_t oldest = count / 2, newest = count - 1;
    const size_t origins = count - oldest < ORIGINS ? count - oldest : ORIGINS;
    trials->looks = arena_push_many(arena, struct look, origins * distances_to(ahead));
    for (size_t number = 0; number < origins; number++) {
        const size_t at = oldest + (newest - oldest) * number / origins;
        outlook_from(outlook, samples, at);
        for (size_t far = 1; far <= ahead && at + far <= count; far = next_ahead(far)) {
            struct look *look = &trials->looks[trials->looks_count++];
            look->ahead = far;
            look->came = samples[at + far - 1];
            trials->forecasters = outlook_at(outlook, far, look->said);
        }
    }
}

static void weigh_losses(struct trials *trials)
{
    for (size_t i = 0; i < trials->looks_count; i++) {
        const struct look *look = &trials->looks[i];
        const size_t band = band_of(look->ahead);
        for (size_t j = 0; j < trials->forecasters; j++)
            trials->losses[band][j] += fabs(look->came - look->said[j]);
        trials->counts[band]++;
    }
    for (size_t band = 0; band < BANDS; band++)
        for (size_t i = 0; i < trials->forecasters && trials->counts[band] > 0; i++)
            trials->losses[band][i] /= (double)trials->counts[band];
    /* A distance that the past is too short for is forecast as the farthest that it is not. */
    for (size_t band = 1; band < BANDS; band++)
        if (trials->counts[band] < ORIGINS_MIN)
            memcpy(trials->losses[band], trials->losses[band - 1], sizeof trials->losses[band]);
}

static void collect_errors(struct arena *arena, struct trials *trials)
{
    size_t found[BANDS] = {0};
    for (size_t band = 0; band < BANDS; band++)
        trials->errors[band] = arena_push_many(arena, double, trials->counts[band] + 1);
    for (size_t i = 0; i < trials->looks_count; i++) {
        const struct look *look = &trials->looks[i];
        const size_t band = band_of(look->ahead);
        trials->errors[band][found[band]++] = look->came - mix(trials, look->said, band);
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
static void add_interval(struct arena *arena, const struct trials *trials, size_t ahead,
                         struct forecast *out)
{
    const size_t origins = trials->counts[0]; /* each is held against the value next to it */
    const double upper =
        fmin((1 + FORECAST_SHARE) / 2 * (double)(origins + 1) / (double)origins, 1.0);
    struct forecast offsets[BANDS];
    for (size_t band = 0; band <= band_of(ahead); band++) {
        const size_t count = trials->counts[band];
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

/* The periods that the samples hold twice, each once; how many. */
static size_t usable_periods(const size_t periods[FORECAST_PERIODS], size_t count,
                             size_t out[OUTLOOK_PERIODS])
{
    size_t found = 0;
    for (size_t i = 0; i < FORECAST_PERIODS; i++) {
        bool usable = periods[i] > 0 && periods[i] <= count / 2;
        for (size_t j = 0; j < found; j++)
            usable = usable && out[j] != periods[i];
        if (usable)
            out[found++] = periods[i];
    }
    return found;
}

/* Samples divided by 2^exponent, which is exact: -1 to 1, so that their squares are finite. */
static double *scaled(struct arena *arena, const double *samples, size_t count, int exponent)
{
    double *out = arena_push_many(arena, double, count);
    for (size_t i = 0; i < count; i++)
        out[i] = ldexp(samples[i], -exponent);
    return out;
}

void forecast_next(struct arena *arena, const double *samples, size_t count,
                   const size_t periods[FORECAST_PERIODS], size_t ahead, struct forecast *out)
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

    int exponent;
    size_t usable[OUTLOOK_PERIODS];
    const size_t usable_count = usable_periods(periods, count, usable);
    (void)frexp(fmax(fabs(flat.low), fabs(flat.high)), &exponent);
    const double *small = scaled(arena, samples, count, exponent);
    struct outlook *outlook = outlook_new(arena, ahead, usable, usable_count);
    struct trials trials = {0};
    look_back(arena, outlook, small, count, ahead, &trials);
    weigh_losses(&trials);
    collect_errors(arena, &trials);

    outlook_from(outlook, small, count);
    for (size_t i = 0; i < ahead; i++) {
        double said[OUTLOOK_FORECASTERS_MAX];
        (void)outlook_at(outlook, i + 1, said);
        out[i].middle = mix(&trials, said, band_of(i + 1));
    }
    add_interval(arena, &trials, ahead, out);
    for (size_t i = 0; i < ahead; i++)
        out[i] = (struct forecast){ldexp(out[i].low, exponent), ldexp(out[i].middle, exponent),
                                   ldexp(out[i].high, exponent)};
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
