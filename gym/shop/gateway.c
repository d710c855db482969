// SPDX-License-Identifier: Apache-2.0
/* What customers see: it has no data of its own, asks the services and puts their answers together.
 */
#include "client.h"
#include "role.h"
#include "trail.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 4

static struct {
    struct peer *catalog, *recommendation, *inventory, *auth, *cart, *checkout;
    bool parallel, bundles;
} gateway;

static void start(const struct config *config, const char *instance, const char *address)
{
    (void)instance, (void)address;
    const char *const fetches[] = {"parallel", "serial", NULL};
    gateway.catalog = peer_open(config, "catalog");
    gateway.recommendation = peer_open(config, "recommendation");
    gateway.inventory = peer_open(config, "inventory");
    gateway.auth = peer_open(config, "auth");
    gateway.cart = peer_open(config, "cart");
    gateway.checkout = peer_open(config, "checkout");
    gateway.parallel = config_choice(config, "page_fetch", fetches) == 0;
    gateway.bundles = config_has_word(config, "features", "bundles");
}

static void stop(void)
{
    peer_close(gateway.catalog);
    peer_close(gateway.recommendation);
    peer_close(gateway.inventory);
    peer_close(gateway.auth);
    peer_close(gateway.cart);
    peer_close(gateway.checkout);
}

/* ---- answers of others ---- */

/* What a peer refuses is passed on; 504 when it was silent, 502 when it failed. False then. */
static bool answered(const struct request *request, struct reply *reply, struct call *call,
                     const char *peer)
{
    if (call->status >= 200 && call->status < 300 && call->body)
        return true;
    if (call->status >= 400 && call->status < 500)
        reply_json(reply, call->status, json_incref(call->body));
    else
        reply_error(request, reply, call->status == 0 ? 504 : 502, "UpstreamError", "%s: %s", peer,
                    call->why);
    return false;
}

static void pass_on(const struct request *request, struct reply *reply, struct call *call,
                    const char *peer)
{
    client_call(&request->context, call);
    if (answered(request, reply, call, peer))
        reply_json(reply, 200, json_incref(call->body));
    call_done(call);
}

static void fetch_parts(const struct request *request, struct call parts[], unsigned count)
{
    if (gateway.parallel) {
        client_calls(&request->context, parts, count);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        client_call(&request->context, &parts[i]);
}

/* A page of parts: the first must be there, the others are left out when they fail. */
static void answer_page(const struct request *request, struct reply *reply, struct call parts[],
                        const char *const names[], unsigned count)
{
    TRAIL;
    fetch_parts(request, parts, count);
    if (answered(request, reply, &parts[0], names[0])) {
        json_t *page = json_object();
        for (unsigned i = 0; i < count; i++) {
            const bool good = parts[i].status == 200 && parts[i].body;
            json_object_set_new(page, names[i], good ? json_incref(parts[i].body) : json_null());
            if (!good)
                log_write(SEVERITY_WARN, &request->context, "%s without %s: %s", request->path,
                          names[i], parts[i].why);
        }
        reply_json(reply, 200, page);
    }
    for (unsigned i = 0; i < count; i++)
        call_done(&parts[i]);
}

/* ---- pages for everybody ---- */

static void home(const struct request *request, struct reply *reply)
{
    TRAIL;
    static const char *const names[] = {"catalog", "recommendation"};
    struct call parts[2];
    call_prepare(&parts[0], gateway.catalog, "GET", "/featured");
    call_prepare(&parts[1], gateway.recommendation, "GET", "/recommend");
    answer_page(request, reply, parts, names, 2);
}

static void search(const struct request *request, struct reply *reply)
{
    TRAIL;
    char query[400];
    url_escape(request_text(request, "q"), query, sizeof query);
    struct call call;
    call_prepare(&call, gateway.catalog, "GET", "/search?q=%s&limit=%ld", query,
                 request_number(request, "limit"));
    pass_on(request, reply, &call, "catalog");
}

static void product(const struct request *request, struct reply *reply)
{
    TRAIL;
    static const char *const names[] = {"catalog", "inventory", "recommendation", "bundle"};
    const long sku = request_number(request, "sku");
    struct call parts[PARTS_MAX];
    call_prepare(&parts[0], gateway.catalog, "GET", "/product?sku=%ld&customer=%ld", sku,
                 request_number(request, "visitor"));
    call_prepare(&parts[1], gateway.inventory, "GET", "/stock?sku=%ld", sku);
    call_prepare(&parts[2], gateway.recommendation, "GET", "/recommend?sku=%ld", sku);
    call_prepare(&parts[3], gateway.recommendation, "GET", "/bundle?sku=%ld", sku);
    answer_page(request, reply, parts, names, gateway.bundles ? 4 : 3);
}

static void login(const struct request *request, struct reply *reply)
{
    TRAIL;
    char email[200];
    char password[200];
    url_escape(request_text(request, "email"), email, sizeof email);
    url_escape(request_text(request, "password"), password, sizeof password);
    struct call call;
    call_prepare(&call, gateway.auth, "POST", "/login?email=%s&password=%s", email, password);
    pass_on(request, reply, &call, "auth");
}

/* ---- pages for who has logged in ---- */

/* 0, and the reply is made, for who has not. */
static long customer_of(const struct request *request, struct reply *reply)
{
    TRAIL;
    const char *header = request_header(request, "Authorization");
    char token[300];
    if (strncmp(header, "Bearer ", 7) != 0) {
        reply_error(request, reply, 401, "NoSession", "log in first");
        return 0;
    }
    url_escape(header + 7, token, sizeof token);
    struct call call;
    call_prepare(&call, gateway.auth, "GET", "/session?token=%s", token);
    client_call(&request->context, &call);
    const long customer =
        answered(request, reply, &call, "auth") ? call_number(&call, "customer") : 0;
    call_done(&call);
    return customer;
}

static void cart(const struct request *request, struct reply *reply)
{
    TRAIL;
    const long customer = customer_of(request, reply);
    if (customer == 0)
        return;
    struct call call;
    call_prepare(&call, gateway.cart, "GET", "/cart?customer=%ld", customer);
    pass_on(request, reply, &call, "cart");
}

static void add_to_cart(const struct request *request, struct reply *reply)
{
    TRAIL;
    const long customer = customer_of(request, reply);
    if (customer == 0)
        return;
    struct call call;
    call_prepare(&call, gateway.cart, "POST", "/items?customer=%ld&sku=%ld&quantity=%ld", customer,
                 request_number(request, "sku"), request_number(request, "quantity"));
    pass_on(request, reply, &call, "cart");
}

static void checkout(const struct request *request, struct reply *reply)
{
    TRAIL;
    const long customer = customer_of(request, reply);
    if (customer == 0)
        return;
    struct call call;
    call_prepare(&call, gateway.checkout, "POST", "/checkout?customer=%ld&total=%ld", customer,
                 request_number(request, "total"));
    pass_on(request, reply, &call, "checkout");
}

static void orders(const struct request *request, struct reply *reply)
{
    TRAIL;
    const long customer = customer_of(request, reply);
    if (customer == 0)
        return;
    struct call call;
    call_prepare(&call, gateway.checkout, "GET", "/orders?customer=%ld", customer);
    pass_on(request, reply, &call, "checkout");
}

static const struct route routes[] = {
    {"GET", "/", home},
    {"GET", "/search", search},
    {"GET", "/product", product},
    {"POST", "/login", login},
    {"GET", "/cart", cart},
    {"POST", "/cart", add_to_cart},
    {"POST", "/checkout", checkout},
    {"GET", "/orders", orders},
    {0},
};

const struct role role_gateway = {"gateway", routes, start, stop};
