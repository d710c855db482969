/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/source.h"

#include "base/arena.h"
#include "connect/collect.h"
#include "connect/connector.h"
#include "connect/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static bool read_one(struct arena *arena, const char *text, const char *name, struct source *out,
                     struct err *err)
{
    struct yaml_entries entries;
    return yaml_read(arena, str_of(text), &entries, err) &&
           source_read(arena, &entries, str_printf(arena, "sources.%s", name), out, err);
}

static void settings_become_a_source(void **state)
{
    static const char text[] =
        "serve: {listen: x}\n"
        "sources:\n"
        "  prometheus: {url: 'https://p.example/x//', key: 'env:CONNECT_TEST_KEY',\n"
        "     tenant: shop, budget: 3s, rows: 7, redact: false, match: 'a=\"b\"',\n"
        "     mapping: {service: [team, app], instance: pod}, headers: {X-A: b}}\n"
        "  code: {kind: git, path: /srv, branch: main, days: 2}\n"
        "  old: {kind: loki, url: 'http://l', user: Aladdin, password: open sesame,\n"
        "    cleartext: true}\n";
    struct arena *arena = arena_new("test");
    struct source source;
    struct err err = {0};
    (void)state;
    setenv("CONNECT_TEST_KEY", "hush", 1);
    if (!read_one(arena, text, "prometheus", &source, &err))
        fail_msg("%s", err.text);
    assert_string_equal(source.connector->name, "prometheus");
    assert_true(str_eq(source.name, STR("prometheus")));
    assert_true(str_eq(source.url, STR("https://p.example/x")));
    assert_int_equal(source.budget_ns, 3 * NS_PER_S);
    assert_int_equal(source.rows_max, 7);
    assert_false(source.redact);
    assert_true(str_eq(source_text(&source, "match", STR("")), STR("a=\"b\"")));
    assert_int_equal(source_integer(&source, "series", 5), 5);
    assert_true(str_eq(source.mapping.own[MAPPED_SERVICE][1], STR("app")));
    assert_true(str_eq(source.mapping.own[MAPPED_INSTANCE][0], STR("pod")));
    assert_int_equal(source.headers_count, 3);
    assert_true(str_eq(source.headers[1].value, STR("Bearer hush")) && source.headers[1].secret);
    assert_true(str_eq(source.headers[2].value, STR("shop")));
    assert_true(read_one(arena, text, "code", &source, &err));
    assert_true(source.redact);
    assert_true(str_eq(source.path, STR("/srv")));
    assert_true(read_one(arena, text, "old", &source, &err));
    /* RFC 7617 has this very example. */
    assert_true(str_eq(source.headers[0].value, STR("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")));
    arena_free(arena);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    static const char *const cases[][3] = {
        {"prometheus", "sources:\n  prometheus: {ulr: x}\n",
         "2:21: there is no setting `ulr`; is `url` meant?"},
        {"shop", "sources:\n  shop: {url: 'http://x'}\n",
         "there is no kind of source `shop`; there are"},
        {"prometheus", "sources:\n  prometheus: {budget: soon}\n", "2:24: `budget`: "},
        {"prometheus", "sources:\n  prometheus: {budget: 700s, url: 'http://x'}\n",
         "from 1s to 600s"},
        {"prometheus", "sources:\n  prometheus: {match: a}\n", "`url` is wanted"},
        {"prometheus", "sources:\n  prometheus:\n", "`url` is wanted"},
        {"git", "sources:\n  git: {url: 'http://x'}\n", "`path` is wanted"},
        {"prometheus", "sources:\n  prometheus: {url: 'ftp://x'}\n", "is no URL"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://a:b@x'}\n", "has a user in it"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', key: 'env:CONNECT_NONE'}\n",
         "has no CONNECT_NONE"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', key: 'file:/none'}\n",
         "/none: No such file"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', key: a, user: b}\n",
         "either `key`"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', key: \"a\\r\\nb\"}\n",
         "one line"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', headers: {A: \"b\\nc\"}}\n",
         "one line"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', mapping: {colour: a}}\n",
         "`colour` to map"},
        {"prometheus",
         "sources:\n  prometheus: {url: 'http://127.evil.example', headers: {A: b}}\n",
         "over http"},
        {"prometheus", "sources:\n  prometheus: {url: 'http://x', rows: 0}\n", "at least 1"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        struct source source;
        struct err err = {0};
        assert_false(read_one(arena, cases[i][1], cases[i][0], &source, &err));
        if (!strstr(err.text, cases[i][2]))
            fail_msg("%s: %s", cases[i][1], err.text);
        arena_free(arena);
    }
}

static void a_word_is_a_source(void **state)
{
    static const struct {
        const char *word, *name, *kind, *place;
    } cases[] = {
        {"http://h:9090", "prometheus", "prometheus", "http://h:9090"},
        {"http://h:9093/", "alertmanager", "alertmanager", "http://h:9093"},
        {"http://h:3100", "loki", "loki", "http://h:3100"},
        {"shop=http://h/q?a=b", "shop", "prometheus", "http://h/q?a=b"},
        {"loki=http://h", "loki", "loki", "http://h"},
        {"/srv/shop", "git", "git", "/srv/shop"},
        {"code=.", "code", "git", "."},
    };
    struct source source;
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        if (!source_of_word(arena, str_of(cases[i].word), &source, &err))
            fail_msg("%s", err.text);
        assert_true(str_eq(source.name, str_of(cases[i].name)));
        assert_string_equal(source.connector->name, cases[i].kind);
        assert_true(str_eq(source.url.len > 0 ? source.url : source.path, str_of(cases[i].place)));
        arena_free(arena);
    }
    struct arena *arena = arena_new("test");
    assert_false(source_of_word(arena, STR("nonsense"), &source, &err));
    arena_free(arena);
}

static void what_ends_a_value_is_escaped(void **state)
{
    struct arena *arena = arena_new("test");
    struct url url = url_begin(arena, STR("http://h/x/"), "/api");
    (void)state;
    url_part(&url, STR("a/b"));
    url_param(&url, "q", STR("a&b=c d\"\xff"));
    url_param_seconds(&url, "t", INT64_C(1435781430781000000));
    assert_string_equal(url_text(&url).ptr,
                        "http://h/x/api/a%2Fb?q=a%26b%3Dc%20d%22%FF&t=1435781430.781");
    struct url form = url_form(arena);
    url_param_int(&form, "a", 1);
    url_param_int(&form, "b", -2);
    assert_string_equal(url_text(&form).ptr, "a=1&b=-2");
    arena_free(arena);
}

static void the_window_ends_now(void **state)
{
    const int64_t at_ns = INT64_C(1795312800) * NS_PER_S;
    const struct alert alert = {.starts_ns = at_ns};
    (void)state;
    const struct window now = collect_window(&alert, at_ns + 90 * NS_PER_S, 0);
    assert_int_equal(now.start_ns, at_ns - 3600 * NS_PER_S);
    assert_int_equal(now.end_ns, at_ns + 91 * NS_PER_S);
    /* Days later the repair is of no interest; a clock that goes behind gives no window before. */
    assert_int_equal(collect_window(&alert, at_ns + 9 * NS_PER_DAY, 0).end_ns,
                     at_ns + 1801 * NS_PER_S);
    assert_int_equal(collect_window(&alert, at_ns - NS_PER_DAY, NS_PER_S).end_ns, at_ns + NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_become_a_source),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(a_word_is_a_source),
        cmocka_unit_test(what_ends_a_value_is_escaped),
        cmocka_unit_test(the_window_ends_now),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
