/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of places: the caller fills them in order, workers take them in order, the caller empties
 * them in order. There are two more places than workers, so that none waits for the disk.
 */
#include "logs/crew.h"

#include "base/arena.h"

#include <pthread.h>
#include <stdlib.h>

#define PLACES_MAX (CREW_MAX + 2)

enum place_state { PLACE_EMPTY, PLACE_FILLED, PLACE_TAKEN, PLACE_DONE };

struct place {
    enum place_state state;
    char *bytes;
    struct block block;
    struct arena *arena;
    void *result;
};

struct ring {
    const struct crew *crew;
    struct place places[PLACES_MAX];
    uint32_t count;
    uint64_t filled, taken, emptied; /* how many so far; a place is one of these modulo count */
    bool closed;
    uint32_t workers;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void *worker_run(void *thing)
{
    struct ring *ring = thing;
    pthread_mutex_lock(&ring->lock);
    const uint32_t worker = ring->workers++;
    for (;;) {
        while (ring->taken == ring->filled && !ring->closed)
            pthread_cond_wait(&ring->changed, &ring->lock);
        if (ring->taken == ring->filled)
            break;
        struct place *place = &ring->places[ring->taken++ % ring->count];
        place->state = PLACE_TAKEN;
        pthread_mutex_unlock(&ring->lock);
        place->result = ring->crew->work(ring->crew->state, worker, &place->block, place->arena);
        pthread_mutex_lock(&ring->lock);
        place->state = PLACE_DONE;
        pthread_cond_broadcast(&ring->changed);
    }
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

static void empty_next(struct ring *ring)
{
    struct place *place = &ring->places[ring->emptied % ring->count];
    pthread_mutex_lock(&ring->lock);
    while (place->state != PLACE_DONE)
        pthread_cond_wait(&ring->changed, &ring->lock);
    pthread_mutex_unlock(&ring->lock);
    ring->crew->merge(ring->crew->state, place->result);
    arena_reset(place->arena);
    place->state = PLACE_EMPTY;
    ring->emptied++;
}

static bool fill_from(struct ring *ring, struct input *input, uint32_t file, uint32_t files,
                      bool threaded, struct err *err)
{
    const struct crew *crew = ring->crew;
    bool more = true;
    while (more) {
        if (ring->filled - ring->emptied == ring->count)
            empty_next(ring);
        struct place *place = &ring->places[ring->filled % ring->count];
        if (!input_next(input, place->bytes, &place->block, &more, err))
            return false;
        if (!more)
            break;
        place->block.file = file;
        pthread_mutex_lock(&ring->lock);
        place->state = PLACE_FILLED;
        ring->filled++;
        pthread_cond_broadcast(&ring->changed);
        pthread_mutex_unlock(&ring->lock);
        if (!threaded) {
            place->result = crew->work(crew->state, 0, &place->block, place->arena);
            place->state = PLACE_DONE;
            empty_next(ring);
        }
        if (crew->progress)
            crew->progress(crew->state, (file + input_progress(input)) / files);
    }
    return true;
}

bool crew_run(const struct crew *crew, struct input *const *inputs, uint32_t count, struct err *err)
{
    struct arena *arena = arena_new("crew");
    const bool threaded = crew->threads > 1;
    const uint32_t threads = !threaded ? 0 : crew->threads < CREW_MAX ? crew->threads : CREW_MAX;
    struct ring ring = {.crew = crew, .count = threaded ? threads + 2 : 1};
    pthread_t started[CREW_MAX];
    pthread_mutex_init(&ring.lock, NULL);
    pthread_cond_init(&ring.changed, NULL);
    for (uint32_t i = 0; i < ring.count; i++) {
        ring.places[i].bytes = arena_alloc(arena, BLOCK_BYTES);
        ring.places[i].arena = arena_new("block");
    }
    uint32_t running = 0;
    while (running < threads && pthread_create(&started[running], NULL, worker_run, &ring) == 0)
        running++;

    bool ok = true;
    for (uint32_t i = 0; ok && i < count; i++)
        ok =
            input_rewind(inputs[i], err) && fill_from(&ring, inputs[i], i, count, running > 0, err);
    while (ring.emptied < ring.filled)
        empty_next(&ring);
    pthread_mutex_lock(&ring.lock);
    ring.closed = true;
    pthread_cond_broadcast(&ring.changed);
    pthread_mutex_unlock(&ring.lock);
    for (uint32_t i = 0; i < running; i++)
        pthread_join(started[i], NULL);

    for (uint32_t i = 0; i < ring.count; i++)
        arena_free(ring.places[i].arena);
    pthread_cond_destroy(&ring.changed);
    pthread_mutex_destroy(&ring.lock);
    arena_free(arena);
    return ok;
}
