// SPDX-License-Identifier: Apache-2.0
/* Product pages with their pictures, kept in the process: nearer than Redis. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

/* Counts a look-up in a cache, of this kind or another. */
void cache_counted(const char *cache, bool hit);

struct near_cache;

struct near_cache_key {
    long sku;
    long customer; /* 0: the same page for all */
};

struct near_cache_options {
    long entries_max; /* 0: no limit */
    long ttl_s;
    long picture_kb; /* of each page */
};

struct near_cache *near_cache_new(const struct near_cache_options *options);
void near_cache_free(struct near_cache *cache);

/* A new reference, or NULL. */
json_t *near_cache_find(struct near_cache *cache, struct near_cache_key key);

/* Keeps a copy; the oldest page goes when there is no more room. */
void near_cache_keep(struct near_cache *cache, struct near_cache_key key, const json_t *page);
