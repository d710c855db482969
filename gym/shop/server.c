// SPDX-License-Identifier: Apache-2.0
#include "server.h"
#include "metric.h"
#include "trail.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT_DEFAULT 8080
#define DRAIN_STEPS 60 /* of 100 ms */
#define NUMBER_MAX 1000000000L
#define CHECKS_MAX 4

struct server {
    struct MHD_Daemon *daemon;
    const struct route *routes;
    const char *metrics_path, *health_path, *ready_path;
    char *certificate, *key;
    atomic_int active;
};

static struct metric durations =
    HISTOGRAM("http_server_request_duration_seconds", "Time to answer", "http_request_method",
              "http_route", "http_response_status_code");
static struct metric active_requests = GAUGE("http_server_active_requests", "Requests under way");

static struct {
    const char *name;
    bool (*check)(void *context, char *why, size_t size);
    void *context;
} checks[CHECKS_MAX];
static unsigned check_count;

/* ---- what a handler sees ---- */

const char *request_text(const struct request *request, const char *key)
{
    const char *text = MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, key);
    return text ? text : "";
}

long request_number(const struct request *request, const char *key)
{
    const long number = strtol(request_text(request, key), NULL, 10);
    return number > 0 && number <= NUMBER_MAX ? number : 0;
}

const char *request_header(const struct request *request, const char *name)
{
    const char *text = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return text ? text : "";
}

void reply_json(struct reply *reply, int status, json_t *body)
{
    json_decref(reply->body);
    reply->body = body;
    reply->status = status;
}

void reply_error(const struct request *request, struct reply *reply, int status, const char *type,
                 const char *format, ...)
{
    char message[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    json_t *body = json_pack("{s:s, s:s}", "error", type, "message", message);
    reply_json(reply, status, body ? body : json_pack("{s:s}", "error", type));
    if (status < 500)
        return;
    char frames[1000];
    trail_write(frames, sizeof frames);
    log_write(SEVERITY_ERROR, &request->context, "%s %s failed: %s: %s%s", request->method,
              request->path, type, message, frames);
    snprintf(reply->why, sizeof reply->why, "%s: %.120s", type, message);
}

/* ---- the routes ---- */

static const struct route *route_find(const struct route *routes, const char *method,
                                      const char *path)
{
    for (const struct route *route = routes; route->path; route++)
        if (strcmp(route->path, path) == 0 && strcmp(route->method, method) == 0)
            return route;
    return NULL;
}

static void answer_route(const struct route *route, struct MHD_Connection *connection,
                         struct reply *reply)
{
    struct trace_context caller;
    struct request request = {
        .method = route->method, .path = route->path, .connection = connection};
    traceparent_parse(request_header(&request, "traceparent"), &caller);

    char name[64];
    snprintf(name, sizeof name, "%s %s", route->method, route->path);
    struct span span;
    span_begin(&span, &caller, SPAN_SERVER, name);
    span_text(&span, "http.request.method", route->method);
    span_text(&span, "http.route", route->path);
    span_text(&span, "user_agent.original", request_header(&request, "user-agent"));
    request.context = span.context;

    route->answer(&request, reply);

    const double seconds = (double)(now_ns() - span.start_ns) / 1e9;
    char status[12];
    snprintf(status, sizeof status, "%d", reply->status);
    span_number(&span, "http.response.status_code", reply->status);
    if (reply->status >= 500)
        span_fail(&span, "%s", reply->why);
    metric_observe(&durations, seconds, LABELS(route->method, route->path, status));
    log_write(SEVERITY_DEBUG, &span.context, "%s %d %.1f ms client=\"%s\" connection=%p", name,
              reply->status, seconds * 1e3, request_header(&request, "user-agent"),
              (void *)connection);
    span_end(&span);
}

static void answer_ready(struct reply *reply)
{
    json_t *failed = json_object();
    for (unsigned i = 0; i < check_count; i++) {
        char why[160] = "";
        if (!checks[i].check(checks[i].context, why, sizeof why))
            json_object_set_new(failed, checks[i].name, json_string(why));
    }
    const bool ready = json_object_size(failed) == 0;
    reply_json(reply, ready ? 200 : 503, json_pack("{s:b, s:o}", "ready", ready, "failed", failed));
}

void server_ready_check(const char *name, bool (*check)(void *context, char *why, size_t size),
                        void *context)
{
    if (check_count == CHECKS_MAX)
        abort();
    checks[check_count].name = name;
    checks[check_count].check = check;
    checks[check_count++].context = context;
}

/* ---- libmicrohttpd ---- */

static enum MHD_Result send_text(struct MHD_Connection *connection, int status, char *text,
                                 const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", type);
    const enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, struct reply *reply)
{
    char *text = reply->body ? json_dumps(reply->body, JSON_COMPACT) : strdup("{}");
    json_decref(reply->body);
    return text ? send_text(connection, reply->status, text, "application/json") : MHD_NO;
}

static enum MHD_Result send_metrics(struct server *server, struct MHD_Connection *connection)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return MHD_NO;
    metric_set(&active_requests, atomic_load(&server->active), NO_LABELS);
    metric_write_text(out);
    fclose(out);
    return send_text(connection, 200, text, "text/plain; version=0.0.4");
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    (void)version, (void)upload;
    struct server *server = context;
    static int seen;
    if (!*state) { /* called first with the headers alone */
        *state = &seen;
        return MHD_YES;
    }
    if (*upload_size > 0) { /* all we need is in the URL */
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(path, server->metrics_path) == 0)
        return send_metrics(server, connection);
    struct reply reply = {.status = 404};
    const struct route *route = route_find(server->routes, method, path);
    if (route) {
        atomic_fetch_add(&server->active, 1);
        answer_route(route, connection, &reply);
        atomic_fetch_sub(&server->active, 1);
    } else if (strcmp(path, server->health_path) == 0) {
        reply_json(&reply, 200, json_pack("{s:b}", "healthy", 1));
    } else if (strcmp(path, server->ready_path) == 0) {
        answer_ready(&reply);
    } else {
        reply_json(&reply, 404, json_pack("{s:s}", "error", "NoSuchPage"));
    }
    return send_reply(connection, &reply);
}

bool address_parse(const char *text, char host[64], unsigned short *port)
{
    unsigned number = PORT_DEFAULT;
    const int read = sscanf(text, "%63[^:]:%5u", host, &number);
    *port = (unsigned short)number;
    return read >= 1 && number > 0 && number < 65536;
}

static struct MHD_Daemon *daemon_start(struct server *server, const struct config *config,
                                       const struct sockaddr_in *address)
{
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, server->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, server->key},
        {MHD_OPTION_END, 0, NULL},
    };
    const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
                           MHD_USE_ITC | MHD_USE_ERROR_LOG |
                           (server->certificate ? MHD_USE_TLS : 0);
    return MHD_start_daemon(flags, ntohs(address->sin_port), NULL, NULL, answer, server,
                            MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)address,
                            MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)config_number(config, "connections_max", 128, 1, 10000),
                            MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)config_number(config, "idle_timeout_s", 10, 1, 3600),
                            MHD_OPTION_ARRAY, server->certificate ? tls : tls + 2, MHD_OPTION_END);
}

struct server *server_start(const char *address, const struct route *routes,
                            const struct config *config)
{
    char host[64];
    unsigned short port;
    struct sockaddr_in socket_address = {.sin_family = AF_INET};
    if (!address_parse(address, host, &port) ||
        inet_pton(AF_INET, host, &socket_address.sin_addr) != 1) {
        fprintf(stderr, "shop: %s: wants an address, as 127.0.0.1:8080\n", address);
        return NULL;
    }
    socket_address.sin_port = htons(port);
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->routes = routes;
    server->metrics_path = config_text(config, "metrics_path", "/metrics");
    server->health_path = config_text(config, "health_path", "/healthz");
    server->ready_path = config_text(config, "ready_path", "/readyz");
    server->certificate = config_file(config, "tls_certificate");
    server->key = config_file(config, "tls_key");
    server->daemon = daemon_start(server, config, &socket_address);
    if (server->daemon)
        return server;
    fprintf(stderr, "shop: cannot listen on %s:%u\n", host, port);
    free(server);
    return NULL;
}

bool server_drain_and_stop(struct server *server)
{
    const int listener = MHD_quiesce_daemon(server->daemon);
    if (listener >= 0)
        shutdown(listener, SHUT_RD); /* else the kernel goes on to queue customers for us */
    for (int step = 0; step < DRAIN_STEPS && atomic_load(&server->active) > 0; step++)
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    if (atomic_load(&server->active) > 0)
        return false;
    MHD_stop_daemon(server->daemon);
    if (listener >= 0)
        close(listener);
    free(server->certificate);
    free(server->key);
    free(server);
    return true;
}
