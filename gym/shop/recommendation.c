// SPDX-License-Identifier: Apache-2.0
/*
 * What others bought with it. A model in memory, made of the latest orders every refresh_s, and
 * counts of what was shown, so that the same product is not recommended to everybody.
 *
 * Two locks, taken in this order: the model's, the counts'.
 */
#include "database.h"
#include "metric.h"
#include "role.h"
#include "trail.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SKUS_MAX 8192
#define RELATED_MAX 8

enum holds { HOLDS_NOTHING, HOLDS_MODEL, HOLDS_COUNTS };

struct model {
    struct related {
        int sku, together;
    } related[SKUS_MAX][RELATED_MAX];
    int pairs;
};

static struct {
    struct database *database;
    pthread_mutex_t model_lock;
    struct model *model;
    pthread_mutex_t counts_lock;
    unsigned shown[SKUS_MAX];
    enum holds refresh_holds;
    long refresh_s, candidates, show_max;
    char model_orders[16];
    pthread_t refresher;
    atomic_bool stopping;
} recommendation = {.model_lock = PTHREAD_MUTEX_INITIALIZER,
                    .counts_lock = PTHREAD_MUTEX_INITIALIZER};

static struct metric model_pairs =
    GAUGE("recommendation_model_pairs", "Pairs of products that the model knows");
static struct metric model_made =
    GAUGE("recommendation_model_timestamp_seconds", "When the model was made");

/* ---- the model ---- */

static void model_add(struct model *model, long sku, int other, int together)
{
    if (sku <= 0 || sku >= SKUS_MAX)
        return;
    for (int i = 0; i < RELATED_MAX; i++)
        if (model->related[sku][i].sku == 0) {
            model->related[sku][i] = (struct related){other, together};
            model->pairs++;
            return;
        }
}

/* NULL when the database has none for us. */
static struct model *model_read(const struct trace_context *context)
{
    TRAIL;
    PGresult *rows = database_query(
        recommendation.database, context, "SELECT pairs",
        "WITH latest AS (SELECT id FROM orders ORDER BY id DESC LIMIT $1) "
        "SELECT a.sku, b.sku, count(*) FROM latest JOIN order_lines a ON a.order_id = latest.id "
        "JOIN order_lines b ON b.order_id = latest.id AND b.sku <> a.sku "
        "GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 20000",
        VALUES(recommendation.model_orders));
    if (!rows)
        return NULL;
    struct model *model = calloc(1, sizeof *model);
    if (!model)
        abort();
    for (int row = 0; row < PQntuples(rows); row++)
        model_add(model, row_number(rows, row, 0), (int)row_number(rows, row, 1),
                  (int)row_number(rows, row, 2));
    PQclear(rows);
    return model;
}

/* Call with both locks held; returns the old model. Counts fade, so that tastes may change. */
static struct model *model_swap(struct model *model)
{
    struct model *old = recommendation.model;
    recommendation.model = model;
    for (int sku = 0; sku < SKUS_MAX; sku++)
        recommendation.shown[sku] /= 2;
    return old;
}

static void refresh(void)
{
    struct span span;
    span_begin(&span, NULL, SPAN_INTERNAL, "refresh model");
    if (recommendation.refresh_holds == HOLDS_COUNTS)
        pthread_mutex_lock(&recommendation.counts_lock);
    if (recommendation.refresh_holds == HOLDS_MODEL)
        pthread_mutex_lock(&recommendation.model_lock);
    struct model *model = model_read(&span.context);
    const int pairs = model ? model->pairs : 0;
    if (recommendation.refresh_holds != HOLDS_MODEL)
        pthread_mutex_lock(&recommendation.model_lock);
    if (recommendation.refresh_holds != HOLDS_COUNTS)
        pthread_mutex_lock(&recommendation.counts_lock);
    struct model *old = model ? model_swap(model) : NULL;
    pthread_mutex_unlock(&recommendation.counts_lock);
    pthread_mutex_unlock(&recommendation.model_lock);
    if (model) {
        metric_set(&model_pairs, pairs, NO_LABELS);
        metric_set(&model_made, (double)now_ns() / 1e9, NO_LABELS);
        log_write(SEVERITY_INFO, &span.context, "model of %d pairs of products", pairs);
    } else {
        span_fail(&span, "%.150s", database_why());
    }
    free(old);
    span_end(&span);
}

static void *refresh_until_stopped(void *unused)
{
    (void)unused;
    int64_t due_ns = now_ns();
    while (!atomic_load(&recommendation.stopping)) {
        if (now_ns() >= due_ns) {
            due_ns = now_ns() + recommendation.refresh_s * 1000000000LL;
            refresh();
        }
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    }
    return NULL;
}

/* ---- choosing ---- */

struct candidate {
    int sku;
    double score;
    double features[6]; /* what a score is made of, kept for who asks why */
};

/* Call with both locks held. */
static void score(struct candidate *candidate, int sku, int together)
{
    candidate->sku = sku;
    candidate->features[0] = together;
    candidate->features[1] = recommendation.shown[sku];
    candidate->features[2] = 1.0 / (1 + sku % 97);
    candidate->score =
        candidate->features[0] / (1 + candidate->features[1]) + 0.1 * candidate->features[2];
}

/* Call with both locks held. What was bought with it, then any others up to the number wanted. */
static void score_all(struct candidate candidates[], long count, long sku)
{
    const struct related *related =
        recommendation.model && sku < SKUS_MAX ? recommendation.model->related[sku] : NULL;
    for (long i = 0; i < count; i++) {
        const bool known =
            related && i < RELATED_MAX && related[i].sku > 0 && related[i].sku < SKUS_MAX;
        score(&candidates[i], known ? related[i].sku : 1 + (int)((sku * 31 + i * 17) % 5000),
              known ? related[i].together : 0);
    }
}

static int by_score(const void *left, const void *right)
{
    const struct candidate *a = left;
    const struct candidate *b = right;
    if (a->score != b->score)
        return a->score < b->score ? 1 : -1;
    return a->sku - b->sku;
}

static void recommend(const struct request *request, struct reply *reply)
{
    TRAIL;
    const long count = recommendation.candidates;
    struct candidate *candidates = calloc((size_t)count, sizeof *candidates);
    if (!candidates) {
        reply_error(request, reply, 500, "OutOfMemory", "no room for %ld candidates", count);
        return;
    }
    pthread_mutex_lock(&recommendation.model_lock);
    const bool is_empty = !recommendation.model;
    pthread_mutex_lock(&recommendation.counts_lock);
    score_all(candidates, count, request_number(request, "sku"));
    qsort(candidates, (size_t)count, sizeof *candidates, by_score);
    json_t *skus = json_array();
    for (long i = 0; i < recommendation.show_max && i < count && !is_empty; i++) {
        recommendation.shown[candidates[i].sku]++;
        json_array_append_new(skus, json_integer(candidates[i].sku));
    }
    pthread_mutex_unlock(&recommendation.counts_lock);
    pthread_mutex_unlock(&recommendation.model_lock);
    free(candidates);
    if (is_empty)
        log_write(SEVERITY_WARN, &request->context, "no model yet: nothing is recommended");
    reply_json(reply, 200, json_pack("{s:o}", "skus", skus));
}

/* Two products that are often bought with this one, as an offer. */
static void bundle(const struct request *request, struct reply *reply)
{
    TRAIL;
    char sku[16];
    snprintf(sku, sizeof sku, "%ld", request_number(request, "sku"));
    PGresult *rows = database_query(
        recommendation.database, &request->context, "SELECT bundle",
        "SELECT o.sku, sum(o.quantity * o.price_cents) FROM order_lines l "
        "JOIN order_lines o ON o.order_id = l.order_id AND o.sku <> l.sku "
        "JOIN payments p ON p.order_id = l.order_id AND p.status = 'paid' "
        "WHERE l.price_cents BETWEEN (SELECT price_cents - 400 FROM products WHERE sku = $1) "
        "AND (SELECT price_cents + 400 FROM products WHERE sku = $1) "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 2",
        VALUES(sku));
    if (!rows) {
        reply_error(request, reply, 500, "DatabaseError", "%s", database_why());
        return;
    }
    json_t *skus = json_array();
    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(skus, json_integer(row_number(rows, row, 0)));
    PQclear(rows);
    reply_json(reply, 200, json_pack("{s:o}", "skus", skus));
}

/* ---- the role ---- */

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    const char *const holds[] = {"nothing", "model", "counts", NULL};
    recommendation.database = database_open(config, instance);
    recommendation.refresh_holds = (enum holds)config_choice(config, "refresh_holds", holds);
    recommendation.refresh_s = config_number(config, "refresh_s", 15, 1, 86400);
    recommendation.candidates = config_number(config, "candidates", 500, 1, 10000000);
    recommendation.show_max = config_number(config, "show_max", 4, 1, 50);
    snprintf(recommendation.model_orders, sizeof recommendation.model_orders, "%ld",
             config_number(config, "model_orders", 2000, 1, 10000000));
    if (pthread_create(&recommendation.refresher, NULL, refresh_until_stopped, NULL) != 0)
        exit(1);
}

static void stop(void)
{
    atomic_store(&recommendation.stopping, true);
    pthread_join(recommendation.refresher, NULL);
    database_close(recommendation.database);
    free(recommendation.model);
}

static const struct route routes[] = {
    {"GET", "/recommend", recommend},
    {"GET", "/bundle", bundle},
    {0},
};

const struct role role_recommendation = {"recommendation", routes, start, stop};
