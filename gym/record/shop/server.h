// SPDX-License-Identifier: Apache-2.0
/* Serves a role's routes over HTTP on loopback, a thread a connection; each request is a SERVER
 * span. */
#pragma once
#include "telemetry.h"

struct request {
    struct trace_context context; /* of the SERVER span: parent of whatever the handler does */
    int sku;                      /* from the query string, as visitor; 0: none given */
    int visitor;
};

struct reply {
    int status;
    char body[8192];
};

struct route {
    const char *method;
    const char *path;
    bool wants_sku;
    void (*answer)(const struct request *request, struct reply *reply);
};

struct server;

/* `routes` ends with {}. `metrics_path` is served beside them, and is neither counted nor traced.
 */
struct server *server_start(unsigned short port, const struct route *routes,
                            const char *metrics_path);

/* Lets requests under way finish, for some seconds; a successor may listen on the port meanwhile.
 */
void server_drain_and_stop(struct server *server);

void reply_text(struct reply *reply, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
