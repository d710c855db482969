/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/outlook.h"

#include "base/arena.h"
#include "stats/autoregress.h"
#include "stats/robust.h"

#include <assert.h>
#include <math.h>

#define REST_COUNT 1500     /* newest samples whose rest is looked at: five days of five minutes */
#define PHASE_PERIODS 7     /* whose median is usual for a phase: a week of days */
#define LONG_COUNT 256      /* samples whose median is usual where there is no period */
#define LEVEL_COUNT 12      /* samples whose median is the recent level of the rest */
#define TREND_COUNT 64      /* samples whose slope is the trend */
#define TREND_DAMPING 0.98  /* a step: a trend of now says nothing of the far future */
#define LEVEL_KEPT 0.95     /* a step, of a rest that fades */
#define SMOOTHING_MIN 0.02  /* the first share of the newest value that is tried, */
#define SMOOTHING_STEP 1.6  /* how much larger the next is, */
#define SMOOTHING_MAX 0.999 /* and none beyond */

/* One way to take the series apart, and how its rest goes on. */
struct taking {
    size_t period; /* 0: none */
    double *usual; /* [k]: what is usual k samples before the last, 0 <= k < period */
    double level;  /* of the newest LEVEL_COUNT of the rest, so of a time some steps ago */
    double level_age;
    double slope;
    double smoothed;
    double *regressed; /* by distance */
};

struct outlook {
    size_t ahead;
    size_t periods[OUTLOOK_PERIODS + 1]; /* [0]: 0 */
    struct taking takings[OUTLOOK_PERIODS + 1];
    size_t takings_count;
    double *rest;
    double last;       /* sample */
    const double *ago; /* the newest period; NULL: none */
    size_t ago_period;
};

struct outlook *outlook_new(struct arena *arena, size_t ahead, const size_t *periods,
                            size_t periods_count)
{
    assert(periods_count <= OUTLOOK_PERIODS);
    struct outlook *outlook = arena_push(arena, struct outlook);
    *outlook = (struct outlook){.ahead = ahead, .takings_count = periods_count + 1};
    outlook->rest = arena_push_many(arena, double, REST_COUNT);
    for (size_t i = 0; i < outlook->takings_count; i++) {
        const size_t period = i > 0 ? periods[i - 1] : 0;
        outlook->periods[i] = period;
        outlook->takings[i].usual = arena_push_many(arena, double, period > 0 ? period : 1);
        outlook->takings[i].regressed = arena_push_many(arena, double, ahead);
    }
    return outlook;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static double usual_before(const struct taking *taking, size_t back)
{
    return taking->usual[taking->period > 0 ? back % taking->period : 0];
}

static void learn_usual(struct taking *taking, const double *samples, size_t count)
{
    if (taking->period == 0) {
        const size_t used = least(count, LONG_COUNT);
        double few[LONG_COUNT];
        for (size_t i = 0; i < used; i++)
            few[i] = samples[count - 1 - i];
        taking->usual[0] = stats_median_of_few(few, used);
        return;
    }
    for (size_t phase = 0; phase < taking->period; phase++) {
        double few[PHASE_PERIODS];
        size_t found = 0;
        for (size_t back = phase; back < count && found < PHASE_PERIODS; back += taking->period)
            few[found++] = samples[count - 1 - back];
        taking->usual[phase] = stats_median_of_few(few, found);
    }
}

/* The level at the end, by the share of the newest value that has missed the least. */
static double smooth(const double *samples, size_t count)
{
    double least_missed = INFINITY, level = samples[count - 1];
    for (double share = SMOOTHING_MIN; share < SMOOTHING_MAX; share *= SMOOTHING_STEP) {
        double now = samples[0], missed = 0;
        for (size_t i = 1; i < count; i++) {
            missed += fabs(samples[i] - now);
            now += share * (samples[i] - now);
        }
        if (missed < least_missed) {
            least_missed = missed;
            level = now;
        }
    }
    return level;
}

/* Theil's slope with each sample in one pair: half of the series against the other half. */
static double slope_of(const double *samples, size_t count)
{
    const size_t used = least(count, TREND_COUNT);
    const size_t half = used / 2;
    double slopes[TREND_COUNT / 2];
    const double *first = samples + count - used;
    for (size_t i = 0; i < half; i++)
        slopes[i] = (first[i + used - half] - first[i]) / (double)(used - half);
    return half > 0 ? stats_median_of_few(slopes, half) : 0;
}

static void take(struct outlook *outlook, struct taking *taking, const double *samples,
                 size_t count)
{
    learn_usual(taking, samples, count);
    double *rest = outlook->rest, few[LEVEL_COUNT];
    const size_t used = least(count, REST_COUNT), newest = least(count, LEVEL_COUNT);
    for (size_t i = 0; i < used; i++)
        rest[i] = samples[count - used + i] - usual_before(taking, used - 1 - i);
    for (size_t i = 0; i < newest; i++)
        few[i] = rest[used - 1 - i];
    taking->level = stats_median_of_few(few, newest);
    taking->level_age = (double)(newest - 1) / 2;
    taking->slope = slope_of(rest, used);
    taking->smoothed = smooth(rest, used);
    const struct autoregression model = autoregression_of(rest, used);
    autoregression_next(&model, rest, used, outlook->ahead, taking->regressed);
}

void outlook_from(struct outlook *outlook, const double *samples, size_t count)
{
    outlook->last = samples[count - 1];
    outlook->ago = NULL;
    for (size_t i = 0; i < outlook->takings_count; i++) {
        struct taking *taking = &outlook->takings[i];
        taking->period = outlook->periods[i] <= count / 2 ? outlook->periods[i] : 0;
        if (i == 0 || taking->period > 0)
            take(outlook, taking, samples, count);
        if (taking->period > 0 && !outlook->ago) {
            outlook->ago = samples + count - taking->period;
            outlook->ago_period = taking->period;
        }
    }
}

size_t outlook_at(const struct outlook *outlook, size_t ahead, double out[OUTLOOK_FORECASTERS_MAX])
{
    const double far = (double)ahead;
    const double damped =
        TREND_DAMPING * (1 - pow(TREND_DAMPING, far)) / (1 - TREND_DAMPING); /* steps */
    const double kept = pow(LEVEL_KEPT, far);
    size_t count = 0;
    out[count++] = outlook->ago ? outlook->ago[(ahead - 1) % outlook->ago_period] : outlook->last;
    for (size_t i = 0; i < outlook->takings_count; i++, count += OUTLOOK_WAYS) {
        const size_t from = i == 0 || outlook->takings[i].period > 0 ? i : 0;
        const struct taking *taking = &outlook->takings[from];
        const size_t period = taking->period;
        const double usual = taking->usual[period > 0 ? period - 1 - (ahead - 1) % period : 0];
        double *ways = out + count;
        ways[OUTLOOK_USUAL] = usual;
        ways[OUTLOOK_FADING] = usual + taking->level * kept;
        ways[OUTLOOK_SMOOTHED] = usual + taking->smoothed;
        ways[OUTLOOK_REGRESSED] = usual + taking->regressed[ahead - 1];
        ways[OUTLOOK_TREND] = usual + taking->level + taking->slope * (taking->level_age + damped);
    }
    return count;
}
