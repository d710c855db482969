/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the parts together. The thread that starts them waits for a signal and stops them in the
 * opposite order: first no new connections, then the workers, then what was being answered.
 */
#include "serve/serve.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/answer.h"
#include "serve/examples.h"
#include "serve/files.h"
#include "serve/live.h"
#include "serve/log.h"
#include "serve/router.h"
#include "serve/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CLERKS 4
#define STOP_GRACE_NS (5 * NS_PER_S)
#define BEAT_S 15         /* proxies cut off what is silent for a minute, some after half of it */
#define FILES_WANTED 8192 /* a connection is one, and a child some more */

struct server {
    struct site site;
    struct clerks *clerks;
};

/* ---- requests ---- */

static bool admit(void *state, struct http_exchange *exchange, size_t *body_bytes_max)
{
    (void)state;
    struct http_request *request = &exchange->request;
    const struct route *route;
    struct str allowed;
    switch (route_find(request->arena, request->method, request->path, &route, &allowed)) {
    case ROUTE_NO_PATH:
        http_refuse(exchange, 404, "not_found", "there is nothing at this path");
        return false;
    case ROUTE_NO_METHOD:
        http_refuse(exchange, 405, "usage", "this path takes %s", allowed.ptr);
        http_answer_header(&exchange->answer, "Allow", allowed);
        return false;
    case ROUTE_FOUND:
        break;
    }
    exchange->route = route;
    *body_bytes_max = route->body_max;
    return true;
}

static bool answer(void *state, struct http_exchange *exchange)
{
    struct server *server = state;
    const struct route *route = exchange->route;
    struct clerk quick = {.site = &server->site};
    if (route->is_quick)
        route->handle(&quick, exchange);
    return route->is_quick;
}

static void later(void *state, struct http_exchange *exchange)
{
    struct server *server = state;
    if (clerks_give(server->clerks, exchange))
        return;
    http_refuse(exchange, 503, "over_budget", "too many requests wait; try again");
    http_finish(exchange);
}

static void over(void *state, const struct http_exchange *exchange, size_t bytes)
{
    (void)state, (void)exchange, (void)bytes;
}

static void work(struct clerk *clerk, struct http_exchange *exchange)
{
    const struct route *route = exchange->route;
    route->handle(clerk, exchange);
}

/* ---- start ---- */

static void raise_files_max(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static const char *own_path(struct arena *arena)
{
    char path[4096];
    const ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    return len > 0 && (size_t)len < sizeof path
               ? str_copy(arena, (struct str){path, (size_t)len}).ptr
               : NULL;
}

static bool make_data(struct arena *arena, const struct serve_options *options, struct site *site,
                      struct err *err)
{
    char *folder = str_copy(arena, STR("/tmp/warroom-XXXXXX")).ptr
                       ? (char *)(uintptr_t)str_copy(arena, STR("/tmp/warroom-XXXXXX")).ptr
                       : NULL;
    site->data = options->data ? options->data : mkdtemp(folder);
    if (!site->data)
        return err_set(err, ERR_IO, "%s: %s", folder, strerror(errno));
    site->ledger = str_printf(arena, "%s/ledger.db", site->data).ptr;
    return files_make_folder(site->data, err) &&
           files_make_folder(str_printf(arena, "%s/incidents", site->data).ptr, err);
}

static bool start(struct arena *arena, const struct serve_options *options, struct server *server,
                  struct err *err)
{
    struct site *site = &server->site;
    struct ledger *ledger;
    uint32_t requeued, failed;
    *site = (struct site){.arena = arena,
                          .program = own_path(arena),
                          .ui = options->ui,
                          .deadline_ns = 60 * NS_PER_S,
                          .workers = 2,
                          .live = live_new(arena),
                          .limits = incident_limits_standard};
    const struct http_listen listen = {
        .host = options->host, .port = (uint16_t)(options->port < 0 ? 8080 : options->port)};
    const struct http_handler handler = {server, admit, answer, later, over};
    return make_data(arena, options, site, err) && ledger_open(arena, site->ledger, &ledger, err) &&
           incident_recover(ledger, site_now_ns(), &requeued, &failed, err) &&
           (!options->examples || examples_open(site, ledger, options->examples, err)) &&
           clerks_start(arena, site, CLERKS, work, &server->clerks, err) &&
           workers_start(arena, site, &site->worker_pool, err) &&
           http_start(arena, &listen, &handler, &site->http, err);
}

static void stop(struct server *server)
{
    http_quiesce(server->site.http);
    workers_stop(server->site.worker_pool, STOP_GRACE_NS);
    live_stop(server->site.live);
    clerks_stop(server->clerks);
    http_stop(server->site.http);
}

/* The main thread has nothing else to do, so it does what is due now and then. */
static void run_until_ended(struct server *server, const sigset_t *ends)
{
    const struct timespec tick = {.tv_sec = 1};
    for (uint64_t ticks = 1; sigtimedwait(ends, NULL, &tick) < 0; ticks++)
        if (ticks % BEAT_S == 0)
            live_beat(server->site.live);
}

bool serve_run(const struct serve_options *options, struct err *err)
{
    struct arena *arena = arena_new("server");
    struct server *server = arena_push(arena, struct server);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    raise_files_max();
    const bool ok = start(arena, options, server, err);
    if (ok) {
        log_line(LOG_INFO, "start", "listening at http://127.0.0.1:%u/",
                 http_port(server->site.http));
        run_until_ended(server, &ends);
        stop(server);
    }
    arena_free(arena);
    return ok;
}
