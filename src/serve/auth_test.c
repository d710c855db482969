/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/auth.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
    struct arena *arena;
    struct ledger *ledger;
    struct auth *auth;
    struct str reader, admin;
    char folder[32];
};

static struct str make_token(struct fixture *fix, const char *name, const char *scopes)
{
    struct str secret;
    uint32_t bits;
    struct err err = {0};
    assert_true(scopes_parse(str_of(scopes), &bits, &err));
    assert_true(token_add(fix->ledger, fix->arena, str_of(name), bits, 1, &secret, &err));
    assert_true(auth_reload(fix->auth, fix->ledger, 2, &err));
    return secret;
}

static struct fixture open_fixture(void)
{
    struct fixture fix = {.arena = arena_new("test"), .folder = "/tmp/auth-test-XXXXXX"};
    struct err err = {0};
    assert_non_null(mkdtemp(fix.folder));
    assert_true(ledger_open(fix.arena, str_printf(fix.arena, "%s/ledger.db", fix.folder).ptr,
                            &fix.ledger, &err));
    fix.auth = auth_new(fix.arena, STR("https://page.example/warroom"));
    return fix;
}

static void close_fixture(struct fixture *fix)
{
    char command[64];
    snprintf(command, sizeof command, "rm -r '%s'", fix->folder);
    arena_free(fix->arena);
    assert_int_equal(system(command), 0);
}

/* A request from this machine; `headers` are pairs. */
static struct http_exchange ask(struct arena *arena, const char *method, const char *const *headers)
{
    struct http_exchange exchange = {.request = {.arena = arena,
                                                 .method = str_of(method),
                                                 .path = STR("/api/v1/incidents"),
                                                 .peer = STR("127.0.0.1"),
                                                 .is_loopback = true}};
    for (; *headers; headers += 2)
        exchange.request.headers[exchange.request.headers_count++] =
            (struct http_pair){str_of(headers[0]), str_of(headers[1])};
    return exchange;
}

#define HEADERS(...) ((const char *const[]){__VA_ARGS__, NULL})

static int status_of(struct fixture *fix, struct http_exchange exchange, enum scope scope)
{
    struct caller caller;
    return auth_admit(fix->auth, &exchange, scope, &caller) ? 200 : exchange.answer.status;
}

static void without_tokens_this_machine_alone_is_served(void **state)
{
    (void)state;
    struct fixture fix = open_fixture();
    static const struct {
        int status;
        const char *method, *headers[7];
    } cases[] = {
        {200, "GET", {"host", "localhost:8080"}},
        {200, "GET", {"host", "127.0.0.1"}},
        {200, "GET", {"host", "[::1]:8080"}},
        {200, "POST", {"host", "localhost"}},
        {403, "GET", {NULL}},
        {403, "GET", {"host", "evil.example"}},
        {403, "GET", {"host", "127.0.0.1.evil.example@x"}},
        {403, "GET", {"host", "localhost.evil.example"}},
        {403, "GET", {"host", "localhost", "x-forwarded-for", "10.0.0.1"}},
        {403, "GET", {"host", "localhost", "forwarded", "for=10.0.0.1"}},
        {200, "POST", {"host", "localhost:1", "origin", "http://localhost:1"}},
        {403, "POST", {"host", "localhost:1", "origin", "http://localhost:2"}},
        {403, "POST", {"host", "localhost:1", "origin", "https://localhost:1"}},
        {403, "POST", {"host", "localhost", "origin", "null"}},
        {200, "POST", {"host", "localhost", "origin", "https://page.example"}},
        {403, "POST", {"host", "localhost", "sec-fetch-site", "cross-site"}},
        {403, "GET", {"host", "localhost", "sec-fetch-site", "same-site"}},
        {200, "GET", {"host", "localhost", "sec-fetch-site", "none"}},
        {200,
         "GET",
         {"host", "localhost", "sec-fetch-site", "cross-site", "sec-fetch-mode", "navigate"}},
        {403,
         "POST",
         {"host", "localhost", "sec-fetch-site", "cross-site", "sec-fetch-mode", "navigate"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int status =
            status_of(&fix, ask(fix.arena, cases[i].method, cases[i].headers), SCOPE_READ);
        if (status != cases[i].status)
            fail_msg("case %zu: %d", i, status);
    }
    struct http_exchange far = ask(fix.arena, "GET", HEADERS("host", "localhost"));
    far.request.is_loopback = false;
    assert_int_equal(status_of(&fix, far, SCOPE_READ), 403);
    close_fixture(&fix);
}

static const char *bearer(struct fixture *fix, struct str token)
{
    return str_printf(fix->arena, "Bearer %s", token.ptr).ptr;
}

static void with_tokens_one_is_wanted(void **state)
{
    (void)state;
    struct fixture fix = open_fixture();
    const struct str token = make_token(&fix, "reader", "read,feedback");
    const char *good = bearer(&fix, token);
    const char *cookie = str_printf(fix.arena, "a=b; %s=%s", AUTH_COOKIE, token.ptr).ptr;
    const char *bad = bearer(&fix, str_printf(fix.arena, "%s0", token.ptr));
    struct arena *arena = fix.arena;
    assert_int_equal(status_of(&fix, ask(arena, "GET", HEADERS("host", "localhost")), SCOPE_READ),
                     401);
    assert_int_equal(status_of(&fix, ask(arena, "GET", HEADERS("authorization", good)), SCOPE_READ),
                     200);
    assert_int_equal(status_of(&fix, ask(arena, "GET", HEADERS("authorization", bad)), SCOPE_READ),
                     401);
    assert_int_equal(
        status_of(&fix, ask(arena, "GET", HEADERS("authorization", "Bearer ")), SCOPE_READ), 401);
    assert_int_equal(
        status_of(&fix, ask(arena, "GET", HEADERS("authorization", "Basic eDp5")), SCOPE_READ),
        401);
    assert_int_equal(
        status_of(&fix, ask(arena, "POST", HEADERS("authorization", good)), SCOPE_FEEDBACK), 200);
    assert_int_equal(
        status_of(&fix, ask(arena, "POST", HEADERS("authorization", good)), SCOPE_ADMIN), 403);
    assert_int_equal(status_of(&fix, ask(arena, "GET", HEADERS("cookie", cookie)), SCOPE_READ),
                     200);
    assert_int_equal(status_of(&fix,
                               ask(arena, "POST",
                                   HEADERS("cookie", cookie, "sec-fetch-site", "cross-site", "host",
                                           "localhost")),
                               SCOPE_FEEDBACK),
                     403);
    close_fixture(&fix);
}

static void a_token_that_is_removed_is_worth_nothing(void **state)
{
    (void)state;
    struct fixture fix = open_fixture();
    struct err err = {0};
    const char *admin = bearer(&fix, make_token(&fix, "boss", "admin"));
    make_token(&fix, "other", "read");
    assert_int_equal(
        status_of(&fix, ask(fix.arena, "GET", HEADERS("authorization", admin)), SCOPE_FEEDBACK),
        200);
    assert_true(token_remove(fix.ledger, STR("boss"), &err));
    assert_false(token_remove(fix.ledger, STR("boss"), &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(auth_reload(fix.auth, fix.ledger, 3, &err));
    assert_int_equal(
        status_of(&fix, ask(fix.arena, "GET", HEADERS("authorization", admin)), SCOPE_READ), 401);
    close_fixture(&fix);
}

static void names_and_scopes_are_checked(void **state)
{
    (void)state;
    struct fixture fix = open_fixture();
    struct err err = {0};
    struct str secret;
    uint32_t scopes;
    static const char *const bad_names[] = {"", "a b", "a\n", "../x", "\xff"};
    static const char *const bad_scopes[] = {"", ",", "none", "read,", "read write", "READ"};
    for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++)
        assert_false(token_add(fix.ledger, fix.arena, str_of(bad_names[i]), 2, 1, &secret, &err));
    for (size_t i = 0; i < sizeof bad_scopes / sizeof *bad_scopes; i++)
        if (strcmp(bad_scopes[i], "read,") != 0) /* an end that says nothing is no mistake */
            assert_false(scopes_parse(str_of(bad_scopes[i]), &scopes, &err));
    assert_true(scopes_parse(STR("read, admin"), &scopes, &err));
    assert_string_equal(scopes_format(fix.arena, scopes).ptr, "read,admin");
    make_token(&fix, "one", "read");
    assert_false(token_add(fix.ledger, fix.arena, STR("one"), 2, 1, &secret, &err));
    close_fixture(&fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_tokens_this_machine_alone_is_served),
        cmocka_unit_test(with_tokens_one_is_wanted),
        cmocka_unit_test(a_token_that_is_removed_is_worth_nothing),
        cmocka_unit_test(names_and_scopes_are_checked),
    };
    return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
