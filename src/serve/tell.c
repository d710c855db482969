/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/tell.h"

#include "base/arena.h"
#include "base/clock.h"
#include "incident/due.h"
#include "notify/notify.h"
#include "serve/brief.h"
#include "serve/files.h"
#include "serve/log.h"
#include "serve/site.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define TELL_NS (10 * NS_PER_S) /* to one of them */
#define LOOK_S 1                /* how often it is looked what is due */

struct teller {
    const struct site *site;
    struct ledger *ledger;
    pthread_t id;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_stopping;
};

/* ---- one piece of news ---- */

static struct news news_of(const struct site *site, struct arena *arena,
                           const struct incident *incident, enum news_phase phase)
{
    const struct str page = site->config->page_url;
    return (struct news){
        .phase = phase,
        .id = incident->id,
        .title = incident->title,
        .url = page.len > 0 ? str_printf(arena, "%.*s/#/incidents/%.*s", STR_ARG(page),
                                         STR_ARG(incident->id))
                            : STR(""),
        .alert_name = incident->alert_name,
        .service = incident->service,
        .severity = incident->severity,
        .started_ns = incident->started_ns,
        .why = incident->why,
    };
}

/* Some go on where they left off, in a thread. */
static bool tell_one(struct ledger *ledger, struct arena *arena, const struct notifier *notifier,
                     const struct news *news, struct err *err)
{
    const struct clock clock = clock_system();
    struct dispatch dispatch = {.courier = {.transport = transport_network(), .clock = clock},
                                .now_ns = wall_now_ns()};
    struct str thread;
    return due_thread(ledger, arena, news->id, notifier->name, &thread, err) &&
           notifier_send(arena, notifier, news, &dispatch, deadline_in(clock, TELL_NS), &thread,
                         err) &&
           (thread.len == 0 || due_keep_thread(ledger, news->id, notifier->name, thread, err));
}

static bool is_wanted(const struct config_items *items, enum news_phase phase)
{
    for (uint32_t i = 0; i < items->count; i++)
        if (notifier_wants(items->items[i].thing, phase))
            return true;
    return false;
}

/* Whoever looks at examples has no need to be told of them. */
static bool is_example(const struct site *site, struct arena *arena, struct str id)
{
    char target[8];
    return readlink(site_path(site, arena, id, "bundle").ptr, target, sizeof target) > 0;
}

static bool read_news(const struct site *site, struct ledger *ledger, struct arena *arena,
                      struct str id, enum news_phase phase, struct news *out, struct err *err)
{
    struct incident incident;
    struct str report;
    if (!incident_read(ledger, arena, id, &incident, err))
        return false;
    *out = news_of(site, arena, &incident, phase);
    return phase != NEWS_VERDICT ||
           (files_read(arena, site_path(site, arena, id, "report.json").ptr, REPORT_BYTES_MAX,
                       &report, err) &&
            news_read_report(arena, report, out, err));
}

static void tell(const struct site *site, struct ledger *ledger, struct arena *arena, struct str id,
                 enum news_phase phase)
{
    const struct config_items *items = &site->config->notify;
    struct news news;
    struct err err = {0};
    if (!is_wanted(items, phase) || is_example(site, arena, id))
        return;
    if (!read_news(site, ledger, arena, id, phase, &news, &err)) {
        log_line(LOG_WARNING, "notify", "%.*s: %s", STR_ARG(id), err.text);
        return;
    }
    for (uint32_t i = 0; i < items->count; i++)
        if (notifier_wants(items->items[i].thing, phase) &&
            !tell_one(ledger, arena, items->items[i].thing, &news, &err))
            log_line(LOG_WARNING, "notify", "%.*s: %s", STR_ARG(id), err.text);
}

/* ---- the thread ---- */

static bool phase_of(struct str what, enum news_phase *out)
{
    for (int phase = NEWS_OPENED; phase <= NEWS_RESOLVED; phase++)
        if (str_eq(what, str_of(news_phase_name((enum news_phase)phase)))) {
            *out = (enum news_phase)phase;
            return true;
        }
    return false;
}

static bool is_stopping(struct teller *teller)
{
    pthread_mutex_lock(&teller->lock);
    const bool is_stopping = teller->is_stopping;
    pthread_mutex_unlock(&teller->lock);
    return is_stopping;
}

/* What could not be taken off the list is not told again by this process. */
static bool tell_next(struct teller *teller, struct arena *arena, int64_t *after)
{
    struct due due;
    enum news_phase phase;
    struct err err = {0};
    bool ok = due_next(teller->ledger, arena, *after, &due, &err);
    if (ok && due.number > 0) {
        *after = due.number;
        if (phase_of(due.what, &phase))
            tell(teller->site, teller->ledger, arena, due.incident, phase);
        ok = due_told(teller->ledger, due.number, &err);
    }
    if (!ok)
        log_line(LOG_ERROR, "notify", "%s", err.text);
    return ok && due.number > 0;
}

/* False: it is to stop. */
static bool wait_a_while(struct teller *teller)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_S;
    pthread_mutex_lock(&teller->lock);
    if (!teller->is_stopping)
        pthread_cond_timedwait(&teller->changed, &teller->lock, &until);
    const bool goes_on = !teller->is_stopping;
    pthread_mutex_unlock(&teller->lock);
    return goes_on;
}

static void *run_teller(void *state)
{
    struct teller *teller = state;
    struct arena *arena = arena_new("teller");
    int64_t after = 0;
    do {
        while (!is_stopping(teller) && tell_next(teller, arena, &after))
            arena_reset(arena);
        arena_reset(arena);
    } while (wait_a_while(teller));
    arena_free(arena);
    return NULL;
}

bool teller_start(struct arena *arena, const struct site *site, struct teller **out,
                  struct err *err)
{
    struct teller *teller = arena_push(arena, struct teller);
    pthread_condattr_t attributes;
    teller->site = site;
    pthread_mutex_init(&teller->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&teller->changed, &attributes);
    *out = teller;
    if (!ledger_open(arena, site->ledger, &teller->ledger, err))
        return false;
    return pthread_create(&teller->id, NULL, run_teller, teller) == 0 ||
           err_set(err, ERR_IO, "a thread could not be started");
}

void teller_stop(struct teller *teller)
{
    pthread_mutex_lock(&teller->lock);
    teller->is_stopping = true;
    pthread_cond_signal(&teller->changed);
    pthread_mutex_unlock(&teller->lock);
    pthread_join(teller->id, NULL);
}
