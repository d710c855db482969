// SPDX-License-Identifier: Apache-2.0
/* What lies in somebody's cart: a hash in Redis, sku -> quantity. Prices are catalog's. */
#include "client.h"
#include "redis.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUANTITY_MAX 20

static struct {
    struct redis *redis;
    struct peer *catalog;
    long ttl_s, lines_max;
} cart;

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)instance, (void)address;
    cart.redis = redis_open(config);
    cart.catalog = peer_open(config, "catalog");
    cart.ttl_s = config_number(config, "cart_ttl_s", 3600, 1, 864000);
    cart.lines_max = config_number(config, "lines_max", 40, 1, 100);
}

static void stop(void)
{
    redis_close(cart.redis);
    peer_close(cart.catalog);
}

static bool customer_of(const struct request *request, struct reply *reply, long *customer)
{
    *customer = request_number(request, "customer");
    if (*customer == 0)
        reply_error(request, reply, 400, "BadRequest", "whose cart?");
    return *customer > 0;
}

/* "1,2,3" */
static void skus_of(const redisReply *pairs, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i + 1 < pairs->elements && length < size; i += 2) {
        const int wrote = snprintf(out + length, size - length, "%s%.10s", length > 0 ? "," : "",
                                   pairs->element[i]->str);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* False when catalog knows no price for one of them. */
static bool lines_of(const redisReply *pairs, const json_t *prices, json_t *lines, long *total)
{
    *total = 0;
    for (size_t i = 0; i + 1 < pairs->elements; i += 2) {
        const char *sku = pairs->element[i]->str;
        const long quantity = atol(pairs->element[i + 1]->str);
        const json_t *price = json_object_get(prices, sku);
        if (!price)
            return false;
        *total += quantity * (long)json_integer_value(price);
        json_array_append_new(lines,
                              json_pack("{s:i, s:i, s:I}", "sku", atoi(sku), "quantity",
                                        (int)quantity, "price_cents", json_integer_value(price)));
    }
    return true;
}

static void answer_priced(const struct request *request, struct reply *reply,
                          const redisReply *pairs)
{
    TRAIL;
    char skus[600];
    skus_of(pairs, skus, sizeof skus);
    struct call call;
    call_prepare(&call, cart.catalog, "GET", "/prices?skus=%s", skus);
    json_t *lines = json_array();
    long total;
    if (!client_call(&request->context, &call))
        reply_error(request, reply, 502, "UpstreamError", "no prices from catalog: %s", call.why);
    else if (!lines_of(pairs, json_object_get(call.body, "prices"), lines, &total))
        reply_error(request, reply, 500, "PriceMissing",
                    "catalog returned %zu prices for %zu products (%s)",
                    json_object_size(json_object_get(call.body, "prices")), pairs->elements / 2,
                    skus);
    else
        reply_json(reply, 200, json_pack("{s:O, s:i}", "lines", lines, "total_cents", (int)total));
    json_decref(lines);
    call_done(&call);
}

static void show(const struct request *request, struct reply *reply)
{
    TRAIL;
    long customer;
    if (!customer_of(request, reply, &customer))
        return;
    redisReply *pairs =
        redis_command(cart.redis, &request->context, "HGETALL cart", "HGETALL cart:%ld", customer);
    if (!pairs)
        reply_error(request, reply, 503, "CartStoreError", "cart %ld: %s", customer, redis_why());
    else if (pairs->elements == 0)
        reply_json(reply, 200, json_pack("{s:[], s:i}", "lines", "total_cents", 0));
    else
        answer_priced(request, reply, pairs);
    freeReplyObject(pairs);
}

static void add(const struct request *request, struct reply *reply)
{
    TRAIL;
    long customer;
    const long sku = request_number(request, "sku");
    const long quantity = request_number(request, "quantity");
    if (!customer_of(request, reply, &customer))
        return;
    if (sku == 0 || quantity == 0 || quantity > QUANTITY_MAX) {
        reply_error(request, reply, 400, "BadRequest", "which sku, and how many of it?");
        return;
    }
    redisReply *lines =
        redis_command(cart.redis, &request->context, "HLEN cart", "HLEN cart:%ld", customer);
    const bool is_full = lines && lines->integer >= cart.lines_max;
    freeReplyObject(lines);
    if (is_full) {
        reply_error(request, reply, 409, "CartFull", "more than %ld lines", cart.lines_max);
        return;
    }
    redisReply *count = redis_command(cart.redis, &request->context, "HINCRBY cart",
                                      "HINCRBY cart:%ld %ld %ld", customer, sku, quantity);
    redisReply *kept = count ? redis_command(cart.redis, &request->context, "EXPIRE cart",
                                             "EXPIRE cart:%ld %ld", customer, cart.ttl_s)
                             : NULL;
    if (kept)
        reply_json(reply, 200, json_pack("{s:I}", "quantity", (json_int_t)count->integer));
    else
        reply_error(request, reply, 503, "CartStoreError", "cart %ld: %s", customer, redis_why());
    freeReplyObject(kept);
    freeReplyObject(count);
}

static void clear(const struct request *request, struct reply *reply)
{
    TRAIL;
    long customer;
    if (!customer_of(request, reply, &customer))
        return;
    redisReply *gone =
        redis_command(cart.redis, &request->context, "DEL cart", "DEL cart:%ld", customer);
    if (gone)
        reply_json(reply, 200, json_object());
    else
        reply_error(request, reply, 503, "CartStoreError", "cart %ld: %s", customer, redis_why());
    freeReplyObject(gone);
}

static const struct route routes[] = {
    {"GET", "/cart", show},
    {"POST", "/items", add},
    {"POST", "/clear", clear},
    {0},
};

const struct role role_cart = {"cart", routes, start, stop};
