/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One exchange by libcurl. All that libcurl would do by itself is turned off: proxies out of the
 * environment, redirects, .netrc, other protocols, compressed replies that grow. Certificates are
 * checked. The address is looked at when the socket is made; one that is shut is opened only for a
 * URL that has that very address for its host.
 */
#include "net/address.h"
#include "net/courier.h"
#include "net/libcurl.h"

#include "base/arena.h"
#include "base/buf.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_MS 10000L
#define STATUS_WAIT_MAX_S 86400 /* of Retry-After; more is no number to reckon with */

struct exchange {
    struct buf body;
    struct str host; /* of the URL */
    const struct request *request;
    const struct libcurl *lib;
    CURL *curl;
    bool is_shut;
    bool is_long;
};

/* An error page is no piece of an answer. */
static void tell_heard(const struct exchange *exchange)
{
    long status = 0;
    exchange->lib->curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300)
        exchange->request->heard(exchange->request->heard_state,
                                 (struct str){exchange->body.ptr, exchange->body.len});
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    if (exchange->body.len + size * count > request_reply_bytes_max(exchange->request)) {
        exchange->is_long = true;
        return 0;
    }
    buf_add(&exchange->body, (struct str){.ptr = bytes, .len = size * count});
    if (exchange->request->heard)
        tell_heard(exchange);
    return size * count;
}

static bool is_host(struct str host, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    const void *bytes = address->sa_family == AF_INET
                            ? (const void *)&((const struct sockaddr_in *)address)->sin_addr
                            : (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;
    if (!inet_ntop(address->sa_family, bytes, text, sizeof text))
        return false;
    if (host.len > 2 && host.ptr[0] == '[')
        host = str_slice(host, 1, host.len - 1);
    return str_eq(host, str_of(text));
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *where)
{
    struct exchange *exchange = context;
    (void)purpose;
    if (address_is_shut(&where->addr) && !exchange->request->allow_link_local &&
        !is_host(exchange->host, &where->addr)) {
        exchange->is_shut = true;
        return CURL_SOCKET_BAD;
    }
    return socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
}

static struct str host_without_port(struct arena *arena, struct str url)
{
    struct str host;
    struct err err;
    if (!url_host(arena, url, &host, &err))
        return STR("");
    while (host.len > 0 && host.ptr[host.len - 1] != ':')
        host.len--;
    return str_slice(host, 0, host.len - (host.len > 0));
}

static struct curl_slist *make_headers(struct arena *arena, const struct libcurl *lib,
                                       const struct request *request)
{
    /* libcurl would ask a server whether it may send a long body, and wait a second for an answer.
     */
    struct curl_slist *list = lib->curl_slist_append(NULL, "Expect:");
    for (uint32_t i = 0; i < request->headers_count; i++) {
        const struct header *header = &request->headers[i];
        const struct str line = str_printf(arena, "%s: %.*s", header->name, STR_ARG(header->value));
        list = lib->curl_slist_append(list, line.ptr);
    }
    return list;
}

static void prepare(const struct libcurl *lib, CURL *curl, struct arena *arena,
                    const struct request *request, int64_t timeout_ns, struct exchange *exchange)
{
    const long timeout_ms = (long)(timeout_ns / NS_PER_MS);
    lib->curl_easy_setopt(curl, CURLOPT_URL, str_copy(arena, request->url).ptr);
    lib->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    lib->curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    lib->curl_easy_setopt(curl, CURLOPT_PROXY, "");
    lib->curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    lib->curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    lib->curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    lib->curl_easy_setopt(curl, CURLOPT_USERAGENT, "warroom/" VERSION);
    lib->curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms > 0 ? timeout_ms : 1L);
    lib->curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
    lib->curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE,
                          (curl_off_t)request_reply_bytes_max(request));
    if (request->ca_file.len > 0)
        lib->curl_easy_setopt(curl, CURLOPT_CAINFO, str_copy(arena, request->ca_file).ptr);
    lib->curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    lib->curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    lib->curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    lib->curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, exchange);
    if (request->body.len > 0) {
        lib->curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
        lib->curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body.ptr);
    }
}

static bool tell(const struct libcurl *lib, const struct exchange *exchange, CURLcode code,
                 struct err *err)
{
    if (exchange->is_shut)
        return err_set(err, ERR_DENIED,
                       "the name leads to an address that is for machines to know "
                       "themselves by; nothing was sent");
    if (exchange->is_long || code == CURLE_FILESIZE_EXCEEDED)
        return err_set(err, ERR_PROTOCOL, "the reply has more than %zu bytes and was not read",
                       request_reply_bytes_max(exchange->request));
    switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, ERR_TIMEOUT, "no answer in time; allow more seconds, or is it down?");
    case CURLE_COULDNT_RESOLVE_HOST:
        return err_set(err, ERR_UNREACHABLE, "there is no host of that name; is it spelt right?");
    case CURLE_COULDNT_CONNECT:
        return err_set(err, ERR_UNREACHABLE, "nobody takes the connection; is the server running?");
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
        return err_set(err, ERR_UNREACHABLE, "the connection broke off before the reply was whole");
    case CURLE_SSL_CACERT_BADFILE:
        return err_set(err, ERR_USAGE,
                       "the file of certificates to trust cannot be read; nothing was sent");
    case CURLE_PEER_FAILED_VERIFICATION:
        return err_set(err, ERR_DENIED,
                       "its certificate is not one to trust, and nothing was sent");
    default:
        return err_set(err, ERR_PROTOCOL, "libcurl says: %s", lib->curl_easy_strerror(code));
    }
}

static int64_t read_wait(const struct libcurl *lib, CURL *curl)
{
    struct curl_header *header;
    int64_t seconds;
    if (lib->curl_easy_header(curl, "Retry-After", 0, CURLH_HEADER, -1, &header) != CURLHE_OK ||
        !str_to_int(str_of(header->value), &seconds) || seconds < 0)
        return 0;
    return (seconds < STATUS_WAIT_MAX_S ? seconds : STATUS_WAIT_MAX_S) * NS_PER_S;
}

static bool exchange_by_network(void *state, struct arena *arena, const struct request *request,
                                int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)state;
    const struct libcurl *lib = libcurl_load(err);
    if (!lib)
        return false;
    CURL *curl = lib->curl_easy_init();
    if (!curl)
        return err_set(err, ERR_IO, "libcurl cannot be started");
    struct exchange exchange = {.body = buf_new(arena),
                                .request = request,
                                .host = host_without_port(arena, request->url),
                                .lib = lib,
                                .curl = curl};
    struct curl_slist *headers = make_headers(arena, lib, request);
    prepare(lib, curl, arena, request, timeout_ns, &exchange);
    lib->curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    const CURLcode code = lib->curl_easy_perform(curl);
    bool ok = code == CURLE_OK;
    if (ok) {
        long status = 0;
        lib->curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        *out = (struct reply){.status = (int)status,
                              .body = buf_str(&exchange.body),
                              .wait_ns = read_wait(lib, curl)};
    } else {
        ok = tell(lib, &exchange, code, err);
    }
    lib->curl_slist_free_all(headers);
    lib->curl_easy_cleanup(curl);
    return ok;
}

bool url_reach(struct arena *arena, struct str url, int64_t timeout_ns, struct err *err)
{
    const struct libcurl *lib = libcurl_load(err);
    CURL *curl = lib ? lib->curl_easy_init() : NULL;
    if (!curl)
        return lib ? err_set(err, ERR_IO, "libcurl cannot be started") : false;
    const struct request request = {.url = url};
    struct exchange exchange = {
        .body = buf_new(arena), .request = &request, .host = host_without_port(arena, url)};
    prepare(lib, curl, arena, &request, timeout_ns, &exchange);
    lib->curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
    lib->curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
    lib->curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    const CURLcode code = lib->curl_easy_perform(curl);
    const bool ok = code == CURLE_OK || tell(lib, &exchange, code, err);
    lib->curl_easy_cleanup(curl);
    return ok;
}

struct transport transport_network(void)
{
    return (struct transport){.exchange = exchange_by_network};
}
