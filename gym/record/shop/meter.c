// SPDX-License-Identifier: Apache-2.0
#include "meter.h"
#include "database.h"
#include "telemetry.h"
#include <pthread.h>
#include <stdlib.h>

#define RECENT_MAX 1024
#define RECENT_WINDOW_NS 15000000000LL /* quantiles are over the last 15 s: three scrapes */

static const double bounds_s[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5};
#define BOUNDS (sizeof bounds_s / sizeof bounds_s[0])

static struct {
    pthread_mutex_t lock;
    uint64_t requests;
    uint64_t errors;
    double total_s;
    uint64_t buckets[BOUNDS + 1];
    struct {
        int64_t end_ns;
        double duration_s;
    } recent[RECENT_MAX]; /* a ring; `requests` counts its writes */
    struct database *database;
    unsigned (*gauges)(struct gauge out[GAUGES_MAX]);
} meter = {.lock = PTHREAD_MUTEX_INITIALIZER};

void meter_request(int status, double duration_s)
{
    size_t bucket = 0;
    while (bucket < BOUNDS && duration_s > bounds_s[bucket])
        bucket++;
    const int64_t end_ns = now_ns();

    pthread_mutex_lock(&meter.lock);
    meter.buckets[bucket]++;
    meter.total_s += duration_s;
    meter.errors += status >= 500;
    meter.recent[meter.requests % RECENT_MAX].end_ns = end_ns;
    meter.recent[meter.requests % RECENT_MAX].duration_s = duration_s;
    meter.requests++;
    pthread_mutex_unlock(&meter.lock);
}

void meter_database(struct database *database)
{
    pthread_mutex_lock(&meter.lock);
    meter.database = database;
    pthread_mutex_unlock(&meter.lock);
}

void meter_gauges(unsigned (*read)(struct gauge out[GAUGES_MAX]))
{
    pthread_mutex_lock(&meter.lock);
    meter.gauges = read;
    pthread_mutex_unlock(&meter.lock);
}

/* Read outside of the lock: it may ask the database, and requests must not wait for that. */
static unsigned gauges_read(struct gauge out[GAUGES_MAX])
{
    pthread_mutex_lock(&meter.lock);
    unsigned (*const read)(struct gauge *) = meter.gauges;
    pthread_mutex_unlock(&meter.lock);
    return read ? read(out) : 0;
}

/* False without a pool. Under the lock, so that a pool is not closed while it is read. */
static bool pool_usage(struct database_usage *usage)
{
    pthread_mutex_lock(&meter.lock);
    const bool known = meter.database != NULL;
    if (known)
        *usage = database_usage(meter.database);
    pthread_mutex_unlock(&meter.lock);
    return known;
}

static int compare_doubles(const void *left, const void *right)
{
    const double a = *(const double *)left;
    const double b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Call with the lock held. */
static size_t recent_durations(double out[RECENT_MAX])
{
    const int64_t since_ns = now_ns() - RECENT_WINDOW_NS;
    const uint64_t filled = meter.requests < RECENT_MAX ? meter.requests : RECENT_MAX;
    size_t count = 0;
    for (uint64_t i = 0; i < filled; i++)
        if (meter.recent[i].end_ns >= since_ns)
            out[count++] = meter.recent[i].duration_s;
    return count;
}

void meter_write_text(FILE *out)
{
    static _Thread_local double durations[RECENT_MAX];
    pthread_mutex_lock(&meter.lock);
    const uint64_t requests = meter.requests;
    const uint64_t errors = meter.errors;
    const size_t count = recent_durations(durations);
    pthread_mutex_unlock(&meter.lock);

    fprintf(out, "requests_total %llu\n", (unsigned long long)requests);
    fprintf(out, "errors_total %llu\n", (unsigned long long)errors);
    if (count > 0) {
        qsort(durations, count, sizeof durations[0], compare_doubles);
        fprintf(out, "latency_p50_ms %.3f\n", 1000 * durations[(count - 1) / 2]);
        fprintf(out, "latency_p95_ms %.3f\n", 1000 * durations[(count - 1) * 95 / 100]);
    }
    struct database_usage usage;
    if (pool_usage(&usage)) {
        fprintf(out, "pool_in_use %u\n", usage.in_use);
        fprintf(out, "pool_waiting %u\n", usage.waiting);
        fprintf(out, "pool_limit %u\n", usage.limit);
        fprintf(out, "pool_timeouts_total %u\n", usage.timeouts);
    }
    struct gauge gauges[GAUGES_MAX];
    const unsigned gauge_count = gauges_read(gauges);
    for (unsigned i = 0; i < gauge_count; i++)
        fprintf(out, "%s %.3f\n", gauges[i].name, gauges[i].value);
}

static json_t *uint_text(uint64_t value)
{
    return json_sprintf("%llu", (unsigned long long)value);
}

static json_t *histogram(int64_t start_ns, int64_t at_ns)
{
    json_t *counts = json_array();
    json_t *bounds = json_array();
    pthread_mutex_lock(&meter.lock);
    for (size_t i = 0; i <= BOUNDS; i++)
        json_array_append_new(counts, uint_text(meter.buckets[i]));
    const uint64_t requests = meter.requests;
    const double total_s = meter.total_s;
    pthread_mutex_unlock(&meter.lock);
    for (size_t i = 0; i < BOUNDS; i++)
        json_array_append_new(bounds, json_real(bounds_s[i]));

    json_t *point = json_pack("{s:o, s:o, s:o, s:f, s:o, s:o}", "startTimeUnixNano",
                              uint_text((uint64_t)start_ns), "timeUnixNano",
                              uint_text((uint64_t)at_ns), "count", uint_text(requests), "sum",
                              total_s, "bucketCounts", counts, "explicitBounds", bounds);
    return json_pack("{s:s, s:s, s:{s:i, s:[o]}}", "name", "http.server.request.duration", "unit",
                     "s", "histogram", "aggregationTemporality", 2, "dataPoints", point);
}

static json_t *number_point(uint64_t value, int64_t start_ns, int64_t at_ns)
{
    return json_pack("{s:o, s:o, s:o}", "asInt", uint_text(value), "startTimeUnixNano",
                     uint_text((uint64_t)start_ns), "timeUnixNano", uint_text((uint64_t)at_ns));
}

static json_t *gauge(const char *name, uint64_t value, int64_t start_ns, int64_t at_ns)
{
    return json_pack("{s:s, s:{s:[o]}}", "name", name, "gauge", "dataPoints",
                     number_point(value, start_ns, at_ns));
}

static json_t *counter(const char *name, uint64_t value, int64_t start_ns, int64_t at_ns)
{
    return json_pack("{s:s, s:{s:i, s:b, s:[o]}}", "name", name, "sum", "aggregationTemporality", 2,
                     "isMonotonic", 1, "dataPoints", number_point(value, start_ns, at_ns));
}

json_t *meter_export(int64_t start_ns, int64_t at_ns)
{
    json_t *metrics = json_array();
    json_array_append_new(metrics, histogram(start_ns, at_ns));
    pthread_mutex_lock(&meter.lock);
    const uint64_t errors = meter.errors;
    pthread_mutex_unlock(&meter.lock);
    json_array_append_new(metrics, counter("http.server.errors", errors, start_ns, at_ns));
    struct database_usage usage;
    if (pool_usage(&usage)) {
        json_array_append_new(metrics,
                              gauge("db.client.connection.count", usage.in_use, start_ns, at_ns));
        json_array_append_new(metrics,
                              gauge("db.client.connection.max", usage.limit, start_ns, at_ns));
        json_array_append_new(metrics, gauge("db.client.connection.pending_requests", usage.waiting,
                                             start_ns, at_ns));
        json_array_append_new(
            metrics, counter("db.client.connection.timeouts", usage.timeouts, start_ns, at_ns));
    }
    return metrics;
}
