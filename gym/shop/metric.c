// SPDX-License-Identifier: Apache-2.0
/* The registry: all series under one lock, which is held for a few loads and stores. */
#include "metric.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SERIES_MAX 256 /* of a metric; a label that grows without end ends here */
#define COLLECTORS_MAX 16

static const double bounds_s[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
#define BOUNDS (sizeof bounds_s / sizeof bounds_s[0])

struct series {
    char labels[METRIC_LABELS_MAX][METRIC_VALUE_SIZE];
    double value; /* of a histogram: the sum */
    uint64_t buckets[BOUNDS + 1];
    struct series *next;
};

static struct {
    pthread_mutex_t lock; /* of `metrics` and all of their series */
    struct metric *metrics;
    pthread_mutex_t collecting; /* of the collectors; taken before `lock` */
    struct {
        void (*collect)(void *);
        void *context;
    } collectors[COLLECTORS_MAX];
    unsigned collector_count;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER, .collecting = PTHREAD_MUTEX_INITIALIZER};

static bool labels_match(const struct series *series, const char *const labels[])
{
    for (unsigned i = 0; i < METRIC_LABELS_MAX; i++)
        if (strncmp(series->labels[i], labels[i] ? labels[i] : "", METRIC_VALUE_SIZE - 1) != 0)
            return false;
    return true;
}

/* Call with the lock held. In the order they came, so that a scrape reads the same each time. */
static struct series *series_of(struct metric *metric, const char *const labels[])
{
    if (!metric->known) {
        struct metric **end = &registry.metrics;
        while (*end)
            end = &(*end)->next;
        *end = metric;
        metric->known = true;
    }
    unsigned count = 0;
    struct series **place = &metric->series;
    for (; *place; place = &(*place)->next, count++)
        if (labels_match(*place, labels) || count + 1 == SERIES_MAX)
            return *place;
    *place = calloc(1, sizeof **place);
    if (!*place)
        abort();
    for (unsigned i = 0; i < METRIC_LABELS_MAX && labels[i]; i++)
        snprintf((*place)->labels[i], METRIC_VALUE_SIZE, "%s", labels[i]);
    return *place;
}

void metric_add(struct metric *metric, double amount, const char *const labels[])
{
    pthread_mutex_lock(&registry.lock);
    series_of(metric, labels)->value += amount;
    pthread_mutex_unlock(&registry.lock);
}

void metric_set(struct metric *metric, double value, const char *const labels[])
{
    pthread_mutex_lock(&registry.lock);
    series_of(metric, labels)->value = value;
    pthread_mutex_unlock(&registry.lock);
}

void metric_observe(struct metric *metric, double seconds, const char *const labels[])
{
    size_t bucket = 0;
    while (bucket < BOUNDS && seconds > bounds_s[bucket])
        bucket++;
    pthread_mutex_lock(&registry.lock);
    struct series *series = series_of(metric, labels);
    series->value += seconds;
    series->buckets[bucket]++;
    pthread_mutex_unlock(&registry.lock);
}

void metric_collector(void (*collect)(void *), void *context)
{
    pthread_mutex_lock(&registry.collecting);
    if (registry.collector_count == COLLECTORS_MAX)
        abort();
    registry.collectors[registry.collector_count].collect = collect;
    registry.collectors[registry.collector_count++].context = context;
    pthread_mutex_unlock(&registry.collecting);
}

void metric_collector_remove(void *context)
{
    pthread_mutex_lock(&registry.collecting);
    unsigned kept = 0;
    for (unsigned i = 0; i < registry.collector_count; i++)
        if (registry.collectors[i].context != context)
            registry.collectors[kept++] = registry.collectors[i];
    registry.collector_count = kept;
    pthread_mutex_unlock(&registry.collecting);
}

/* Outside of the registry's lock: they ask databases, and they set metrics. */
static void collect_all(void)
{
    pthread_mutex_lock(&registry.collecting);
    for (unsigned i = 0; i < registry.collector_count; i++)
        registry.collectors[i].collect(registry.collectors[i].context);
    pthread_mutex_unlock(&registry.collecting);
}

/* ---- Prometheus text ---- */

static void write_labels(const struct metric *metric, const struct series *series, const char *le,
                         FILE *out)
{
    const char *before = "{";
    for (unsigned i = 0; i < METRIC_LABELS_MAX && metric->labels[i]; i++, before = ",") {
        fprintf(out, "%s%s=\"", before, metric->labels[i]);
        for (const char *at = series->labels[i]; *at; at++)
            if (*at == '\n')
                fputs("\\n", out);
            else
                fprintf(out, "%s%c", *at == '"' || *at == '\\' ? "\\" : "", *at);
        fputc('"', out);
    }
    if (le) {
        fprintf(out, "%sle=\"%s\"", before, le);
        before = ",";
    }
    if (*before == ',')
        fputc('}', out);
}

static void write_histogram(const struct metric *metric, const struct series *series, FILE *out)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        char le[32] = "+Inf";
        if (i < BOUNDS)
            snprintf(le, sizeof le, "%g", bounds_s[i]);
        count += series->buckets[i];
        fprintf(out, "%s_bucket", metric->name);
        write_labels(metric, series, le, out);
        fprintf(out, " %llu\n", (unsigned long long)count);
    }
    fprintf(out, "%s_sum", metric->name);
    write_labels(metric, series, NULL, out);
    fprintf(out, " %.6f\n%s_count", series->value, metric->name);
    write_labels(metric, series, NULL, out);
    fprintf(out, " %llu\n", (unsigned long long)count);
}

void metric_write_text(FILE *out)
{
    static const char *const words[] = {"counter", "gauge", "histogram"};
    collect_all();
    pthread_mutex_lock(&registry.lock);
    for (const struct metric *metric = registry.metrics; metric; metric = metric->next) {
        fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
                words[metric->kind]);
        for (const struct series *series = metric->series; series; series = series->next) {
            if (metric->kind == METRIC_HISTOGRAM) {
                write_histogram(metric, series, out);
                continue;
            }
            fputs(metric->name, out);
            write_labels(metric, series, NULL, out);
            fprintf(out, " %.15g\n", series->value);
        }
    }
    pthread_mutex_unlock(&registry.lock);
}

/* ---- OTLP: 64-bit numbers are strings ---- */

static json_t *uint_text(uint64_t value)
{
    return json_sprintf("%llu", (unsigned long long)value);
}

static json_t *point_of(const struct metric *metric, const struct series *series, int64_t start_ns,
                        int64_t at_ns)
{
    json_t *attributes = json_array();
    for (unsigned i = 0; i < METRIC_LABELS_MAX && metric->labels[i]; i++)
        json_array_append_new(attributes, json_pack("{s:s, s:{s:s}}", "key", metric->labels[i],
                                                    "value", "stringValue", series->labels[i]));
    json_t *point =
        json_pack("{s:o, s:o, s:o}", "attributes", attributes, "startTimeUnixNano",
                  uint_text((uint64_t)start_ns), "timeUnixNano", uint_text((uint64_t)at_ns));
    if (metric->kind != METRIC_HISTOGRAM) {
        json_object_set_new(point, "asDouble", json_real(series->value));
        return point;
    }
    json_t *counts = json_array();
    json_t *bounds = json_array();
    uint64_t count = 0;
    for (size_t i = 0; i <= BOUNDS; i++) {
        json_array_append_new(counts, uint_text(series->buckets[i]));
        count += series->buckets[i];
        if (i < BOUNDS)
            json_array_append_new(bounds, json_real(bounds_s[i]));
    }
    json_object_set_new(point, "count", uint_text(count));
    json_object_set_new(point, "sum", json_real(series->value));
    json_object_set_new(point, "bucketCounts", counts);
    json_object_set_new(point, "explicitBounds", bounds);
    return point;
}

json_t *metric_export(int64_t start_ns, int64_t now_ns)
{
    json_t *metrics = json_array();
    collect_all();
    pthread_mutex_lock(&registry.lock);
    for (const struct metric *metric = registry.metrics; metric; metric = metric->next) {
        json_t *points = json_array();
        for (const struct series *series = metric->series; series; series = series->next)
            json_array_append_new(points, point_of(metric, series, start_ns, now_ns));
        json_t *data = json_pack("{s:o}", "dataPoints", points);
        if (metric->kind != METRIC_GAUGE)
            json_object_set_new(data, "aggregationTemporality", json_integer(2));
        if (metric->kind == METRIC_COUNTER)
            json_object_set_new(data, "isMonotonic", json_true());
        json_array_append_new(metrics, json_pack("{s:s, s:o}", "name", metric->name,
                                                 metric->kind == METRIC_HISTOGRAM ? "histogram"
                                                 : metric->kind == METRIC_GAUGE   ? "gauge"
                                                                                  : "sum",
                                                 data));
    }
    pthread_mutex_unlock(&registry.lock);
    return metrics;
}
