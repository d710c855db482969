/* SPDX-License-Identifier: Apache-2.0 */
/* Real connections on loopback: what is asked for, what is refused, what is watched. */
#include "serve/http.h"

#include "base/arena.h"
#include "serve/live.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define BODY_MAX 1000

struct fixture {
    struct arena *arena;
    struct http_server *server;
    struct live *live;
    sem_t finished; /* counts the answers that were given later */
};

/* ---- who answers ---- */

static bool admit(void *state, struct http_exchange *exchange, size_t *body_bytes_max)
{
    (void)state;
    *body_bytes_max = BODY_MAX;
    if (!str_eq(exchange->request.path, STR("/refuse")))
        return true;
    http_refuse(exchange, 403, "denied", "not \"you\"");
    return false;
}

static void echo(struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    exchange->answer = (struct http_answer){
        .status = 200,
        .media_type = "text/plain",
        .body = str_printf(request->arena, "%.*s %.*s q=%.*s x=%.*s body=%.*s",
                           STR_ARG(request->method), STR_ARG(request->path),
                           STR_ARG(http_query(request, "q")), STR_ARG(http_header(request, "x")),
                           STR_ARG(request->body))};
}

static bool answer(void *state, struct http_exchange *exchange)
{
    struct fixture *fix = state;
    if (str_eq(exchange->request.path, STR("/later")))
        return false;
    struct http_feed *feed = NULL;
    if (str_eq(exchange->request.path, STR("/watch")))
        feed = live_watch_all(fix->live);
    else if (str_eq(exchange->request.path, STR("/story")))
        feed = live_watch(fix->live, STR("x"), 0, STR("{\"id\":\"x\"}"), true, STR(""));
    else
        echo(exchange);
    if (feed)
        exchange->answer =
            (struct http_answer){.status = 200, .media_type = "text/event-stream", .feed = feed};
    return true;
}

struct lateness {
    struct fixture *fix;
    struct http_exchange *exchange;
};

static void *answer_later(void *state)
{
    const struct lateness *lateness = state;
    sem_t *finished = &lateness->fix->finished;
    echo(lateness->exchange);
    http_finish(lateness->exchange);
    sem_post(finished);
    return NULL;
}

/* Each test that asks for this waits for it too: nothing may be under way at http_stop(). */
static void later(void *state, struct http_exchange *exchange)
{
    pthread_t thread;
    struct lateness *lateness = arena_push(exchange->request.arena, struct lateness);
    *lateness = (struct lateness){.fix = state, .exchange = exchange};
    assert_int_equal(pthread_create(&thread, NULL, answer_later, lateness), 0);
    pthread_detach(thread);
}

static void dress(void *state, struct http_exchange *exchange)
{
    (void)state;
    http_answer_header(&exchange->answer, "X-Dressed", STR("yes"));
}

static void over(void *state, const struct http_exchange *exchange, size_t bytes)
{
    (void)state, (void)exchange, (void)bytes;
}

static int open_fixture(void **state)
{
    struct arena *arena = arena_new("test");
    struct fixture *fix = arena_push(arena, struct fixture);
    *fix = (struct fixture){.arena = arena, .live = live_new(arena)};
    const struct http_listen listen = {.host = "127.0.0.1"};
    const struct http_handler handler = {.state = fix,
                                         .admit = admit,
                                         .answer = answer,
                                         .later = later,
                                         .dress = dress,
                                         .over = over};
    struct err err = {0};
    assert_int_equal(sem_init(&fix->finished, 0, 0), 0);
    assert_true(http_start(arena, &listen, &handler, &fix->server, &err));
    *state = fix;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fix = *state;
    live_stop(fix->live);
    http_stop(fix->server);
    arena_free(fix->arena);
    return 0;
}

/* ---- who asks ---- */

static int dial(struct fixture *fix)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(http_port(fix->server)),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* Until `wanted` has come, or the connection ends; at most 20 s. */
static const char *hear(struct fixture *fix, int fd, const char *wanted)
{
    struct buf heard = buf_new(fix->arena);
    struct pollfd poller = {.fd = fd, .events = POLLIN};
    char piece[4096];
    ssize_t got;
    buf_add(&heard, STR(""));
    while ((!wanted || !strstr(buf_str(&heard).ptr, wanted)) && poll(&poller, 1, 20000) == 1 &&
           (got = read(fd, piece, sizeof piece)) > 0)
        buf_add(&heard, (struct str){piece, (size_t)got});
    return buf_str(&heard).ptr;
}

static const char *ask(struct fixture *fix, struct str bytes, const char *wanted)
{
    const int fd = dial(fix);
    assert_int_equal(send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL), bytes.len);
    const char *heard = hear(fix, fd, wanted);
    close(fd);
    return heard;
}

#define GET(path) STR("GET " path " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

static void what_is_asked_is_understood(void **state)
{
    struct fixture *fix = *state;
    static const struct {
        struct str bytes;
        const char *wanted;
    } cases[] = {
        {GET("/a"), "GET /a q= x= body="},
        {GET("/a%20b?q=1%2B1&z"), "GET /a b q=1+1 x="},
        {GET("/?q=a+b"), "q=a b x="},
        {GET("/?&&q=1&&"), "q=1 x="},
        {GET("/caf%C3%A9"), "GET /caf\xc3\xa9 q="},
        {STR("GET / HTTP/1.1\r\nHost: a\r\nX: one\r\nX: two\r\nConnection: close\r\n\r\n"),
         "x=one body="},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"),
         "body=hi"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: "
             "close\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n"),
         "body=hi!"},
        {GET("/"), "X-Dressed: yes"},
        {GET("/refuse"), "{\"error\":{\"kind\":\"denied\",\"message\":\"not \\\"you\\\"\"}}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strstr(ask(fix, cases[i].bytes, NULL), cases[i].wanted))
            fail_msg("case %zu: %s", i, ask(fix, cases[i].bytes, NULL));
}

static void an_answer_may_come_later(void **state)
{
    struct fixture *fix = *state;
    assert_non_null(strstr(ask(fix, GET("/later"), NULL), "GET /later q="));
    sem_wait(&fix->finished);
}

static void what_is_wrong_is_refused(void **state)
{
    struct fixture *fix = *state;
    static const struct {
        struct str bytes;
        const char *status;
    } cases[] = {
        {GET("/%00"), "HTTP/1.1 400"},
        {GET("/%zz"), "HTTP/1.1 400"},
        {GET("/%4"), "HTTP/1.1 400"},
        {GET("/%"), "HTTP/1.1 400"},
        {GET("/%ff"), "HTTP/1.1 400"},
        {GET("/%c0%af"), "HTTP/1.1 400"},
        {GET("/a/../b"), "HTTP/1.1 400"},
        {GET("/a/%2e%2E/b"), "HTTP/1.1 400"},
        {GET("/a/.."), "HTTP/1.1 400"},
        {GET("/.."), "HTTP/1.1 400"},
        {GET("/?q=%00"), "HTTP/1.1 400"},
        {GET("/?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17"), "HTTP/1.1 400"},
        {GET("http://other.example/"), "HTTP/1.1 400"},
        {STR("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), "HTTP/1.1 400"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
         "HTTP/1.1 400"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
             "chunked\r\n\r\n0\r\n\r\n"),
         "HTTP/1.1 400"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), "HTTP/1.1 4"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"),
         "HTTP/1.1 4"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\nExpect: "
             "100-continue\r\n\r\n"),
         "HTTP/1.1 413"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"), "HTTP/1.1 413"},
        {STR("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *heard = ask(fix, cases[i].bytes, "\r\n");
        if (strncmp(heard, cases[i].status, strlen(cases[i].status)) != 0)
            fail_msg("case %zu: %.40s", i, heard);
    }
}

static void a_body_that_grows_too_long_is_refused(void **state)
{
    struct fixture *fix = *state;
    struct buf bytes = buf_new(fix->arena);
    buf_add(&bytes, STR("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 101; i++)
        buf_add(&bytes, STR("a\r\n0123456789\r\n"));
    buf_add(&bytes, STR("0\r\n\r\n"));
    assert_non_null(strstr(ask(fix, buf_str(&bytes), "}}"), "HTTP/1.1 413"));
}

static void too_many_headers_are_refused(void **state)
{
    struct fixture *fix = *state;
    struct buf bytes = buf_new(fix->arena);
    buf_add(&bytes, STR("GET / HTTP/1.1\r\nHost: a\r\n"));
    for (int i = 0; i < HTTP_HEADERS_MAX; i++)
        buf_printf(&bytes, "A%d: b\r\n", i);
    buf_add(&bytes, STR("\r\n"));
    assert_non_null(strstr(ask(fix, buf_str(&bytes), "\r\n"), "HTTP/1.1 431"));
}

static void requests_may_follow_each_other(void **state)
{
    struct fixture *fix = *state;
    const char *heard =
        ask(fix,
            STR("GET /one HTTP/1.1\r\nHost: a\r\n\r\nPOST /later HTTP/1.1\r\nHost: "
                "a\r\nContent-Length: 2\r\n\r\nhiGET /three HTTP/1.1\r\nHost: a\r\nConnection: "
                "close\r\n\r\n"),
            NULL);
    assert_non_null(strstr(heard, "GET /one"));
    assert_non_null(strstr(heard, "POST /later q= x= body=hi"));
    assert_non_null(strstr(heard, "GET /three"));
    sem_wait(&fix->finished);
}

static void who_leaves_early_does_no_harm(void **state)
{
    struct fixture *fix = *state;
    static const char *const halves[] = {
        "G",
        "GET / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc",
        "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"};
    for (size_t i = 0; i < sizeof halves / sizeof *halves; i++) {
        const int fd = dial(fix);
        assert_true(send(fd, halves[i], strlen(halves[i]), MSG_NOSIGNAL) > 0);
        close(fd);
    }
    assert_non_null(strstr(ask(fix, GET("/"), NULL), "HTTP/1.1 200"));
    sem_wait(&fix->finished);
}

static void who_watches_is_told(void **state)
{
    struct fixture *fix = *state;
    const struct str request = STR("GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
    int watchers[20];
    for (int i = 0; i < 20; i++) {
        watchers[i] = dial(fix);
        assert_true(send(watchers[i], request.ptr, request.len, MSG_NOSIGNAL) > 0);
        assert_non_null(strstr(hear(fix, watchers[i], "retry: "), "text/event-stream"));
    }
    close(watchers[0]); /* one does not care */
    live_state(fix->live, STR("x"), STR("{\"id\":\"x\"}"));
    for (int i = 1; i < 20; i++)
        assert_non_null(
            strstr(hear(fix, watchers[i], "\n\n"), "event: incident\ndata: {\"id\":\"x\"}\n\n"));
    live_beat(fix->live);
    live_state(fix->live, STR("x"), STR("{\"id\":\"y\"}"));
    for (int i = 1; i < 20; i++) {
        assert_non_null(strstr(hear(fix, watchers[i], "\"y\"}\n\n"), "id: 2\nevent: incident"));
        close(watchers[i]);
    }
}

/* A stream is closed after its request is over; what it needs must still be there. */
static void who_stops_watching_is_let_go(void **state)
{
    struct fixture *fix = *state;
    const struct str request = STR("GET /watch HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 20; i++) {
        const int fd = dial(fix);
        assert_true(send(fd, request.ptr, request.len, MSG_NOSIGNAL) > 0);
        assert_non_null(strstr(hear(fix, fd, "retry: "), "text/event-stream"));
        close(fd);
    }
    for (int i = 0; i < 1000 && live_viewers(fix->live) > 0; i++) {
        live_beat(fix->live); /* that they are gone is noticed when they are told something */
        assert_non_null(strstr(ask(fix, GET("/"), NULL), "HTTP/1.1 200"));
    }
    assert_int_equal(live_viewers(fix->live), 0);
}

/* The request is over before its response is, when the connection is kept. */
static void a_stream_that_ends_leaves_its_connection(void **state)
{
    struct fixture *fix = *state;
    const int fd = dial(fix);
    for (int i = 0; i < 3; i++) {
        const struct str request = STR("GET /story HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_true(send(fd, request.ptr, request.len, MSG_NOSIGNAL) > 0);
        assert_non_null(strstr(hear(fix, fd, "0\r\n\r\n"), "event: end"));
    }
    const struct str request = GET("/a");
    assert_true(send(fd, request.ptr, request.len, MSG_NOSIGNAL) > 0);
    assert_non_null(strstr(hear(fix, fd, NULL), "GET /a q="));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_asked_is_understood),
        cmocka_unit_test(an_answer_may_come_later),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(a_body_that_grows_too_long_is_refused),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(requests_may_follow_each_other),
        cmocka_unit_test(who_leaves_early_does_no_harm),
        cmocka_unit_test(who_watches_is_told),
        cmocka_unit_test(who_stops_watching_is_let_go),
        cmocka_unit_test(a_stream_that_ends_leaves_its_connection),
    };
    return cmocka_run_group_tests_name("http", tests, open_fixture, close_fixture);
}
