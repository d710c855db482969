// SPDX-License-Identifier: Apache-2.0
/* What there is to buy: lists, search, product pages, prices. */
#include "metric.h"
#include "near_cache.h"
#include "pattern.h"
#include "prices.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum list_fetch { LIST_JOIN, LIST_EACH };
enum ranking { RANKING_SKU, RANKING_POPULARITY };

static struct {
    struct database *database;
    struct redis *redis;
    struct near_cache *near;
    struct pattern *query;
    long list_size, list_max;
    enum list_fetch list_fetch;
    enum ranking ranking;
    bool near_by_customer, unit_prices;
} catalog;

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    const char *const fetches[] = {"join", "each", NULL};
    const char *const rankings[] = {"sku", "popularity", NULL};
    const char *const keys[] = {"sku", "sku_and_customer", NULL};
    catalog.database = database_open(config, instance);
    catalog.redis = redis_open(config);
    catalog.near = near_cache_new(&(struct near_cache_options){
        .entries_max = config_number(config, "near_cache_entries", 200, 0, 10000000),
        .ttl_s = config_number(config, "near_cache_ttl_s", 10, 0, 864000),
        .picture_kb = config_number(config, "picture_kb", 64, 0, 4096),
    });
    catalog.near_by_customer = config_choice(config, "near_cache_key", keys) == 1;
    catalog.query = pattern_new(config, "query_pattern", "^[\\w' -]{1,80}[!?]?$");
    catalog.list_size = config_number(config, "list_size", 20, 1, 500);
    catalog.list_max = config_number(config, "list_max", 200, 1, 5000);
    catalog.list_fetch = (enum list_fetch)config_choice(config, "list_fetch", fetches);
    catalog.ranking = (enum ranking)config_choice(config, "search_ranking", rankings);
    catalog.unit_prices = config_flag(config, "unit_prices", false);
    prices_start(config, catalog.database, catalog.redis);
}

static void stop(void)
{
    prices_stop();
    database_close(catalog.database);
    redis_close(catalog.redis);
    near_cache_free(catalog.near);
    pattern_free(catalog.query);
}

static void fail(const struct request *request, struct reply *reply)
{
    reply_error(request, reply, 500, "DatabaseError", "%s", database_why());
}

/* ---- lists ---- */

static json_t *product_of_row(const PGresult *rows, int row)
{
    return json_pack("{s:i, s:s, s:i, s:i}", "sku", (int)row_number(rows, row, 0), "name",
                     PQgetvalue(rows, row, 1), "price_cents", (int)row_number(rows, row, 2),
                     "available", (int)row_number(rows, row, 3));
}

/* One statement for all that a list shows of these skus. */
static json_t *list_joined(const struct request *request, const char *skus)
{
    TRAIL;
    PGresult *rows = database_query(
        catalog.database, &request->context, "SELECT list",
        "SELECT p.sku, p.name, p.price_cents, s.on_hand - s.reserved FROM products p "
        "JOIN stock s USING (sku) WHERE p.sku = ANY ($1) ORDER BY p.sku",
        VALUES(skus));
    if (!rows)
        return NULL;
    json_t *list = json_array();
    for (int row = 0; row < PQntuples(rows); row++)
        json_array_append_new(list, product_of_row(rows, row));
    PQclear(rows);
    return list;
}

/* One statement for each sku. */
static json_t *list_of_each(const struct request *request, const PGresult *skus)
{
    TRAIL;
    json_t *list = json_array();
    for (int i = 0; i < PQntuples(skus); i++) {
        PGresult *rows = database_query(
            catalog.database, &request->context, "SELECT list item",
            "SELECT p.sku, p.name, p.price_cents, s.on_hand - s.reserved FROM products p "
            "JOIN stock s USING (sku) WHERE p.sku = $1",
            VALUES(PQgetvalue(skus, i, 0)));
        if (!rows) {
            json_decref(list);
            return NULL;
        }
        if (PQntuples(rows) == 1)
            json_array_append_new(list, product_of_row(rows, 0));
        PQclear(rows);
    }
    return list;
}

/* Takes over `skus`: a column of numbers. */
static void answer_list(const struct request *request, struct reply *reply, PGresult *skus)
{
    TRAIL;
    if (!skus) {
        fail(request, reply);
        return;
    }
    json_t *list;
    if (catalog.list_fetch == LIST_EACH) {
        list = list_of_each(request, skus);
    } else {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        if (!out)
            abort();
        for (int i = 0; i < PQntuples(skus); i++)
            fprintf(out, "%c%s", i > 0 ? ',' : '{', PQgetvalue(skus, i, 0));
        fputs(PQntuples(skus) > 0 ? "}" : "{}", out);
        fclose(out);
        list = list_joined(request, text);
        free(text);
    }
    PQclear(skus);
    if (list)
        reply_json(reply, 200, json_pack("{s:o}", "products", list));
    else
        fail(request, reply);
}

static void limit_of(const struct request *request, char out[16])
{
    const long asked = request_number(request, "limit");
    const long limit = asked == 0                 ? catalog.list_size
                       : asked > catalog.list_max ? catalog.list_max
                                                  : asked;
    snprintf(out, 16, "%ld", limit);
}

/* The home page: the newest of a category. */
static void featured(const struct request *request, struct reply *reply)
{
    TRAIL;
    static const char *const categories[] = {"women", "men", "children", "home"};
    const char *category = categories[request_number(request, "customer") % 4];
    char limit[16];
    limit_of(request, limit);
    answer_list(request, reply,
                database_query(catalog.database, &request->context, "SELECT featured",
                               "SELECT sku FROM products WHERE category = $1 "
                               "ORDER BY sku DESC LIMIT $2",
                               VALUES(category, limit)));
}

static void search(const struct request *request, struct reply *reply)
{
    TRAIL;
    static const char *const statements[] = {
        [RANKING_SKU] = "SELECT sku FROM products WHERE "
                        "to_tsvector('english', name || ' ' || description) "
                        "@@ plainto_tsquery('english', $1) ORDER BY sku LIMIT $2",
        [RANKING_POPULARITY] =
            "SELECT p.sku FROM products p LEFT JOIN (SELECT l.sku, sum(l.quantity) AS sold "
            "FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.status = 'sent' "
            "GROUP BY l.sku) AS popular USING (sku) "
            "WHERE to_tsvector('english', name || ' ' || description) "
            "@@ plainto_tsquery('english', $1) ORDER BY popular.sold DESC NULLS LAST, p.sku "
            "LIMIT $2",
    };
    const char *query = request_text(request, "q");
    char limit[16];
    limit_of(request, limit);
    switch (pattern_match(catalog.query, query)) {
    case PATTERN_MATCH:
        answer_list(request, reply,
                    database_query(catalog.database, &request->context, "SELECT search",
                                   statements[catalog.ranking], VALUES(query, limit)));
        return;
    case PATTERN_GAVE_UP:
        log_write(SEVERITY_WARN, &request->context,
                  "query of %zu characters could not be checked: match limit exceeded",
                  strlen(query));
        break;
    case PATTERN_NO_MATCH:
        break;
    }
    reply_error(request, reply, 400, "BadQuery", "words of letters and digits, please");
}

/* ---- product pages ---- */

/* Cents a kilogram. */
static bool unit_price(const struct request *request, struct reply *reply, const PGresult *rows,
                       json_t *page)
{
    TRAIL;
    const long cents = row_number(rows, 0, 2);
    const long weight_g = row_number(rows, 0, 3);
    if (weight_g == 0) {
        reply_error(request, reply, 500, "ArithmeticError",
                    "division by zero: unit price of sku %s, weight_g=0", PQgetvalue(rows, 0, 0));
        return false;
    }
    json_object_set_new(page, "unit_price_cents", json_integer(cents * 1000 / weight_g));
    return true;
}

static json_t *page_of(const PGresult *rows)
{
    return json_pack("{s:i, s:s, s:i, s:i, s:s, s:i}", "sku", (int)row_number(rows, 0, 0), "name",
                     PQgetvalue(rows, 0, 1), "price_cents", (int)row_number(rows, 0, 2), "weight_g",
                     (int)row_number(rows, 0, 3), "description", PQgetvalue(rows, 0, 4), "sold",
                     (int)row_number(rows, 0, 5));
}

static void product(const struct request *request, struct reply *reply)
{
    TRAIL;
    const struct near_cache_key key = {
        request_number(request, "sku"),
        catalog.near_by_customer ? request_number(request, "customer") : 0};
    json_t *page = near_cache_find(catalog.near, key);
    if (page) {
        reply_json(reply, 200, page);
        return;
    }
    char sku[16];
    snprintf(sku, sizeof sku, "%ld", key.sku);
    PGresult *rows =
        database_query(catalog.database, &request->context, "SELECT product",
                       "SELECT p.sku, p.name, p.price_cents, p.weight_g, p.description, "
                       "(SELECT coalesce(sum(quantity), 0) FROM order_lines l WHERE l.sku = p.sku) "
                       "FROM products p WHERE p.sku = $1",
                       VALUES(sku));
    if (!rows) {
        fail(request, reply);
    } else if (PQntuples(rows) == 0) {
        reply_error(request, reply, 404, "NoSuchProduct", "no product %s", sku);
    } else {
        page = page_of(rows);
        if (catalog.unit_prices && !unit_price(request, reply, rows, page)) {
            json_decref(page);
        } else {
            near_cache_keep(catalog.near, key, page);
            reply_json(reply, 200, page);
        }
    }
    PQclear(rows);
}

static void price_list(const struct request *request, struct reply *reply)
{
    TRAIL;
    long skus[PRICES_MAX];
    unsigned count = 0;
    const char *at = request_text(request, "skus");
    for (char *end; *at && count < PRICES_MAX; at = *end == ',' ? end + 1 : end) {
        skus[count] = strtol(at, &end, 10);
        if (end == at)
            break;
        count++;
    }
    if (count == 0) {
        reply_error(request, reply, 400, "BadRequest", "which skus?");
        return;
    }
    json_t *found = prices_of(&request->context, skus, count);
    if (found)
        reply_json(reply, 200, json_pack("{s:o}", "prices", found));
    else
        fail(request, reply);
}

static const struct route routes[] = {
    {"GET", "/featured", featured},
    {"GET", "/search", search},
    {"GET", "/product", product},
    {"GET", "/prices", price_list},
    {0},
};

const struct role role_catalog = {"catalog", routes, start, stop};
