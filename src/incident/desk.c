/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/desk.h"

#include "base/arena.h"

#include <pthread.h>

#define BATCH_MAX 64 /* posts in one transaction */
#define BATCH_NOTICES_MAX                                                                          \
    500 /* and alerts: some 20 ms of work, which is what the last one waits                        \
         */

struct waiting {
    struct delivery *delivery;
    int64_t now_ns;
    bool is_done, ok;
    struct err err;
    struct waiting *next;
};

struct desk {
    struct ledger *ledger;
    struct incident_limits limits;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* somebody has written */
    bool is_writing;
    struct waiting *first, *last;
    struct arena *topology_arena; /* NULL: it is not known who calls whom */
    struct topology topology;
};

static void close_desk(void *thing)
{
    struct desk *desk = thing;
    pthread_cond_destroy(&desk->changed);
    pthread_mutex_destroy(&desk->mutex);
    if (desk->topology_arena)
        arena_free(desk->topology_arena);
}

struct desk *desk_new(struct arena *arena, struct ledger *ledger,
                      const struct incident_limits *limits)
{
    struct desk *desk = arena_push(arena, struct desk);
    desk->ledger = ledger;
    desk->limits = *limits;
    pthread_mutex_init(&desk->mutex, NULL);
    pthread_cond_init(&desk->changed, NULL);
    arena_defer(arena, close_desk, desk);
    return desk;
}

void desk_set_topology(struct desk *desk, const struct topology *topology)
{
    struct arena *arena = arena_new("topology of the desk");
    struct topology copy = topology_new(arena);
    for (uint32_t i = 0; i < topology->edges_count; i++)
        topology_add(&copy, topology->nodes.keys[topology->edges[i].caller],
                     topology->nodes.keys[topology->edges[i].callee]);
    pthread_mutex_lock(&desk->mutex);
    while (desk->is_writing)
        pthread_cond_wait(&desk->changed, &desk->mutex);
    struct arena *old = desk->topology_arena;
    desk->topology_arena = arena;
    desk->topology = copy;
    pthread_mutex_unlock(&desk->mutex);
    if (old)
        arena_free(old);
}

/* ---- under the mutex ---- */

static void stand_in_line(struct desk *desk, struct waiting *waiting)
{
    if (desk->last)
        desk->last->next = waiting;
    else
        desk->first = waiting;
    desk->last = waiting;
}

static uint32_t call_up(struct desk *desk, struct waiting **batch)
{
    uint32_t count = 0, notices = 0;
    while (desk->first && count < BATCH_MAX) {
        const uint32_t more = desk->first->delivery->notices->count;
        if (count > 0 && notices + more > BATCH_NOTICES_MAX)
            break;
        notices += more;
        batch[count++] = desk->first;
        desk->first = desk->first->next;
    }
    if (!desk->first)
        desk->last = NULL;
    return count;
}

/* ---- outside of it ---- */

static void write_batch(struct desk *desk, struct waiting **batch, uint32_t count)
{
    struct delivery deliveries[BATCH_MAX];
    struct err err = {0};
    int64_t now_ns = 0;
    for (uint32_t i = 0; i < count; i++) {
        deliveries[i] = *batch[i]->delivery;
        now_ns = batch[i]->now_ns > now_ns ? batch[i]->now_ns : now_ns;
    }
    const bool ok =
        incident_take(desk->ledger, &desk->limits, desk->topology_arena ? &desk->topology : NULL,
                      now_ns, deliveries, count, &err);
    for (uint32_t i = 0; i < count; i++) {
        *batch[i]->delivery = deliveries[i];
        batch[i]->ok = ok;
        batch[i]->err = err;
    }
}

bool desk_take(struct desk *desk, struct delivery *delivery, int64_t now_ns, struct err *err)
{
    struct waiting self = {.delivery = delivery, .now_ns = now_ns};
    struct waiting *batch[BATCH_MAX];
    pthread_mutex_lock(&desk->mutex);
    stand_in_line(desk, &self);
    while (!self.is_done) {
        if (desk->is_writing) {
            pthread_cond_wait(&desk->changed, &desk->mutex);
            continue;
        }
        desk->is_writing = true;
        const uint32_t count = call_up(desk, batch);
        pthread_mutex_unlock(&desk->mutex);
        write_batch(desk, batch, count);
        pthread_mutex_lock(&desk->mutex);
        for (uint32_t i = 0; i < count; i++)
            batch[i]->is_done = true;
        desk->is_writing = false;
        pthread_cond_broadcast(&desk->changed);
    }
    pthread_mutex_unlock(&desk->mutex);
    if (!self.ok)
        *err = self.err;
    return self.ok;
}
