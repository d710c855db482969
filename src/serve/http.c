/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd with one epoll thread, after its manual ("suspend and resume", "content reader
 * callbacks"). What it has no limit for is done here and in clients.c.
 */
#include "serve/http.h"

#include "base/arena.h"
#include "base/clock.h"
#include "serve/clients.h"
#include "serve/libmicrohttpd.h"
#include "serve/uri.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTION_BYTES                                                                           \
    ((size_t)24 << 10) /* what libmicrohttpd keeps of each: headers, buffers                       \
                        */
#define DISCARD_BYTES_MAX                                                                          \
    ((size_t)8 << 20) /* of a body nobody wants, so that the refusal is read */
#define STREAM_PIECE_BYTES ((size_t)8 << 10) /* of a stream at a time */
#define BACKLOG 512

struct http_server {
    const struct libmicrohttpd *lib;
    struct MHD_Daemon *daemon;
    struct http_handler handler;
    int listen_fd;
    uint16_t port;
    bool is_tls;
    uint32_t address_max;
    atomic_size_t bodies_bytes; /* that are kept at the moment */
    struct clients *clients;
};

enum stage {
    STAGE_HEAD,    /* the headers are to be looked at */
    STAGE_BODY,    /* its pieces are kept */
    STAGE_DISCARD, /* its pieces are thrown away, for the answer stands */
    STAGE_LATER,   /* somebody else works on the answer */
    STAGE_SENT,
};

/*
 * Lives as long as its response, in an arena of its own: libmicrohttpd ends the response after the
 * request where the connection is kept for the next one, and before it where the client has gone.
 */
struct http_stream {
    struct arena *arena;
    struct http_server *server;
    struct MHD_Connection *connection;
    struct http_feed *feed;
    bool is_suspended; /* under the lock of the feed */
};

/* An exchange with what libmicrohttpd must know of it. */
struct flight {
    struct http_exchange exchange; /* first: both have one address */
    struct http_server *server;
    struct MHD_Connection *connection;
    struct client *client;
    struct str uri; /* as it came */
    enum stage stage;
    size_t body_bytes_max;
    size_t discarded_bytes;
    struct buf body;
    size_t counted_bytes; /* of bodies_bytes */
};

static int64_t now_ns(void)
{
    return clock_now_ns(clock_system());
}

/* ---- what a request says ---- */

static enum MHD_Result take_header(void *state, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    struct http_request *request = state;
    if (request->headers_count == HTTP_HEADERS_MAX)
        return MHD_NO;
    request->headers[request->headers_count++] =
        (struct http_pair){str_lower(request->arena, (struct str){name, name_len}),
                           str_copy(request->arena, (struct str){value ? value : "", value_len})};
    return MHD_YES;
}

static uint32_t headers_named(const struct http_request *request, const char *name)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < request->headers_count; i++)
        count += str_eq(request->headers[i].name, str_of(name));
    return count;
}

static void read_peer(struct flight *flight)
{
    struct http_request *request = &flight->exchange.request;
    const union MHD_ConnectionInfo *info = flight->server->lib->MHD_get_connection_info(
        flight->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    request->address = client_address(info ? info->client_addr : NULL);
    if (info && info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)info->client_addr;
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
        request->is_loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
    } else if (info && info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)info->client_addr;
        inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
        request->is_loopback =
            IN6_IS_ADDR_LOOPBACK(&in->sin6_addr) ||
            (IN6_IS_ADDR_V4MAPPED(&in->sin6_addr) && in->sin6_addr.s6_addr[12] == 127);
    }
    request->peer = str_copy(request->arena, str_of(text));
}

/* ---- answers ---- */

static ssize_t read_stream(void *state, uint64_t position, char *into, size_t room)
{
    (void)position;
    struct http_stream *stream = state;
    pthread_mutex_lock(stream->feed->lock);
    const ssize_t got = stream->feed->read(stream->feed->state, into, room);
    if (got == 0) {
        stream->is_suspended = true;
        stream->server->lib->MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(stream->feed->lock);
    return got < 0 ? MHD_CONTENT_READER_END_OF_STREAM : got;
}

static void close_stream(void *state)
{
    struct http_stream *stream = state;
    pthread_mutex_t *lock = stream->feed->lock;
    pthread_mutex_lock(lock);
    stream->feed->close(stream->feed->state);
    pthread_mutex_unlock(lock);
    arena_free(stream->arena);
}

void http_stream_wake(struct http_stream *stream)
{
    if (!stream->is_suspended)
        return;
    stream->is_suspended = false;
    stream->server->lib->MHD_resume_connection(stream->connection);
}

static struct MHD_Response *make_stream(struct flight *flight)
{
    struct http_feed *feed = flight->exchange.answer.feed;
    struct arena *arena = arena_new("stream");
    struct http_stream *stream = arena_push(arena, struct http_stream);
    *stream = (struct http_stream){
        .arena = arena, .server = flight->server, .connection = flight->connection, .feed = feed};
    struct MHD_Response *response = flight->server->lib->MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_PIECE_BYTES, read_stream, stream, close_stream);
    if (!response) {
        arena_free(arena);
        return NULL;
    }
    pthread_mutex_lock(feed->lock);
    feed->open(feed->state, stream);
    pthread_mutex_unlock(feed->lock);
    return response;
}

static struct MHD_Response *make_response(struct flight *flight)
{
    const struct libmicrohttpd *lib = flight->server->lib;
    const struct http_answer *answer = &flight->exchange.answer;
    if (answer->feed)
        return make_stream(flight);
    if (answer->file > 0)
        return lib->MHD_create_response_from_fd64((uint64_t)answer->file_bytes, answer->file);
    return lib->MHD_create_response_from_buffer(
        answer->body.len, (void *)(uintptr_t)answer->body.ptr, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_answer(struct flight *flight)
{
    const struct libmicrohttpd *lib = flight->server->lib;
    const struct http_answer *answer = &flight->exchange.answer;
    flight->server->handler.dress(flight->server->handler.state, &flight->exchange);
    struct MHD_Response *response = make_response(flight);
    if (!response)
        return MHD_NO;
    if (answer->media_type)
        lib->MHD_add_response_header(response, "Content-Type", answer->media_type);
    for (uint32_t i = 0; i < answer->headers_count; i++)
        lib->MHD_add_response_header(
            response, answer->headers[i].name.ptr,
            str_copy(flight->exchange.request.arena, answer->headers[i].value).ptr);
    flight->stage = STAGE_SENT;
    const enum MHD_Result queued =
        lib->MHD_queue_response(flight->connection, (unsigned)answer->status, response);
    lib->MHD_destroy_response(response);
    return queued;
}

/* ---- one request ---- */

/* What two readers could read in two ways is read in none. */
static bool is_plain(struct flight *flight)
{
    struct http_exchange *exchange = &flight->exchange;
    const struct http_request *request = &exchange->request;
    const struct str coding = http_header(request, "transfer-encoding");
    if (headers_named(request, "host") > 1 || headers_named(request, "content-length") > 1 ||
        (coding.len > 0 && headers_named(request, "content-length") > 0))
        http_refuse(exchange, 400, "usage",
                    "one Host, and one of Content-Length and Transfer-Encoding, are wanted");
    else if (coding.len > 0 && !str_eq(str_lower(request->arena, coding), STR("chunked")))
        http_refuse(exchange, 501, "usage", "the only Transfer-Encoding known here is chunked");
    else
        return true;
    return false;
}

static bool read_head(struct flight *flight, const char *method)
{
    struct http_exchange *exchange = &flight->exchange;
    struct http_request *request = &exchange->request;
    const struct libmicrohttpd *lib = flight->server->lib;
    request->method = str_copy(request->arena, str_of(method));
    request->is_tls = flight->server->is_tls;
    read_peer(flight);
    const bool is_read = uri_read(request, flight->uri);
    const int count =
        lib->MHD_get_connection_values_n(flight->connection, MHD_HEADER_KIND, take_header, request);
    if (!is_read)
        http_refuse(exchange, 400, "usage",
                    "the path or query is no UTF-8 in percent-encoding, has \"..\" or a NUL in "
                    "it, or more than %d parameters",
                    HTTP_QUERY_MAX);
    else if (count > (int)request->headers_count)
        http_refuse(exchange, 431, "over_budget", "more than %d headers", HTTP_HEADERS_MAX);
    else if (is_plain(flight))
        return true;
    if (!is_read)
        request->path = STR("?");
    return false;
}

/* A client that is still sending would not read what it is told; so its body is let in first. */
static enum MHD_Result refuse_early(struct flight *flight)
{
    const struct http_request *request = &flight->exchange.request;
    const struct str declared = http_header(request, "content-length");
    const struct str coding = str_lower(request->arena, http_header(request, "transfer-encoding"));
    int64_t length = 0;
    const bool has_end = coding.len > 0 ? str_eq(coding, STR("chunked")) && declared.len == 0
                                        : str_to_int(declared, &length) && length > 0 &&
                                              length <= (int64_t)DISCARD_BYTES_MAX;
    if (!has_end || http_header(request, "expect").len > 0) {
        client_enter(flight->client, PHASE_ANSWER);
        return send_answer(flight);
    }
    flight->stage = STAGE_DISCARD;
    client_enter(flight->client, PHASE_BODY);
    return MHD_YES;
}

static bool is_too_long(const struct flight *flight)
{
    int64_t length;
    const struct str declared = http_header(&flight->exchange.request, "content-length");
    return declared.len > 0 &&
           (!str_to_int(declared, &length) || length > (int64_t)flight->body_bytes_max);
}

static void refuse_length(struct flight *flight)
{
    http_refuse(&flight->exchange, 413, "over_budget",
                "the body is longer than the %zu bytes that are taken here",
                flight->body_bytes_max);
}

static enum MHD_Result begin(struct flight *flight, const char *method)
{
    struct http_server *server = flight->server;
    flight->exchange.begun_ns = now_ns();
    if (!read_head(flight, method) ||
        !server->handler.admit(server->handler.state, &flight->exchange, &flight->body_bytes_max))
        return refuse_early(flight);
    if (is_too_long(flight)) {
        refuse_length(flight);
        return refuse_early(flight);
    }
    flight->stage = STAGE_BODY;
    flight->body = buf_new(flight->exchange.request.arena);
    client_enter(flight->client, PHASE_BODY);
    return MHD_YES;
}

static enum MHD_Result discard(struct flight *flight, size_t len)
{
    flight->discarded_bytes += len;
    return flight->discarded_bytes <= DISCARD_BYTES_MAX ? MHD_YES : MHD_NO;
}

static enum MHD_Result take_piece(struct flight *flight, const char *piece, size_t len)
{
    struct http_server *server = flight->server;
    if (flight->stage == STAGE_DISCARD)
        return discard(flight, len);
    if (flight->body.len + len > flight->body_bytes_max) {
        refuse_length(flight);
        flight->stage = STAGE_DISCARD;
        return discard(flight, len);
    }
    flight->counted_bytes += len;
    if (atomic_fetch_add(&server->bodies_bytes, len) + len > HTTP_BODIES_BYTES_MAX) {
        http_refuse(&flight->exchange, 503, "over_budget",
                    "too much is being sent at a time; try again");
        flight->stage = STAGE_DISCARD;
        return discard(flight, len);
    }
    buf_add(&flight->body, (struct str){piece, len});
    return MHD_YES;
}

static enum MHD_Result end_of_body(struct flight *flight)
{
    struct http_server *server = flight->server;
    const struct http_handler *handler = &server->handler;
    client_enter(flight->client, PHASE_ANSWER);
    if (flight->stage == STAGE_DISCARD)
        return send_answer(flight);
    flight->exchange.request.body = buf_str(&flight->body);
    if (handler->answer(handler->state, &flight->exchange))
        return send_answer(flight);
    flight->stage = STAGE_LATER;
    server->lib->MHD_suspend_connection(flight->connection);
    handler->later(handler->state, &flight->exchange);
    return MHD_YES;
}

void http_finish(struct http_exchange *exchange)
{
    struct flight *flight = (struct flight *)exchange;
    flight->server->lib->MHD_resume_connection(flight->connection);
}

static enum MHD_Result on_access(void *state, struct MHD_Connection *connection, const char *url,
                                 const char *method, const char *version, const char *piece,
                                 size_t *piece_len, void **kept)
{
    (void)state, (void)connection, (void)url, (void)version;
    struct flight *flight = *kept;
    if (flight->stage == STAGE_HEAD)
        return begin(flight, method);
    if (flight->stage == STAGE_LATER)
        return send_answer(flight);
    if (*piece_len == 0)
        return end_of_body(flight);
    const size_t len = *piece_len;
    *piece_len = 0;
    return take_piece(flight, piece, len);
}

static void *on_uri(void *state, const char *uri, struct MHD_Connection *connection)
{
    struct http_server *server = state;
    struct arena *arena = arena_new("request");
    struct flight *flight = arena_push(arena, struct flight);
    flight->server = server;
    flight->connection = connection;
    flight->client =
        server->lib->MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
            ->socket_context;
    flight->uri = str_copy(arena, str_of(uri));
    flight->exchange.request.arena = arena;
    return flight;
}

/* What would have been handed over with the answer, had there been somebody to take it. */
static void drop_unsent(const struct flight *flight)
{
    const struct http_answer *answer = &flight->exchange.answer;
    if (flight->stage == STAGE_SENT)
        return;
    if (answer->file > 0)
        close(answer->file);
    if (answer->feed) {
        pthread_mutex_t *lock = answer->feed->lock;
        pthread_mutex_lock(lock);
        answer->feed->close(answer->feed->state);
        pthread_mutex_unlock(lock);
    }
}

static void on_completed(void *state, struct MHD_Connection *connection, void **kept,
                         enum MHD_RequestTerminationCode code)
{
    (void)connection, (void)code;
    struct http_server *server = state;
    struct flight *flight = *kept;
    if (!flight)
        return;
    if (flight->stage != STAGE_HEAD)
        server->handler.over(server->handler.state, &flight->exchange, flight->body.len);
    drop_unsent(flight);
    atomic_fetch_sub(&server->bodies_bytes, flight->counted_bytes);
    client_enter(flight->client, PHASE_HEAD);
    *kept = NULL;
    arena_free(flight->exchange.request.arena);
}

/* ---- connections ---- */

static enum MHD_Result on_accept(void *state, const struct sockaddr *peer, socklen_t peer_len)
{
    (void)peer_len;
    const struct http_server *server = state;
    const uint64_t address = client_address(peer);
    return server->address_max == 0 || address == CLIENT_LOOPBACK ||
                   clients_of(server->clients, address) < server->address_max
               ? MHD_YES
               : MHD_NO;
}

static void on_connection(void *state, struct MHD_Connection *connection, void **kept,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = state;
    const struct libmicrohttpd *lib = server->lib;
    if (code != MHD_CONNECTION_NOTIFY_STARTED) {
        if (*kept)
            client_remove(*kept);
        return;
    }
    const union MHD_ConnectionInfo *peer =
        lib->MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    *kept = client_add(
        server->clients,
        lib->MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
        client_address(peer ? peer->client_addr : NULL));
}

/* ---- the server ---- */

static bool listen_at(const struct addrinfo *address, int *out)
{
    const int one = 1;
    const int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (address->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
        *out = fd;
        return true;
    }
    const int error = errno;
    close(fd);
    errno = error;
    return false;
}

static bool open_socket(const struct http_listen *listen, struct http_server *server,
                        struct err *err)
{
    const char *host = listen->host ? listen->host : "127.0.0.1";
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM,
                                    .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    char service[8];
    struct addrinfo *found;
    snprintf(service, sizeof service, "%u", listen->port);
    const int fault = getaddrinfo(host, service, &wanted, &found);
    if (fault != 0)
        return err_set(err, ERR_USAGE, "listen: %s: %s", host, gai_strerror(fault));
    const bool ok = listen_at(found, &server->listen_fd) ||
                    err_set(err, ERR_IO, "listen: %s:%s: %s", host, service, strerror(errno));
    freeaddrinfo(found);
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    if (ok && getsockname(server->listen_fd, (struct sockaddr *)&bound, &len) == 0)
        server->port =
            ntohs(bound.ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)&bound)->sin6_port
                                              : ((const struct sockaddr_in *)&bound)->sin_port);
    return ok;
}

/* Paths are decoded here, so libmicrohttpd is not to do it first. */
static size_t leave_escaped(void *state, struct MHD_Connection *connection, char *text)
{
    (void)state, (void)connection;
    return strlen(text);
}

static bool start_daemon(struct http_server *server, const struct http_listen *listen,
                         struct err *err)
{
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                           (server->is_tls ? MHD_USE_TLS : 0);
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)listen->certificate.ptr},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)listen->key.ptr},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    server->daemon = server->lib->MHD_start_daemon(
        flags, 0, on_accept, server, on_access, server, MHD_OPTION_LISTEN_SOCKET, server->listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)HTTP_IDLE_S_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
        MHD_OPTION_URI_LOG_CALLBACK, on_uri, server, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        server, MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_escaped, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
        server->is_tls ? tls : none, MHD_OPTION_END);
    return server->daemon ||
           err_set(err, ERR_IO, "the server could not be started%s",
                   server->is_tls ? "; are certificate and key a pair, in PEM?" : "");
}

bool http_start(struct arena *arena, const struct http_listen *listen,
                const struct http_handler *handler, struct http_server **out, struct err *err)
{
    struct http_server *server = arena_push(arena, struct http_server);
    *server = (struct http_server){.handler = *handler,
                                   .is_tls = listen->certificate.len > 0,
                                   .address_max = listen->address_max};
    if (!(server->lib = libmicrohttpd_load(err)) || !open_socket(listen, server, err))
        return false;
    if (!clients_start(arena, &server->clients, err)) {
        close(server->listen_fd);
        return false;
    }
    if (!start_daemon(server, listen, err)) {
        clients_stop(server->clients);
        close(server->listen_fd);
        return false;
    }
    *out = server;
    return true;
}

uint16_t http_port(const struct http_server *server)
{
    return server->port;
}

uint32_t http_connections(struct http_server *server)
{
    return clients_count(server->clients);
}

void http_quiesce(struct http_server *server)
{
    const int fd = server->lib->MHD_quiesce_daemon(server->daemon);
    if (fd >= 0)
        close(fd);
}

void http_stop(struct http_server *server)
{
    server->lib->MHD_stop_daemon(server->daemon);
    clients_stop(server->clients);
}
