// SPDX-License-Identifier: Apache-2.0
/*
 * How a process of the shop tells what it does: spans and log records, written as OTLP/JSON, one
 * export request a line, as the OpenTelemetry collector's file exporter writes them. Processes
 * share the files: a line is one write() to a file opened for appending.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* W3C trace context; a `trace_id` of "" is no context. */
struct trace_context {
    char trace_id[33];
    char span_id[17];
    bool sampled;
};

#define TRACEPARENT_SIZE 56

/* the numbers are OTLP's */
enum span_kind {
    SPAN_INTERNAL = 1,
    SPAN_SERVER = 2,
    SPAN_CLIENT = 3,
    SPAN_PRODUCER = 4,
    SPAN_CONSUMER = 5
};
enum severity { SEVERITY_DEBUG = 5, SEVERITY_INFO = 9, SEVERITY_WARN = 13, SEVERITY_ERROR = 17 };

struct span {
    struct trace_context context;
    char parent_id[17];
    char name[64];
    enum span_kind kind;
    int64_t start_ns;
    json_t *attributes;
    char error[160]; /* "" while all is well */
};

struct telemetry_options {
    const char *folder; /* where the otlp-*.jsonl files are; NULL: nothing is written */
    const char *service;
    const char *instance;
    const char *version;
    double sample_ratio;     /* of the traces that begin here; others do as their caller decided */
    enum severity log_level; /* what is below is not written */
    long metrics_every_s;    /* 0: only a scraper gets them */
};

bool telemetry_start(const struct telemetry_options *options);
void telemetry_stop(void); /* writes what is pending */

/* `parent` may be NULL or empty: then a new trace begins and its fate is decided here. */
void span_begin(struct span *span, const struct trace_context *parent, enum span_kind kind,
                const char *name);
void span_text(struct span *span, const char *key, const char *value);
void span_number(struct span *span, const char *key, int64_t value);
void span_fail(struct span *span, const char *format, ...) __attribute__((format(printf, 2, 3)));
void span_end(struct span *span);

/* "debug", "info", "warn", "error"; any other word is info. */
enum severity severity_parse(const char *word);

/* One entry of the service's own log; `context` may be NULL. */
void log_write(enum severity severity, const struct trace_context *context, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool traceparent_parse(const char *text, struct trace_context *out);
void traceparent_write(const struct trace_context *context, char out[TRACEPARENT_SIZE]);

int64_t now_ns(void); /* wall clock */
