/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A way of telling may want to go on where it left off (a thread of Slack): what it needs for that
 * lies beside the report, in a file for each of those who are told.
 */
#include "serve/tell.h"

#include "base/arena.h"
#include "base/clock.h"
#include "notify/notify.h"
#include "serve/brief.h"
#include "serve/files.h"
#include "serve/log.h"
#include "serve/site.h"

#include <unistd.h>

#define TELL_NS (20 * NS_PER_S) /* to one of them */
#define THREAD_BYTES_MAX ((size_t)4096)

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

static void tell_one(const struct site *site, struct arena *arena, const struct notifier *notifier,
                     const struct news *news)
{
    const struct clock clock = clock_system();
    const char *path = site_path(site, arena, news->id,
                                 str_printf(arena, "told-%.*s", STR_ARG(notifier->name)).ptr)
                           .ptr;
    struct dispatch dispatch = {.courier = {.transport = transport_network(), .clock = clock},
                                .now_ns = wall_now_ns()};
    struct str thread = STR("");
    struct err err = {0};
    if (!files_read(arena, path, THREAD_BYTES_MAX, &thread, &err))
        thread = STR(""); /* the first news of it */
    if (!notifier_send(arena, notifier, news, &dispatch, deadline_in(clock, TELL_NS), &thread,
                       &err) ||
        (thread.len > 0 && !files_write(path, thread, &err)))
        log_line(LOG_WARNING, "notify", "%.*s: %s", STR_ARG(news->id), err.text);
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

void tell_news(const struct site *site, struct ledger *ledger, struct str id, enum news_phase phase)
{
    const struct config_items *items = &site->config->notify;
    struct incident incident;
    struct str report;
    struct err err = {0};
    if (!is_wanted(items, phase))
        return;
    struct arena *arena = arena_new("news");
    bool ok = incident_read(ledger, arena, id, &incident, &err);
    if (is_example(site, arena, id)) {
        arena_free(arena);
        return;
    }
    struct news news = ok ? news_of(site, arena, &incident, phase) : (struct news){0};
    if (ok && phase == NEWS_VERDICT)
        ok = files_read(arena, site_path(site, arena, id, "report.json").ptr, REPORT_BYTES_MAX,
                        &report, &err) &&
             news_read_report(arena, report, &news, &err);
    if (!ok)
        log_line(LOG_WARNING, "notify", "%.*s: %s", STR_ARG(id), err.text);
    for (uint32_t i = 0; ok && i < items->count; i++)
        if (notifier_wants(items->items[i].thing, phase))
            tell_one(site, arena, items->items[i].thing, &news);
    arena_free(arena);
}
