// SPDX-License-Identifier: Apache-2.0
#include "connections.h"
#include "telemetry.h"
#include <pthread.h>
#include <stdlib.h>

struct idle {
    CURL *curl;
    int64_t since_ns;
    struct idle *next;
};

struct connections {
    pthread_mutex_t lock;
    struct idle *idle; /* the warmest first */
    long count, max, reuse_ns;
};

struct connections *connections_new(const struct config *config)
{
    struct connections *connections = calloc(1, sizeof *connections);
    if (!connections)
        abort();
    pthread_mutex_init(&connections->lock, NULL);
    connections->max = config_number(config, "idle_connections_max", 8, 0, 100000);
    connections->reuse_ns = config_number(config, "idle_reuse_s", 5, 0, 3600) * 1000000000;
    return connections;
}

void connections_free(struct connections *connections)
{
    while (connections->idle) {
        struct idle *idle = connections->idle;
        connections->idle = idle->next;
        curl_easy_cleanup(idle->curl);
        free(idle);
    }
    free(connections);
}

CURL *connections_take(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    struct idle *idle = connections->idle;
    if (idle && now_ns() - idle->since_ns < connections->reuse_ns) {
        connections->idle = idle->next;
        connections->count--;
    } else {
        idle = NULL;
    }
    pthread_mutex_unlock(&connections->lock);
    if (!idle)
        return curl_easy_init();
    CURL *curl = idle->curl;
    free(idle);
    return curl;
}

/* Call with the lock held, with one more than there may be; takes the coldest out. */
static struct idle *take_coldest(struct connections *connections)
{
    struct idle **last = &connections->idle;
    while ((*last)->next)
        last = &(*last)->next;
    struct idle *coldest = *last;
    *last = NULL;
    connections->count--;
    return coldest;
}

void connections_give(struct connections *connections, CURL *curl)
{
    struct idle *idle = calloc(1, sizeof *idle);
    if (!idle)
        abort();
    idle->curl = curl;
    idle->since_ns = now_ns();
    struct idle *coldest = NULL;
    pthread_mutex_lock(&connections->lock);
    idle->next = connections->idle;
    connections->idle = idle;
    connections->count++;
    if (connections->max > 0 && connections->count > connections->max)
        coldest = take_coldest(connections);
    pthread_mutex_unlock(&connections->lock);
    if (coldest)
        curl_easy_cleanup(coldest->curl);
    free(coldest);
}
