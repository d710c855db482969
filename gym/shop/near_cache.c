// SPDX-License-Identifier: Apache-2.0
#include "near_cache.h"
#include "metric.h"
#include "telemetry.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096u

struct page {
    struct near_cache_key key;
    int64_t kept_ns;
    json_t *body;
    unsigned char *picture;
    struct page *next_in_bucket;
    struct page *younger;
};

struct near_cache {
    struct near_cache_options options;
    pthread_mutex_t lock;
    struct page *buckets[BUCKETS];
    struct page *oldest, *youngest;
    long count;
};

static struct metric entries = GAUGE("cache_entries", "Pages that are kept", "cache");
static struct metric requests = COUNTER("cache_requests_total", "Look-ups", "cache", "outcome");

void cache_counted(const char *cache, bool hit)
{
    metric_add(&requests, 1, LABELS(cache, hit ? "hit" : "miss"));
}

static void collect(void *context)
{
    struct near_cache *cache = context;
    pthread_mutex_lock(&cache->lock);
    const long count = cache->count;
    pthread_mutex_unlock(&cache->lock);
    metric_set(&entries, (double)count, LABELS("near"));
}

struct near_cache *near_cache_new(const struct near_cache_options *options)
{
    struct near_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        abort();
    cache->options = *options;
    pthread_mutex_init(&cache->lock, NULL);
    metric_collector(collect, cache);
    return cache;
}

static struct page **bucket_of(struct near_cache *cache, struct near_cache_key key)
{
    const unsigned long mixed = (unsigned long)key.sku * 2654435761u + (unsigned long)key.customer;
    return &cache->buckets[mixed % BUCKETS];
}

/* Call with the lock held. */
static void drop_oldest(struct near_cache *cache)
{
    struct page *page = cache->oldest;
    struct page **place = bucket_of(cache, page->key);
    while (*place != page)
        place = &(*place)->next_in_bucket;
    *place = page->next_in_bucket;
    cache->oldest = page->younger;
    if (!cache->oldest)
        cache->youngest = NULL;
    cache->count--;
    json_decref(page->body);
    free(page->picture);
    free(page);
}

void near_cache_free(struct near_cache *cache)
{
    metric_collector_remove(cache);
    while (cache->oldest)
        drop_oldest(cache);
    free(cache);
}

/* What a product's picture is made of here: a pattern for each sku, pixel by pixel. */
static unsigned char *picture_draw(long sku, size_t bytes)
{
    unsigned char *picture = malloc(bytes > 0 ? bytes : 1);
    if (!picture)
        abort();
    unsigned pixel = (unsigned)sku * 2654435761u;
    for (size_t i = 0; i < bytes; i++) {
        pixel = pixel * 1664525u + 1013904223u;
        picture[i] = (unsigned char)(pixel >> 24);
    }
    return picture;
}

json_t *near_cache_find(struct near_cache *cache, struct near_cache_key key)
{
    const int64_t since_ns = now_ns() - cache->options.ttl_s * 1000000000LL;
    json_t *body = NULL;
    pthread_mutex_lock(&cache->lock);
    for (const struct page *page = *bucket_of(cache, key); page && !body;
         page = page->next_in_bucket)
        if (page->key.sku == key.sku && page->key.customer == key.customer &&
            page->kept_ns > since_ns)
            body = json_deep_copy(page->body);
    pthread_mutex_unlock(&cache->lock);
    cache_counted("near", body != NULL);
    return body;
}

void near_cache_keep(struct near_cache *cache, struct near_cache_key key, const json_t *body)
{
    struct page *page = calloc(1, sizeof *page);
    if (!page)
        abort();
    page->key = key;
    page->kept_ns = now_ns();
    page->body = json_deep_copy(body);
    page->picture = picture_draw(key.sku, (size_t)cache->options.picture_kb * 1024);

    pthread_mutex_lock(&cache->lock);
    struct page **bucket = bucket_of(cache, key);
    page->next_in_bucket = *bucket; /* before an older page of the same key: found first */
    *bucket = page;
    if (cache->youngest)
        cache->youngest->younger = page;
    else
        cache->oldest = page;
    cache->youngest = page;
    cache->count++;
    if (cache->options.entries_max > 0 && cache->count > cache->options.entries_max)
        drop_oldest(cache);
    pthread_mutex_unlock(&cache->lock);
}
