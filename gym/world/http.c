/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/world/http.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "gym/world/inventory.h"
#include "gym/world/monitor.h"
#include "gym/world/sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BODY_BYTES_MAX (1u << 20)
#define BODIES_MAX 512 /* Alertmanager tells each change of a group once */

struct http {
    struct world *world;
    struct MHD_Daemon *daemon;
    int alerts_fd;
    pthread_mutex_t lock;
    pthread_cond_t came;
    json_t *bodies[BODIES_MAX];
    size_t count;
};

struct upload {
    char *bytes;
    size_t len;
};

/* ---- alerts ---- */

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, struct str body)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        body.len, (void *)(uintptr_t)body.ptr, MHD_RESPMEM_MUST_COPY);
    const enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static bool alerts_keep(struct http *http, struct upload *upload)
{
    json_t *body = json_loadb(upload->bytes, upload->len, 0, NULL);
    char *line = json_is_object(body) ? json_dumps(body, JSON_COMPACT) : NULL;
    bool kept = false;
    if (line) {
        const size_t len = strlen(line);
        line[len] = '\n';
        kept = write(http->alerts_fd, line, len + 1) == (ssize_t)len + 1;
        free(line);
    }
    pthread_mutex_lock(&http->lock);
    if (kept && http->count < BODIES_MAX)
        http->bodies[http->count++] = json_incref(body);
    pthread_cond_broadcast(&http->came);
    pthread_mutex_unlock(&http->lock);
    json_decref(body);
    return kept;
}

static enum MHD_Result take_alerts(struct http *http, struct MHD_Connection *connection,
                                   const char *bytes, size_t *len, struct upload *upload)
{
    if (*len > 0) {
        if (upload->len + *len > BODY_BYTES_MAX)
            return MHD_NO;
        char *more = realloc(upload->bytes, upload->len + *len);
        if (!more)
            return MHD_NO;
        memcpy(more + upload->len, bytes, *len);
        upload->bytes = more;
        upload->len += *len;
        *len = 0;
        return MHD_YES;
    }
    return answer(connection, alerts_keep(http, upload) ? 200 : 400, STR(""));
}

static enum MHD_Result tell_numbers(struct http *http, struct MHD_Connection *connection)
{
    struct arena *arena = arena_new("gym numbers");
    struct buf out = buf_new(arena);
    monitor_processes(http->world, &out);
    sockets_print(&out);
    monitor_nginx(http->world, &out);
    const enum MHD_Result result = answer(connection, 200, buf_str(&out));
    arena_free(arena);
    return result;
}

static enum MHD_Result on_request(void *state, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *len, void **upload)
{
    struct http *http = state;
    (void)version;
    if (!*upload) {
        *upload = calloc(1, sizeof(struct upload));
        return *upload ? MHD_YES : MHD_NO;
    }
    if (strcmp(method, "POST") == 0 && strcmp(url, "/alerts") == 0)
        return take_alerts(http, connection, bytes, len, *upload);
    if (strcmp(method, "GET") == 0 && strcmp(url, "/metrics") == 0)
        return tell_numbers(http, connection);
    return answer(connection, 404, STR("nothing here\n"));
}

static void on_done(void *state, struct MHD_Connection *connection, void **upload,
                    enum MHD_RequestTerminationCode code)
{
    (void)state, (void)connection, (void)code;
    struct upload *done = *upload;
    if (done)
        free(done->bytes);
    free(done);
}

bool http_open(struct world *world, struct err *err)
{
    struct http *http = arena_push(world->arena, struct http);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(KEEPER_PORT)};
    pthread_condattr_t monotonic;
    inet_pton(AF_INET, KEEPER_ADDRESS, &at.sin_addr);
    http->world = world;
    pthread_mutex_init(&http->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&http->came, &monotonic);
    http->alerts_fd =
        open(world_path(world, "alerts.jsonl"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (http->alerts_fd < 0)
        return err_set(err, ERR_IO, "alerts.jsonl: %s", strerror(errno));
    http->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, on_request, http,
                         MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
                         MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
    if (!http->daemon)
        return err_set(err, ERR_IO, "%s port %d cannot be listened on", KEEPER_ADDRESS,
                       KEEPER_PORT);
    world->http = http;
    return true;
}

void http_close(struct world *world)
{
    if (world->http)
        MHD_stop_daemon(world->http->daemon);
    world->http = NULL;
}

/* ---- waiting for one ---- */

static const char *text_at(const json_t *alert, const char *object, const char *key)
{
    const char *text = json_string_value(json_object_get(json_object_get(alert, object), key));
    return text ? text : "";
}

static bool fires(const json_t *body, const char *name, int64_t since_ns)
{
    size_t index;
    json_t *alert;
    json_array_foreach(json_object_get(body, "alerts"), index, alert)
    {
        const char *status = json_string_value(json_object_get(alert, "status"));
        const char *starts = json_string_value(json_object_get(alert, "startsAt"));
        int64_t starts_ns;
        const bool wanted = name ? strcmp(text_at(alert, "labels", "alertname"), name) == 0
                                 : strcmp(text_at(alert, "labels", "severity"), "critical") == 0;
        if (wanted && status && strcmp(status, "firing") == 0 && starts &&
            time_parse_rfc3339(str_of(starts), &starts_ns) && starts_ns >= since_ns)
            return true;
    }
    return false;
}

bool alert_wait(struct world *world, const char *name, int64_t since_ns, unsigned timeout_s,
                struct arena *arena, struct str *body, struct err *err)
{
    struct http *http = world->http;
    const int64_t at_ns = clock_now_ns(clock_system()) + timeout_s * NS_PER_S;
    const struct timespec until = {at_ns / NS_PER_S, (long)(at_ns % NS_PER_S)};
    const json_t *found = NULL;
    bool late = false;
    pthread_mutex_lock(&http->lock);
    for (size_t seen = 0; !found && !late;) {
        for (; seen < http->count && !found; seen++)
            if (fires(http->bodies[seen], name, since_ns))
                found = http->bodies[seen];
        if (!found && seen == http->count)
            late = pthread_cond_timedwait(&http->came, &http->lock, &until) == ETIMEDOUT;
    }
    char *text = found ? json_dumps(found, JSON_INDENT(2)) : NULL;
    pthread_mutex_unlock(&http->lock);
    if (!text)
        return err_set(err, ERR_TIMEOUT, "%s has not fired within %u s",
                       name ? name : "a critical alert", timeout_s);
    *body = str_copy(arena, str_of(text));
    free(text);
    return true;
}
