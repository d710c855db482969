/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may pass is tried again: nobody there, no answer in time, 408, 429 and the statuses of a
 * server in trouble. What the other side said on purpose (a refused key, a wrong name) is not.
 * Pauses double, without chance in them: one program that asks one question at a time is no crowd.
 */
#include "net/courier.h"

#include "base/arena.h"
#include "net/libcurl.h"

#include <errno.h>
#include <time.h>

#define TRIES_MAX 4
#define PAUSE_FIRST_NS (500 * NS_PER_MS)
#define PAUSE_MAX_NS (30 * NS_PER_S) /* who asks for more is asked another time */
#define EXCHANGE_MIN_NS (10 * NS_PER_MS)

/* ---- where to ---- */

static bool read_url(struct arena *arena, const struct libcurl *lib, CURLU *parts, struct str url,
                     struct str *out, struct err *err)
{
    char *host = NULL, *port = NULL, *user = NULL, *scheme = NULL;
    bool ok = lib->curl_url_set(parts, CURLUPART_URL, str_copy(arena, url).ptr, 0) == CURLUE_OK &&
              lib->curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              lib->curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
              lib->curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK;
    if (!ok || (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
        ok = err_set(err, ERR_USAGE, "`%.*s` is no URL; write http://HOST:PORT/PATH or https://...",
                     (int)(url.len < 200 ? url.len : 200), url.ptr);
    else if (lib->curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_OK)
        ok = err_set(err, ERR_USAGE,
                     "the URL for %s has a user in it; keys have a place of their own", host);
    else
        *out = str_lower(arena, str_printf(arena, "%s:%s", host, port));
    lib->curl_free(scheme);
    lib->curl_free(host);
    lib->curl_free(port);
    lib->curl_free(user);
    return ok;
}

bool url_host(struct arena *arena, struct str url, struct str *out, struct err *err)
{
    const struct libcurl *lib = libcurl_load(err);
    if (!lib)
        return false;
    CURLU *parts = lib->curl_url();
    const bool ok = parts ? read_url(arena, lib, parts, url, out, err)
                          : err_set(err, ERR_IO, "libcurl has no memory for a URL");
    lib->curl_url_cleanup(parts);
    return ok;
}

bool host_is_this_machine(struct str host)
{
    return str_starts(host, STR("localhost:")) || str_starts(host, STR("127.0.0.1:")) ||
           str_starts(host, STR("[::1]:"));
}

size_t request_reply_bytes_max(const struct request *request)
{
    return request->reply_bytes_max > 0 ? request->reply_bytes_max : REPLY_BYTES_MAX;
}

static bool is_listed(const struct courier *courier, struct str host)
{
    for (uint32_t i = 0; i < courier->hosts_count; i++)
        if (str_eq(courier->hosts[i], host))
            return true;
    return false;
}

static bool check_request(const struct courier *courier, struct arena *arena,
                          const struct request *request, struct str *host, struct err *err)
{
    if (!url_host(arena, request->url, host, err))
        return false;
    if (!is_listed(courier, *host))
        return err_set(err, ERR_DENIED, "%.*s: nothing is sent to hosts that are not configured",
                       STR_ARG(*host));
    return request->body.len <= REQUEST_BYTES_MAX ||
           err_set(err, ERR_OVER_BUDGET, "%.*s: a request of %zu bytes is too long; %zu are sent",
                   STR_ARG(*host), request->body.len, REQUEST_BYTES_MAX);
}

/* ---- what came of it ---- */

static bool may_pass(const struct reply *reply, enum err_kind kind)
{
    switch (reply->status) {
    case 0:
        return kind == ERR_UNREACHABLE || kind == ERR_TIMEOUT;
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
    case 529: /* overloaded; not of HTTP, but in use */
        return true;
    default:
        return false;
    }
}

static bool tell_status(int status, struct err *err)
{
    if (status >= 200 && status < 300)
        return true;
    if (status >= 300 && status < 400)
        return err_set(err, ERR_DENIED,
                       "HTTP %d, a redirect, which is not followed; configure the URL "
                       "that it leads to",
                       status);
    switch (status) {
    case 401:
    case 403:
        return err_set(err, ERR_DENIED, "HTTP %d, refused; is the key the right one?", status);
    case 404:
        return err_set(err, ERR_NOT_FOUND, "HTTP 404, not found; are URL and names spelt right?");
    case 429:
        return err_set(err, ERR_OVER_BUDGET,
                       "HTTP 429, too many requests; wait, or ask for a higher limit");
    default:
        return status >= 500
                   ? err_set(err, ERR_UNREACHABLE, "HTTP %d, the server is in trouble; try later",
                             status)
                   : err_set(err, ERR_PROTOCOL, "HTTP %d, it does not take what we ask", status);
    }
}

static void sleep_for(int64_t span_ns)
{
    struct timespec left = {.tv_sec = span_ns / NS_PER_S, .tv_nsec = span_ns % NS_PER_S};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

/* False: there is no point in waiting that long. */
static bool wait_before_next(struct courier *courier, const struct reply *reply, int64_t pause_ns,
                             struct deadline deadline)
{
    if (reply->wait_ns > pause_ns)
        pause_ns = reply->wait_ns;
    const int64_t left_ns = deadline.at_ns - clock_now_ns(courier->clock);
    if (pause_ns > PAUSE_MAX_NS || pause_ns + EXCHANGE_MIN_NS > left_ns)
        return false;
    if (courier->pause)
        courier->pause(courier->pause_state, pause_ns);
    else
        sleep_for(pause_ns);
    return true;
}

bool courier_send(struct courier *courier, struct arena *arena, const struct request *request,
                  struct deadline deadline, struct reply *out, struct err *err)
{
    *out = (struct reply){0};
    struct str host;
    if (!check_request(courier, arena, request, &host, err))
        return false;
    const int tries_max = courier->tries_max > 0 ? courier->tries_max : TRIES_MAX;
    int64_t pause_ns = PAUSE_FIRST_NS;
    for (int tried = 1;; tried++, pause_ns *= 2) {
        const int64_t left_ns = deadline.at_ns - clock_now_ns(courier->clock);
        if (left_ns < EXCHANGE_MIN_NS)
            return err_set(err, ERR_TIMEOUT, "%.*s: no time is left to ask", STR_ARG(host));
        *out = (struct reply){0};
        courier->exchanges++;
        if (request->heard)
            request->heard(request->heard_state, STR(""));
        const bool came = courier->transport.exchange(courier->transport.state, arena, request,
                                                      left_ns, out, err);
        if (!came)
            out->status = 0;
        if (came && tell_status(out->status, err))
            return true;
        if (!may_pass(out, err->kind) || tried == tries_max ||
            !wait_before_next(courier, out, pause_ns, deadline))
            return tried == 1 ? err_context(err, "%.*s", STR_ARG(host))
                              : err_context(err, "%.*s, asked %d times", STR_ARG(host), tried);
    }
}
