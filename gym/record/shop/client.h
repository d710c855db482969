// SPDX-License-Identifier: Apache-2.0
/* Calls another service: one HTTP request, one CLIENT span, never longer than its timeout. */
#pragma once
#include "telemetry.h"

#define CLIENT_BODY_MAX 8192

struct answer {
    int status; /* 0: none came; `why` tells */
    char why[96];
    char body[CLIENT_BODY_MAX];
    size_t length;
};

struct peer {
    const char *service; /* "catalog" */
    const char *url;     /* "http://127.0.0.1:18083" */
    long timeout_ms;
};

/* True when the peer answered below 500; otherwise it is logged why not. */
bool client_call(const struct peer *peer, const struct trace_context *context, const char *method,
                 const char *path, const char *query, struct answer *answer);
