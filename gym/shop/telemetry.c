// SPDX-License-Identifier: Apache-2.0
/*
 * One exporter a process, behind functions, as the OpenTelemetry SDKs have their global provider:
 * handing it through every call would hide what the shop's code is about.
 */
#include "telemetry.h"
#include "metric.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define FLUSH_EVERY_S 2
#define PENDING_MAX 4096 /* records between two flushes; what is over is dropped, and said */
#define NS_PER_S 1000000000LL

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t flusher;
    bool running, stopping;
    struct telemetry_options options;
    json_t *spans;
    json_t *records;
    unsigned dropped;
    int traces_fd, logs_fd, metrics_fd;
    int64_t start_ns;
} exporter = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* ---- OTLP/JSON: 64-bit numbers are strings, ids are hex, enums are integers ---- */

static json_t *json_ns(int64_t ns)
{
    return json_sprintf("%lld", (long long)ns);
}

static json_t *attribute(const char *key, const char *value)
{
    return json_pack("{s:s, s:{s:s}}", "key", key, "value", "stringValue", value);
}

/* {"<resources>":[{"resource":{...},"<scopes>":[{"scope":{...},"<items>":[...]}]}]} */
static json_t *export_request(const char *resources, const char *scopes, const char *items,
                              json_t *list)
{
    json_t *attributes = json_pack("[o, o, o]", attribute("service.name", exporter.options.service),
                                   attribute("service.instance.id", exporter.options.instance),
                                   attribute("service.version", exporter.options.version));
    return json_pack("{s:[{s:{s:o}, s:[{s:{s:s}, s:o}]}]}", resources, "resource", "attributes",
                     attributes, scopes, "scope", "name", "shop", items, list);
}

/* One write() for a line: processes that share the file do not mix their lines. */
static void line_write(int fd, json_t *request)
{
    char *text = json_dumps(request, JSON_COMPACT | JSON_REAL_PRECISION(10));
    json_decref(request);
    if (!text)
        return;
    const size_t length = strlen(text);
    text[length] = '\n';
    if (write(fd, text, length + 1) != (ssize_t)(length + 1))
        fprintf(stderr, "shop: telemetry is lost: cannot write\n");
    free(text);
}

static json_t *take_list(json_t **list)
{
    json_t *taken = *list;
    *list = json_array();
    return taken;
}

static void flush_spans_and_records(void)
{
    pthread_mutex_lock(&exporter.lock);
    json_t *spans = take_list(&exporter.spans);
    json_t *records = take_list(&exporter.records);
    const unsigned dropped = exporter.dropped;
    exporter.dropped = 0;
    pthread_mutex_unlock(&exporter.lock);

    if (dropped > 0)
        fprintf(stderr, "shop: %u spans or log records dropped\n", dropped);
    if (json_array_size(spans) > 0)
        line_write(exporter.traces_fd,
                   export_request("resourceSpans", "scopeSpans", "spans", spans));
    else
        json_decref(spans);
    if (json_array_size(records) > 0)
        line_write(exporter.logs_fd,
                   export_request("resourceLogs", "scopeLogs", "logRecords", records));
    else
        json_decref(records);
}

static void flush_metrics(void)
{
    json_t *metrics = metric_export(exporter.start_ns, now_ns());
    line_write(exporter.metrics_fd,
               export_request("resourceMetrics", "scopeMetrics", "metrics", metrics));
}

static void *flush_until_stopped(void *unused)
{
    (void)unused;
    const int64_t metrics_every_ns = exporter.options.metrics_every_s * NS_PER_S;
    int64_t metrics_due_ns = exporter.start_ns + metrics_every_ns;
    pthread_mutex_lock(&exporter.lock);
    while (!exporter.stopping) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += FLUSH_EVERY_S;
        pthread_cond_timedwait(&exporter.wake, &exporter.lock, &until);
        pthread_mutex_unlock(&exporter.lock);
        flush_spans_and_records();
        if (metrics_every_ns > 0 && now_ns() >= metrics_due_ns) {
            flush_metrics();
            metrics_due_ns += metrics_every_ns;
        }
        pthread_mutex_lock(&exporter.lock);
    }
    pthread_mutex_unlock(&exporter.lock);
    return NULL;
}

static int append_open(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        fprintf(stderr, "shop: cannot open %s\n", path);
    return fd;
}

bool telemetry_start(const struct telemetry_options *options)
{
    exporter.options = *options;
    exporter.start_ns = now_ns();
    if (!options->folder)
        return true;
    exporter.running = true;
    exporter.spans = json_array();
    exporter.records = json_array();
    exporter.traces_fd = append_open(options->folder, "otlp-traces.jsonl");
    exporter.logs_fd = append_open(options->folder, "otlp-logs.jsonl");
    exporter.metrics_fd = append_open(options->folder, "otlp-metrics.jsonl");
    if (exporter.traces_fd < 0 || exporter.logs_fd < 0 || exporter.metrics_fd < 0)
        return false;
    return pthread_create(&exporter.flusher, NULL, flush_until_stopped, NULL) == 0;
}

void telemetry_stop(void)
{
    if (!exporter.running)
        return;
    pthread_mutex_lock(&exporter.lock);
    exporter.stopping = true;
    pthread_cond_signal(&exporter.wake);
    pthread_mutex_unlock(&exporter.lock);
    pthread_join(exporter.flusher, NULL);
    flush_spans_and_records();
    if (exporter.options.metrics_every_s > 0)
        flush_metrics();
}

static void pending_add(json_t **list, json_t *item)
{
    pthread_mutex_lock(&exporter.lock);
    if (!exporter.running) {
        json_decref(item);
    } else if (json_array_size(*list) < PENDING_MAX) {
        json_array_append_new(*list, item);
    } else {
        json_decref(item);
        exporter.dropped++;
    }
    pthread_mutex_unlock(&exporter.lock);
}

/* ---- trace context ---- */

static void hex_random(char *out, unsigned bytes)
{
    unsigned char raw[16];
    if (getrandom(raw, bytes, 0) != (ssize_t)bytes)
        abort(); /* cannot happen for up to 256 bytes */
    for (unsigned i = 0; i < bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", raw[i]);
}

/* By the id, not by a die: any service that sees the id comes to the same decision. */
static bool sample_by_id(const char *trace_id)
{
    unsigned head = 0;
    sscanf(trace_id, "%8x", &head);
    return (double)head < exporter.options.sample_ratio * 4294967296.0;
}

bool traceparent_parse(const char *text, struct trace_context *out)
{
    unsigned flags;
    struct trace_context read = {0};
    *out = read;
    if (!text ||
        sscanf(text, "00-%32[0-9a-f]-%16[0-9a-f]-%2x", read.trace_id, read.span_id, &flags) != 3)
        return false;
    if (strlen(read.trace_id) != 32 || strlen(read.span_id) != 16)
        return false;
    read.sampled = (flags & 1u) != 0;
    *out = read;
    return true;
}

void traceparent_write(const struct trace_context *context, char out[TRACEPARENT_SIZE])
{
    snprintf(out, TRACEPARENT_SIZE, "00-%s-%s-%02x", context->trace_id, context->span_id,
             context->sampled ? 1u : 0u);
}

/* ---- spans ---- */

void span_begin(struct span *span, const struct trace_context *parent, enum span_kind kind,
                const char *name)
{
    *span = (struct span){.kind = kind, .start_ns = now_ns()};
    snprintf(span->name, sizeof span->name, "%s", name);
    if (parent && parent->trace_id[0]) {
        span->context = *parent;
        memcpy(span->parent_id, parent->span_id, sizeof span->parent_id);
    } else {
        hex_random(span->context.trace_id, 16);
        span->context.sampled = sample_by_id(span->context.trace_id);
    }
    hex_random(span->context.span_id, 8);
    span->attributes = json_array();
}

void span_text(struct span *span, const char *key, const char *value)
{
    json_array_append_new(span->attributes, attribute(key, value));
}

void span_number(struct span *span, const char *key, int64_t value)
{
    json_array_append_new(span->attributes, json_pack("{s:s, s:{s:o}}", "key", key, "value",
                                                      "intValue", json_ns(value)));
}

void span_fail(struct span *span, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(span->error, sizeof span->error, format, arguments);
    va_end(arguments);
}

void span_end(struct span *span)
{
    if (!span->context.sampled) {
        json_decref(span->attributes);
        return;
    }
    json_t *item =
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o}", "traceId", span->context.trace_id,
                  "spanId", span->context.span_id, "name", span->name, "kind", (int)span->kind,
                  "startTimeUnixNano", json_ns(span->start_ns), "endTimeUnixNano",
                  json_ns(now_ns()), "attributes", span->attributes);
    if (span->parent_id[0])
        json_object_set_new(item, "parentSpanId", json_string(span->parent_id));
    if (span->error[0])
        json_object_set_new(item, "status",
                            json_pack("{s:i, s:s}", "code", 2, "message", span->error));
    pending_add(&exporter.spans, item);
}

/* ---- log records ---- */

static const char *severity_word(enum severity severity)
{
    return severity >= SEVERITY_ERROR  ? "ERROR"
           : severity >= SEVERITY_WARN ? "WARN"
           : severity >= SEVERITY_INFO ? "INFO"
                                       : "DEBUG";
}

enum severity severity_parse(const char *word)
{
    return strcmp(word, "debug") == 0   ? SEVERITY_DEBUG
           : strcmp(word, "warn") == 0  ? SEVERITY_WARN
           : strcmp(word, "error") == 0 ? SEVERITY_ERROR
                                        : SEVERITY_INFO;
}

static struct metric messages =
    COUNTER("log_messages_total", "Lines of the service's log", "level");

void log_write(enum severity severity, const struct trace_context *context, const char *format, ...)
{
    if (severity < exporter.options.log_level)
        return;
    metric_add(&messages, 1, LABELS(severity_word(severity)));
    char text[1536]; /* an error with its frames */
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    json_t *record = json_pack("{s:o, s:i, s:s, s:{s:s}}", "timeUnixNano", json_ns(now_ns()),
                               "severityNumber", (int)severity, "severityText",
                               severity_word(severity), "body", "stringValue", text);
    if (context && context->trace_id[0]) {
        json_object_set_new(record, "traceId", json_string(context->trace_id));
        json_object_set_new(record, "spanId", json_string(context->span_id));
    }
    pending_add(&exporter.records, record);
}
