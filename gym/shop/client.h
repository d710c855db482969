// SPDX-License-Identifier: Apache-2.0
/*
 * Calls another service. Each attempt is one HTTP request and one CLIENT span, at the next of the
 * peer's addresses.
 *
 * Options, for a peer "catalog": catalog_urls (one or more, between spaces), catalog_timeout_ms,
 * catalog_connect_ms, catalog_retries, catalog_retry_pause_ms, catalog_retry_factor, catalog_ca;
 * and those of connections.h for all of a role's peers.
 */
#pragma once
#include "config.h"
#include "telemetry.h"

struct peer;

/* Ends the process when the peer has no address. */
struct peer *peer_open(const struct config *config, const char *name);
void peer_close(struct peer *peer);

struct call {
    struct peer *peer;
    const char *method;
    const char *authorization; /* NULL: no such header */
    char target[1024];         /* path and query string */

    int status;   /* 0: no answer; `why` tells */
    json_t *body; /* NULL: it was no JSON */
    char why[200];
};

/* Fills `call` in; parameters are for the caller to escape. */
void call_prepare(struct call *call, struct peer *peer, const char *method, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* True when the peer answered below 500; otherwise it is logged why not. */
bool client_call(const struct trace_context *context, struct call *call);

/* Several at once; returns when all are done. */
void client_calls(const struct trace_context *context, struct call calls[], unsigned count);

void call_done(struct call *call);

/* Of the answer's JSON; 0 and "" where there is none. */
long call_number(const struct call *call, const char *key);
const char *call_text(const struct call *call, const char *key);

/* For a parameter of a query string; what has no room is left out. */
void url_escape(const char *text, char *out, size_t size);
