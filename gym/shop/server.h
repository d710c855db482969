// SPDX-License-Identifier: Apache-2.0
/*
 * Serves a role's routes over HTTP or HTTPS, a thread a connection; each request is a SERVER span.
 * Beside them, neither counted nor traced: /metrics, /healthz (the process answers) and /readyz
 * (so does what it stands on).
 *
 * Options: connections_max, idle_timeout_s, tls_certificate, tls_key, metrics_path, health_path,
 * ready_path.
 */
#pragma once
#include "config.h"
#include "telemetry.h"

struct request {
    struct trace_context context; /* of the SERVER span: parent of whatever the handler does */
    const char *method;
    const char *path;
    void *connection;
};

/* What the caller sent: a parameter of the query string, "" or 0 where it is missing or no number
 * from 1 to a thousand million. */
const char *request_text(const struct request *request, const char *key);
long request_number(const struct request *request, const char *key);
const char *request_header(const struct request *request, const char *name);

struct reply {
    int status;
    json_t *body;
    char why[160]; /* of a status of 500 or more */
};

/* Takes over `body`. */
void reply_json(struct reply *reply, int status, json_t *body);

/* {"error": TYPE, "message": ...}; a status of 500 or more is logged, with the trail. */
void reply_error(const struct request *request, struct reply *reply, int status, const char *type,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

struct route {
    const char *method;
    const char *path;
    void (*answer)(const struct request *request, struct reply *reply);
};

struct server;

/* `routes` ends with {0}; `address` is "127.0.0.1:8080", the port may be missing. */
struct server *server_start(const char *address, const struct route *routes,
                            const struct config *config);

/* Lets requests under way finish; a successor may listen on the port meanwhile. False when some
 * still hang after some seconds: their threads end with the process. */
bool server_drain_and_stop(struct server *server);

/* What /readyz asks: false, and why, while the service could not do its work. */
void server_ready_check(const char *name, bool (*check)(void *context, char *why, size_t size),
                        void *context);

/* "ADDRESS[:PORT]" in its parts; false when it is none. */
bool address_parse(const char *text, char host[64], unsigned short *port);
