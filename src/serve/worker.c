/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/worker.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/brief.h"
#include "serve/child.h"
#include "serve/files.h"
#include "source/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXAMPLES_MAX 100
#define NUDGE_S 5 /* how often the queue is looked at although nobody said that something waits */

struct worker {
    struct workers *workers;
    struct ledger *ledger;
    pthread_t id;
    int stop_fd;
    struct str incident; /* on which it works; empty: none */
};

struct workers {
    struct site *site;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
    uint64_t wakes; /* counts what came */
    struct str examples[EXAMPLES_MAX];
    uint32_t examples_count, examples_taken;
    struct worker *items;
    uint32_t count;
};

/* ---- one investigation ---- */

static const char *const *child_environment(struct arena *arena)
{
    static const char *const names[] = {"PATH", "HOME", "TMPDIR", "XDG_DATA_HOME", "LANG"};
    const char **out = arena_push_many(arena, const char *, sizeof names / sizeof *names + 1);
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            out[count++] = str_printf(arena, "%s=%s", names[i], getenv(names[i])).ptr;
    return out;
}

struct run {
    struct worker *worker;
    struct arena *arena;
    struct str folder; /* of the incident */
    FILE *journal;
};

static void hear_journal(void *state, struct str bytes)
{
    struct run *run = state;
    if (run->journal)
        fwrite(bytes.ptr, 1, bytes.len, run->journal);
}

static bool investigate_bundle(struct run *run, const char *bundle, struct child_result *result,
                               struct err *err)
{
    struct site *site = run->worker->workers->site;
    const char *folder = run->folder.ptr;
    const char *const argv[] = {site->program,
                                "investigate",
                                bundle,
                                "--no-progress",
                                "--format=json",
                                "--journal=/dev/fd/3",
                                str_printf(run->arena, "--reports=%s", folder).ptr,
                                NULL};
    const struct child_order order = {.argv = argv,
                                      .environment = child_environment(run->arena),
                                      .deadline_ns =
                                          clock_now_ns(clock_system()) + site->deadline_ns,
                                      .stop_fd = run->worker->stop_fd,
                                      .heard = hear_journal,
                                      .state = run};
    run->journal = fopen(str_printf(run->arena, "%s/journal.jsonl", folder).ptr, "we");
    const bool ok = child_run(&order, result, err);
    if (run->journal)
        fclose(run->journal);
    return ok;
}

static bool read_verdict(struct run *run, struct verdict_brief *out, struct err *err)
{
    struct str text;
    return files_read(run->arena, str_printf(run->arena, "%s/report.json", run->folder.ptr).ptr,
                      REPORT_BYTES_MAX, &text, err) &&
           brief_read(run->arena, text, out, err);
}

static struct outcome outcome_of(struct run *run, bool started, const struct child_result *result,
                                 const struct err *fault)
{
    struct outcome out = {.state = INCIDENT_FAILED};
    struct err err = {0};
    if (!started)
        out.why = str_of(fault->text);
    else if (result->end == CHILD_STOPPED)
        out = (struct outcome){.state = INCIDENT_CANCELLED, .why = STR("Somebody cancelled it.")};
    else if (result->end == CHILD_LATE)
        out.why = STR("Its time was over.");
    else if (result->end == CHILD_KILLED)
        out.why = str_printf(run->arena, "The investigation was ended by signal %d.", result->code);
    else if (result->code > 1)
        out.why = str_copy(run->arena, str_of(result->said));
    else if (!read_verdict(run, &out.verdict, &err))
        out.why = str_copy(run->arena, str_of(err.text));
    else
        out.state = INCIDENT_DONE;
    return out;
}

static void work(struct worker *worker, const struct claimed *claimed, struct arena *arena)
{
    struct site *site = worker->workers->site;
    struct run run = {
        .worker = worker, .arena = arena, .folder = site_path(site, arena, claimed->incident, "")};
    struct child_result result = {0};
    struct err err = {0};
    char bundle[4096];
    const bool has_bundle =
        realpath(str_printf(arena, "%s/bundle", run.folder.ptr).ptr, bundle) != NULL;
    bool ok = has_bundle || err_set(&err, ERR_NOT_FOUND,
                                    "no sources are configured, so there is nothing "
                                    "to look into; name some in warroom.yaml");
    ok = ok && incident_step(worker->ledger, claimed->investigation, site_now_ns(), &err) &&
         investigate_bundle(&run, bundle, &result, &err);
    const struct outcome outcome = outcome_of(&run, ok, &result, &err);
    if (!incident_finish(worker->ledger, claimed->investigation, &outcome, site_now_ns(), &err))
        fprintf(stderr, "%s\n", err.text);
}

/* ---- the shipped incidents ---- */

static bool put_example(struct run *run, const char *bundle, int64_t took_ns, struct err *err)
{
    struct site *site = run->worker->workers->site;
    struct bundle opened;
    struct verdict_brief verdict;
    struct notice notice = {.status = NOTICE_FIRING, .has_start = true};
    struct str id;
    if (!read_verdict(run, &verdict, err) ||
        !bundle_open(run->arena, str_of(bundle), &opened, err) ||
        !bundle_read_alert(&opened, run->arena, &notice.alert, err))
        return false;
    notice.fingerprint = notice.alert.id.len > 0 ? notice.alert.id : notice.alert.name;
    if (!incident_put_done(run->worker->ledger, run->arena, &notice, &verdict, took_ns,
                           site_now_ns(), &id, err))
        return false;
    const struct str link = str_printf(run->arena, "%s/bundle", run->folder.ptr);
    if (symlink(bundle, link.ptr) != 0 && errno != EEXIST)
        return err_set(err, ERR_IO, "%s: %s", link.ptr, strerror(errno));
    const struct str home = site_path(site, run->arena, id, "");
    return rename(run->folder.ptr, home.ptr) == 0 ||
           err_set(err, ERR_IO, "%s: %s", home.ptr, strerror(errno));
}

static bool investigate_example(struct worker *worker, struct arena *arena, struct str path,
                                struct err *err)
{
    struct site *site = worker->workers->site;
    struct run run = {.worker = worker, .arena = arena};
    struct child_result result = {0};
    char bundle[4096];
    const int64_t started_ns = clock_now_ns(clock_system());
    run.folder = str_printf(arena, "%s/incidents/.new-%p", site->data, (void *)worker);
    if (!realpath(path.ptr, bundle) || (mkdir(run.folder.ptr, 0700) != 0 && errno != EEXIST))
        return err_set(err, ERR_IO, "%s: %s", path.ptr, strerror(errno));
    if (!investigate_bundle(&run, bundle, &result, err))
        return false;
    if (result.end != CHILD_ENDED || result.code > 1)
        return err_set(err, ERR_IO, "%s: %s", path.ptr, result.said);
    return put_example(&run, bundle, clock_now_ns(clock_system()) - started_ns, err);
}

static bool list_examples(struct arena *arena, const char *folder, struct workers *workers,
                          struct err *err)
{
    struct dirent **entries;
    const int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.' && workers->examples_count < EXAMPLES_MAX)
            workers->examples[workers->examples_count++] =
                str_printf(arena, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* ---- the thread ---- */

static bool next_example(struct workers *workers, struct str *out)
{
    pthread_mutex_lock(&workers->lock);
    const bool is_there =
        !workers->is_stopping && workers->examples_taken < workers->examples_count;
    if (is_there)
        *out = workers->examples[workers->examples_taken++];
    pthread_mutex_unlock(&workers->lock);
    return is_there;
}

/* False: the server stops. */
static bool wait_for_work(struct workers *workers, uint64_t *wakes)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += NUDGE_S;
    pthread_mutex_lock(&workers->lock);
    if (*wakes == workers->wakes && !workers->is_stopping)
        pthread_cond_timedwait(&workers->changed, &workers->lock, &until);
    *wakes = workers->wakes;
    const bool goes_on = !workers->is_stopping;
    pthread_mutex_unlock(&workers->lock);
    return goes_on;
}

static void *run_worker(void *state)
{
    struct worker *worker = state;
    struct arena *arena = arena_new("worker");
    struct str example;
    uint64_t wakes = 0;
    do {
        struct claimed claimed = {0};
        struct err err = {0};
        if (next_example(worker->workers, &example)) {
            if (!investigate_example(worker, arena, example, &err))
                fprintf(stderr, "warroom: %s\n", err.text);
            wakes--;
        } else if (!incident_next(worker->ledger, arena, site_now_ns(), &claimed, &err)) {
            fprintf(stderr, "warroom: %s\n", err.text);
        } else if (claimed.investigation != 0) {
            work(worker, &claimed, arena);
            wakes--;
        }
        arena_reset(arena);
    } while (wait_for_work(worker->workers, &wakes));
    arena_free(arena);
    return NULL;
}

bool workers_start(struct arena *arena, struct site *site, const char *examples,
                   struct workers **out, struct err *err)
{
    struct workers *workers = arena_push(arena, struct workers);
    *workers = (struct workers){.site = site,
                                .items = arena_push_many(arena, struct worker, site->workers)};
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->changed, &attributes);
    *out = workers;
    if (examples && !list_examples(arena, examples, workers, err))
        return false;
    for (uint32_t i = 0; i < site->workers; i++) {
        struct worker *worker = &workers->items[i];
        *worker = (struct worker){.workers = workers, .stop_fd = eventfd(0, EFD_CLOEXEC)};
        if (!ledger_open(arena, site->ledger, &worker->ledger, err))
            return false;
        if (pthread_create(&worker->id, NULL, run_worker, worker) != 0)
            return err_set(err, ERR_IO, "a thread could not be started");
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

void workers_stop(struct workers *workers, int64_t grace_ns)
{
    (void)grace_ns;
    const uint64_t one = 1;
    pthread_mutex_lock(&workers->lock);
    workers->is_stopping = true;
    pthread_cond_broadcast(&workers->changed);
    for (uint32_t i = 0; i < workers->count; i++)
        if (write(workers->items[i].stop_fd, &one, sizeof one) != sizeof one)
            continue; /* it is full of orders to stop already */
    pthread_mutex_unlock(&workers->lock);
    for (uint32_t i = 0; i < workers->count; i++)
        pthread_join(workers->items[i].id, NULL);
}
