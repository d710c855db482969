// SPDX-License-Identifier: Apache-2.0
/* What a customer does in the shop, step by step; which, is decided by dice. No network here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define JOURNEY_STEPS_MAX 16
#define TOKEN_SIZE 200

enum step {
    STEP_HOME,
    STEP_SEARCH,
    STEP_PRODUCT,
    STEP_LOGIN,
    STEP_ADD,
    STEP_CART,
    STEP_CHECKOUT,
    STEP_ORDERS
};

/* How customers of a kind behave; the kinds are listed in journey.c. */
struct kind {
    const char *name;
    bool has_days;          /* the rate follows the day */
    double buyers;          /* share of the journeys that end with a checkout, */
    double window_shoppers; /* that look at one product; the rest browses */
    double feeds;           /* share that are a partner's feed: big searches */
    double syncs;           /* that are a partner's program: a login for each thing it asks */
    bool one_product;
    double think_s; /* between two steps, in the mean */
};

const struct kind *kind_find(const char *name);

struct journey {
    enum step steps[JOURNEY_STEPS_MAX];
    unsigned count, next;
    const char *client; /* User-Agent */
    bool is_feed;
    int customer, sku;
    char token[TOKEN_SIZE]; /* "": not logged in */
    long total_cents;       /* of the cart as it was shown; 0: it was not */
    unsigned short dice[3]; /* of erand48() */
};

void journey_begin(struct journey *journey, const struct kind *kind, unsigned short dice[3]);

/* The next request: path and query string. True when it is a POST. */
bool journey_request(struct journey *journey, const struct kind *kind, char *out, size_t size);

/* Takes what it was answered; false when the journey is over. */
bool journey_answer(struct journey *journey, int status, const char *body, size_t length);
