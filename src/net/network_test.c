/* SPDX-License-Identifier: Apache-2.0 */
/* One exchange over a real socket, with a server of one reply on loopback. */
#include "net/address.h"
#include "net/courier.h"

#include "base/arena.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct server {
    int socket;
    uint16_t port;
    const char *reply;
    size_t padding;            /* bytes that follow the reply */
    const char *const *pieces; /* that follow it, each when the one before was heard; NULL ends */
    sem_t heard;
    uint32_t times_heard;
    size_t bytes_heard;
    char request[4096];
    pthread_t thread;
};

static bool has_all(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n");
    const char *length = strcasestr(request, "Content-Length: ");
    return end && (!length || strlen(end + 4) >= strtoul(length + 16, NULL, 10));
}

static void *serve(void *state)
{
    struct server *server = state;
    const int peer = accept(server->socket, NULL, NULL);
    size_t len = 0;
    ssize_t got = 1;
    while (!has_all(server->request) && got > 0 && len < sizeof server->request - 1) {
        got = recv(peer, server->request + len, sizeof server->request - 1 - len, 0);
        len += got > 0 ? (size_t)got : 0;
    }
    bool ok = send(peer, server->reply, strlen(server->reply), MSG_NOSIGNAL) >= 0;
    const char block[4096] = {'x'};
    for (size_t sent = 0; ok && sent < server->padding; sent += sizeof block)
        ok = send(peer, block, sizeof block, MSG_NOSIGNAL) > 0;
    for (const char *const *piece = server->pieces; ok && piece && *piece; piece++) {
        ok = send(peer, *piece, strlen(*piece), MSG_NOSIGNAL) > 0;
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 10;
        ok = ok && sem_timedwait(&server->heard, &until) == 0;
    }
    close(peer);
    return NULL;
}

static void server_start(struct server *server)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof where;
    sem_init(&server->heard, 0, 0);
    server->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(server->socket, (struct sockaddr *)&where, size), 0);
    assert_return_code(listen(server->socket, 1), 0);
    assert_return_code(getsockname(server->socket, (struct sockaddr *)&where, &size), 0);
    server->port = ntohs(where.sin_port);
    assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

/* Lets the server go on. */
static void hear(void *state, struct str so_far)
{
    struct server *server = state;
    server->times_heard++;
    server->bytes_heard = so_far.len;
    sem_post(&server->heard);
}

static bool exchange(struct arena *arena, struct server *server, struct reply *reply,
                     struct err *err)
{
    server_start(server);
    const struct request request = {
        .heard = server->pieces ? hear : NULL,
        .heard_state = server,
        .url = str_printf(arena, "http://127.0.0.1:%u/v1/ask", server->port),
        .headers = {{.name = "Authorization", .value = STR("Bearer hush"), .secret = true}},
        .headers_count = 1,
        .body = STR("{\"a\":1}")};
    const struct transport transport = transport_network();
    const bool ok = transport.exchange(transport.state, arena, &request, 20 * NS_PER_S, reply, err);
    sem_post(&server->heard); /* who still waits for somebody to hear may go */
    pthread_join(server->thread, NULL);
    close(server->socket);
    return ok;
}

static void a_question_is_posted_and_answered(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct server server = {.reply = "HTTP/1.1 429 Slow down\r\nRetry-After: 3\r\n"
                                     "Content-Length: 5\r\n\r\nhello"};
    struct reply reply;
    struct err err = {0};
    setenv("http_proxy", "http://127.0.0.1:1", 1); /* must not matter */
    assert_true(exchange(arena, &server, &reply, &err));
    assert_int_equal(reply.status, 429);
    assert_int_equal(reply.wait_ns, 3 * NS_PER_S);
    assert_true(str_eq(reply.body, STR("hello")));
    assert_non_null(strstr(server.request, "POST /v1/ask HTTP/1.1\r\n"));
    assert_non_null(strstr(server.request, "Authorization: Bearer hush\r\n"));
    assert_non_null(strstr(server.request, "\r\n\r\n{\"a\":1}"));
    assert_null(strstr(server.request, "Expect:"));
    arena_free(arena);
}

static void pieces_are_heard_when_they_come(void **state)
{
    (void)state;
    static const char *const pieces[] = {"data: a\n\n", "data: b\n", "\n", NULL};
    struct arena *arena = arena_new("test");
    struct server server = {.reply = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                     "Connection: close\r\n\r\n",
                            .pieces = pieces};
    struct reply reply;
    struct err err = {0};
    assert_true(exchange(arena, &server, &reply, &err));
    assert_true(str_eq(reply.body, STR("data: a\n\ndata: b\n\n")));
    assert_true(server.times_heard >= 3);
    assert_int_equal(server.bytes_heard, reply.body.len);

    /* an error page is no piece of an answer: the server waits for nobody to hear it */
    static const char *const page[] = {"in trouble", NULL};
    server =
        (struct server){.reply = "HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\n", .pieces = page};
    assert_true(exchange(arena, &server, &reply, &err));
    assert_int_equal(reply.status, 503);
    assert_int_equal(server.times_heard, 0);
    arena_free(arena);
}

static void replies_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *reply;
        size_t padding;
        enum err_kind kind;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 0, ERR_UNREACHABLE},
        {"", 0, ERR_UNREACHABLE},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n", 0, ERR_PROTOCOL},
        {"HTTP/1.1 200 OK\r\n\r\n", 10000000, ERR_PROTOCOL},
        {"SSH-2.0-OpenSSH_9.2\r\n\r\n", 0, ERR_PROTOCOL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct server server = {.reply = cases[i].reply, .padding = cases[i].padding};
        struct reply reply = {0};
        struct err err = {0};
        assert_false(exchange(arena, &server, &reply, &err));
        assert_int_equal(err.kind, cases[i].kind);
        assert_true(strlen(err.text) > 10);
        arena_free(arena);
    }
}

static void nobody_there(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct transport transport = transport_network();
    const struct request request = {.url = STR("http://127.0.0.1:1/")};
    struct reply reply;
    struct err err = {0};
    assert_false(transport.exchange(NULL, arena, &request, NS_PER_S, &reply, &err));
    assert_int_equal(err.kind, ERR_UNREACHABLE);
    arena_free(arena);
}

static void some_addresses_are_shut(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool shut;
    } cases[] = {
        {"169.254.169.254", true},
        {"169.254.1.1", true},
        {"0.0.0.0", true},
        {"224.0.0.1", true},
        {"255.255.255.255", true},
        {"100.100.100.200", true},
        {"127.0.0.1", false},
        {"10.1.2.3", false},
        {"192.168.1.1", false},
        {"169.253.0.1", false},
        {"93.184.216.34", false},
        {"fe80::1", true},
        {"::", true},
        {"ff02::1", true},
        {"fd00:ec2::254", true},
        {"::1", false},
        {"::ffff:169.254.169.254", true},
        {"2001:db8::1", false},
        {"::ffff:10.0.0.1", false},
        {"fd00::1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        const bool is_4 = inet_pton(AF_INET, cases[i].address, &v4.sin_addr) == 1;
        if (!is_4)
            assert_int_equal(inet_pton(AF_INET6, cases[i].address, &v6.sin6_addr), 1);
        assert_int_equal(address_is_shut(is_4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6),
                         cases[i].shut);
    }
    const struct sockaddr local = {.sa_family = AF_UNIX};
    assert_true(address_is_shut(&local));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_posted_and_answered),
        cmocka_unit_test(pieces_are_heard_when_they_come),
        cmocka_unit_test(replies_that_are_none),
        cmocka_unit_test(nobody_there),
        cmocka_unit_test(some_addresses_are_shut),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
