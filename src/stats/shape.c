/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/shape.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>

#define SIDE_MIN 3       /* samples before and after, to speak of either */
#define POINTS_MAX 256   /* pairs of places are tried for a spike */
#define BACK_MIN 2       /* so many samples must be back for a spike to be over */
#define FROZEN_MIN 5     /* equal samples in a row */
#define SPREAD_SAMPLES 8 /* on either side, to compare spreads */
#define SPREAD_TIMES 3.0 /* more than sampling alone makes of 8 samples */
#define SAME_LEVEL 1.5   /* in spreads of the wilder side */
#define LIKELY_95 3.675  /* half of 7.35, Hansen's 95 % quantile for the place of a change */
#define UNTOLD 0.6       /* a level that leaves more of the variance is not what happened */
#define ALONG_LINE 2.0   /* standard deviations that the new level may be off the old line */
#define EXACT 1e-9       /* of the variance: what fits better than that fits exactly */

const char *stats_shape_name(enum stats_shape shape)
{
    static const char *const names[] = {"none",  "step",    "trend", "spike",
                                        "drift", "erratic", "calm",  "frozen"};
    return names[shape];
}

/* Samples between -1 and 1, with what sums of a stretch need; each sums[k] is of the first k. */
struct points {
    double *values;
    size_t count;
    size_t split, from_min;
    size_t block;                     /* samples in a point */
    size_t first;                     /* samples in the first point, where that is fewer */
    double *sums, *squares, *moments; /* of y, y^2, i y */
};

/* ---- from samples to points ---- */

static double clamp(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* Blocks are counted from the split, so that none lies on both sides of it. */
static void make_blocks(struct points *points, const double *samples, size_t count, size_t split,
                        size_t from_min, double low, double high)
{
    const double half = high / 2 - low / 2, middle = high / 2 + low / 2;
    points->block = 1 + count / POINTS_MAX;
    points->first = split % points->block;
    size_t at = 0;
    while (at < count) {
        const size_t size = at == 0 && points->first > 0 ? points->first : points->block;
        const size_t end = at + size < count ? at + size : count;
        double sum = 0;
        for (size_t i = at; i < end; i++)
            sum += (clamp(samples[i], low, high) - middle) / half;
        points->split += at < split;
        points->from_min += at < from_min;
        points->values[points->count++] = sum / (double)(end - at);
        at = end;
    }
}

static size_t sample_of(const struct points *points, size_t point)
{
    const size_t whole = points->first > 0 ? 1 : 0;
    return point < whole ? 0 : points->first + (point - whole) * points->block;
}

static void add_up(struct points *points)
{
    for (size_t i = 0; i < points->count; i++) {
        const double y = points->values[i];
        points->sums[i + 1] = points->sums[i] + y;
        points->squares[i + 1] = points->squares[i] + y * y;
        points->moments[i + 1] = points->moments[i] + (double)i * y;
    }
}

/* ---- models: what each leaves unexplained ---- */

/* Of the points from `from` to before `to`, around their mean. */
static double left_of_level(const struct points *points, size_t from, size_t to)
{
    const double sum = points->sums[to] - points->sums[from];
    const double squares = points->squares[to] - points->squares[from];
    return to > from ? fmax(0, squares - sum * sum / (double)(to - from)) : 0;
}

/* y = a + b max(0, i - k); k 0 is one line. */
static double left_of_bend(const struct points *points, size_t k)
{
    const double n = (double)points->count, m = (double)(points->count - k);
    const double f = m * (m - 1) / 2, ff = (m - 1) * m * (2 * m - 1) / 6;
    const double y = points->sums[points->count];
    const double fy =
        points->moments[points->count] - points->moments[k] - (double)k * (y - points->sums[k]);
    const double spread = ff - f * f / n;
    const double along = fy - f * y / n;
    const double all = left_of_level(points, 0, points->count);
    return spread > 0 ? fmax(0, all - along * along / spread) : all;
}

static double left_of_step(const struct points *points, size_t k)
{
    return left_of_level(points, 0, k) + left_of_level(points, k, points->count);
}

/* One level from k to before m, another on both sides. */
static double left_of_spike(const struct points *points, size_t k, size_t m)
{
    const size_t n = points->count, outside = n - (m - k);
    const double inside = left_of_level(points, k, m);
    const double sum = points->sums[n] - points->sums[m] + points->sums[k];
    const double squares = points->squares[n] - points->squares[m] + points->squares[k];
    return inside + fmax(0, squares - sum * sum / (double)outside);
}

/* ---- the best of them ---- */

struct fit {
    enum stats_shape shape;
    size_t at, back;
    double left;
    double criterion; /* BIC: the lower, the better */
};

static void offer(const struct points *points, struct fit *best, enum stats_shape shape,
                  int parameters, size_t at, size_t back, double left)
{
    const double n = (double)points->count;
    const double exact = EXACT * n + EXACT * left_of_level(points, 0, points->count);
    const double criterion = n * log(fmax(left, exact) / n) + parameters * log(n);
    if (criterion < best->criterion)
        *best = (struct fit){shape, at, back, left, criterion};
}

/* Of one kind, the place that leaves the least. */
struct place {
    size_t at, back;
    double left;
};

static void try_place(struct place *best, size_t at, size_t back, double left)
{
    if (left < best->left)
        *best = (struct place){at, back, left};
}

/* Whether the line through what was before the split leads to what came after. */
static bool line_leads_on(const struct points *points)
{
    const double n = (double)points->split, m = (double)(points->count - points->split);
    const double y = points->sums[points->split], iy = points->moments[points->split];
    const double i = n * (n - 1) / 2, ii = (n - 1) * n * (2 * n - 1) / 6;
    const double slope = (iy - i * y / n) / (ii - i * i / n);
    const double level = left_of_level(points, 0, points->split);
    const double left = fmax(0, level - slope * slope * (ii - i * i / n));
    const double expected = y / n + slope * (n + m) / 2; /* the middle of what came after */
    const double after = (points->sums[points->count] - y) / m;
    return left < UNTOLD * level && fabs(after - expected) <= ALONG_LINE * sqrt(left / n) + EXACT;
}

static struct fit best_fit(const struct points *points)
{
    const size_t n = points->count;
    const size_t first = points->from_min > SIDE_MIN ? points->from_min : SIDE_MIN;
    struct place step = {.left = INFINITY}, trend = step, spike = step;
    for (size_t k = first; k + SIDE_MIN <= n; k++) {
        try_place(&step, k, n, left_of_step(points, k));
        try_place(&trend, k, n, left_of_bend(points, k));
    }
    for (size_t k = first; k + 1 < n; k++)
        for (size_t m = k + 1; m + BACK_MIN <= n; m++)
            try_place(&spike, k, m, left_of_spike(points, k, m));

    struct fit best = {.criterion = INFINITY};
    offer(points, &best, SHAPE_NONE, 1, points->split, n, left_of_level(points, 0, n));
    if (line_leads_on(points))
        offer(points, &best, SHAPE_DRIFT, 2, points->split, n, left_of_bend(points, 0));
    offer(points, &best, SHAPE_STEP, 3, step.at, n, step.left);
    offer(points, &best, SHAPE_TREND, 3, trend.at, n, trend.left);
    offer(points, &best, SHAPE_SPIKE, 4, spike.at, spike.back, spike.left);
    return best;
}

static double left_at(const struct points *points, const struct fit *fit, size_t k)
{
    switch (fit->shape) {
    case SHAPE_STEP:
        return left_of_step(points, k);
    case SHAPE_TREND:
        return left_of_bend(points, k);
    case SHAPE_SPIKE:
        return k < fit->back ? left_of_spike(points, k, fit->back) : INFINITY;
    default:
        return INFINITY;
    }
}

static bool is_as_likely(const struct points *points, const struct fit *fit, size_t k)
{
    const double n = (double)points->count, exact = EXACT * n;
    return n / 2 * log(fmax(left_at(points, fit, k), exact) / fmax(fit->left, exact)) <= LIKELY_95;
}

static void find_interval(const struct points *points, const struct fit *fit,
                          struct stats_change *out)
{
    size_t earliest = fit->at, latest = fit->at;
    for (size_t k = 1; k < points->count; k++) {
        if (!is_as_likely(points, fit, k))
            continue;
        earliest = k < earliest ? k : earliest;
        latest = k;
    }
    out->at = sample_of(points, fit->at);
    out->earliest = sample_of(points, earliest);
    out->latest = sample_of(points, latest);
}

/* ---- what no level tells ---- */

/* The longest run of equal samples. */
static size_t longest_run(const double *samples, size_t count)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < count; i++) {
        run = i > 0 && samples[i] == samples[i - 1] ? run + 1 : 1;
        longest = run > longest ? run : longest;
    }
    return longest;
}

/* It may move for a few samples before it freezes. */
static bool is_frozen(const double *samples, size_t count, size_t split, struct stats_change *out)
{
    size_t from = count - 1;
    while (from > split && samples[from - 1] == samples[count - 1])
        from--;
    const size_t run = count - from;
    if (run < FROZEN_MIN || 2 * run < count - split || 2 * longest_run(samples, split) > run)
        return false;
    *out = (struct stats_change){SHAPE_FROZEN, from, from, from, count};
    return true;
}

/* Compared by what is between the quartiles, which a level that is left for a moment does not move.
 */
static enum stats_shape spread_change(struct arena *arena, const double *samples, size_t count,
                                      size_t split)
{
    if (split < SPREAD_SAMPLES || count - split < SPREAD_SAMPLES)
        return SHAPE_NONE;
    const double *before = stats_sorted(arena, samples, split);
    const double *after = stats_sorted(arena, samples + split, count - split);
    const double wide_before =
        stats_quantile_sorted(before, split, 0.9) - stats_quantile_sorted(before, split, 0.1);
    const double wide_after = stats_quantile_sorted(after, count - split, 0.9) -
                              stats_quantile_sorted(after, count - split, 0.1);
    const double apart = fabs(stats_quantile_sorted(after, count - split, 0.5) -
                              stats_quantile_sorted(before, split, 0.5));
    if (!(wide_before > 0) || apart > SAME_LEVEL * fmax(wide_before, wide_after) / 2)
        return SHAPE_NONE;
    return wide_after >= SPREAD_TIMES * wide_before   ? SHAPE_ERRATIC
           : wide_after * SPREAD_TIMES <= wide_before ? SHAPE_CALM
                                                      : SHAPE_NONE;
}

/* The second smallest and the second largest sample: one alone counts as the next. */
static void bounds_of(const double *samples, size_t count, double *low, double *high)
{
    double lows[2] = {INFINITY, INFINITY}, highs[2] = {-INFINITY, -INFINITY};
    for (size_t i = 0; i < count; i++) {
        const double y = samples[i];
        lows[1] = fmin(lows[1], fmax(lows[0], y));
        lows[0] = fmin(lows[0], y);
        highs[1] = fmax(highs[1], fmin(highs[0], y));
        highs[0] = fmax(highs[0], y);
    }
    *low = lows[1];
    *high = highs[1];
}

struct stats_change stats_shape_of(struct arena *arena, const double *samples, size_t count,
                                   size_t split, size_t from_min)
{
    struct stats_change change = {SHAPE_NONE, split, split, split, count};
    if (split < SIDE_MIN || count < split + SIDE_MIN || is_frozen(samples, count, split, &change))
        return change;
    double low, high;
    bounds_of(samples, count, &low, &high);
    if (!(high / 2 > low / 2))
        return change;
    struct points points = {
        .values = arena_push_many(arena, double, POINTS_MAX + 2),
        .sums = arena_push_many(arena, double, POINTS_MAX + 3),
        .squares = arena_push_many(arena, double, POINTS_MAX + 3),
        .moments = arena_push_many(arena, double, POINTS_MAX + 3),
    };
    make_blocks(&points, samples, count, split, from_min, low, high);
    if (points.count < 2 * SIDE_MIN)
        return change;
    add_up(&points);

    const struct fit fit = best_fit(&points);
    change.shape = fit.shape;
    change.back = fit.back < points.count ? sample_of(&points, fit.back) : count;
    if (fit.shape != SHAPE_NONE && fit.shape != SHAPE_DRIFT)
        find_interval(&points, &fit, &change);
    const double all = left_of_level(&points, 0, points.count);
    const enum stats_shape spread =
        fit.left > UNTOLD * all ? spread_change(arena, samples, count, split) : SHAPE_NONE;
    if (spread != SHAPE_NONE)
        change = (struct stats_change){spread, split, split, split, count};
    return change;
}
