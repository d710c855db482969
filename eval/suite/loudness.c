/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/loudness.h"

#include "base/arena.h"
#include "base/map.h"
#include "data/file.h"
#include "eval/csv.h"
#include "eval/log_rows.h"
#include "stats/correlate.h"

#include <math.h>
#include <stdlib.h>

#define SPREAD_MIN 1e-9 /* a series that never moved is left out */

struct loud_sample {
    double at_s, value;
};

struct loud_series {
    struct str service;
    struct loud_sample *samples; /* by time */
    uint32_t count, room;
};

struct reading {
    struct arena *arena;
    struct map names;
    struct loudness *loudness;
    uint32_t room;
};

static struct loud_series *series_at(struct reading *reading, struct str service,
                                     struct str instance, struct str metric)
{
    struct loudness *loudness = reading->loudness;
    const uint32_t at =
        map_add(&reading->names, str_printf(reading->arena, "%.*s|%.*s|%.*s", STR_ARG(service),
                                            STR_ARG(instance), STR_ARG(metric)));
    if (at >= reading->room) {
        const uint32_t room = reading->room * 2 + 64;
        loudness->series =
            arena_grow(reading->arena, loudness->series, reading->room * sizeof *loudness->series,
                       room * sizeof *loudness->series);
        reading->room = room;
    }
    if (at == loudness->count) {
        loudness->series[at] = (struct loud_series){.service = str_copy(reading->arena, service)};
        loudness->count++;
    }
    return &loudness->series[at];
}

static void add_sample(struct arena *arena, struct loud_series *series, double at_s, double value)
{
    if (series->count == series->room) {
        const uint32_t room = series->room * 2 + 64;
        series->samples = arena_grow(arena, series->samples, series->room * sizeof *series->samples,
                                     room * sizeof *series->samples);
        series->room = room;
    }
    series->samples[series->count++] = (struct loud_sample){at_s, value};
}

static int by_time(const void *a, const void *b)
{
    const double x = ((const struct loud_sample *)a)->at_s;
    const double y = ((const struct loud_sample *)b)->at_s;
    return (x > y) - (x < y);
}

static bool read_rows(struct reading *reading, struct csv *csv, struct err *err)
{
    struct str fields[CSV_COLUMNS_MAX];
    uint32_t time, service, metric, value;
    if (!csv_column(csv, "timestamp", &time, err) || !csv_column(csv, "value", &value, err) ||
        !csv_column(csv, "service", &service, err) || !csv_column(csv, "metric", &metric, err))
        return false;
    const uint32_t instance = log_column(csv, "instance");
    for (;;) {
        double at_s, number;
        bool more;
        if (!csv_next(csv, reading->arena, fields, &more, err))
            return false;
        if (!more)
            return true;
        if (str_to_real(fields[time], &at_s) && str_to_real(fields[value], &number))
            add_sample(reading->arena,
                       series_at(reading, fields[service],
                                 instance < CSV_COLUMNS_MAX ? fields[instance] : STR(""),
                                 fields[metric]),
                       at_s, number);
    }
}

bool loudness_read(struct arena *arena, const char *folder, double began_s, struct loudness *out,
                   struct err *err)
{
    const char *path = str_printf(arena, "%s/metrics.csv", folder).ptr;
    struct reading reading = {.arena = arena, .names = map_new(arena), .loudness = out};
    struct str text;
    struct csv csv;
    *out = (struct loudness){.began_s = began_s};
    if (!file_read(arena, path, LOG_FILE_BYTES_MAX, &text, err) ||
        !csv_open(arena, str_of(path), text, &csv, err) || !read_rows(&reading, &csv, err))
        return false;
    for (uint32_t i = 0; i < out->count; i++)
        qsort(out->series[i].samples, out->series[i].count, sizeof *out->series[i].samples,
              by_time);
    return true;
}

static double sigmas_of(const struct loud_series *series, double began_s)
{
    double sum = 0.0, squares = 0.0, before = 0.0, low = INFINITY, high = -INFINITY;
    for (uint32_t i = 0; i < series->count; i++) {
        const double value = series->samples[i].value;
        if (series->samples[i].at_s < began_s) {
            sum += value;
            squares += value * value;
            before++;
        } else {
            low = fmin(low, value);
            high = fmax(high, value);
        }
    }
    if (before < 2.0 || low > high)
        return 0.0;
    const double mean = sum / before;
    const double spread = sqrt(fmax(0.0, squares / before - mean * mean));
    return spread < SPREAD_MIN ? 0.0 : fmax(high - mean, mean - low) / spread;
}

/* Of a service, or of all where it is empty; NULL: none moved. */
static const struct loud_series *loudest_of(const struct loudness *loudness, struct str service)
{
    const struct loud_series *found = NULL;
    double most = 0.0;
    for (uint32_t i = 0; i < loudness->count; i++) {
        const struct loud_series *series = &loudness->series[i];
        if (service.len > 0 && !str_eq(series->service, service))
            continue;
        const double sigmas = sigmas_of(series, loudness->began_s);
        if (sigmas > most) {
            most = sigmas;
            found = series;
        }
    }
    return found;
}

struct str loudness_loudest(const struct loudness *loudness)
{
    const struct loud_series *found = loudest_of(loudness, STR(""));
    return found ? found->service : STR("");
}

/* Of a series and of the other one (NULL: of the step), at the times that both have. */
static double likeness(struct arena *arena, const struct loud_series *series,
                       const struct loud_series *other, double began_s)
{
    double *mine = arena_push_many(arena, double, series->count);
    double *theirs = arena_push_many(arena, double, series->count);
    size_t both = 0;
    uint32_t next = 0;
    for (uint32_t i = 0; i < series->count; i++) {
        const double at_s = series->samples[i].at_s;
        while (other && next < other->count && other->samples[next].at_s < at_s)
            next++;
        if (other && (next == other->count || other->samples[next].at_s > at_s))
            continue;
        mine[both] = series->samples[i].value;
        theirs[both++] = other ? other->samples[next].value : (double)(at_s >= began_s);
    }
    return correlate(arena, mine, theirs, both, 0).significance;
}

struct str loudness_correlated(struct arena *arena, const struct loudness *loudness,
                               struct str alerted)
{
    const struct loud_series *own = alerted.len > 0 ? loudest_of(loudness, alerted) : NULL;
    struct str found = STR("");
    double most = 0.0;
    for (uint32_t i = 0; i < loudness->count; i++) {
        const struct loud_series *series = &loudness->series[i];
        if (str_eq(series->service, alerted))
            continue;
        const double like = likeness(arena, series, own, loudness->began_s);
        if (like > most) {
            most = like;
            found = series->service;
        }
    }
    return found;
}
