/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/foresight.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>

#define SEEN_MAX 1500    /* newest samples that are smoothed */
#define TRIES 3          /* of the newest past, each as far ahead as what is asked */
#define TRY_COUNT_MIN 16 /* samples before one */
#define LOSS_MIN 1e-3    /* beside the mean: who is that good is as good as any */
#define PHASES 5         /* periods whose median is usual for a phase */
#define LINE_COUNT 400   /* samples of the line of the theta model */
#define LEVEL_COUNT 24   /* samples of the level */
#define ROUGH_COUNT 512  /* samples by which a series is described */
#define DAMPING 0.95     /* of a trend, a step */
#define TREND_SHARE 0.1  /* of the smoothing of the level */
#define SMOOTHING_MIN 0.05
#define SMOOTHING_STEP 0.15

const char *foresight_method_name(enum foresight_method method)
{
    static const char *const names[] = {
#define X(name, word) #word,
        FORESIGHT_METHODS(X)
#undef X
    };
    return names[method];
}

/* The level at the end, by the smoothing that has missed the least; *smoothing is it. */
static double smooth(const double *samples, size_t count, double *smoothing)
{
    double best = INFINITY, level = samples[count - 1];
    for (double share = SMOOTHING_MIN; share < 1; share += SMOOTHING_STEP) {
        double now = samples[0], missed = 0;
        for (size_t i = 1; i < count; i++) {
            missed += fabs(samples[i] - now);
            now += share * (samples[i] - now);
        }
        if (missed < best) {
            best = missed;
            level = now;
            *smoothing = share;
        }
    }
    return level;
}

/* What is usual for each phase, about their mean; [k]: k samples before the last. */
static double *phases_of(struct arena *arena, const double *samples, size_t count, size_t period)
{
    double *usual = arena_push_many(arena, double, period + 1);
    double sum = 0;
    for (size_t k = 0; k < period; k++) {
        double few[PHASES];
        size_t found = 0;
        for (size_t back = k; back < count && found < PHASES; back += period)
            few[found++] = samples[count - 1 - back];
        usual[k] = stats_median(arena, few, found);
        sum += usual[k];
    }
    for (size_t k = 0; k < period; k++)
        usual[k] -= sum / (double)period;
    return usual;
}

static double slope_of(const double *samples, size_t count)
{
    const double middle = (double)(count - 1) / 2, mean = stats_mean(samples, count);
    double along = 0, spread = 0;
    for (size_t i = 0; i < count; i++) {
        along += ((double)i - middle) * (samples[i] - mean);
        spread += ((double)i - middle) * ((double)i - middle);
    }
    return spread > 0 ? along / spread : 0;
}

/* Samples without what is usual for their phase. */
static double *without_phases(struct arena *arena, const double *samples, size_t count,
                              size_t period, const double *usual)
{
    double *left = arena_push_many(arena, double, count);
    for (size_t i = 0; i < count; i++)
        left[i] = samples[i] - (period > 0 ? usual[(count - 1 - i) % period] : 0);
    return left;
}

static double damped_slope(const double *samples, size_t count, double smoothing, double *level)
{
    double slope = 0;
    *level = samples[0];
    for (size_t i = 1; i < count; i++) {
        const double expected = *level + DAMPING * slope;
        *level = expected + smoothing * (samples[i] - expected);
        slope = DAMPING * slope + TREND_SHARE * smoothing * (samples[i] - expected);
    }
    return slope;
}

/* Of the newest SEEN_MAX samples. */
static void foresee(struct arena *arena, const double *samples, size_t count, size_t period,
                    size_t ahead, struct foresight *out)
{
    const size_t seen = count < SEEN_MAX ? count : SEEN_MAX;
    const double *newest = samples + count - seen;
    double smoothing = SMOOTHING_MIN, ignored, trend_level;
    period = period < seen ? period : 0;
    const double level = smooth(newest, seen, &smoothing);
    const double slope = damped_slope(newest, seen, smoothing, &trend_level);
    const double *usual = phases_of(arena, newest, seen, period);
    const double *left = without_phases(arena, newest, seen, period, usual);
    const double left_level = smooth(left, seen, &ignored);
    const size_t line = seen < LINE_COUNT ? seen : LINE_COUNT;
    const double line_slope = slope_of(left + seen - line, line) / 2; /* theta 0 and 2, halved */
    const size_t few = seen < LEVEL_COUNT ? seen : LEVEL_COUNT;
    const double median = stats_median(arena, newest + seen - few, few);
    double damped = 0, damping = 1;
    for (size_t i = 0; i < ahead; i++) {
        const double phase = period > 0 ? usual[period - 1 - i % period] : 0;
        damping *= DAMPING;
        damped += damping;
        out->made[FORESIGHT_MIXTURE][i] = out->mixture[i].middle;
        out->made[FORESIGHT_LAST][i] = newest[seen - 1];
        out->made[FORESIGHT_PERIOD_AGO][i] =
            period > 0 ? newest[seen - period + i % period] : newest[seen - 1];
        out->made[FORESIGHT_SMOOTHED][i] = level;
        out->made[FORESIGHT_TREND][i] = trend_level + slope * damped;
        out->made[FORESIGHT_THETA][i] = left_level + line_slope * (double)(i + 1) + phase;
        out->made[FORESIGHT_LEVEL][i] = median;
        out->made[FORESIGHT_USUAL][i] = left_level + phase;
    }
}

static struct foresight made_from(struct arena *arena, const double *samples, size_t count,
                                  size_t period, size_t ahead)
{
    struct foresight out = {.ahead = ahead};
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        out.made[method] = arena_push_many(arena, double, ahead);
    out.mixture = arena_push_many(arena, struct forecast, ahead);
    forecast_next(arena, samples, count, (const size_t[FORECAST_PERIODS]){period}, ahead,
                  out.mixture);
    foresee(arena, samples, count, period, ahead, &out);
    return out;
}

static void try_past(struct arena *arena, const double *samples, size_t count, size_t period,
                     struct foresight *out)
{
    double all = 0, losses[FORESIGHT_METHODS_COUNT] = {0};
    for (size_t back = 1; back <= TRIES && count >= back * out->ahead + TRY_COUNT_MIN; back++) {
        const size_t known = count - back * out->ahead;
        const struct foresight then = made_from(arena, samples, known, period, out->ahead);
        for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
            for (size_t i = 0; i < out->ahead; i++)
                losses[method] += fabs(then.made[method][i] - samples[known + i]);
    }
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        all += losses[method] / FORESIGHT_METHODS_COUNT;
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        out->losses[method] = all > 0 ? log(fmax(losses[method] / all, LOSS_MIN)) : 0;
}

static void describe(struct arena *arena, const double *samples, size_t count, double strength,
                     struct foresight *out)
{
    const size_t used = count < ROUGH_COUNT ? count : ROUGH_COUNT;
    const double *newest = samples + count - used;
    const double mean = stats_mean(newest, used);
    double around = 0, moves = 0;
    for (size_t i = 0; i < used; i++) {
        around += (newest[i] - mean) * (newest[i] - mean);
        moves += i > 0 ? (newest[i] - newest[i - 1]) * (newest[i] - newest[i - 1]) : 0;
    }
    const struct stats_level level = stats_level_of(arena, newest, used, 1e-9);
    const double far = (newest[used - 1] - level.median) / level.spread / 3; /* remarkable: 1 */
    out->facts[0] = 1;
    out->facts[1] = strength;
    out->facts[2] = around > 0 ? fmin(moves / (2 * around), 1) : 0;
    out->facts[3] = far / (1 + fabs(far));
}

struct foresight foresight_of(struct arena *arena, const double *samples, size_t count,
                              size_t period, double strength, size_t ahead)
{
    struct foresight out = made_from(arena, samples, count, period, ahead);
    try_past(arena, samples, count, period, &out);
    describe(arena, samples, count, strength, &out);
    return out;
}

void foresight_shares(const struct foresight_weights *weights, const struct foresight *foresight,
                      double shares[FORESIGHT_METHODS_COUNT])
{
    double most = -INFINITY, all = 0;
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++) {
        shares[method] = weights->loss * foresight->losses[method];
        for (int fact = 0; fact < FORESIGHT_FACTS; fact++)
            shares[method] += weights->of[method][fact] * foresight->facts[fact];
        most = fmax(most, shares[method]);
    }
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        all += shares[method] = exp(shares[method] - most);
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        shares[method] /= all;
}

void foresight_mix(const struct foresight_weights *weights, const struct foresight *foresight,
                   struct forecast *out)
{
    double shares[FORESIGHT_METHODS_COUNT];
    foresight_shares(weights, foresight, shares);
    for (size_t i = 0; i < foresight->ahead; i++) {
        const struct forecast *mixture = &foresight->mixture[i];
        double middle = 0;
        for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
            middle += shares[method] * foresight->made[method][i];
        out[i] = (struct forecast){.low = middle + mixture->low - mixture->middle,
                                   .middle = middle,
                                   .high = middle + mixture->high - mixture->middle};
    }
}

bool foresight_weights_read(const json_t *json, struct foresight_weights *out, struct err *err)
{
    const json_t *forecast = json_object_get(json, "forecast");
    const json_t *loss = json_object_get(forecast, "loss");
    out->loss = json_number_value(loss);
    if (!json_is_number(loss))
        return err_set(err, ERR_CORRUPT, "`forecast.loss` is wanted");
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++) {
        const char *name = foresight_method_name((enum foresight_method)method);
        const json_t *numbers = json_object_get(forecast, name);
        if (json_array_size(numbers) != FORESIGHT_FACTS)
            return err_set(err, ERR_CORRUPT, "`forecast.%s` has not %d numbers", name,
                           FORESIGHT_FACTS);
        for (size_t fact = 0; fact < FORESIGHT_FACTS; fact++)
            out->of[method][fact] = json_number_value(json_array_get(numbers, fact));
    }
    return true;
}
