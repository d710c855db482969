// SPDX-License-Identifier: Apache-2.0
#include "prices.h"
#include "metric.h"
#include "near_cache.h"
#include "trail.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum fetch { FETCH_BATCH, FETCH_EACH };

static struct {
    struct database *database;
    struct redis *redis;
    long ttl_s, batch;
    enum fetch fetch;
    long repricing_every_s;
    char repricing_count[16];
    pthread_t repricing;
    atomic_bool stopping;
} prices;

static struct metric repriced = COUNTER("shop_repriced_total", "Prices changed");

/* ---- Redis ---- */

/* Puts in what is known; returns how many skus are left in `missing`. */
static unsigned cached_of(const struct trace_context *context, const long skus[], unsigned count,
                          json_t *found, long missing[])
{
    char command[PRICES_MAX * 20 + 8] = "MGET";
    size_t length = strlen(command);
    for (unsigned i = 0; i < count; i++)
        length +=
            (size_t)snprintf(command + length, sizeof command - length, " price:%ld", skus[i]);
    redisReply *values = redis_command(prices.redis, context, "MGET price", command);
    unsigned left = 0;
    for (unsigned i = 0; i < count; i++) {
        const redisReply *value = values && i < values->elements ? values->element[i] : NULL;
        const bool hit = value && value->type == REDIS_REPLY_STRING;
        cache_counted("price", hit);
        char key[16];
        snprintf(key, sizeof key, "%ld", skus[i]);
        if (hit)
            json_object_set_new(found, key, json_integer(atol(value->str)));
        else
            missing[left++] = skus[i];
    }
    freeReplyObject(values);
    return left;
}

static void cache_rows(const struct trace_context *context, const PGresult *rows)
{
    for (int row = 0; row < PQntuples(rows); row++)
        freeReplyObject(redis_command(prices.redis, context, "SETEX price", "SETEX price:%s %ld %s",
                                      PQgetvalue(rows, row, 0), prices.ttl_s,
                                      PQgetvalue(rows, row, 1)));
}

/* ---- PostgreSQL ---- */

static bool take_rows(const struct trace_context *context, PGresult *rows, json_t *found)
{
    for (int row = 0; rows && row < PQntuples(rows); row++)
        json_object_set_new(found, PQgetvalue(rows, row, 0),
                            json_integer(row_number(rows, row, 1)));
    if (rows)
        cache_rows(context, rows);
    PQclear(rows);
    return rows != NULL;
}

static bool read_each(const struct trace_context *context, const long skus[], unsigned count,
                      json_t *found)
{
    TRAIL;
    for (unsigned i = 0; i < count; i++) {
        char sku[16];
        snprintf(sku, sizeof sku, "%ld", skus[i]);
        if (!take_rows(context,
                       database_query(prices.database, context, "SELECT price",
                                      "SELECT sku, price_cents FROM products WHERE sku = $1",
                                      VALUES(sku)),
                       found))
            return false;
    }
    return true;
}

static bool read_batch(const struct trace_context *context, const long skus[], unsigned count,
                       json_t *found)
{
    TRAIL;
    char list[PRICES_MAX * 12 + 2] = "{";
    size_t length = 1;
    for (unsigned i = 0; i < count && (long)i < prices.batch; i++)
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%ld", i > 0 ? "," : "",
                                   skus[i]);
    snprintf(list + length, sizeof list - length, "}");
    return take_rows(context,
                     database_query(prices.database, context, "SELECT prices",
                                    "SELECT sku, price_cents FROM products WHERE sku = ANY ($1)",
                                    VALUES(list)),
                     found);
}

json_t *prices_of(const struct trace_context *context, const long skus[], unsigned count)
{
    TRAIL;
    long missing[PRICES_MAX];
    json_t *found = json_object();
    const unsigned left = cached_of(context, skus, count, found, missing);
    const bool good = left == 0                     ? true
                      : prices.fetch == FETCH_BATCH ? read_batch(context, missing, left, found)
                                                    : read_each(context, missing, left, found);
    if (good)
        return found;
    json_decref(found);
    return NULL;
}

/* ---- the job ---- */

static void reprice(void)
{
    struct span span;
    span_begin(&span, NULL, SPAN_INTERNAL, "reprice");
    PGresult *rows = database_query(
        prices.database, &span.context, "UPDATE prices",
        "WITH chosen AS (SELECT DISTINCT 1 + floor(5000 * power(random(), 3))::int AS sku "
        "FROM generate_series(1, $1)) "
        "UPDATE products p SET price_cents = 300 + (p.price_cents + 61) % 9800, "
        "repriced_at = now() FROM chosen WHERE p.sku = chosen.sku RETURNING p.sku",
        VALUES(prices.repricing_count));
    if (rows) {
        metric_add(&repriced, PQntuples(rows), NO_LABELS);
        log_write(SEVERITY_INFO, &span.context, "%d prices changed", PQntuples(rows));
    }
    PQclear(rows);
    span_end(&span);
}

static void *reprice_until_stopped(void *unused)
{
    (void)unused;
    int64_t due_ns = now_ns() + prices.repricing_every_s * 1000000000LL;
    while (!atomic_load(&prices.stopping)) {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        if (now_ns() < due_ns)
            continue;
        due_ns += prices.repricing_every_s * 1000000000LL;
        reprice();
    }
    return NULL;
}

void prices_start(const struct config *config, struct database *database, struct redis *redis)
{
    const char *const fetches[] = {"batch", "each", NULL};
    prices.database = database;
    prices.redis = redis;
    prices.ttl_s = config_number(config, "cache_ttl_s", 10, 1, 864000);
    prices.fetch = (enum fetch)config_choice(config, "price_fetch", fetches);
    prices.batch = config_number(config, "price_batch", PRICES_MAX, 1, PRICES_MAX);
    prices.repricing_every_s = config_number(config, "repricing_every_s", 10, 0, 86400);
    snprintf(prices.repricing_count, sizeof prices.repricing_count, "%ld",
             config_number(config, "repricing_count", 5, 1, 5000));
    if (prices.repricing_every_s > 0 &&
        pthread_create(&prices.repricing, NULL, reprice_until_stopped, NULL) != 0)
        exit(1);
}

void prices_stop(void)
{
    atomic_store(&prices.stopping, true);
    if (prices.repricing_every_s > 0)
        pthread_join(prices.repricing, NULL);
}
