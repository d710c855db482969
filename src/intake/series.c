/* SPDX-License-Identifier: Apache-2.0 */
/* By fingerprints of 64 bits: two of half a million are the same once in 10^8 times, and then one
 * series more is let in. */
#include "intake/series.h"

#include "base/arena.h"
#include "base/ending.h"
#include "base/map.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (1u << 20) /* twice SERIES_MAX, and a power of two */
#define METRICS_MAX 50000

struct series {
    pthread_mutex_t lock;
    uint64_t *slots; /* 0: empty */
    uint32_t count;
    struct arena *arena; /* of `metrics`, new with each forgetting */
    struct map metrics;  /* service and metric */
    uint32_t *of_metric; /* how many series, by number in `metrics` */
};

static void close_series(void *thing)
{
    struct series *series = thing;
    free(series->slots);
    free(series->of_metric);
    arena_free(series->arena);
    pthread_mutex_destroy(&series->lock);
}

struct series *series_new(struct arena *arena)
{
    struct series *series = arena_push(arena, struct series);
    pthread_mutex_init(&series->lock, NULL);
    series->slots = calloc(SLOTS, sizeof *series->slots);
    series->of_metric = calloc(METRICS_MAX, sizeof *series->of_metric);
    if (!series->slots || !series->of_metric)
        ending_out_of_memory("series", SLOTS * sizeof *series->slots);
    series->arena = arena_new("series");
    series->metrics = map_new(series->arena);
    arena_defer(arena, close_series, series);
    return series;
}

void series_forget(struct series *series)
{
    pthread_mutex_lock(&series->lock);
    memset(series->slots, 0, SLOTS * sizeof *series->slots);
    memset(series->of_metric, 0, METRICS_MAX * sizeof *series->of_metric);
    series->count = 0;
    arena_reset(series->arena);
    series->metrics = map_new(series->arena);
    pthread_mutex_unlock(&series->lock);
}

enum { TIME, SERVICE, INSTANCE, METRIC, VALUE, LABELS }; /* of harvest_columns */

static struct str text_at(const struct batch *rows, int column, size_t row)
{
    return rows->columns[column].known[row] ? rows->columns[column].texts[row] : STR("");
}

static uint64_t fingerprint(const struct batch *rows, size_t row)
{
    static const int columns[] = {SERVICE, INSTANCE, METRIC, LABELS};
    uint64_t print = 0;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        print = (print ^ str_hash(text_at(rows, columns[i], row))) * UINT64_C(0x9e3779b97f4a7c15);
    print ^= print >> 32;
    return print | 1; /* 0 says that a slot is empty */
}

static uint32_t *count_of_metric(struct series *series, const struct batch *rows, size_t row)
{
    char key[512];
    const struct str service = text_at(rows, SERVICE, row), metric = text_at(rows, METRIC, row);
    const size_t a = service.len < 255 ? service.len : 255;
    const size_t b = metric.len < 255 ? metric.len : 255;
    memcpy(key, service.ptr, a);
    key[a] = '\0';
    memcpy(key + a + 1, metric.ptr, b);
    const struct str name = {.ptr = key, .len = a + 1 + b};
    uint32_t number = map_find(&series->metrics, name);
    if (number == MAP_NONE && series->metrics.count < METRICS_MAX)
        number = map_add(&series->metrics, name);
    return number == MAP_NONE ? NULL : &series->of_metric[number];
}

static bool is_admitted(struct series *series, struct harvest *harvest, size_t row)
{
    const struct batch *rows = harvest->rows[HARVEST_METRICS];
    const uint64_t print = fingerprint(rows, row);
    uint64_t *slot = &series->slots[(print >> 20) % SLOTS];
    while (*slot != 0 && *slot != print)
        slot = slot == &series->slots[SLOTS - 1] ? series->slots : slot + 1;
    if (*slot == print)
        return true;
    uint32_t *of_metric = count_of_metric(series, rows, row);
    const struct str metric = text_at(rows, METRIC, row), service = text_at(rows, SERVICE, row);
    if (series->count >= SERIES_MAX || !of_metric) {
        harvest_reject(harvest, HARVEST_METRICS,
                       str_printf(harvest->arena,
                                  "there are more than %d series, or %d metrics: drop labels "
                                  "that are different each time",
                                  SERIES_MAX, METRICS_MAX));
        return false;
    }
    if (*of_metric >= SERIES_OF_A_METRIC_MAX) {
        harvest_reject(harvest, HARVEST_METRICS,
                       str_printf(harvest->arena,
                                  "metric `%.*s` of service `%.*s` has more than %d series: drop "
                                  "a label that is different each time",
                                  STR_ARG(str_slice(metric, 0, 100)),
                                  STR_ARG(str_slice(service, 0, 100)), SERIES_OF_A_METRIC_MAX));
        return false;
    }
    *slot = print;
    series->count++;
    ++*of_metric;
    return true;
}

static void move_row(struct batch *rows, size_t from, size_t to)
{
    for (uint32_t i = 0; i < rows->columns_count; i++) {
        struct column *column = &rows->columns[i];
        column->known[to] = column->known[from];
        if (column->type == TYPE_TEXT)
            column->texts[to] = column->texts[from];
        else
            column->integers[to] = column->integers[from]; /* as wide as a real */
    }
}

void series_admit(struct series *series, struct harvest *harvest)
{
    struct batch *rows = harvest->rows[HARVEST_METRICS];
    size_t kept = 0;
    pthread_mutex_lock(&series->lock);
    for (size_t row = 0; row < rows->rows; row++) {
        if (!is_admitted(series, harvest, row))
            continue;
        if (kept != row)
            move_row(rows, row, kept);
        kept++;
    }
    pthread_mutex_unlock(&series->lock);
    rows->rows = kept;
}
