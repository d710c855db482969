/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A percentage of a value near zero says nothing about the forecast, so values below a tenth of the
 * series' mean size are left out of the MAPE; the MASE (R. Hyndman, A. Koehler, Another look at
 * measures of forecast accuracy, 2006) has them all.
 */
#include "eval/rolling.h"

#include "base/arena.h"
#include "base/clock.h"
#include "stats/forecast.h"
#include "stats/grid.h"
#include "stats/robust.h"
#include "stats/season.h"

#include <math.h>

#define SMALL_SHARE 0.1 /* of the mean size */
#define DAY_NS (INT64_C(86400) * NS_PER_S)

static double small_size(struct arena *arena, const struct grid *grid)
{
    double *sizes = arena_push_many(arena, double, grid->count);
    for (size_t i = 0; i < grid->count; i++)
        sizes[i] = fabs(grid->values[i]);
    return SMALL_SHARE * stats_mean(sizes, grid->count);
}

/* What the seasonal naive forecast misses by within the known part, on average. */
static double naive_change(const struct grid *grid, size_t known, size_t period)
{
    const size_t lag = period > 0 ? period : 1;
    double sum = 0;
    for (size_t i = lag; i < known; i++)
        sum += fabs(grid->values[i] - grid->values[i - lag]);
    return known > lag ? sum / (double)(known - lag) : 0;
}

static void judge(struct rolling *rolling, const struct grid *grid, size_t known, double small,
                  const struct forecast *forecasts)
{
    const double scale = naive_change(grid, known, rolling->period);
    for (size_t i = 0; i < ROLLING_AHEAD && known + i < grid->count; i++) {
        const double value = grid->values[known + i];
        const double last = grid->values[known - 1];
        const size_t period = rolling->period;
        const double made[ROLLING_METHODS] = {
            [ROLLING_OURS] = forecasts[i].middle,
            [ROLLING_LAST_VALUE] = last,
            [ROLLING_PERIOD_AGO] = period > 0 ? grid->values[known - period + i % period] : last,
        };
        rolling->forecasts++;
        rolling->inside += value >= forecasts[i].low && value <= forecasts[i].high;
        rolling->scale += scale;
        const bool large = fabs(value) > small;
        rolling->judged += large;
        for (int method = 0; method < ROLLING_METHODS; method++) {
            const double error = fabs(value - made[method]);
            rolling->error[method] += error;
            rolling->relative[method] += large ? error / fabs(value) : 0;
        }
    }
}

struct rolling rolling_of(struct arena *arena, const struct nab_file *file)
{
    struct rolling rolling = {0};
    const int64_t step_ns = grid_step_ns(arena, file->times_ns, file->count);
    const struct grid grid = grid_of(arena, file->times_ns, file->values, file->count, step_ns);
    if (grid.count < 2 * ROLLING_ORIGINS)
        return rolling;
    const size_t half = grid.count / 2;
    const size_t day = (size_t)(DAY_NS / step_ns);
    rolling.period = season_of(arena, grid.values, half, day, 7 * day).period;
    const double small = small_size(arena, &grid);
    for (size_t number = 0; number < ROLLING_ORIGINS; number++) {
        const size_t known = half + (grid.count - half) * number / ROLLING_ORIGINS;
        struct forecast forecasts[ROLLING_AHEAD];
        forecast_next(arena, grid.values, known, (const size_t[]){rolling.period, day, 7 * day},
                      ROLLING_AHEAD, forecasts);
        judge(&rolling, &grid, known, small, forecasts);
    }
    return rolling;
}

double rolling_mape(const struct rolling *rolling, int method)
{
    return rolling->judged > 0 ? 100 * rolling->relative[method] / (double)rolling->judged : NAN;
}

double rolling_mase(const struct rolling *rolling, int method)
{
    return rolling->scale > 0 ? rolling->error[method] / rolling->scale : NAN;
}

double rolling_coverage(const struct rolling *rolling)
{
    return rolling->forecasts > 0 ? (double)rolling->inside / (double)rolling->forecasts : NAN;
}
