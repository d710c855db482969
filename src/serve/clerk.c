/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/clerk.h"

#include "base/arena.h"

struct clerks {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_exchange *first, **end;
    uint32_t waiting;
    bool is_stopping;
    void (*work)(struct clerk *clerk, struct http_exchange *exchange);
    struct thread {
        struct clerks *clerks;
        struct clerk clerk;
        pthread_t id;
    } * threads;
    uint32_t count;
};

static struct http_exchange *take(struct clerks *clerks)
{
    pthread_mutex_lock(&clerks->lock);
    while (!clerks->first && !clerks->is_stopping)
        pthread_cond_wait(&clerks->changed, &clerks->lock);
    struct http_exchange *exchange = clerks->first;
    if (exchange) {
        clerks->first = exchange->next;
        clerks->waiting--;
        if (!clerks->first)
            clerks->end = &clerks->first;
    }
    pthread_mutex_unlock(&clerks->lock);
    return exchange;
}

static void *serve(void *state)
{
    struct thread *thread = state;
    struct http_exchange *exchange;
    while ((exchange = take(thread->clerks))) {
        thread->clerks->work(&thread->clerk, exchange);
        http_finish(exchange);
    }
    return NULL;
}

bool clerks_give(struct clerks *clerks, struct http_exchange *exchange)
{
    pthread_mutex_lock(&clerks->lock);
    const bool fits = clerks->waiting < CLERKS_QUEUE_MAX && !clerks->is_stopping;
    if (fits) {
        exchange->next = NULL;
        *clerks->end = exchange;
        clerks->end = &exchange->next;
        clerks->waiting++;
        pthread_cond_signal(&clerks->changed);
    }
    pthread_mutex_unlock(&clerks->lock);
    return fits;
}

bool clerks_start(struct arena *arena, struct site *site, uint32_t count,
                  void (*work)(struct clerk *clerk, struct http_exchange *exchange),
                  struct clerks **out, struct err *err)
{
    struct clerks *clerks = arena_push(arena, struct clerks);
    *clerks =
        (struct clerks){.work = work, .threads = arena_push_many(arena, struct thread, count)};
    clerks->end = &clerks->first;
    pthread_mutex_init(&clerks->lock, NULL);
    pthread_cond_init(&clerks->changed, NULL);
    *out = clerks;
    for (uint32_t i = 0; i < count; i++) {
        struct thread *thread = &clerks->threads[i];
        *thread = (struct thread){.clerks = clerks, .clerk = {.site = site}};
        if (!ledger_open(arena, site->ledger, &thread->clerk.ledger, err))
            return false;
        if (pthread_create(&thread->id, NULL, serve, thread) != 0)
            return err_set(err, ERR_IO, "a thread could not be started");
        clerks->count++;
    }
    return true;
}

void clerks_stop(struct clerks *clerks)
{
    pthread_mutex_lock(&clerks->lock);
    clerks->is_stopping = true;
    pthread_cond_broadcast(&clerks->changed);
    pthread_mutex_unlock(&clerks->lock);
    for (uint32_t i = 0; i < clerks->count; i++)
        pthread_join(clerks->threads[i].id, NULL);
}
