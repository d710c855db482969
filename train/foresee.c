/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loss is the absolute error in units of the naive change, a mean over all that is forecast;
 * its gradient goes through the softmax of the shares. Adam, all origins at once; nothing is drawn.
 */
#include "train/foresee.h"

#include "base/arena.h"
#include "base/clock.h"
#include "eval/nab_files.h"
#include "stats/grid.h"
#include "stats/robust.h"
#include "stats/season.h"

#include <math.h>
#include <string.h>

#define ORIGINS 20
#define AHEAD 48
#define SMALL_SHARE 0.1 /* of the mean size: less says nothing of a percentage */
#define ROUNDS 300
#define RATE 0.03
#define PENALTY 1e-3
#define STEEPNESS 10.0 /* of the loss, beside the penalty */
#define NUMBERS (FORESIGHT_METHODS_COUNT * FORESIGHT_FACTS + 1)
#define GROUP_NONE SIZE_MAX

struct origin {
    struct foresight foresight;
    const double *truth;
    size_t count; /* values that came */
    double scale, small;
    size_t series, group;
};

struct origins {
    struct origin *items;
    size_t count, series, groups;
};

static double naive_change(const struct grid *grid, size_t known, size_t period)
{
    const size_t lag = period > 0 ? period : 1;
    double sum = 0;
    for (size_t i = lag; i < known; i++)
        sum += fabs(grid->values[i] - grid->values[i - lag]);
    return known > lag ? sum / (double)(known - lag) : 0;
}

static void add_series(struct arena *arena, const struct nab_file *file, size_t group,
                       struct origins *out)
{
    const int64_t step_ns = grid_step_ns(arena, file->times_ns, file->count);
    const struct grid grid = grid_of(arena, file->times_ns, file->values, file->count, step_ns);
    if (grid.count < 2 * ORIGINS)
        return;
    const size_t half = grid.count / 2, day = (size_t)(NS_PER_DAY / step_ns);
    const struct season season = season_of(arena, grid.values, half, day, 7 * day);
    double small = 0;
    for (size_t i = 0; i < grid.count; i++)
        small += SMALL_SHARE * fabs(grid.values[i]) / (double)grid.count;
    for (size_t number = 0; number < ORIGINS; number++) {
        const size_t known = half + (grid.count - half) * number / ORIGINS;
        const size_t left = grid.count - known;
        const double scale = naive_change(&grid, known, season.period);
        if (scale <= 0)
            continue;
        out->items[out->count++] =
            (struct origin){.foresight = foresight_of(arena, grid.values, known, season.period,
                                                      season.strength, AHEAD),
                            .truth = grid.values + known,
                            .count = left < AHEAD ? left : AHEAD,
                            .scale = scale,
                            .small = small,
                            .series = out->series,
                            .group = group};
    }
    out->series++;
}

static bool read_origins(struct arena *arena, const char *folder, struct origins *out,
                         struct err *err)
{
    struct nab_files files;
    if (!nab_files_read(arena, str_of(folder), &files, err))
        return false;
    *out = (struct origins){.items = arena_push_many(arena, struct origin, files.count * ORIGINS)};
    for (size_t i = 0; i < files.count; i++) {
        out->groups += i == 0 || !str_eq(files.items[i].group, files.items[i - 1].group);
        add_series(arena, &files.items[i], out->groups - 1, out);
    }
    return out->count > 0 || err_set(err, ERR_NOT_FOUND, "%s: no series to learn from", folder);
}

/* ---- learning ---- */

static double *number_of(struct foresight_weights *weights, int i)
{
    return i + 1 < NUMBERS ? &weights->of[0][0] + i : &weights->loss;
}

static void add_gradient(const struct origin *origin, const struct foresight_weights *weights,
                         double step, struct foresight_weights *out)
{
    const struct foresight *foresight = &origin->foresight;
    double shares[FORESIGHT_METHODS_COUNT], pulls[FORESIGHT_METHODS_COUNT] = {0}, mean = 0;
    foresight_shares(weights, foresight, shares);
    for (size_t i = 0; i < origin->count; i++) {
        double error = -origin->truth[i];
        for (int m = 0; m < FORESIGHT_METHODS_COUNT; m++)
            error += shares[m] * foresight->made[m][i];
        for (int m = 0; m < FORESIGHT_METHODS_COUNT; m++)
            pulls[m] += step * (error > 0 ? 1 : -1) * foresight->made[m][i] / origin->scale;
    }
    for (int m = 0; m < FORESIGHT_METHODS_COUNT; m++)
        mean += shares[m] * pulls[m];
    for (int m = 0; m < FORESIGHT_METHODS_COUNT; m++) {
        const double pull = shares[m] * (pulls[m] - mean);
        for (int fact = 0; fact < FORESIGHT_FACTS; fact++)
            out->of[m][fact] += pull * foresight->facts[fact];
        out->loss += pull * foresight->losses[m];
    }
}

static struct foresight_weights fit(const struct origins *origins, size_t left_out)
{
    struct foresight_weights weights = {.loss = -1}; /* who has missed less counts more */
    double means[NUMBERS] = {0}, squares[NUMBERS] = {0};
    const double step = STEEPNESS / AHEAD / (double)origins->count;
    for (int round = 1; round <= ROUNDS; round++) {
        struct foresight_weights gradient = {0};
        for (size_t i = 0; i < origins->count; i++)
            if (origins->items[i].group != left_out)
                add_gradient(&origins->items[i], &weights, step, &gradient);
        for (int i = 0; i < NUMBERS; i++) {
            double *number = number_of(&weights, i);
            const double slope =
                *number_of(&gradient, i) + (i + 1 < NUMBERS ? 2 * PENALTY * *number : 0);
            means[i] = 0.9 * means[i] + 0.1 * slope;
            squares[i] = 0.99 * squares[i] + 0.01 * slope * slope;
            *number -= RATE * means[i] / (1 - pow(0.9, round)) /
                       (sqrt(squares[i] / (1 - pow(0.99, round))) + 1e-9);
        }
    }
    return weights;
}

/* ---- what it is worth ---- */

struct sums {
    double error, error_before, relative, relative_before, scale;
    size_t count, judged, inside;
};

static void judge(const struct origin *origin, const struct foresight_weights *weights,
                  struct sums *sums)
{
    struct forecast forecasts[AHEAD];
    foresight_mix(weights, &origin->foresight, forecasts);
    for (size_t i = 0; i < origin->count; i++) {
        const double value = origin->truth[i];
        const double error = fabs(forecasts[i].middle - value);
        const double before = fabs(origin->foresight.mixture[i].middle - value);
        const bool large = fabs(value) > origin->small;
        sums->error += error;
        sums->error_before += before;
        sums->relative += large ? error / fabs(value) : 0;
        sums->relative_before += large ? before / fabs(value) : 0;
        sums->judged += large;
        sums->scale += origin->scale;
        sums->inside += value >= forecasts[i].low && value <= forecasts[i].high;
        sums->count++;
    }
}

static struct foresee_score score_of(const struct sums *series, size_t count)
{
    struct foresee_score score = {0};
    double inside = 0, all = 0, squares = 0, judged = 0;
    for (size_t i = 0; i < count; i++) {
        const struct sums *it = &series[i];
        if (it->count == 0)
            continue;
        const double mase = it->error / it->scale, before = it->error_before / it->scale;
        score.series++;
        score.mase += mase;
        score.mase_before += before;
        score.gain += before - mase;
        squares += (before - mase) * (before - mase);
        score.better += mase < before * 0.999;
        score.worse += mase > before * 1.001;
        inside += (double)it->inside;
        all += (double)it->count;
        if (it->judged == 0)
            continue;
        judged++;
        score.mape += 100 * it->relative / (double)it->judged;
        score.mape_before += 100 * it->relative_before / (double)it->judged;
    }
    const double n = score.series;
    score.mase /= n;
    score.mase_before /= n;
    score.gain /= n;
    score.gain_error = sqrt((squares / n - score.gain * score.gain) / fmax(n - 1, 1));
    score.mape /= fmax(judged, 1);
    score.mape_before /= fmax(judged, 1);
    score.coverage = inside / all;
    return score;
}

bool foresee_learn(struct arena *arena, const char *folder, struct foresight_weights *out,
                   struct foresee_score *held_out, struct err *err)
{
    struct origins origins;
    if (!read_origins(arena, folder, &origins, err))
        return false;
    struct sums *series = arena_push_many(arena, struct sums, origins.series);
    for (size_t group = 0; group < origins.groups; group++) {
        const struct foresight_weights weights = fit(&origins, group);
        for (size_t i = 0; i < origins.count; i++)
            if (origins.items[i].group == group)
                judge(&origins.items[i], &weights, &series[origins.items[i].series]);
    }
    *held_out = score_of(series, origins.series);
    *out = fit(&origins, GROUP_NONE);
    return true;
}
