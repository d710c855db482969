/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/metrics/series.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <math.h>

#define SAMPLE_MAX 1e140 /* no unit of anything comes near: a series that has it is broken */

/* The table lies in the order of its series already (source/table.h). */
static const char names_sql[] =
    "SELECT service::VARCHAR AS service, instance::VARCHAR AS instance, metric::VARCHAR AS metric, "
    "samples FROM (SELECT service, instance, metric, count(*) AS samples FROM metrics WHERE "
    "isfinite(value) AND time IS NOT NULL GROUP BY ALL ORDER BY ALL)";

static const char points_sql[] =
    "SELECT time, value FROM metrics WHERE isfinite(value) AND time IS NOT NULL";

/* Of several values at one time the last one stays. */
static size_t drop_repeats(int64_t *times, double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && times[kept - 1] == times[i])
            kept--;
        times[kept] = times[i];
        values[kept++] = values[i];
    }
    return kept;
}

/* Sums of squares of what is left stay finite. */
static bool is_measured(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fabs(values[i]) > SAMPLE_MAX)
            return false;
    return true;
}

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct series_list *out = thing;
    struct telemetry *telemetry = call->services->telemetry;
    struct batch *names, *points;
    if (!telemetry_rows(telemetry, arena, str_of(names_sql), &names, err) ||
        !telemetry_rows(telemetry, arena, str_of(points_sql), &points, err))
        return false;

    *out = (struct series_list){.items = arena_push_many(arena, struct series, names->rows)};
    size_t at = 0;
    for (size_t row = 0; row < names->rows; row++) {
        const size_t samples = (size_t)batch_column(names, "samples")->integers[row];
        int64_t *times = batch_column(points, "time")->integers + at;
        double *values = batch_column(points, "value")->reals + at;
        const struct str metric = batch_column(names, "metric")->texts[row];
        at += samples;
        if (!is_measured(values, samples))
            continue;
        out->items[out->count++] = (struct series){
            .name = {.service = batch_column(names, "service")->texts[row],
                     .instance = batch_column(names, "instance")->texts[row],
                     .metric = metric},
            .meaning = metric_meaning_of(metric),
            .times = times,
            .values = values,
            .count = drop_repeats(times, values, samples),
        };
    }
    return true;
}

bool series_load(struct call *call, struct series_list *out, struct err *err)
{
    return call_load_once(call, "series", sizeof *out, load, out, err);
}

size_t series_split(const struct series *series, int64_t time_ns)
{
    size_t low = 0, high = series->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (series->times[middle] < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
