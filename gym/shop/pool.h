// SPDX-License-Identifier: Apache-2.0
/*
 * A bounded pool of connections: who finds none waits, for a while. They are opened when they are
 * first needed, and again when they broke or are older than their lifetime, so that a server which
 * was drained gets its clients back.
 */
#pragma once
#include "telemetry.h"

struct pool;

struct pool_options {
    const char *name; /* of its metrics, db_client_connection_*; must outlive the pool */
    long size, wait_ms, lifetime_s;
    void *(*open)(void *context, char *why, size_t size); /* NULL and why when it fails */
    bool (*is_good)(void *connection);
    void (*close)(void *connection);
    void *context;
};

struct pool *pool_new(const struct pool_options *options);
void pool_free(struct pool *pool);

/* NULL, and why, when there is none within the wait. */
void *pool_take(struct pool *pool, char *why, size_t size);
void pool_give(struct pool *pool, void *connection);

/* Counts and times a statement or command that was run on a connection and has just ended. */
void pool_observe(const char *system, const char *operation, int64_t start_ns, bool good);
