// SPDX-License-Identifier: Apache-2.0
/* One HTTP request and its answer, through libcurl. */
#pragma once
#include "connections.h"
#include <jansson.h>

struct exchange {
    const char *method; /* GET or POST */
    const char *url;    /* "https://bank.example:8080" */
    const char *target; /* path and query string */
    const char *traceparent;
    const char *authorization; /* NULL: no such header */
    const char
        *ca; /* file of the authority that signs the peer's certificate; NULL: the system's */
    long timeout_ms, connect_ms;

    int status;             /* 0: no answer; then */
    const char *error_type; /* "timeout", "connection", "tls", "dns", else "" */
    char why[200];
    json_t *body; /* NULL: it was no JSON; the caller's */
};

void exchange_run(struct connections *connections, struct exchange *exchange);
