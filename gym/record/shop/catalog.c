// SPDX-License-Identifier: Apache-2.0
/* Products, prices and holds: what is there, and what lies in somebody's cart. */
#include "cache.h"
#include "database.h"
#include "meter.h"
#include "role.h"
#include <stdio.h>
#include <string.h>

static struct {
    struct database *database;
    struct cache *cache;
    char page_size[16];
    bool bought_together;
    bool show_sold;
} catalog;

static void start(const struct config *config, const char *instance)
{
    catalog.database = database_open(config, instance);
    catalog.cache = cache_new((unsigned)config_number(config, "cache_max_mb", 8, 1, 65536));
    catalog.show_sold = config_flag(config, "show_sold");
    catalog.bought_together = config_flag(config, "bought_together");
    snprintf(catalog.page_size, sizeof catalog.page_size, "%ld",
             config_number(config, "page_size", 20, 1, 100));
    meter_database(catalog.database);
}

static void stop(void)
{
    meter_database(NULL);
    database_close(catalog.database);
    cache_free(catalog.cache);
}

static void append_rows(struct reply *reply, const PGresult *rows)
{
    size_t length = strlen(reply->body);
    for (int row = 0; row < PQntuples(rows) && length < sizeof reply->body; row++) {
        const int wrote = snprintf(reply->body + length, sizeof reply->body - length, "%s\n",
                                   PQgetvalue(rows, row, 0));
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* Runs one statement on a pooled connection and appends its first column to the page. */
static bool answer_with(const struct request *request, struct reply *reply, const char *name,
                        const char *sql, int count, const char *const *values)
{
    PGconn *connection = database_take(catalog.database, &request->context);
    if (!connection) {
        reply_text(reply, 503, "busy\n");
        return false;
    }
    PGresult *rows = database_query(connection, &request->context, name, sql, count, values);
    database_give(catalog.database, connection);
    if (!rows) {
        reply_text(reply, 500, "database\n");
        return false;
    }
    reply->status = 200;
    append_rows(reply, rows);
    PQclear(rows);
    return true;
}

static void products(const struct request *request, struct reply *reply)
{
    const char *const values[] = {catalog.page_size};
    const struct cache_key key = {request->visitor, 0};
    if (cache_find(catalog.cache, key, reply))
        return;
    reply_text(reply, 200, "products\n");
    if (answer_with(
            request, reply, "SELECT products",
            "SELECT p.name || ' ' || p.price_cents FROM products p JOIN stock s USING (sku) "
            "WHERE s.on_hand > s.held ORDER BY p.sku LIMIT $1",
            1, values))
        cache_keep(catalog.cache, key, reply);
}

static void product(const struct request *request, struct reply *reply)
{
    char sku[16];
    snprintf(sku, sizeof sku, "%d", request->sku);
    const char *const values[] = {sku};
    const struct cache_key key = {request->visitor, request->sku};
    if (cache_find(catalog.cache, key, reply))
        return;
    reply_text(reply, 200, "product\n");
    if (!answer_with(request, reply, "SELECT product",
                     "SELECT p.name || ' ' || p.price_cents || ' ' || s.on_hand - s.held "
                     "FROM products p JOIN stock s USING (sku) WHERE p.sku = $1",
                     1, values))
        return;
    if (catalog.show_sold &&
        !answer_with(request, reply, "SELECT sold",
                     "SELECT coalesce(sum(quantity), 0) || ' sold' FROM order_lines WHERE sku = $1",
                     1, values))
        return;
    if (catalog.bought_together &&
        !answer_with(request, reply, "SELECT bought together",
                     "SELECT o.sku FROM order_lines l JOIN order_lines o USING (order_id) "
                     "WHERE l.sku = $1 AND o.sku <> l.sku "
                     "GROUP BY o.sku ORDER BY count(*) DESC LIMIT 4",
                     1, values))
        return;
    cache_keep(catalog.cache, key, reply);
}

static void hold(const struct request *request, struct reply *reply)
{
    char sku[16];
    snprintf(sku, sizeof sku, "%d", request->sku);
    const char *const values[] = {sku};
    reply_text(reply, 200, "held\n");
    answer_with(request, reply, "UPDATE stock",
                "UPDATE stock SET held = held + 1 WHERE sku = $1 RETURNING held", 1, values);
}

static const struct route routes[] = {
    {"GET", "/products", false, products},
    {"GET", "/product", true, product},
    {"POST", "/holds", true, hold},
    {0},
};

const struct role role_catalog = {"catalog", routes, start, stop};
