/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A worker has a thread and a ledger of its own. The queue is the ledger's: what is claimed there
 * and not finished is found by incident_recover() after a crash, so nothing here needs to be saved.
 */
#include "serve/worker.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/api.h"
#include "serve/assignment.h"
#include "serve/files.h"
#include "serve/learn.h"
#include "serve/live.h"
#include "serve/log.h"
#include "serve/metrics.h"
#include "serve/scribe.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOOK_S 5 /* how often the queue is looked at although nobody said that something waits */

struct worker {
    struct workers *workers;
    struct ledger *ledger;
    pthread_t id;
    int stop_fd;         /* an eventfd: what it works on is to stop */
    struct str incident; /* on which it works, under the lock of all; empty: none */
};

struct workers {
    struct site *site;
    pthread_mutex_t lock;
    pthread_cond_t changed, idle;
    bool is_stopping;
    uint64_t wakes; /* counts what was said to wait */
    uint32_t busy;
    struct worker *items;
    uint32_t count;
};

/* ---- one incident ---- */

static void take_up(struct worker *worker, struct str incident)
{
    uint64_t drained;
    pthread_mutex_lock(&worker->workers->lock);
    worker->incident = incident;
    worker->workers->busy++;
    if (read(worker->stop_fd, &drained, sizeof drained) < 0 && errno != EAGAIN)
        log_line(LOG_WARNING, "worker", "%s", strerror(errno));
    pthread_mutex_unlock(&worker->workers->lock);
}

/* Whether it may say how it ended: what was stopped because the server stops is to run again. */
static bool put_down(struct worker *worker)
{
    struct workers *workers = worker->workers;
    pthread_mutex_lock(&workers->lock);
    worker->incident = STR("");
    workers->busy--;
    pthread_cond_signal(&workers->idle);
    const bool is_stopping = workers->is_stopping;
    pthread_mutex_unlock(&workers->lock);
    return !is_stopping;
}

static bool look_into(struct worker *worker, const struct claimed *claimed,
                      struct assignment *assignment, struct ending *out)
{
    const struct site *site = worker->workers->site;
    struct err err = {0};
    if (!files_make_folder(assignment->folder.ptr, &err)) {
        *out = (struct ending){.state = INCIDENT_FAILED,
                               .why = str_copy(assignment->arena, str_of(err.text))};
        return false;
    }
    if (!assignment_collect(assignment, claimed->alert, out))
        return false;
    if (!incident_step(worker->ledger, claimed->investigation, wall_now_ns(), &err)) {
        *out = (struct ending){.state = INCIDENT_CANCELLED,
                               .why = str_copy(assignment->arena, str_of(err.text))};
        return false;
    }
    api_tell_state(site, worker->ledger, claimed->incident);
    return assignment_investigate(assignment, out);
}

static void work(struct worker *worker, const struct claimed *claimed, struct arena *arena)
{
    const struct site *site = worker->workers->site;
    const int64_t started_ns = clock_now_ns(clock_system());
    struct assignment assignment = {
        .site = site,
        .arena = arena,
        .incident = claimed->incident,
        .folder = site_path(site, arena, claimed->incident, ""),
        .stop_fd = worker->stop_fd,
        .deadline_ns = started_ns + site->deadline_ns,
    };
    struct ending ending;
    struct err err = {0};
    take_up(worker, claimed->incident);
    live_begin(site->live, claimed->incident);
    api_tell_state(site, worker->ledger, claimed->incident);
    look_into(worker, claimed, &assignment, &ending);
    const int64_t took_ns = clock_now_ns(clock_system()) - started_ns;
    if (!put_down(worker) && ending.state == INCIDENT_CANCELLED)
        return;
    if (!incident_finish(worker->ledger, claimed->investigation, &ending, wall_now_ns(), &err))
        log_line(LOG_ERROR, "incident", "%.*s: %s", STR_ARG(claimed->incident), err.text);
    metrics_count_end(site->metrics, ending.state, took_ns);
    log_line(ending.state == INCIDENT_FAILED ? LOG_WARNING : LOG_INFO, "incident", "%.*s: %s%s%.*s",
             STR_ARG(claimed->incident), incident_state_name(ending.state),
             ending.why.len > 0 ? ": " : "", STR_ARG(ending.why));
    api_tell_state(site, worker->ledger, claimed->incident);
    if (ending.state != INCIDENT_DONE)
        return;
    scribe_add(site->scribe, claimed->incident, claimed->investigation);
    learn_from_incident(site, worker->ledger, claimed->incident, wall_now_ns());
}

/* ---- the thread ---- */

/* One piece of work; false: there is none. */
static bool work_once(struct worker *worker, struct arena *arena)
{
    struct claimed claimed = {0};
    struct err err = {0};
    if (!incident_next(worker->ledger, arena, wall_now_ns(), &claimed, &err)) {
        log_line(LOG_ERROR, "queue", "%s", err.text);
        return false;
    }
    if (claimed.investigation != 0)
        work(worker, &claimed, arena);
    return claimed.investigation != 0;
}

/* Until something is said to wait, or a while has passed. False: the server stops. */
static bool wait_for_work(struct workers *workers, uint64_t *wakes)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_S;
    pthread_mutex_lock(&workers->lock);
    if (*wakes == workers->wakes && !workers->is_stopping)
        pthread_cond_timedwait(&workers->changed, &workers->lock, &until);
    *wakes = workers->wakes;
    const bool goes_on = !workers->is_stopping;
    pthread_mutex_unlock(&workers->lock);
    return goes_on;
}

static bool is_stopping(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    const bool is_stopping = workers->is_stopping;
    pthread_mutex_unlock(&workers->lock);
    return is_stopping;
}

static void *run_worker(void *state)
{
    struct worker *worker = state;
    struct arena *arena = arena_new("worker");
    uint64_t wakes = 0;
    do {
        while (!is_stopping(worker->workers) && work_once(worker, arena))
            arena_reset(arena);
    } while (wait_for_work(worker->workers, &wakes));
    arena_free(arena);
    return NULL;
}

/* ---- all of them ---- */

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
}

static bool start_worker(struct arena *arena, struct worker *worker, struct err *err)
{
    worker->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (worker->stop_fd < 0)
        return err_set(err, ERR_IO, "eventfd: %s", strerror(errno));
    if (!ledger_open(arena, worker->workers->site->ledger, &worker->ledger, err))
        return false;
    return pthread_create(&worker->id, NULL, run_worker, worker) == 0 ||
           err_set(err, ERR_IO, "a thread could not be started");
}

bool workers_start(struct arena *arena, struct site *site, struct workers **out, struct err *err)
{
    struct workers *workers = arena_push(arena, struct workers);
    *workers = (struct workers){.site = site,
                                .items = arena_push_many(arena, struct worker, site->workers)};
    pthread_mutex_init(&workers->lock, NULL);
    init_condition(&workers->changed);
    init_condition(&workers->idle);
    *out = workers;
    for (uint32_t i = 0; i < site->workers; i++) {
        workers->items[i] = (struct worker){.workers = workers};
        if (!start_worker(arena, &workers->items[i], err))
            return false;
        workers->count++;
    }
    return true;
}

void workers_wake(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->wakes++;
    pthread_cond_broadcast(&workers->changed);
    pthread_mutex_unlock(&workers->lock);
}

static void stop_one(struct worker *worker)
{
    const uint64_t one = 1;
    if (write(worker->stop_fd, &one, sizeof one) < 0 && errno != EAGAIN)
        log_line(LOG_WARNING, "worker", "%s", strerror(errno));
}

void workers_cancel(struct workers *workers, struct str id)
{
    pthread_mutex_lock(&workers->lock);
    for (uint32_t i = 0; i < workers->count; i++)
        if (str_eq(workers->items[i].incident, id))
            stop_one(&workers->items[i]);
    pthread_mutex_unlock(&workers->lock);
}

uint32_t workers_busy(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    const uint32_t busy = workers->busy;
    pthread_mutex_unlock(&workers->lock);
    return busy;
}

void workers_stop(struct workers *workers, int64_t grace_ns)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += grace_ns / NS_PER_S;
    pthread_mutex_lock(&workers->lock);
    workers->is_stopping = true;
    pthread_cond_broadcast(&workers->changed);
    int waited = 0;
    while (workers->busy > 0 && waited == 0)
        waited = pthread_cond_timedwait(&workers->idle, &workers->lock, &until);
    for (uint32_t i = 0; i < workers->count; i++)
        stop_one(&workers->items[i]);
    pthread_mutex_unlock(&workers->lock);
    for (uint32_t i = 0; i < workers->count; i++) {
        pthread_join(workers->items[i].id, NULL);
        close(workers->items[i].stop_fd);
    }
}
