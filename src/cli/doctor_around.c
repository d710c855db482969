/* SPDX-License-Identifier: Apache-2.0 */
/* What lies around a server: sources, who is told, the place where it listens, who may come in. */
#include "cli/doctor.h"

#include "base/arena.h"
#include "cli/sources.h"
#include "expert/expert.h"
#include "expert/experts.h"
#include "net/courier.h"
#include "notify/notify.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW_NS (300 * NS_PER_S)
#define SOURCE_NS (10 * NS_PER_S)
#define REACH_NS (5 * NS_PER_S)
#define SAMPLE_AGE_MAX_NS (120 * NS_PER_S) /* two of the usual longest pauses between samples */

/* ---- sources ---- */

struct hearing {
    int64_t newest_ns;
    int64_t asked_ns, latency_ns; /* of the first question; 0: not yet */
};

static bool hear_rows(void *state, const struct rows *rows, struct err *err)
{
    struct hearing *hearing = state;
    (void)err;
    if (rows->newest_ns > hearing->newest_ns)
        hearing->newest_ns = rows->newest_ns;
    return true;
}

static void hear_question(void *state, const struct question *question,
                          const struct request *request)
{
    struct hearing *hearing = state;
    (void)question, (void)request;
    if (hearing->asked_ns == 0)
        hearing->asked_ns = clock_now_ns(clock_system());
}

static void hear_answer(void *state, const struct reply *reply, const struct err *err)
{
    struct hearing *hearing = state;
    (void)reply, (void)err;
    if (hearing->latency_ns == 0)
        hearing->latency_ns = clock_now_ns(clock_system()) - hearing->asked_ns;
}

/* Only samples come by themselves: without a commit or a line nothing is wrong. */
static bool is_old(const struct source *source, const struct hearing *hearing, int64_t now_ns)
{
    return source->connector->signal == SIGNAL_METRICS && hearing->newest_ns > 0 &&
           now_ns - hearing->newest_ns > SAMPLE_AGE_MAX_NS;
}

static void tell_source(struct doctor *doctor, const struct source *source,
                        const struct findings *findings, const struct hearing *hearing,
                        int64_t now_ns)
{
    struct arena *arena = doctor->arena;
    const char *about = str_printf(arena, "source %.*s", STR_ARG(source->name)).ptr;
    struct buf told = buf_new(arena);
    buf_printf(&told, "%lld rows in %s", (long long)findings->rows,
               span_format(arena, findings->took_ns).ptr);
    if (hearing->latency_ns > 0)
        buf_printf(&told, ", the first answer after %s",
                   span_format(arena, hearing->latency_ns).ptr);
    if (hearing->newest_ns > 0)
        buf_printf(&told, ", the newest from %s ago",
                   span_format(arena, now_ns - hearing->newest_ns).ptr);
    const struct str note = findings->note;
    if (findings->outcome == OUTCOME_FAILED)
        doctor_say(doctor, STANDING_WRONG, about,
                   "%.*s; `warroom sources sample %.*s` shows what was asked", STR_ARG(note),
                   STR_ARG(source->name));
    else if (is_old(source, hearing, now_ns))
        doctor_say(doctor, STANDING_WARNING, about,
                   "%s: does it still measure, and are both clocks right?", buf_str(&told).ptr);
    else if (findings->outcome == OUTCOME_PARTIAL)
        doctor_say(doctor, STANDING_WARNING, about, "%s; %.*s", buf_str(&told).ptr, STR_ARG(note));
    else if (findings->rows == 0)
        doctor_say(doctor, STANDING_WARNING, about,
                   "it answers, and has nothing of the last minutes%s%.*s",
                   note.len > 0 ? "; " : "", STR_ARG(note));
    else
        doctor_say(doctor, STANDING_OK, about, "%s", buf_str(&told).ptr);
}

static void look_at_source(struct doctor *doctor, const struct source *source)
{
    struct arena *arena = arena_new("source");
    struct hearing hearing = {0};
    struct findings findings;
    const int64_t now_ns = sources_now_ns();
    const struct alert alert = {.starts_ns = now_ns};
    const struct inquiry inquiry = {.source = source,
                                    .alert = &alert,
                                    .window = {now_ns - WINDOW_NS, now_ns + NS_PER_S},
                                    .clock = clock_system(),
                                    .deadline = deadline_in(clock_system(), SOURCE_NS),
                                    .keep = hear_rows,
                                    .asked = hear_question,
                                    .answered = hear_answer,
                                    .state = &hearing};
    inquire(arena, &inquiry, &findings);
    tell_source(doctor, source, &findings, &hearing, sources_now_ns());
    arena_free(arena);
}

/* ---- who is told ---- */

/* What stands before and behind it may be a secret. */
static struct str host_of(struct str url)
{
    struct str host = str_slice(url, str_find(url, STR("://")) + 3, url.len);
    host = str_slice(host, 0, str_find(host, STR("/")));
    const size_t user_end = str_find(host, STR("@"));
    return user_end == STR_NPOS ? host : str_slice(host, user_end + 1, host.len);
}

static void look_at_notifier(struct doctor *doctor, const struct notifier *notifier)
{
    struct arena *arena = doctor->arena;
    const char *about = str_printf(arena, "notify %.*s", STR_ARG(notifier->name)).ptr;
    const struct str place = notifier_place(notifier);
    struct err err = {0};
    if (!str_contains(place, STR("://"))) {
        const char *path = str_copy(arena, place).ptr;
        if (access(path, W_OK | X_OK) == 0)
            doctor_say(doctor, STANDING_OK, about, "%s can be written", path);
        else
            doctor_say(doctor, STANDING_WRONG, about,
                       "%s: %s; a folder is wanted that the server may write", path,
                       strerror(errno));
        return;
    }
    const struct str host = host_of(place);
    if (url_reach(arena, place, REACH_NS, &err))
        doctor_say(doctor, STANDING_OK, about, "%.*s takes connections; nothing was sent",
                   STR_ARG(host));
    else
        doctor_say(doctor, STANDING_WRONG, about, "%.*s: %s", STR_ARG(host), err.text);
}

/* ---- models ---- */

static void look_at_model(struct doctor *doctor, const struct expert_config *config)
{
    const char *about = str_printf(doctor->arena, "model %.*s", STR_ARG(config->name)).ptr;
    struct err err = {0};
    if (config->type->infer)
        return;
    if (url_reach(doctor->arena, config->url, REACH_NS, &err))
        doctor_say(doctor, STANDING_OK, about,
                   "%.*s takes connections; nothing was asked, `warroom expert check` does",
                   STR_ARG(config->host));
    else
        doctor_say(doctor, STANDING_WARNING, about, "%.*s: %s; until then reports come without it",
                   STR_ARG(config->host), err.text);
}

static void look_at_models(struct doctor *doctor)
{
    const struct experts *experts = doctor->config->experts;
    for (uint32_t i = 0; experts && i < experts->count; i++)
        look_at_model(doctor, &experts->items[i]);
}

/* ---- where it listens ---- */

/* 0: it could be taken; else errno, or -1 for a name that is no address. */
static int try_port(struct doctor *doctor, const char *host, uint16_t port)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *places = NULL;
    const int one = 1;
    if (getaddrinfo(host, str_printf(doctor->arena, "%u", port).ptr, &hints, &places) != 0)
        return -1;
    const int fd = socket(places->ai_family, places->ai_socktype | SOCK_CLOEXEC, 0);
    int fault = 0;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        bind(fd, places->ai_addr, places->ai_addrlen) != 0)
        fault = errno;
    if (fd >= 0)
        close(fd);
    freeaddrinfo(places);
    return fault;
}

/* Who wants a token says so in words of ours. */
static bool is_ours(struct doctor *doctor, struct str base, struct err *err)
{
    struct str host;
    struct reply reply = {0};
    const struct request request = {
        .url = str_printf(doctor->arena, "%.*s/api/v1/version", STR_ARG(base))};
    if (!url_host(doctor->arena, base, &host, err))
        return false;
    struct courier courier = {.transport = transport_network(),
                              .clock = clock_system(),
                              .hosts = &host,
                              .hosts_count = 1,
                              .tries_max = 1};
    return courier_send(&courier, doctor->arena, &request, deadline_in(clock_system(), REACH_NS),
                        &reply, err) ||
           (reply.status == 401 && str_contains(reply.body, STR("\"error\":{\"kind\":")));
}

static void look_at_who_listens(struct doctor *doctor, struct str base)
{
    struct err err = {0};
    if (doctor->config->serve.certificate.len > 0)
        doctor_say(doctor, STANDING_OK, "listen",
                   "something listens at %.*s; whether it is this server, its certificate tells "
                   "those who come by its name",
                   STR_ARG(base));
    else if (is_ours(doctor, base, &err))
        doctor_say(doctor, STANDING_OK, "listen", "a server of ours answers at %.*s",
                   STR_ARG(base));
    else
        doctor_say(doctor, STANDING_WRONG, "listen",
                   "something else has taken %.*s (%s); end it, or set serve.listen", STR_ARG(base),
                   err.text);
}

static void look_at_listen(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    const char *host = str_copy(doctor->arena, config->serve.host).ptr;
    const bool is_six = strchr(host, ':') != NULL;
    const bool is_any = !strcmp(host, "0.0.0.0") || !strcmp(host, "::");
    const struct str base = str_printf(
        doctor->arena, "%s://%s%s%s:%u", config->serve.certificate.len > 0 ? "https" : "http",
        is_six ? "[" : "", is_any ? (is_six ? "::1" : "127.0.0.1") : host, is_six ? "]" : "",
        config->serve.port);
    const int fault = try_port(doctor, host, config->serve.port);
    if (fault == 0)
        doctor_say(doctor, STANDING_OK, "listen", "%.*s is free", STR_ARG(base));
    else if (fault == EADDRINUSE)
        look_at_who_listens(doctor, base);
    else if (fault == EACCES)
        doctor_say(doctor, STANDING_WRONG, "listen",
                   "%.*s: ports below 1024 are for root; listen at another, and let a proxy in "
                   "front have that one",
                   STR_ARG(base));
    else
        doctor_say(doctor, STANDING_WRONG, "listen",
                   "%.*s: this machine cannot listen there: %s; set serve.listen to one of its "
                   "addresses",
                   STR_ARG(base), fault > 0 ? strerror(fault) : "there is no such address");
}

/* ---- who may come in ---- */

static void look_at_pem(struct doctor *doctor, const char *about, struct str path, bool is_secret)
{
    struct stat info;
    const char *file = str_copy(doctor->arena, path).ptr;
    if (path.len == 0)
        return;
    if (access(file, R_OK) != 0 || stat(file, &info) != 0)
        doctor_say(doctor, STANDING_WRONG, about, "%s: %s; the server's user must read it", file,
                   strerror(errno));
    else if (is_secret && (info.st_mode & S_IRWXO))
        doctor_say(doctor, STANDING_WARNING, about,
                   "%s: everybody on this machine may read it; chmod 600 %s", file, file);
    else
        doctor_say(doctor, STANDING_OK, about, "%s can be read", file);
}

static void look_at_tokens(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    const bool is_open = !config->serve.is_loopback || config->serve.is_behind_proxy;
    if (doctor->tokens > 0)
        doctor_say(doctor, STANDING_OK, "tokens", "%lld; `warroom token list` has them",
                   (long long)doctor->tokens);
    else if (doctor->tokens == 0 && is_open)
        doctor_say(doctor, STANDING_WARNING, "tokens",
                   "there is none, so nobody on another machine can see the page or a report; "
                   "warroom token add NAME --scope read --ledger %.*s/ledger.db",
                   STR_ARG(doctor->data));
    else if (doctor->tokens == 0)
        doctor_say(doctor, STANDING_OK, "tokens",
                   "there is none: who is on this machine may ask, and nobody else");
}

static void look_at_page(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    struct err err = {0};
    if (config->page_url.len == 0 && config->notify.count > 0)
        doctor_say(doctor, STANDING_WARNING, "page_url",
                   "it is not set, so what is told has no link to the evidence");
    else if (config->page_url.len > 0 &&
             !url_reach(doctor->arena, config->page_url, REACH_NS, &err))
        doctor_say(doctor, STANDING_WARNING, "page_url", "%.*s cannot be reached from here: %s",
                   STR_ARG(config->page_url), err.text);
    else if (config->page_url.len > 0)
        doctor_say(doctor, STANDING_OK, "page_url", "%.*s takes connections",
                   STR_ARG(config->page_url));
}

void doctor_look_around(struct doctor *doctor)
{
    const struct config *config = doctor->config;
    for (uint32_t i = 0; i < config->sources.count; i++)
        look_at_source(doctor, config->sources.items[i].thing);
    for (uint32_t i = 0; i < config->notify.count; i++)
        look_at_notifier(doctor, config->notify.items[i].thing);
    look_at_models(doctor);
    look_at_listen(doctor);
    look_at_pem(doctor, "certificate", config->serve.certificate, false);
    look_at_pem(doctor, "key", config->serve.key, true);
    look_at_tokens(doctor);
    look_at_page(doctor);
}
