// SPDX-License-Identifier: Apache-2.0
/*
 * What a process counts and times of itself, told as Prometheus text and as OTLP metrics. A metric
 * is declared where it is used, and known to the registry from its first number on:
 *
 *   static struct metric logins = COUNTER("shop_logins_total", "Attempts", "outcome");
 *   metric_add(&logins, 1, LABELS("refused"));
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define METRIC_LABELS_MAX 3
#define METRIC_VALUE_SIZE 48 /* of a label; what is longer is cut */
#define LABELS(...) ((const char *const[METRIC_LABELS_MAX + 1]){__VA_ARGS__})
#define NO_LABELS ((const char *const[METRIC_LABELS_MAX + 1]){NULL})

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric {
    const char *name; /* as Prometheus writes it; a histogram's unit is seconds */
    enum metric_kind kind;
    const char *help;
    const char *labels[METRIC_LABELS_MAX];
    struct series *series; /* the registry's, as `next` and `known` */
    struct metric *next;
    bool known;
};

#define COUNTER(name_, help_, ...)                                                                 \
    {                                                                                              \
        .name = name_, .kind = METRIC_COUNTER, .help = help_, .labels = { __VA_ARGS__ }            \
    }
#define GAUGE(name_, help_, ...)                                                                   \
    {                                                                                              \
        .name = name_, .kind = METRIC_GAUGE, .help = help_, .labels = { __VA_ARGS__ }              \
    }
#define HISTOGRAM(name_, help_, ...)                                                               \
    {                                                                                              \
        .name = name_, .kind = METRIC_HISTOGRAM, .help = help_, .labels = { __VA_ARGS__ }          \
    }

void metric_add(struct metric *metric, double amount, const char *const labels[]);
void metric_set(struct metric *metric, double value, const char *const labels[]);
void metric_observe(struct metric *metric, double seconds, const char *const labels[]);

/* `collect` is called before each reading, to set gauges that nothing else keeps. */
void metric_collector(void (*collect)(void *), void *context);

/* Before the context goes; waits for a reading that is under way. */
void metric_collector_remove(void *context);

void metric_write_text(FILE *out);

/* The "metrics" array of an OTLP export request. */
json_t *metric_export(int64_t start_ns, int64_t now_ns);

/* Registers the collector of process_*: CPU time, memory, file descriptors, threads. */
void process_metrics(const char *version);
