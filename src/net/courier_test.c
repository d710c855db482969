/* SPDX-License-Identifier: Apache-2.0 */
#include "net/courier.h"

#include "base/arena.h"
#include "net/tape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A clock that stands still but for pauses. */
struct world {
    struct arena *arena;
    int64_t now_ns;
    int64_t paused_ns;
    struct str host;
    struct courier courier;
};

static void pause_in(void *state, int64_t span_ns)
{
    struct world *world = state;
    world->now_ns += span_ns;
    world->paused_ns += span_ns;
}

static struct world *world_new(const char *const *replies, uint32_t count)
{
    struct arena *arena = arena_new("test");
    struct world *world = arena_push(arena, struct world);
    *world = (struct world){.arena = arena, .host = STR("models.example:443")};
    world->courier = (struct courier){.transport = tape_of(arena, replies, count),
                                      .clock = clock_fixed(&world->now_ns),
                                      .pause = pause_in,
                                      .pause_state = world,
                                      .hosts = &world->host,
                                      .hosts_count = 1};
    return world;
}

static bool send_to(struct world *world, const char *url, struct reply *reply, struct err *err)
{
    struct request request = {.url = str_of(url), .body = STR("{}")};
    request.headers[request.headers_count++] =
        (struct header){.name = "Authorization", .value = STR("Bearer hush"), .secret = true};
    *err = (struct err){0};
    return courier_send(&world->courier, world->arena, &request, (struct deadline){60 * NS_PER_S},
                        reply, err);
}

#define URL "https://models.example/v1/ask"

static void a_reply_is_a_reply(void **state)
{
    (void)state;
    struct world *world = world_new((const char *[]){"HTTP 200\n\nhello\n\nworld"}, 1);
    struct reply reply;
    struct err err;
    assert_true(send_to(world, URL, &reply, &err));
    assert_int_equal(reply.status, 200);
    assert_true(str_eq(reply.body, STR("hello\n\nworld")));
    assert_int_equal(world->paused_ns, 0);
    arena_free(world->arena);
}

static void what_may_pass_is_asked_again(void **state)
{
    (void)state;
    const char *const replies[] = {"no route", "HTTP 503\n\n", "HTTP 429\nRetry-After: 7\n\n",
                                   "HTTP 200\n\nok"};
    struct world *world = world_new(replies, COUNT_OF(replies));
    struct reply reply;
    struct err err;
    assert_true(send_to(world, URL, &reply, &err));
    assert_int_equal(world->courier.exchanges, 4);
    assert_int_equal(world->paused_ns,
                     8500 * NS_PER_MS); /* 0.5, 1, and the 7 that were asked for */
    arena_free(world->arena);
}

static void there_is_an_end_to_it(void **state)
{
    (void)state;
    const char *const replies[] = {"HTTP 500\n\na", "HTTP 500\n\nb", "HTTP 500\n\nc",
                                   "HTTP 500\n\nd", "HTTP 200\n\nnever"};
    struct world *world = world_new(replies, COUNT_OF(replies));
    struct reply reply;
    struct err err;
    assert_false(send_to(world, URL, &reply, &err));
    assert_int_equal(world->courier.exchanges, 4);
    assert_true(str_eq(reply.body, STR("d")));
    assert_string_equal(err.text, "models.example:443, asked 4 times: HTTP 500, the server is in "
                                  "trouble; try later");
    arena_free(world->arena);
}

static void nobody_waits_beyond_the_deadline(void **state)
{
    (void)state;
    const char *const replies[] = {"HTTP 429\nRetry-After: 29\n\n", "HTTP 429\nRetry-After: 29\n\n",
                                   "HTTP 429\nRetry-After: 29\n\n", "HTTP 200\n\n"};
    struct world *world = world_new(replies, COUNT_OF(replies));
    struct reply reply;
    struct err err;
    assert_false(send_to(world, URL, &reply, &err)); /* 29 + 29 + 29 > 60 */
    assert_int_equal(err.kind, ERR_OVER_BUDGET);
    assert_int_equal(world->courier.exchanges, 3);
    assert_true(world->now_ns < 60 * NS_PER_S);
    world->now_ns = 60 * NS_PER_S;
    assert_false(send_to(world, URL, &reply, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_int_equal(world->courier.exchanges, 3);
    arena_free(world->arena);
}

static void what_was_meant_is_not_asked_again(void **state)
{
    (void)state;
    static const struct {
        const char *reply, *word;
        enum err_kind kind;
    } cases[] = {
        {"HTTP 401\n\n", "refused", ERR_DENIED},
        {"HTTP 404\n\n", "not found", ERR_NOT_FOUND},
        {"HTTP 400\n\n", "does not take", ERR_PROTOCOL},
        {"HTTP 302\nLocation: https://elsewhere.example\n\n", "redirect", ERR_DENIED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct world *world = world_new((const char *[]){cases[i].reply, "HTTP 200\n\n"}, 2);
        struct reply reply;
        struct err err;
        assert_false(send_to(world, URL, &reply, &err));
        assert_int_equal(err.kind, cases[i].kind);
        assert_non_null(strstr(err.text, cases[i].word));
        assert_non_null(strstr(err.text, "models.example:443: "));
        assert_null(strstr(err.text, "hush"));
        assert_int_equal(world->courier.exchanges, 1);
        arena_free(world->arena);
    }
}

static void only_hosts_that_are_listed(void **state)
{
    (void)state;
    static const char *const urls[] = {
        "https://other.example/v1/ask",
        "http://models.example/v1/ask", /* port 80 */
        "https://models.example:8443/v1/ask",
        "https://models.example.evil.example/",
        "https://kim:pass@models.example/v1/",
        "file:///etc/passwd",
        "gopher://models.example:443/",
        "models.example",
        "https://",
        "",
        "https://models.example@other.example/",
    };
    struct world *world = world_new((const char *[]){"HTTP 200\n\n"}, 1);
    struct reply reply;
    struct err err;
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        assert_false(send_to(world, urls[i], &reply, &err));
        assert_true(err.kind == ERR_DENIED || err.kind == ERR_USAGE);
    }
    assert_int_equal(world->courier.exchanges, 0);
    assert_true(send_to(world, "HTTPS://Models.Example:443/v1", &reply, &err));
    arena_free(world->arena);
}

static void a_key_is_not_printed(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct request request = {.url = STR(URL), .body = STR("{\"a\":1}"), .headers_count = 2};
    request.headers[0] =
        (struct header){.name = "Authorization", .value = STR("Bearer hush"), .secret = true};
    request.headers[1] = (struct header){.name = "Content-Type", .value = STR("application/json")};
    assert_string_equal(request_print(arena, &request).ptr,
                        "POST " URL "\nAuthorization: (a key)\nContent-Type: application/json\n\n"
                        "{\"a\":1}\n");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_is_a_reply),
        cmocka_unit_test(what_may_pass_is_asked_again),
        cmocka_unit_test(there_is_an_end_to_it),
        cmocka_unit_test(nobody_waits_beyond_the_deadline),
        cmocka_unit_test(what_was_meant_is_not_asked_again),
        cmocka_unit_test(only_hosts_that_are_listed),
        cmocka_unit_test(a_key_is_not_printed),
    };
    return cmocka_run_group_tests_name("courier", tests, NULL, NULL);
}
