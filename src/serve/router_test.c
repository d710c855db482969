/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/router.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void each_path_finds_its_way(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *pattern; /* NULL: none */
        enum route_miss miss;
        const char *allowed;
    } cases[] = {
        {"GET", "/", "/", ROUTE_FOUND, NULL},
        {"HEAD", "/", "/", ROUTE_FOUND, NULL},
        {"GET", "/assets/page.js", "/assets/{}", ROUTE_FOUND, NULL},
        {"GET", "/assets/", NULL, ROUTE_NO_PATH, NULL},
        {"GET", "/assets", NULL, ROUTE_NO_PATH, NULL},
        {"GET", "/assets/a/b", NULL, ROUTE_NO_PATH, NULL},
        {"GET", "/api/v1/incidents", "/api/v1/incidents", ROUTE_FOUND, NULL},
        {"GET", "/api/v1/incidents/x/report", "/api/v1/incidents/{}/report", ROUTE_FOUND, NULL},
        {"GET", "/api/v1/incidents//report", NULL, ROUTE_NO_PATH, NULL},
        {"GET", "/api/v1/incidents/x/report/y", NULL, ROUTE_NO_PATH, NULL},
        {"DELETE", "/api/v1/silences", NULL, ROUTE_NO_METHOD, "GET, POST"},
        {"POST", "/healthz", NULL, ROUTE_NO_METHOD, "GET"},
        {"get", "/healthz", NULL, ROUTE_NO_METHOD, "GET"},
        {"GET", "", NULL, ROUTE_NO_PATH, NULL},
        {"GET", "//", NULL, ROUTE_NO_PATH, NULL},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct route *route = NULL;
        struct str allowed;
        const enum route_miss miss =
            route_find(arena, str_of(cases[i].method), str_of(cases[i].path), &route, &allowed);
        if (miss != cases[i].miss)
            fail_msg("%s %s: %d", cases[i].method, cases[i].path, miss);
        if (cases[i].pattern)
            assert_string_equal(route->path, cases[i].pattern);
        if (cases[i].allowed)
            assert_string_equal(allowed.ptr, cases[i].allowed);
    }
    arena_free(arena);
}

static void a_part_is_what_stands_in_its_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct route *route;
    struct str allowed;
    struct http_exchange exchange = {.request.path = STR("/api/v1/sources/shop-db/test")};
    assert_int_equal(route_find(arena, STR("POST"), exchange.request.path, &route, &allowed),
                     ROUTE_FOUND);
    exchange.route = route;
    assert_true(str_eq(route_part(&exchange, 0), STR("shop-db")));
    assert_int_equal(route_part(&exchange, 1).len, 0);
    arena_free(arena);
}

/* What changes something wants somebody who may, and is written down; what only reads does not. */
static void what_changes_something_is_guarded(void **state)
{
    (void)state;
    for (const struct route *it = routes; it->method; it++) {
        const bool reads = strcmp(it->method, "GET") == 0;
        assert_non_null(it->handle);
        assert_true(!reads || !it->is_audited);
        assert_true(!reads || it->body_max == 0);
        assert_true(!it->is_audited || it->scope > SCOPE_READ);
        assert_true(!it->is_audited || !it->is_quick); /* the one thread must not write */
        assert_true(!it->wants_body || it->body_max > 0);
        if (strncmp(it->path, "/api/", 5) == 0 && strstr(it->path, "/session") == NULL)
            assert_true(it->scope != SCOPE_NONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_finds_its_way),
        cmocka_unit_test(a_part_is_what_stands_in_its_place),
        cmocka_unit_test(what_changes_something_is_guarded),
    };
    return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
