// SPDX-License-Identifier: Apache-2.0
/* Pages with their pictures, kept for the visitor who asked: prices may be a visitor's own. */
#pragma once
#include "server.h"

struct cache;

struct cache_key {
    int visitor; /* 0: nobody's, and never kept */
    int sku;     /* 0: the home page */
};

/* `max_mb` is all it takes in the end; it is taken as pages come. */
struct cache *cache_new(unsigned max_mb);
void cache_free(struct cache *cache);

bool cache_find(struct cache *cache, struct cache_key key, struct reply *reply);

/* The oldest page goes when there is no more room. */
void cache_keep(struct cache *cache, struct cache_key key, const struct reply *reply);
