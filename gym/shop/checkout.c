// SPDX-License-Identifier: Apache-2.0
/* From a cart to an order that is paid for; what remains to be done is queued for the workers. */
#include "client.h"
#include "metric.h"
#include "order.h"
#include "queue.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct database *database;
    struct redis *redis;
    struct peer *cart, *inventory, *payment, *shipping;
    char job_kind[40];
    long digital_weight_max_g;
    bool price_check;
} checkout;

static struct metric orders =
    COUNTER("shop_orders_total", "Checkouts, by how they ended", "outcome");

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)address;
    checkout.database = database_open(config, instance);
    checkout.redis = redis_open(config);
    checkout.cart = peer_open(config, "cart");
    checkout.inventory = peer_open(config, "inventory");
    checkout.payment = peer_open(config, "payment");
    checkout.shipping = peer_open(config, "shipping");
    checkout.price_check = config_flag(config, "price_check", true);
    checkout.digital_weight_max_g = config_number(config, "digital_weight_max_g", 0, 0, 1000000);
    snprintf(checkout.job_kind, sizeof checkout.job_kind, "%s",
             config_text(config, "job_kind", "order.placed"));
}

static void stop(void)
{
    database_close(checkout.database);
    redis_close(checkout.redis);
    peer_close(checkout.cart);
    peer_close(checkout.inventory);
    peer_close(checkout.payment);
    peer_close(checkout.shipping);
}

/* How a step went: OUTCOME_NEXT, or the reply is made and this is its word. */
#define OUTCOME_NEXT NULL

/* Takes what the peer says; its refusals (4xx) are the customer's, its failures are ours. */
static const char *outcome_of(const struct request *request, struct reply *reply, struct call *call,
                              const char *peer, const char *refused)
{
    if (call->status >= 200 && call->status < 300)
        return OUTCOME_NEXT;
    if (call->status >= 400 && call->status < 500) {
        reply_json(reply, call->status, json_incref(call->body));
        return refused;
    }
    reply_error(request, reply, 502, "UpstreamError", "%s: %s", peer, call->why);
    return "error";
}

static const char *read_cart(const struct request *request, struct reply *reply,
                             struct order *order)
{
    TRAIL;
    struct call call;
    call_prepare(&call, checkout.cart, "GET", "/cart?customer=%ld", order->customer);
    client_call(&request->context, &call);
    const char *outcome = outcome_of(request, reply, &call, "cart", "error");
    const json_t *lines = json_object_get(call.body, "lines");
    if (outcome == OUTCOME_NEXT && json_array_size(lines) == 0) {
        reply_error(request, reply, 409, "EmptyCart", "nothing to buy");
        outcome = "empty";
    } else if (outcome == OUTCOME_NEXT &&
               !order_price(checkout.database, &request->context, lines, order)) {
        reply_error(request, reply, 500, "DatabaseError",
                    "cannot price the cart of customer %ld: %s", order->customer, database_why());
        outcome = "error";
    }
    call_done(&call);
    return outcome;
}

static const char *check_price(const struct request *request, struct reply *reply,
                               const struct order *order)
{
    const long seen_cents = request_number(request, "total");
    if (!checkout.price_check || seen_cents == 0 || seen_cents == order->goods_cents)
        return OUTCOME_NEXT;
    log_write(SEVERITY_WARN, &request->context,
              "customer %ld saw a total of %ld cents, prices of now make %ld: order refused",
              order->customer, seen_cents, order->goods_cents);
    reply_error(request, reply, 409, "PriceChanged", "prices have changed, look at the cart again");
    return "price_changed";
}

static const char *read_quote(const struct request *request, struct reply *reply,
                              const struct order *order, long *cents)
{
    TRAIL;
    struct call call;
    call_prepare(&call, checkout.shipping, "GET", "/quote?postcode=%s&weight=%ld", order->postcode,
                 order->weight_g);
    client_call(&request->context, &call);
    const char *outcome = outcome_of(request, reply, &call, "shipping", "bad_address");
    *cents = call_number(&call, "cents");
    call_done(&call);
    return outcome;
}

static const char *reserve(const struct request *request, struct reply *reply,
                           const struct order *order)
{
    TRAIL;
    struct call call;
    call_prepare(&call, checkout.inventory, "POST", "/reserve?order=%ld&lines=%s", order->id,
                 order->lines);
    client_call(&request->context, &call);
    const char *outcome = outcome_of(request, reply, &call, "inventory", "out_of_stock");
    call_done(&call);
    return outcome;
}

static const char *charge(const struct request *request, struct reply *reply,
                          const struct order *order, long total_cents)
{
    TRAIL;
    struct call call;
    call_prepare(&call, checkout.payment, "POST", "/charge?order=%ld&cents=%ld", order->id,
                 total_cents);
    client_call(&request->context, &call);
    const char *outcome = outcome_of(request, reply, &call, "payment", "declined");
    call_done(&call);
    return outcome;
}

/* The reply is made: what fails here is logged and left. */
static void give_back(const struct request *request, const struct order *order)
{
    struct call call;
    call_prepare(&call, checkout.inventory, "POST", "/release?order=%ld&lines=%s", order->id,
                 order->lines);
    client_call(&request->context, &call);
    call_done(&call);
    order_set_status(checkout.database, &request->context, order->id, "failed");
}

static void empty_cart(const struct request *request, const struct order *order)
{
    struct call call;
    call_prepare(&call, checkout.cart, "POST", "/clear?customer=%ld", order->customer);
    client_call(&request->context, &call);
    call_done(&call);
}

/* What weighs nothing, as a gift card, is not packed. */
static const char *finish(const struct request *request, struct reply *reply,
                          const struct order *order, long total_cents)
{
    TRAIL;
    if (!order_set_status(checkout.database, &request->context, order->id, "paid")) {
        reply_error(request, reply, 500, "DatabaseError", "order %ld is paid and not marked: %s",
                    order->id, database_why());
        return "error";
    }
    empty_cart(request, order);
    reply_json(
        reply, 200,
        json_pack("{s:I, s:i}", "order", (json_int_t)order->id, "total_cents", (int)total_cents));
    log_write(SEVERITY_INFO, &request->context, "order %ld of customer %ld: %ld cents, %ld g",
              order->id, order->customer, total_cents, order->weight_g);
    if (order->weight_g <= checkout.digital_weight_max_g)
        return "placed";
    if (queue_push(checkout.redis, &request->context, checkout.job_kind, order->id))
        return "placed";
    reply_error(request, reply, 500, "QueueError", "order %ld is paid and not queued: %s",
                order->id, redis_why());
    return "error";
}

static const char *place(const struct request *request, struct reply *reply)
{
    TRAIL;
    struct order order = {.customer = request_number(request, "customer")};
    long shipping_cents = 0;
    const char *outcome = read_cart(request, reply, &order);
    if (outcome == OUTCOME_NEXT)
        outcome = check_price(request, reply, &order);
    if (outcome == OUTCOME_NEXT)
        outcome = read_quote(request, reply, &order, &shipping_cents);
    if (outcome != OUTCOME_NEXT)
        return outcome;

    const long total_cents = order.goods_cents + shipping_cents;
    if (!order_insert(checkout.database, &request->context, &order, total_cents)) {
        reply_error(request, reply, 500, "DatabaseError", "order of customer %ld: %s",
                    order.customer, database_why());
        return "error";
    }
    outcome = reserve(request, reply, &order);
    if (outcome != OUTCOME_NEXT) {
        order_set_status(checkout.database, &request->context, order.id, "failed");
        return outcome;
    }
    outcome = charge(request, reply, &order, total_cents);
    if (outcome != OUTCOME_NEXT) {
        give_back(request, &order);
        return outcome;
    }
    return finish(request, reply, &order, total_cents);
}

static void answer_checkout(const struct request *request, struct reply *reply)
{
    TRAIL;
    metric_add(&orders, 1, LABELS(place(request, reply)));
}

static void latest(const struct request *request, struct reply *reply)
{
    TRAIL;
    json_t *list =
        order_latest(checkout.database, &request->context, request_number(request, "customer"));
    if (!list) {
        reply_error(request, reply, 500, "DatabaseError", "%s", database_why());
        return;
    }
    struct call call;
    call_prepare(&call, checkout.shipping, "GET", "/shipment?order=%lld",
                 (long long)json_integer_value(json_object_get(json_array_get(list, 0), "order")));
    client_call(&request->context, &call);
    reply_json(
        reply, 200,
        json_pack("{s:o, s:s}", "orders", list, "latest_shipment", call_text(&call, "status")));
    call_done(&call);
}

static const struct route routes[] = {
    {"POST", "/checkout", answer_checkout},
    {"GET", "/orders", latest},
    {0},
};

const struct role role_checkout = {"checkout", routes, start, stop};
