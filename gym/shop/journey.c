// SPDX-License-Identifier: Apache-2.0
#include "journey.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRODUCTS 5000
#define CUSTOMERS 30000
#define POPULARITY 3.0 /* the bigger, the more go to the few first products */
#define FEED_LIMIT 200 /* products that a feed asks for at once */

static const struct kind kinds[] = {
    {.name = "shoppers",
     .has_days = true,
     .buyers = 0.30,
     .window_shoppers = 0.20,
     .feeds = 0.02,
     .think_s = 0.8},
    {.name = "crowd", .buyers = 0.30, .window_shoppers = 0.20, .think_s = 0.5},
    {.name = "sale", .buyers = 0.60, .window_shoppers = 0.40, .one_product = true, .think_s = 0.5},
    {.name = "feed", .feeds = 1, .think_s = 0.3},
    {.name = "sync", .syncs = 1, .think_s = 0.1},
};

const struct kind *kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}

static const enum step buying[] = {STEP_HOME,     STEP_SEARCH,  STEP_PRODUCT, STEP_LOGIN,
                                   STEP_ADD,      STEP_PRODUCT, STEP_ADD,     STEP_CART,
                                   STEP_CHECKOUT, STEP_ORDERS};
static const enum step browsing[] = {STEP_HOME, STEP_SEARCH, STEP_PRODUCT, STEP_PRODUCT,
                                     STEP_PRODUCT};
static const enum step looking[] = {STEP_PRODUCT};
static const enum step feeding[] = {STEP_SEARCH, STEP_SEARCH, STEP_SEARCH,
                                    STEP_SEARCH, STEP_SEARCH, STEP_SEARCH};
static const enum step syncing[] = {STEP_LOGIN, STEP_ORDERS, STEP_LOGIN, STEP_CART};

static void walk(struct journey *journey, const enum step steps[], size_t count)
{
    memcpy(journey->steps, steps, count * sizeof steps[0]);
    journey->count = (unsigned)count;
}
#define WALK(journey, steps) walk(journey, steps, sizeof(steps) / sizeof(steps)[0])

static int die_of(struct journey *journey, int sides)
{
    return (int)(erand48(journey->dice) * sides);
}

static int choose_product(struct journey *journey, const struct kind *kind)
{
    return kind->one_product ? 7 : 1 + (int)(PRODUCTS * pow(erand48(journey->dice), POPULARITY));
}

void journey_begin(struct journey *journey, const struct kind *kind, unsigned short dice[3])
{
    static const char *const clients[] = {
        "Mozilla/5.0 (X11; Linux x86_64) Firefox/118.0", "ShopApp/4.2 (Android 13)",
        "Mozilla/5.0 (Macintosh) Safari/605.1.15", "ShopApp/4.1 (iOS 16.6)"};
    *journey = (struct journey){0};
    for (int i = 0; i < 3; i++)
        journey->dice[i] = (unsigned short)(erand48(dice) * 65536);
    journey->customer = 1 + die_of(journey, CUSTOMERS);
    journey->client = clients[die_of(journey, 4)];
    const double kind_die = erand48(journey->dice);
    if (kind_die < kind->feeds) {
        journey->is_feed = true;
        journey->client = "partner-feed/1.3";
        WALK(journey, feeding);
    } else if (kind_die < kind->syncs) {
        journey->client = "partner-sync/2.1";
        WALK(journey, syncing);
    } else if (kind_die < kind->feeds + kind->buyers) {
        WALK(journey, buying);
    } else if (kind_die < kind->feeds + kind->buyers + kind->window_shoppers) {
        WALK(journey, looking);
    } else {
        WALK(journey, browsing);
    }
}

/* What people type: short, and now and then a whole sentence. */
static void write_search(struct journey *journey, char *out, size_t size)
{
    static const char *const colours[] = {"red", "blue", "green", "grey", "white", "black"};
    static const char *const stuffs[] = {"cotton", "linen", "woollen", "leather", "denim"};
    static const char *const things[] = {"shirt", "jacket", "scarf", "hat", "bag", "belt", "coat"};
    const char *colour = colours[die_of(journey, 6)];
    const char *stuff = stuffs[die_of(journey, 5)];
    const char *thing = things[die_of(journey, 7)];
    if (journey->is_feed)
        snprintf(out, size, "/search?q=%s&limit=%d", thing, FEED_LIMIT);
    else if (die_of(journey, 8) == 0)
        snprintf(out, size, "/search?q=looking+for+a+%s+%s+%s+made+with+care!", colour, stuff,
                 thing);
    else
        snprintf(out, size, "/search?q=%s+%s", die_of(journey, 2) ? colour : stuff, thing);
}

bool journey_request(struct journey *journey, const struct kind *kind, char *out, size_t size)
{
    switch (journey->steps[journey->next]) {
    case STEP_HOME:
        snprintf(out, size, "/");
        return false;
    case STEP_SEARCH:
        write_search(journey, out, size);
        return false;
    case STEP_PRODUCT:
        journey->sku = choose_product(journey, kind);
        snprintf(out, size, "/product?sku=%d&visitor=%d", journey->sku, journey->customer);
        return false;
    case STEP_LOGIN:
        snprintf(out, size, "/login?email=customer%d@mail.example&password=correct+horse",
                 journey->customer);
        return true;
    case STEP_ADD:
        snprintf(out, size, "/cart?sku=%d&quantity=%d", journey->sku, 1 + die_of(journey, 2));
        return true;
    case STEP_CART:
        snprintf(out, size, "/cart");
        return false;
    case STEP_CHECKOUT:
        snprintf(out, size, "/checkout?total=%ld", journey->total_cents);
        return true;
    case STEP_ORDERS:
        snprintf(out, size, "/orders");
        return false;
    }
    abort();
}

/* Who cannot log in does not go on to the cart; who is refused at the end leaves; a page that fails
 * is one that a customer clicks past. */
bool journey_answer(struct journey *journey, int status, const char *body, size_t length)
{
    const enum step step = journey->steps[journey->next++];
    json_t *answer = body && length > 0 ? json_loadb(body, length, 0, NULL) : NULL;
    if (step == STEP_LOGIN && status == 200) {
        const char *token = json_string_value(json_object_get(answer, "token"));
        snprintf(journey->token, sizeof journey->token, "%s", token ? token : "");
    }
    if (step == STEP_CART)
        journey->total_cents = (long)json_integer_value(json_object_get(answer, "total_cents"));
    json_decref(answer);
    const bool must_succeed = step == STEP_LOGIN || step == STEP_CART;
    return journey->next < journey->count && (status == 200 || !must_succeed);
}
