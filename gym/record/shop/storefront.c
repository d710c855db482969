// SPDX-License-Identifier: Apache-2.0
/* What customers see: it has no data of its own and asks catalog and orders. */
#include "client.h"
#include "role.h"
#include <stdint.h>
#include <stdio.h>

static struct {
    char catalog_url[160];
    char orders_url[160];
    struct peer catalog;
    struct peer orders;
    long session_rounds;
} storefront;

static void start(const struct config *config, const char *instance)
{
    (void)instance;
    const long timeout_ms = config_number(config, "backend_timeout_ms", 2500, 1, 60000);
    snprintf(storefront.catalog_url, sizeof storefront.catalog_url, "%s",
             config_text(config, "catalog_url", "http://127.0.0.1:18083"));
    snprintf(storefront.orders_url, sizeof storefront.orders_url, "%s",
             config_text(config, "orders_url", "http://127.0.0.1:18084"));
    storefront.session_rounds = config_number(config, "session_rounds", 20000, 1, 1000000000);
    storefront.catalog = (struct peer){"catalog", storefront.catalog_url, timeout_ms};
    storefront.orders = (struct peer){"orders", storefront.orders_url, timeout_ms};
}

static void stop(void)
{
}

/*
 * The visitor's session is signed with a stretched key: the rounds are what makes guessing it dear,
 * and each page pays for them.
 */
static uint64_t sign_session(int visitor)
{
    uint64_t key = (uint64_t)visitor + 0x9e3779b97f4a7c15;
    for (long round = 0; round < storefront.session_rounds; round++) {
        key ^= key >> 29;
        key *= 0xbf58476d1ce4e5b9;
    }
    return key;
}

/* The customer's page, or 504 when the peer was silent, or 502 when it failed. */
static bool fetch(const struct peer *peer, const struct request *request, const char *method,
                  const char *path, struct reply *reply)
{
    char query[64] = "";
    if (request->sku > 0)
        snprintf(query, sizeof query, "sku=%d&visitor=%d", request->sku, request->visitor);
    struct answer answer;
    if (client_call(peer, &request->context, method, path, query, &answer)) {
        reply_text(reply, answer.status, "%s\nsession %016llx\n", answer.body,
                   (unsigned long long)sign_session(request->visitor));
        return answer.status < 400;
    }
    reply_text(reply, answer.status == 0 ? 504 : 502, "sorry, try again later\n");
    return false;
}

static void home(const struct request *request, struct reply *reply)
{
    fetch(&storefront.catalog, request, "GET", "/products", reply);
}

static void product(const struct request *request, struct reply *reply)
{
    fetch(&storefront.catalog, request, "GET", "/product", reply);
}

static void cart(const struct request *request, struct reply *reply)
{
    fetch(&storefront.catalog, request, "POST", "/holds", reply);
}

/* The price is read again before the order is placed: it may have changed in the cart. */
static void checkout(const struct request *request, struct reply *reply)
{
    if (fetch(&storefront.catalog, request, "GET", "/product", reply))
        fetch(&storefront.orders, request, "POST", "/orders", reply);
}

static const struct route routes[] = {
    {"GET", "/", false, home},
    {"GET", "/product", true, product},
    {"POST", "/cart", true, cart},
    {"POST", "/checkout", true, checkout},
    {0},
};

const struct role role_storefront = {"storefront", routes, start, stop};
