/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All of it is measured on at most TOKENS_POINTS_MAX points between 0 and 1: a longer series is cut
 * into blocks, of each of which the lowest and the highest sample stay, so that no spike is lost.
 */
#include "expert/metric/tokens.h"

#include "base/arena.h"
#include "stats/robust.h"

#include <math.h>

#define EDGE 0.02       /* of the range: at its top, or at its bottom */
#define BIG 0.4         /* of the range, in one step: a reset, or a switch */
#define FAR_OUT 5.0     /* spreads; noise does not get there */
#define SPREAD_MIN 0.02 /* of the range: what is nearly flat has no ruler of its own */
#define FEW 3.0         /* so many of a thing are half of very many */
#define PART 0.4        /* of the points: the first, or the last */
#define LAGS_MIN 2
#define HOLE_MANY 10.0 /* steps; a hole of so many is half of a very long one */
#define LONG 50.0      /* samples */
#define SAME 1e-12     /* of the range: equal but for rounding */

struct points {
    double *y; /* 0 to 1 */
    size_t count;
    double *sums, *squares, *moments; /* [k]: of the first k; of y, y^2, i y */
};

static double fact_of_count(size_t count)
{
    return (double)count / ((double)count + FEW);
}

static double clamp(double value)
{
    return fmin(fmax(value, -1), 1);
}

/* ---- from samples to points ---- */

static size_t keep_finite(struct arena *arena, const int64_t *times_ns, const double *samples,
                          size_t count, int64_t **times_kept, double **kept)
{
    *kept = arena_push_many(arena, double, count + 1);
    *times_kept = arena_push_many(arena, int64_t, count + 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(samples[i]))
            continue;
        (*times_kept)[used] = times_ns ? times_ns[i] : (int64_t)i;
        (*kept)[used++] = samples[i];
    }
    return used;
}

static void add_block(struct points *points, const double *samples, size_t from, size_t to)
{
    size_t low = from, high = from;
    for (size_t i = from; i < to; i++) {
        low = samples[i] < samples[low] ? i : low;
        high = samples[i] > samples[high] ? i : high;
    }
    const size_t first = low < high ? low : high, second = low < high ? high : low;
    points->y[points->count++] = samples[first];
    points->y[points->count++] = samples[second];
}

static struct points points_of(struct arena *arena, const double *samples, size_t count)
{
    struct points points = {.y = arena_push_many(arena, double, TOKENS_POINTS_MAX)};
    if (count <= TOKENS_POINTS_MAX) {
        for (size_t i = 0; i < count; i++)
            points.y[points.count++] = samples[i];
    } else {
        const size_t blocks = TOKENS_POINTS_MAX / 2;
        for (size_t b = 0; b < blocks; b++)
            add_block(&points, samples, count * b / blocks, count * (b + 1) / blocks);
    }
    double low = points.y[0], high = points.y[0];
    for (size_t i = 0; i < points.count; i++) {
        low = fmin(low, points.y[i]);
        high = fmax(high, points.y[i]);
    }
    /* halves first: the range of two huge numbers may be no number */
    const double range = high / 2 - low / 2;
    for (size_t i = 0; i < points.count; i++)
        points.y[i] = range > 0 ? (points.y[i] / 2 - low / 2) / range : 0.5;
    points.sums = arena_push_many(arena, double, points.count + 1);
    points.squares = arena_push_many(arena, double, points.count + 1);
    points.moments = arena_push_many(arena, double, points.count + 1);
    for (size_t i = 0; i < points.count; i++) {
        const double y = points.y[i];
        points.sums[i + 1] = points.sums[i] + y;
        points.squares[i + 1] = points.squares[i] + y * y;
        points.moments[i + 1] = points.moments[i] + (double)i * y;
    }
    return points;
}

static void fill_segments(const struct points *points, double *out)
{
    const double width = (double)points->count / TOKENS_SEGMENTS;
    for (size_t s = 0; s < TOKENS_SEGMENTS; s++) {
        const size_t from = (size_t)(width * (double)s), end = (size_t)(width * (double)(s + 1));
        const size_t to = end > from ? end : from + 1;
        out[s] = (points->sums[to] - points->sums[from]) / (double)(to - from) * 2 - 1;
    }
}

/* ---- holes ---- */

static void tell_holes(struct arena *arena, const int64_t *times_ns, size_t count, double *facts)
{
    double *steps = arena_push_many(arena, double, count);
    double longest = 0;
    for (size_t i = 1; i < count; i++) {
        steps[i - 1] = (double)times_ns[i] - (double)times_ns[i - 1];
        longest = fmax(longest, steps[i - 1]);
    }
    const double usual = stats_median(arena, steps, count - 1);
    const double span = (double)times_ns[count - 1] - (double)times_ns[0];
    if (usual <= 0 || span <= 0)
        return;
    const double missed = longest / usual - 1;
    facts[FACT_HOLE_SHARE] = missed > 0.5 ? longest / span : 0;
    facts[FACT_HOLE_STEPS] = missed > 0.5 ? missed / (missed + HOLE_MANY) : 0;
}

/* ---- levels and runs ---- */

static void tell_levels(struct arena *arena, const struct points *points, double *facts)
{
    const size_t n = points->count;
    const double *sorted = stats_sorted(arena, points->y, n);
    facts[FACT_MEDIAN] = stats_quantile_sorted(sorted, n, 0.5);
    facts[FACT_LOW_TAIL] = stats_quantile_sorted(sorted, n, 0.05);
    facts[FACT_LOW_QUARTER] = stats_quantile_sorted(sorted, n, 0.25);
    facts[FACT_HIGH_QUARTER] = stats_quantile_sorted(sorted, n, 0.75);
    facts[FACT_HIGH_TAIL] = stats_quantile_sorted(sorted, n, 0.95);
    double *away = arena_push_many(arena, double, n);
    for (size_t i = 0; i < n; i++)
        away[i] = fabs(points->y[i] - facts[FACT_MEDIAN]);
    facts[FACT_SPREAD] = 1.4826 * stats_median(arena, away, n);
    const size_t quarter = n / 4, eighth = n / 8 > 0 ? n / 8 : 1;
    facts[FACT_LEVEL_FIRST] = stats_median(arena, points->y, quarter);
    facts[FACT_LEVEL_LAST] = stats_median(arena, points->y + n - quarter, quarter);
    facts[FACT_LEVEL_END] = stats_median(arena, points->y + n - eighth, eighth);
}

static double longest_run(const struct points *points, double low, double high)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < points->count; i++) {
        run = points->y[i] >= low && points->y[i] <= high ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return (double)longest / (double)points->count;
}

static double share_within(const struct points *points, double low, double high)
{
    size_t count = 0;
    for (size_t i = 0; i < points->count; i++)
        count += points->y[i] >= low && points->y[i] <= high;
    return (double)count / (double)points->count;
}

static bool is_same(const struct points *points, size_t i)
{
    return fabs(points->y[i] - points->y[i - 1]) <= SAME;
}

static void tell_runs(const struct points *points, double *facts)
{
    const size_t n = points->count;
    size_t longest = 1, run = 1, start = 1, first = 0, last = 0;
    for (size_t i = 1; i < n; i++) {
        run = is_same(points, i) ? run + 1 : 1;
        longest = run > longest ? run : longest;
        start += run == i + 1;
        first += i < n / 2 && is_same(points, i);
        last += i >= n / 2 && is_same(points, i);
    }
    facts[FACT_EQUAL_RUN] = (double)longest / (double)n;
    facts[FACT_EQUAL_AT_END] = (double)run / (double)n;
    facts[FACT_EQUAL_AT_START] = (double)start / (double)n;
    facts[FACT_EQUAL_FIRST] = (double)first / (double)(n / 2);
    facts[FACT_EQUAL_LAST] = (double)last / (double)(n - n / 2);
    facts[FACT_AT_TOP] = share_within(points, 1 - EDGE, 1);
    facts[FACT_AT_BOTTOM] = share_within(points, 0, EDGE);
    facts[FACT_TOP_RUN] = longest_run(points, 1 - EDGE, 1);
    facts[FACT_BOTTOM_RUN] = longest_run(points, 0, EDGE);
}

/* ---- from one point to the next ---- */

static void tell_moves(struct arena *arena, const struct points *points, double *facts)
{
    const size_t n = points->count;
    double *moves = arena_push_many(arena, double, n);
    double most = 0, least = 0, cubes = 0, sizes = 0, squares = 0;
    size_t rising = 0, falling = 0, rises = 0, falls = 0;
    for (size_t i = 1; i < n; i++) {
        const double move = points->y[i] - points->y[i - 1];
        moves[i - 1] = fabs(move);
        most = fmax(most, move);
        least = fmin(least, move);
        cubes += move * move * move;
        sizes += fabs(move * move * move);
        squares += move * move;
        rising += move > SAME;
        falling += move < -SAME;
        rises += move > BIG;
        falls += move < -BIG;
    }
    const double steps = (double)(n - 1), mean = points->sums[n] / (double)n;
    const double around = points->squares[n] - mean * points->sums[n];
    facts[FACT_STEP_NOISE] = stats_median(arena, moves, n - 1);
    facts[FACT_ROUGHNESS] = around > 0 ? fmin(squares / (4 * around), 1) : 0;
    facts[FACT_RISE_MAX] = most;
    facts[FACT_FALL_MAX] = -least;
    facts[FACT_RISING] = (double)rising / steps;
    facts[FACT_FALLING] = (double)falling / steps;
    facts[FACT_BIG_RISES] = fact_of_count(rises);
    facts[FACT_BIG_FALLS] = fact_of_count(falls);
    facts[FACT_SKEW] = sizes > 0 ? cubes / sizes : 0;
}

/* ---- what simple shapes leave unexplained ---- */

static double left_of_level(const struct points *points, size_t from, size_t to)
{
    const double sum = points->sums[to] - points->sums[from];
    const double squares = points->squares[to] - points->squares[from];
    return to > from ? fmax(0, squares - sum * sum / (double)(to - from)) : 0;
}

static double mean_of(const struct points *points, size_t from, size_t to)
{
    return (points->sums[to] - points->sums[from]) / (double)(to - from);
}

static void tell_step(const struct points *points, double all, double *facts)
{
    const size_t n = points->count;
    size_t at = 0;
    double least = all;
    for (size_t k = 2; k + 2 <= n; k++) {
        const double left = left_of_level(points, 0, k) + left_of_level(points, k, n);
        if (left < least - SAME) {
            least = left;
            at = k;
        }
    }
    if (at == 0)
        return;
    const double before = left_of_level(points, 0, at) / (double)at;
    const double after = left_of_level(points, at, n) / (double)(n - at);
    const double size = mean_of(points, at, n) - mean_of(points, 0, at);
    const double noise = sqrt(least / (double)n);
    facts[FACT_STEP_FIT] = 1 - least / all;
    facts[FACT_STEP_AT] = (double)at / (double)n;
    facts[FACT_STEP_SIZE] = size;
    facts[FACT_STEP_CLEAR] = size / (fabs(size) + 2 * noise);
    facts[FACT_STEP_CALMER] =
        before + after > 0 ? (sqrt(after) - sqrt(before)) / (sqrt(after) + sqrt(before)) : 0;
}

/* y = a + b max(0, i - k); k 0 is one line. Its slope is a range over the whole length. */
static double left_of_bend(const struct points *points, size_t k, double all, double *slope)
{
    const size_t n = points->count;
    const double m = (double)(n - k);
    const double f = m * (m - 1) / 2, ff = (m - 1) * m * (2 * m - 1) / 6;
    const double y = points->sums[n];
    const double fy = points->moments[n] - points->moments[k] - (double)k * (y - points->sums[k]);
    const double spread = ff - f * f / (double)n, along = fy - f * y / (double)n;
    *slope = spread > 0 ? along / spread * m : 0;
    return spread > 0 ? fmax(0, all - along * along / spread) : all;
}

static void tell_lines(const struct points *points, double all, double *facts)
{
    double slope, least = INFINITY;
    facts[FACT_LINE_FIT] = 1 - left_of_bend(points, 0, all, &slope) / all;
    facts[FACT_LINE_SLOPE] = clamp(slope);
    for (size_t k = 0; k + 4 <= points->count; k++) {
        const double left = left_of_bend(points, k, all, &slope);
        if (left >= least - SAME)
            continue;
        least = left;
        facts[FACT_BEND_FIT] = 1 - left / all;
        facts[FACT_BEND_AT] = (double)k / (double)points->count;
        facts[FACT_BEND_SLOPE] = clamp(slope);
    }
}

/* Another level for a while, and back. */
static void tell_box(const struct points *points, double all, double *facts)
{
    const size_t n = points->count;
    double least = all;
    for (size_t k = 1; k + 1 < n; k++)
        for (size_t m = k + 1; m < n && m - k <= n / 2; m++) {
            const double outside = (double)(n - (m - k));
            const double sum = points->sums[n] - points->sums[m] + points->sums[k];
            const double squares = points->squares[n] - points->squares[m] + points->squares[k];
            const double left =
                left_of_level(points, k, m) + fmax(0, squares - sum * sum / outside);
            if (left >= least - SAME)
                continue;
            least = left;
            facts[FACT_BOX_FIT] = 1 - left / all;
            facts[FACT_BOX_WIDTH] = (double)(m - k) / (double)n;
            facts[FACT_BOX_AT] = (double)k / (double)n;
            facts[FACT_BOX_SIZE] = mean_of(points, k, m) - sum / outside;
        }
}

/* ---- excursions ---- */

static void tell_excursions(const struct points *points, double *facts)
{
    const size_t n = points->count;
    const double tails = (facts[FACT_HIGH_QUARTER] - facts[FACT_LOW_QUARTER]) / 1.35;
    const double spread = fmax(fmax(facts[FACT_SPREAD], tails), SPREAD_MIN);
    size_t runs[2] = {0}, points_out[2] = {0}, first = n, last = 0;
    bool out[2] = {false};
    double most[2] = {0};
    for (size_t i = 0; i < n; i++) {
        const double z = (points->y[i] - facts[FACT_MEDIAN]) / spread;
        for (int side = 0; side < 2; side++) {
            const bool far = (side == 0 ? z : -z) > FAR_OUT;
            runs[side] += far && !out[side];
            points_out[side] += far;
            out[side] = far;
            most[side] = fmax(most[side], side == 0 ? z : -z);
        }
        if (z > FAR_OUT) {
            first = first == n ? i : first;
            last = i;
        }
    }
    facts[FACT_HIGH_RUNS] = fact_of_count(runs[0]);
    facts[FACT_LOW_RUNS] = fact_of_count(runs[1]);
    facts[FACT_HIGH_SHARE] = (double)points_out[0] / (double)n;
    facts[FACT_LOW_SHARE] = (double)points_out[1] / (double)n;
    facts[FACT_HIGH_FIRST] = (double)first / (double)n;
    facts[FACT_HIGH_LAST] = (double)last / (double)n;
    facts[FACT_HIGH_MOST] = most[0] / (most[0] + FAR_OUT);
    facts[FACT_LOW_MOST] = most[1] / (most[1] + FAR_OUT);
    size_t crossings[2] = {0};
    for (size_t i = 1; i < n; i++)
        crossings[i >= n / 2] += (points->y[i] > 0.5) != (points->y[i - 1] > 0.5);
    facts[FACT_CROSSINGS_FIRST] = fact_of_count(crossings[0]);
    facts[FACT_CROSSINGS_LAST] = fact_of_count(crossings[1]);
}

/* ---- repetition ---- */

/* The highest autocorrelation behind the first lag at which there is none, 0 to 1. */
static double repetition(const double *y, size_t count)
{
    double mean = 0, squares = 0, best = 0;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (y[i] - mean) * (y[i] - mean);
    if (squares <= SAME)
        return 0;
    bool fell = false;
    for (size_t lag = LAGS_MIN; lag <= count / 2; lag++) {
        double sum = 0;
        for (size_t i = lag; i < count; i++)
            sum += (y[i] - mean) * (y[i - lag] - mean);
        const double share = sum / squares * (double)count / (double)(count - lag);
        fell |= share < 0.1 || lag == LAGS_MIN;
        best = fell ? fmax(best, share) : best;
    }
    return fmin(best, 1);
}

static double deviation(const double *y, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += y[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (y[i] - mean) * (y[i] - mean);
    return sqrt(squares / (double)count);
}

static void tell_parts(const struct points *points, double *facts)
{
    const size_t n = points->count, part = (size_t)(PART * (double)n);
    const double *last = points->y + n - part;
    facts[FACT_PERIOD] = repetition(points->y, n);
    facts[FACT_PERIOD_FIRST] = repetition(points->y, part);
    facts[FACT_PERIOD_LAST] = repetition(last, part);
    const double a = deviation(points->y, part), b = deviation(last, part);
    facts[FACT_SPREAD_FIRST] = a;
    facts[FACT_SPREAD_LAST] = b;
    facts[FACT_SPREAD_SHARE] = a + b > 0 ? (b - a) / (a + b) : 0;
}

bool metric_tokens_of(struct arena *arena, const int64_t *times_ns, const double *samples,
                      size_t count, struct metric_tokens *out)
{
    int64_t *times;
    double *kept, *facts = out->of + TOKENS_SEGMENTS;
    *out = (struct metric_tokens){0};
    count = keep_finite(arena, times_ns, samples, count, &times, &kept);
    if (count < TOKENS_SAMPLES_MIN)
        return false;
    const struct points points = points_of(arena, kept, count);
    const double all = left_of_level(&points, 0, points.count);
    fill_segments(&points, out->of);
    facts[FACT_LENGTH] = (double)count / ((double)count + LONG);
    tell_holes(arena, times, count, facts);
    tell_levels(arena, &points, facts);
    tell_runs(&points, facts);
    tell_moves(arena, &points, facts);
    if (all > SAME) {
        tell_step(&points, all, facts);
        tell_lines(&points, all, facts);
        tell_box(&points, all, facts);
    }
    tell_excursions(&points, facts);
    tell_parts(&points, facts);
    return true;
}
