// SPDX-License-Identifier: Apache-2.0
#include "server.h"
#include "meter.h"
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

#define CONNECTIONS_MAX 128u
#define IDLE_TIMEOUT_S 10u
#define DRAIN_STEPS 60     /* of 100 ms */
#define NUMBER_MAX 1000000 /* of a sku or a visitor */

struct server {
    struct MHD_Daemon *daemon;
    const struct route *routes;
    const char *metrics_path;
    atomic_int active;
};

void reply_text(struct reply *reply, int status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reply->body, sizeof reply->body, format, arguments);
    va_end(arguments);
    reply->status = status;
}

static enum MHD_Result send_reply(struct MHD_Connection *connection, const struct reply *reply)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(reply->body), (void *)(uintptr_t)reply->body, MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
    const enum MHD_Result result =
        MHD_queue_response(connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

static const struct route *route_find(const struct route *routes, const char *method,
                                      const char *path)
{
    for (const struct route *route = routes; route->path; route++)
        if (strcmp(route->path, path) == 0 && strcmp(route->method, method) == 0)
            return route;
    return NULL;
}

static int number_of(struct MHD_Connection *connection, const char *key)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, key);
    const long number = text ? strtol(text, NULL, 10) : 0;
    return number > 0 && number <= NUMBER_MAX ? (int)number : 0;
}

static void answer_metrics(struct reply *reply)
{
    FILE *out = fmemopen(reply->body, sizeof reply->body, "w");
    if (!out)
        abort();
    meter_write_text(out);
    fclose(out);
    reply->status = 200;
}

static void answer_route(const struct route *route, struct MHD_Connection *connection,
                         struct reply *reply)
{
    struct trace_context caller;
    struct request request = {.sku = number_of(connection, "sku"),
                              .visitor = number_of(connection, "visitor")};
    traceparent_parse(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "traceparent"),
                      &caller);

    char name[64];
    snprintf(name, sizeof name, "%s %s", route->method, route->path);
    struct span span;
    span_begin(&span, &caller, SPAN_SERVER, name);
    request.context = span.context;

    if (route->wants_sku && request.sku == 0)
        reply_text(reply, 400, "which sku?\n");
    else
        route->answer(&request, reply);

    span_number(&span, "http.response.status_code", reply->status);
    if (reply->status >= 500)
        span_fail(&span, "answered %d", reply->status);
    meter_request(reply->status, (double)(now_ns() - span.start_ns) / 1e9);
    span_end(&span);
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
    struct reply reply = {.status = 404, .body = "no such page\n"};
    const struct route *route = route_find(server->routes, method, path);
    atomic_fetch_add(&server->active, 1);
    if (route)
        answer_route(route, connection, &reply);
    else if (strcmp(path, server->metrics_path) == 0)
        answer_metrics(&reply);
    const enum MHD_Result result = send_reply(connection, &reply);
    atomic_fetch_sub(&server->active, 1);
    return result;
}

struct server *server_start(unsigned short port, const struct route *routes,
                            const char *metrics_path)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        abort();
    server->routes = routes;
    server->metrics_path = metrics_path;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    server->daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ITC |
            MHD_USE_ERROR_LOG,
        port, NULL, NULL, answer, server, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S, MHD_OPTION_END);
    if (server->daemon)
        return server;
    fprintf(stderr, "shop: cannot listen on 127.0.0.1:%u\n", port);
    free(server);
    return NULL;
}

void server_drain_and_stop(struct server *server)
{
    const int listener = MHD_quiesce_daemon(server->daemon);
    if (listener >= 0)
        shutdown(listener, SHUT_RD); /* else the kernel goes on to queue customers for us */
    for (int step = 0; step < DRAIN_STEPS && atomic_load(&server->active) > 0; step++)
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    MHD_stop_daemon(server->daemon);
    if (listener >= 0)
        close(listener);
    free(server);
}
