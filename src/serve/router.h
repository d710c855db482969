/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which path is answered by whom: one table, with what each path wants of who asks.
 */
#pragma once

#include "serve/clerk.h"
#include "serve/token.h"

#define ROUTE_BODY_MAX ((size_t)1 << 20) /* of JSON that people and programs write by hand */

struct route {
    const char *method;
    const char *path; /* "/api/v1/incidents/{}/report": {} is one segment */
    enum scope scope;
    size_t body_max;  /* 0: none is taken */
    const char *body; /* the media type that is wanted; NULL: any */
    bool wants_body;  /* nothing can be said without one */
    bool is_audited;  /* who did it is written down */
    bool is_quick; /* asks neither ledger nor files, so the thread of all connections may do it */
    void (*handle)(struct clerk *clerk, struct http_exchange *exchange);
};

extern const struct route routes[]; /* ends where `method` is NULL */

enum route_miss { ROUTE_FOUND, ROUTE_NO_PATH, ROUTE_NO_METHOD };

/* HEAD is answered as GET. `allowed` becomes the methods of that path: "GET, POST". */
enum route_miss route_find(struct arena *arena, struct str method, struct str path,
                           const struct route **out, struct str *allowed);

/* What the n-th {} of the route stands for, from 0. */
struct str route_part(const struct http_exchange *exchange, uint32_t n);
