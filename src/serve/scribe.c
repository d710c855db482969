/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The child that tells a report again may connect: the courier lets it reach the models alone. It
 * reads the journal and no evidence, and writes into a folder of its own beside the report; what it
 * wrote takes the place of the report when all of it is there and the incident was not looked into
 * again meanwhile.
 */
#include "serve/scribe.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/child.h"
#include "serve/files.h"
#include "serve/log.h"
#include "serve/site.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define WRITE_NS (10 * NS_PER_S) /* kept of the time, for replaying the journal and for writing */
#define TIME_MIN_S 1.0
#define ID_LEN_MAX 64 /* of an incident; those of the ledger have 18 bytes */

struct job {
    char incident[ID_LEN_MAX];
    int64_t investigation;
};

struct scribe {
    const struct site *site;
    struct ledger *ledger;
    pthread_t id;
    int stop_fd;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
    struct job waiting[SCRIBE_WAITING_MAX]; /* the oldest first */
    uint32_t count;
};

/* ---- one report ---- */

const char *scribe_objection(const struct incident *incident, int64_t investigation)
{
    return incident->investigation != investigation ? "it was looked into again"
           : incident->state != INCIDENT_DONE       ? "there is no report"
                                                    : NULL;
}

static int is_report(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

bool scribe_replace(struct arena *arena, const char *from, const char *to, struct err *err)
{
    struct dirent **files = NULL;
    const int count = scandir(from, &files, is_report, alphasort);
    bool ok = count >= 0 || err_set(err, ERR_IO, "%s: %s", from, strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = files[i]->d_name;
        const char *path = str_printf(arena, "%s/%s", from, name).ptr;
        if (ok && rename(path, str_printf(arena, "%s/%s", to, name).ptr) != 0)
            ok = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
        free(files[i]);
    }
    free(files);
    return ok && files_remove_tree(from, err);
}

static bool is_of_use(struct scribe *scribe, struct arena *arena, const struct job *job,
                      struct err *err)
{
    struct incident incident;
    if (!incident_read(scribe->ledger, arena, str_of(job->incident), &incident, err))
        return false;
    const char *objection = scribe_objection(&incident, job->investigation);
    return !objection || err_set(err, ERR_CANCELLED, "%s", objection);
}

static bool run_retell(const struct scribe *scribe, struct arena *arena, const char *folder,
                       const char *beside, struct child_result *result, struct err *err)
{
    const struct site *site = scribe->site;
    const double seconds = (double)(site->deadline_ns - WRITE_NS) / (double)NS_PER_S;
    const char *const argv[] = {
        site->program,
        "retell",
        str_printf(arena, "%s/journal.jsonl", folder).ptr,
        "--format=json",
        str_printf(arena, "--expert=%s", site->config_path).ptr,
        str_printf(arena, "--time=%.1f", seconds < TIME_MIN_S ? TIME_MIN_S : seconds).ptr,
        str_printf(arena, "--reports=%s", beside).ptr,
        NULL};
    const struct child_order order = {.argv = argv,
                                      .environment = (const char *const *)environ, /* keys */
                                      .deadline_ns =
                                          clock_now_ns(clock_system()) + site->deadline_ns,
                                      .stop_fd = scribe->stop_fd};
    return child_run(&order, result, err);
}

/* Exit code 1 is a report that names no cause, and a report. */
static bool has_ended_well(const struct child_result *result, struct err *err)
{
    switch (result->end) {
    case CHILD_STOPPED:
        return err_set(err, ERR_CANCELLED, "the server ends");
    case CHILD_LATE:
        return err_set(err, ERR_TIMEOUT, "its time was over");
    case CHILD_KILLED:
        return err_set(err, ERR_IO, "it was ended by signal %d", result->code);
    case CHILD_ENDED:
        break;
    }
    return result->code <= 1 || err_set(err, ERR_IO, "%s", result->said);
}

static bool retell(struct scribe *scribe, struct arena *arena, const struct job *job,
                   struct child_result *result, struct err *err)
{
    const char *folder = site_path(scribe->site, arena, str_of(job->incident), "").ptr;
    const char *beside = str_printf(arena, "%s/retold", folder).ptr;
    struct err ignored;
    if (!is_of_use(scribe, arena, job, err) || !files_remove_tree(beside, err) ||
        !files_make_folder(beside, err))
        return false;
    const bool ok = run_retell(scribe, arena, folder, beside, result, err) &&
                    has_ended_well(result, err) && is_of_use(scribe, arena, job, err) &&
                    scribe_replace(arena, beside, folder, err);
    if (!ok && !files_remove_tree(beside, &ignored))
        log_line(LOG_WARNING, "prose", "%s: %s", job->incident, ignored.text);
    return ok;
}

static void work(struct scribe *scribe, struct arena *arena, const struct job *job)
{
    struct child_result result = {0};
    struct err err = {0};
    if (!retell(scribe, arena, job, &result, &err))
        log_line(LOG_WARNING, "prose", "%s: not told in the words of a model: %s", job->incident,
                 err.text);
    else if (result.said[0] != '\0')
        log_line(LOG_WARNING, "prose", "%s: %s", job->incident, result.said);
    else
        log_line(LOG_INFO, "prose", "%s: told in the words of a model", job->incident);
}

/* ---- the thread ---- */

/* False: it is to stop. */
static bool wait_for_job(struct scribe *scribe, struct job *out)
{
    pthread_mutex_lock(&scribe->lock);
    while (scribe->count == 0 && !scribe->is_stopping)
        pthread_cond_wait(&scribe->changed, &scribe->lock);
    const bool goes_on = !scribe->is_stopping;
    if (goes_on) {
        *out = scribe->waiting[0];
        scribe->count--;
        memmove(scribe->waiting, scribe->waiting + 1, scribe->count * sizeof *scribe->waiting);
    }
    pthread_mutex_unlock(&scribe->lock);
    return goes_on;
}

static void *run_scribe(void *state)
{
    struct scribe *scribe = state;
    struct arena *arena = arena_new("scribe");
    struct job job;
    while (wait_for_job(scribe, &job)) {
        work(scribe, arena, &job);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

bool scribe_start(struct arena *arena, const struct site *site, struct scribe **out,
                  struct err *err)
{
    *out = NULL;
    if (!site->retells)
        return true;
    struct scribe *scribe = arena_push(arena, struct scribe);
    *scribe = (struct scribe){.site = site, .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (scribe->stop_fd < 0)
        return err_set(err, ERR_IO, "eventfd: %s", strerror(errno));
    pthread_mutex_init(&scribe->lock, NULL);
    pthread_cond_init(&scribe->changed, NULL);
    *out = scribe;
    if (!ledger_open(arena, site->ledger, &scribe->ledger, err))
        return false;
    return pthread_create(&scribe->id, NULL, run_scribe, scribe) == 0 ||
           err_set(err, ERR_IO, "a thread could not be started");
}

void scribe_add(struct scribe *scribe, struct str incident, int64_t investigation)
{
    if (!scribe)
        return;
    pthread_mutex_lock(&scribe->lock);
    const bool has_room = scribe->count < SCRIBE_WAITING_MAX && incident.len < ID_LEN_MAX;
    if (has_room) {
        struct job *job = &scribe->waiting[scribe->count++];
        *job = (struct job){.investigation = investigation};
        memcpy(job->incident, incident.ptr, incident.len);
        pthread_cond_signal(&scribe->changed);
    }
    pthread_mutex_unlock(&scribe->lock);
    if (!has_room)
        log_line(LOG_WARNING, "prose",
                 "%.*s: not told in the words of a model: %d reports wait for one already",
                 STR_ARG(incident), SCRIBE_WAITING_MAX);
}

void scribe_stop(struct scribe *scribe)
{
    const uint64_t one = 1;
    if (!scribe)
        return;
    pthread_mutex_lock(&scribe->lock);
    scribe->is_stopping = true;
    pthread_cond_signal(&scribe->changed);
    pthread_mutex_unlock(&scribe->lock);
    if (write(scribe->stop_fd, &one, sizeof one) < 0)
        log_line(LOG_WARNING, "prose", "%s", strerror(errno));
    pthread_join(scribe->id, NULL);
    close(scribe->stop_fd);
}
