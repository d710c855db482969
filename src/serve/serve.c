/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts the parts together. The thread that starts them waits for a signal and stops them: first no
 * new connections, then the workers and the scribe, then who watches, then what was being answered.
 */
#include "serve/serve.h"

#include "base/arena.h"
#include "base/clock.h"
#include "data/file.h"
#include "incident/desk.h"
#include "serve/api.h"
#include "serve/auth.h"
#include "serve/door.h"
#include "serve/examples.h"
#include "serve/files.h"
#include "serve/learn.h"
#include "serve/live.h"
#include "serve/log.h"
#include "serve/metrics.h"
#include "serve/pace.h"
#include "serve/receive.h"
#include "serve/scribe.h"
#include "serve/sweep.h"
#include "serve/tell.h"
#include "serve/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CLERKS 8 /* most of the time they wait for the disk */
#define STOP_GRACE_NS (5 * NS_PER_S)
#define FILES_WANTED 8192 /* a connection is one, and a child some more */
#define BEAT_S 15         /* proxies cut off what is silent for a minute, some after half of it */
#define PEM_BYTES_MAX ((size_t)1 << 20)

struct server {
    struct site site;
    struct door door;
    struct ledger *ledger; /* of the main thread */
    struct teller *teller;
    bool is_temporary; /* the data goes with the server */
};

/* ---- start ---- */

static void raise_files_max(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= FILES_WANTED)
        return;
    limit.rlim_cur = limit.rlim_max < FILES_WANTED ? limit.rlim_max : FILES_WANTED;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool find_program(struct arena *arena, struct site *site, struct err *err)
{
    char path[4096];
    const ssize_t len = readlink("/proc/self/exe", path, sizeof path);
    if (len <= 0 || (size_t)len == sizeof path)
        return err_set(err, ERR_IO, "where this program lies is not known: %s", strerror(errno));
    site->program = str_copy(arena, (struct str){path, (size_t)len}).ptr;
    return true;
}

/* Examples alone leave nothing behind. */
static bool choose_data(struct arena *arena, const struct serve_options *options,
                        struct server *server, struct err *err)
{
    struct site *site = &server->site;
    const struct str configured = site->config->serve.data;
    site->data = options->data        ? options->data
                 : configured.len > 0 ? str_copy(arena, configured).ptr
                                      : NULL;
    if (!site->data && options->examples) {
        const char *folder = getenv("TMPDIR");
        char *path = (char *)(uintptr_t)str_printf(arena, "%s/warroom-serve-XXXXXX",
                                                   folder ? folder : "/tmp")
                         .ptr;
        server->is_temporary = mkdtemp(path) != NULL;
        site->data = path;
        return server->is_temporary || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    }
    return true;
}

static bool open_ledger(struct arena *arena, struct server *server, struct err *err)
{
    struct site *site = &server->site;
    const char *path = NULL;
    if (site->data) {
        path = str_printf(arena, "%s/ledger.db", site->data).ptr;
        if (!files_make_folder(site->data, err))
            return false;
    }
    if (!ledger_open(arena, path, &server->ledger, err))
        return false;
    site->ledger = ledger_path(server->ledger).ptr;
    if (!site->data) {
        const struct str all = ledger_path(server->ledger);
        site->data = str_copy(arena, str_slice(all, 0, all.len - strlen("/ledger.db"))).ptr;
    }
    return files_make_folder(str_printf(arena, "%s/incidents", site->data).ptr, err) &&
           files_make_folder(str_printf(arena, "%s/tmp", site->data).ptr, err);
}

/* The desk writes on its own connection; what is left running by a process that was killed waits.
 */
static bool open_desk(struct arena *arena, struct server *server, struct err *err)
{
    struct ledger *ledger;
    uint32_t requeued, failed;
    if (!ledger_open(arena, server->site.ledger, &ledger, err) ||
        !incident_recover(ledger, wall_now_ns(), &requeued, &failed, err))
        return false;
    if (requeued + failed > 0)
        log_line(LOG_WARNING, "start",
                 "the last server was killed: %u investigations are made again, %u have failed",
                 requeued, failed);
    server->site.desk = desk_new(arena, ledger, &server->site.limits);
    learn_what_is_kept(&server->site, ledger);
    return true;
}

static bool open_store(struct arena *arena, struct site *site, struct err *err)
{
    const struct config *config = site->config;
    struct intake_settings settings = {.folder = str_printf(arena, "%s/telemetry", site->data),
                                       .retention_ns = config->receive.retention_ns,
                                       .size_bytes = config->receive.bytes_max};
    if (str_eq(config->receive.store, STR("clickhouse")))
        settings.clickhouse = (struct intake_clickhouse){.url = config->receive.url,
                                                         .user = config->receive.user,
                                                         .password = config->receive.password};
    return !config->receive.is_on || receive_start(arena, &settings, &site->receive, err);
}

/* Of one that was killed. Whoever holds the telemetry is alone in the folder; else nobody knows. */
static bool clear_rest(struct arena *arena, const struct site *site, struct err *err)
{
    const char *rest = str_printf(arena, "%s/tmp", site->data).ptr;
    return !site->receive || (files_remove_tree(rest, err) && files_make_folder(rest, err));
}

static bool read_pem(struct arena *arena, struct str path, struct str *out, struct err *err)
{
    return path.len == 0 || file_read(arena, str_copy(arena, path).ptr, PEM_BYTES_MAX, out, err);
}

static bool start_http(struct arena *arena, const struct serve_options *options,
                       struct server *server, struct err *err)
{
    const struct config *config = server->site.config;
    const struct http_handler handler = door_handler(&server->door);
    const struct str host = config->serve.host;
    struct http_listen listen = {.host = options->host  ? options->host
                                         : host.len > 0 ? str_copy(arena, host).ptr
                                                        : NULL,
                                 .port = options->port >= 0 ? (uint16_t)options->port
                                                            : config->serve.port};
    if (!config->serve.is_behind_proxy)
        listen.address_max = (uint32_t)config->serve.connections_max;
    return read_pem(arena, config->serve.certificate, &listen.certificate, err) &&
           read_pem(arena, config->serve.key, &listen.key, err) &&
           http_start(arena, &listen, &handler, &server->site.http, err);
}

static struct site make_site(struct arena *arena, const struct serve_options *options)
{
    const struct config *config = options->config;
    struct site site = {.arena = arena,
                        .config = config,
                        .config_path =
                            config->path.len > 0 ? str_copy(arena, config->path).ptr : NULL,
                        .ui = options->ui,
                        .has_sources = config->sources.count > 0,
                        .retells = options->retells,
                        .deadline_ns = config->serve.deadline_ns,
                        .workers = (uint32_t)config->serve.workers,
                        .limits = incident_limits_standard,
                        .auth = auth_new(arena, config->page_url),
                        .live = live_new(arena),
                        .metrics = arena_push(arena, struct metrics)};
    site.pace = pace_new(
        arena, config->serve.is_behind_proxy ? 0 : (uint32_t)config->serve.posts_per_second);
    site.metrics->started_ns = wall_now_ns();
    site.limits.queue_max = (uint32_t)config->serve.queue;
    site.limits.opened_max = (uint32_t)config->serve.opened_per_minute;
    return site;
}

static bool start(struct arena *arena, const struct serve_options *options, struct server *server,
                  struct err *err)
{
    struct site *site = &server->site;
    *site = make_site(arena, options);
    server->door.site = site;
    return find_program(arena, site, err) && choose_data(arena, options, server, err) &&
           open_ledger(arena, server, err) && open_desk(arena, server, err) &&
           (!options->examples || examples_open(site, server->ledger, options->examples, err)) &&
           open_store(arena, site, err) && clear_rest(arena, site, err) &&
           auth_reload(site->auth, server->ledger, wall_now_ns(), err) &&
           clerks_start(arena, site, CLERKS, door_work, &server->door.clerks, err) &&
           scribe_start(arena, site, &site->scribe, err) &&
           workers_start(arena, site, &site->worker_pool, err) &&
           teller_start(arena, site, &server->teller, err) &&
           start_http(arena, options, server, err);
}

/* ---- while it runs ---- */

static void tell_changes(struct server *server)
{
    struct arena *arena = arena_new("changes");
    struct str id;
    while ((id = live_marked(server->site.live, arena)).len > 0)
        api_tell_state(&server->site, server->ledger, id);
    arena_free(arena);
}

/* The main thread has nothing else to do, so it does what is due now and then. */
static void run_until_ended(struct server *server, const sigset_t *ends)
{
    const struct timespec tick = {.tv_sec = 1};
    struct err err = {0};
    int64_t swept_ns = 0;
    for (uint64_t ticks = 1; sigtimedwait(ends, NULL, &tick) < 0; ticks++) {
        const int64_t now_ns = wall_now_ns();
        tell_changes(server);
        if (now_ns - swept_ns >= SWEEP_EVERY_NS || now_ns < swept_ns) {
            sweep(&server->site, server->ledger, now_ns);
            swept_ns = now_ns;
        }
        if (!auth_reload(server->site.auth, server->ledger, now_ns, &err))
            log_line(LOG_ERROR, "tokens", "%s", err.text);
        if (ticks % BEAT_S == 0)
            live_beat(server->site.live);
    }
}

static void stop(struct server *server)
{
    log_line(LOG_INFO, "stop", "ending");
    http_quiesce(server->site.http);
    workers_stop(server->site.worker_pool, STOP_GRACE_NS);
    scribe_stop(server->site.scribe);
    teller_stop(server->teller);
    live_stop(server->site.live);
    clerks_stop(server->door.clerks);
    http_stop(server->site.http);
    if (server->site.receive)
        receive_stop(server->site.receive);
}

static void say_where(const struct server *server, const struct serve_options *options)
{
    const struct config *config = server->site.config;
    const struct str configured =
        config->serve.host.len > 0 ? config->serve.host : STR("127.0.0.1");
    const struct str host = options->host ? str_of(options->host) : configured;
    const bool is_six = str_contains(host, STR(":"));
    log_line(LOG_INFO, "start", "listening at %s://%s%.*s%s:%u/",
             config->serve.certificate.len > 0 ? "https" : "http", is_six ? "[" : "", STR_ARG(host),
             is_six ? "]" : "", http_port(server->site.http));
}

bool serve_run(const struct serve_options *options, struct err *err)
{
    struct arena *arena = arena_new("server");
    struct server *server = arena_push(arena, struct server);
    struct err ignored = {0};
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    raise_files_max();
    const bool ok = start(arena, options, server, err);
    if (ok) {
        say_where(server, options);
        run_until_ended(server, &ends);
        stop(server);
    }
    if (server->is_temporary && !files_remove_tree(server->site.data, &ignored))
        log_line(LOG_WARNING, "stop", "%s", ignored.text);
    if (ok) /* else threads may have been started, and it is theirs until the process ends */
        arena_free(arena);
    return ok;
}
