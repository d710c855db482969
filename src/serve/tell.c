/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/tell.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "incident/due.h"
#include "notify/notify.h"
#include "serve/brief.h"
#include "serve/log.h"
#include "serve/site.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define TELL_NS (10 * NS_PER_S) /* to one of them */
#define LOOK_S 1                /* how often it is looked what is due */
#define TROUBLE_S 30            /* how long a ledger is left alone that cannot be written */

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
    return phase != NEWS_VERDICT || (file_read(arena, site_path(site, arena, id, "report.json").ptr,
                                               REPORT_BYTES_MAX, &report, err) &&
                                     news_read_report(arena, report, out, err));
}

/* NULL: they are not in the configuration any more. */
static const struct notifier *find(const struct site *site, struct str name)
{
    const struct config_items *items = &site->config->notify;
    for (uint32_t i = 0; i < items->count; i++)
        if (str_eq(((const struct notifier *)items->items[i].thing)->name, name))
            return items->items[i].thing;
    return NULL;
}

/* What the other side does not take will not be taken later. */
static bool may_pass(const struct err *err)
{
    return err->kind != ERR_PROTOCOL && err->kind != ERR_USAGE;
}

/* Whether it is over with this piece of news: they were told, or it is given up. */
static bool tell(struct teller *teller, struct arena *arena, const struct due *due,
                 enum news_phase phase)
{
    const struct notifier *notifier = find(teller->site, due->who);
    struct news news;
    struct err err = {0};
    if (!notifier)
        return true;
    if (!read_news(teller->site, teller->ledger, arena, due->incident, phase, &news, &err)) {
        log_line(LOG_WARNING, "notify", "%.*s: %s", STR_ARG(due->incident), err.text);
        return true;
    }
    if (tell_one(teller->ledger, arena, notifier, &news, &err))
        return true;
    const bool goes_on = may_pass(&err) && due_is_worth_it(due, wall_now_ns());
    log_line(LOG_WARNING, "notify", "%.*s: %s; attempt %u, %s", STR_ARG(due->incident), err.text,
             due->attempts, goes_on ? "and there will be another" : "the last");
    return !goes_on;
}

static bool spread(struct teller *teller, struct arena *arena, const struct due *due,
                   enum news_phase phase, struct err *err)
{
    const struct config_items *items = &teller->site->config->notify;
    struct str *who = arena_push_many(arena, struct str, items->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < items->count; i++) {
        const struct notifier *notifier = items->items[i].thing;
        if (notifier_wants(notifier, phase))
            who[count++] = notifier->name;
    }
    if (count > 0 && is_example(teller->site, arena, due->incident))
        count = 0;
    return due_spread(teller->ledger, due, who, count, err);
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

/* What cannot be written down before it is told is not told: it would be told again and again. */
static bool handle(struct teller *teller, struct arena *arena, struct due *due, struct err *err)
{
    enum news_phase phase;
    if (!phase_of(due->what, &phase))
        return due_done(teller->ledger, due, err);
    if (due->who.len == 0)
        return spread(teller, arena, due, phase, err);
    if (!due_try(teller->ledger, due, wall_now_ns(), err))
        return false;
    return !tell(teller, arena, due, phase) || due_done(teller->ledger, due, err);
}

/* Until nothing more is due. False: the ledger is in trouble. */
static bool tell_all(struct teller *teller, struct arena *arena)
{
    struct due due = {.number = 1};
    struct err err = {0};
    bool ok = true;
    while (ok && due.number > 0 && !is_stopping(teller)) {
        arena_reset(arena);
        ok = due_next(teller->ledger, arena, wall_now_ns(), &due, &err) &&
             (due.number == 0 || handle(teller, arena, &due, &err));
    }
    if (!ok)
        log_line(LOG_ERROR, "notify", "%s", err.text);
    arena_reset(arena);
    return ok;
}

/* False: it is to stop. */
static bool wait_a_while(struct teller *teller, int seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
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
    while (wait_a_while(teller, tell_all(teller, arena) ? LOOK_S : TROUBLE_S))
        ;
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
