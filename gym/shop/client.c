// SPDX-License-Identifier: Apache-2.0
#include "client.h"
#include "connections.h"
#include "exchange.h"
#include "metric.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define URLS_MAX 4
#define CALLS_MAX 8 /* at once */
#define PAUSE_MAX_MS 10000

struct peer {
    char name[32];
    char urls[URLS_MAX][128];
    unsigned url_count;
    atomic_uint next_url;
    long timeout_ms, connect_ms, retries, retry_pause_ms, retry_factor;
    char ca[CONFIG_VALUE_SIZE + 400];
    struct connections *connections;
};

static struct metric durations =
    HISTOGRAM("http_client_request_duration_seconds", "Time until a peer has answered",
              "peer_service", "http_response_status_code", "error_type");
static struct metric retries =
    COUNTER("http_client_retries_total", "Attempts after the first", "peer_service");

/* ---- configuration ---- */

static long option(const struct config *config, const char *peer, const char *key, long fallback,
                   long min, long max)
{
    char name[80];
    snprintf(name, sizeof name, "%s_%s", peer, key);
    return config_number(config, name, fallback, min, max);
}

static void urls_parse(struct peer *peer, const char *text)
{
    char words[CONFIG_VALUE_SIZE];
    snprintf(words, sizeof words, "%s", text);
    char *rest = words;
    for (char *word; (word = strsep(&rest, " "));)
        if (word[0] && peer->url_count < URLS_MAX)
            snprintf(peer->urls[peer->url_count++], sizeof peer->urls[0], "%.127s", word);
}

struct peer *peer_open(const struct config *config, const char *name)
{
    struct peer *peer = calloc(1, sizeof *peer);
    if (!peer)
        abort();
    char key[80];
    snprintf(peer->name, sizeof peer->name, "%s", name);
    snprintf(key, sizeof key, "%s_urls", name);
    urls_parse(peer, config_text(config, key, ""));
    if (peer->url_count == 0) {
        fprintf(stderr, "shop: %s is missing\n", key);
        exit(2);
    }
    snprintf(key, sizeof key, "%s_ca", name);
    config_path(config, key, peer->ca, sizeof peer->ca);
    peer->timeout_ms = option(config, name, "timeout_ms", 2000, 1, 600000);
    peer->connect_ms = option(config, name, "connect_ms", 500, 1, 600000);
    peer->retries = option(config, name, "retries", 0, 0, 100);
    peer->retry_pause_ms = option(config, name, "retry_pause_ms", 50, 0, 60000);
    peer->retry_factor = option(config, name, "retry_factor", 2, 1, 10);
    peer->connections = connections_new(config);
    return peer;
}

void peer_close(struct peer *peer)
{
    connections_free(peer->connections);
    free(peer);
}

/* ---- one attempt ---- */

/* Takes over what the exchange has brought. */
static void take(struct call *call, const struct exchange *exchange)
{
    json_decref(call->body);
    call->body = exchange->body;
    call->status = exchange->status;
    if (call->status >= 500)
        snprintf(call->why, sizeof call->why, "answered %d: %.100s", call->status,
                 call_text(call, "message"));
    else
        snprintf(call->why, sizeof call->why, "%s", exchange->why);
}

/* Its span, its metric, and the log when it failed. */
static void tell(struct span *span, const struct trace_context *context, const struct call *call,
                 const struct exchange *exchange, long number)
{
    const struct peer *peer = call->peer;
    char status[12] = "";
    if (call->status > 0) {
        snprintf(status, sizeof status, "%d", call->status);
        span_number(span, "http.response.status_code", call->status);
    }
    metric_observe(&durations, (double)(now_ns() - span->start_ns) / 1e9,
                   LABELS(peer->name, status, exchange->error_type));
    if (call->why[0]) {
        span_fail(span, "%.150s", call->why);
        log_write(number < peer->retries ? SEVERITY_WARN : SEVERITY_ERROR, context,
                  "%s: %s %s%.*s: %s (attempt %ld of %ld)", peer->name, call->method, exchange->url,
                  (int)strcspn(call->target, "?"), call->target, call->why, number + 1,
                  peer->retries + 1);
    }
    span_end(span);
}

static void attempt(const struct trace_context *context, struct call *call, long number)
{
    struct peer *peer = call->peer;
    const char *url = peer->urls[atomic_fetch_add(&peer->next_url, 1) % peer->url_count];
    char name[64];
    snprintf(name, sizeof name, "%s %.*s", call->method, (int)strcspn(call->target, "?"),
             call->target);
    struct span span;
    span_begin(&span, context, SPAN_CLIENT, name);
    span_text(&span, "peer.service", peer->name);
    span_text(&span, "http.request.method", call->method);
    span_text(&span, "url.full", url);
    if (number > 0)
        span_number(&span, "http.request.resend_count", number);

    char traceparent[TRACEPARENT_SIZE];
    traceparent_write(&span.context, traceparent);
    struct exchange exchange = {
        .method = call->method,
        .url = url,
        .target = call->target,
        .traceparent = traceparent,
        .authorization = call->authorization,
        .ca = peer->ca[0] ? peer->ca : NULL,
        .timeout_ms = peer->timeout_ms,
        .connect_ms = peer->connect_ms,
    };
    exchange_run(peer->connections, &exchange);
    take(call, &exchange);
    tell(&span, context, call, &exchange, number);
}

/* ---- calls ---- */

void call_prepare(struct call *call, struct peer *peer, const char *method, const char *format, ...)
{
    *call = (struct call){.peer = peer, .method = method};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(call->target, sizeof call->target, format, arguments);
    va_end(arguments);
}

void url_escape(const char *text, char *out, size_t size)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    size_t length = 0;
    for (; *text && length + 4 <= size; text++)
        if (strchr(plain, *text))
            out[length++] = *text;
        else
            length += (size_t)snprintf(out + length, 4, "%%%02X", (unsigned char)*text);
    out[length] = '\0';
}

void call_done(struct call *call)
{
    json_decref(call->body);
    call->body = NULL;
}

long call_number(const struct call *call, const char *key)
{
    return (long)json_integer_value(json_object_get(call->body, key));
}

const char *call_text(const struct call *call, const char *key)
{
    const char *text = json_string_value(json_object_get(call->body, key));
    return text ? text : "";
}

bool client_call(const struct trace_context *context, struct call *call)
{
    const struct peer *peer = call->peer;
    long pause_ms = peer->retry_pause_ms;
    for (long number = 0; number <= peer->retries; number++) {
        if (number > 0) {
            metric_add(&retries, 1, LABELS(peer->name));
            nanosleep(
                &(struct timespec){.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000},
                NULL);
            if (pause_ms < PAUSE_MAX_MS)
                pause_ms *= peer->retry_factor;
        }
        attempt(context, call, number);
        if (call->status > 0 && call->status < 500)
            return true;
    }
    return false;
}

struct thread_call {
    const struct trace_context *context;
    struct call *call;
};

static void *call_in_thread(void *argument)
{
    const struct thread_call *thread = argument;
    client_call(thread->context, thread->call);
    return NULL;
}

void client_calls(const struct trace_context *context, struct call calls[], unsigned count)
{
    pthread_t threads[CALLS_MAX];
    bool started[CALLS_MAX] = {false};
    struct thread_call arguments[CALLS_MAX];
    if (count == 0 || count > CALLS_MAX)
        return;
    for (unsigned i = 1; i < count; i++) {
        arguments[i] = (struct thread_call){context, &calls[i]};
        started[i] = pthread_create(&threads[i], NULL, call_in_thread, &arguments[i]) == 0;
    }
    client_call(context, &calls[0]);
    for (unsigned i = 1; i < count; i++)
        if (started[i])
            pthread_join(threads[i], NULL);
        else
            client_call(context, &calls[i]); /* no thread is to be had: one after the other */
}
