// SPDX-License-Identifier: Apache-2.0
#include "pool.h"
#include "metric.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SIZE_MAX_ALLOWED 256

struct slot {
    void *connection;
    int64_t opened_ns;
    bool taken;
};

struct pool {
    struct pool_options options;
    pthread_mutex_t lock;
    pthread_cond_t given;
    struct slot slots[SIZE_MAX_ALLOWED];
    unsigned in_use, waiting;
};

static struct metric count = GAUGE("db_client_connection_count", "Connections of a pool",
                                   "db_client_connection_pool_name", "db_client_connection_state");
static struct metric limit = GAUGE("db_client_connection_max", "Connections that a pool may have",
                                   "db_client_connection_pool_name");
static struct metric pending =
    GAUGE("db_client_connection_pending_requests", "Requests that wait for a connection",
          "db_client_connection_pool_name");
static struct metric timeouts =
    COUNTER("db_client_connection_timeouts_total", "Requests that got no connection in time",
            "db_client_connection_pool_name");

static struct metric durations =
    HISTOGRAM("db_client_operation_duration_seconds", "Time of a statement or command",
              "db_system_name", "db_operation_name", "error_type");

void pool_observe(const char *system, const char *operation, int64_t start_ns, bool good)
{
    metric_observe(&durations, (double)(now_ns() - start_ns) / 1e9,
                   LABELS(system, operation, good ? "" : "error"));
}

static void collect(void *context)
{
    struct pool *pool = context;
    const char *name = pool->options.name;
    pthread_mutex_lock(&pool->lock);
    unsigned idle = 0;
    for (long i = 0; i < pool->options.size; i++)
        idle += pool->slots[i].connection && !pool->slots[i].taken;
    const unsigned in_use = pool->in_use;
    const unsigned waiting = pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    metric_set(&count, in_use, LABELS(name, "used"));
    metric_set(&count, idle, LABELS(name, "idle"));
    metric_set(&limit, (double)pool->options.size, LABELS(name));
    metric_set(&pending, waiting, LABELS(name));
    metric_add(&timeouts, 0, LABELS(name));
}

struct pool *pool_new(const struct pool_options *options)
{
    struct pool *pool = calloc(1, sizeof *pool);
    if (!pool || options->size > SIZE_MAX_ALLOWED)
        abort();
    pool->options = *options;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->given, &attributes);
    metric_collector(collect, pool);
    return pool;
}

void pool_free(struct pool *pool)
{
    metric_collector_remove(pool);
    for (long i = 0; i < pool->options.size; i++)
        if (pool->slots[i].connection)
            pool->options.close(pool->slots[i].connection);
    free(pool);
}

static struct timespec deadline_after_ms(long ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += ms % 1000 * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

/* Call with the lock held. An open one first: it costs nothing. */
static struct slot *slot_free(struct pool *pool)
{
    struct slot *empty = NULL;
    for (long i = 0; i < pool->options.size; i++) {
        struct slot *slot = &pool->slots[i];
        if (!slot->taken && slot->connection)
            return slot;
        if (!slot->taken && !empty)
            empty = slot;
    }
    return empty;
}

/* NULL at the deadline. */
static struct slot *slot_take(struct pool *pool, char *why, size_t size)
{
    const struct timespec deadline = deadline_after_ms(pool->options.wait_ms);
    pthread_mutex_lock(&pool->lock);
    pool->waiting++;
    struct slot *slot = slot_free(pool);
    while (!slot) {
        const bool late = pthread_cond_timedwait(&pool->given, &pool->lock, &deadline) != 0;
        slot = slot_free(pool);
        if (late)
            break;
    }
    pool->waiting--;
    if (slot) {
        slot->taken = true;
        pool->in_use++;
    } else {
        snprintf(why, size, "no %s connection within %ld ms: %u of %ld in use, %u more waiting",
                 pool->options.name, pool->options.wait_ms, pool->in_use, pool->options.size,
                 pool->waiting);
    }
    pthread_mutex_unlock(&pool->lock);
    if (!slot)
        metric_add(&timeouts, 1, LABELS(pool->options.name));
    return slot;
}

static void slot_give(struct pool *pool, struct slot *slot)
{
    pthread_mutex_lock(&pool->lock);
    slot->taken = false;
    pool->in_use--;
    pthread_cond_signal(&pool->given);
    pthread_mutex_unlock(&pool->lock);
}

void *pool_take(struct pool *pool, char *why, size_t size)
{
    struct slot *slot = slot_take(pool, why, size);
    if (!slot)
        return NULL;
    const bool is_old = now_ns() - slot->opened_ns > pool->options.lifetime_s * 1000000000LL;
    if (slot->connection && (is_old || !pool->options.is_good(slot->connection))) {
        void *old = slot->connection;
        slot->connection = NULL; /* before its address can be that of another slot's new one */
        pool->options.close(old);
    }
    if (!slot->connection) {
        slot->connection = pool->options.open(pool->options.context, why, size);
        slot->opened_ns = now_ns();
    }
    if (slot->connection)
        return slot->connection;
    slot_give(pool, slot);
    return NULL;
}

void pool_give(struct pool *pool, void *connection)
{
    for (long i = 0; i < pool->options.size; i++)
        if (pool->slots[i].connection == connection) {
            slot_give(pool, &pool->slots[i]);
            return;
        }
    abort();
}
