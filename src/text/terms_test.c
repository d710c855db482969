/* SPDX-License-Identifier: Apache-2.0 */
#include "text/terms.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct {
    const char *why;
    const char *text;
    const char *want; /* the terms, a blank between them */
} cases[] = {
    {"words lose their endings", "Restarting crashed pods", "restart crash pod"},
    {"forms of one word are one", "cache cached caching caches", "cach cach cach cach"},
    {"what is no ending stays", "string status class thing", "string status class thing"},
    {"a name is given whole, then in parts", "kubeApiServer_v2",
     "kubeapiserver_v2 kube api server"},
    {"capitals in a row are one part", "HTTPServer", "httpserver http server"},
    {"numbers are words", "answered 502 on port 8443", "answer 502 on port 8443"},
    {"digits part a name", "ipv6 utf8", "ipv6 ipv utf8 utf"},
    {"marks around a name are not part of it", "__init__ (main)", "init main"},
    {"other scripts stay whole", "Ошибка сети", "Ошибка сети"},
    {"one letter is no word", "a b c", ""},
    {"nothing is nothing", "", ""},
};

static struct str terms_of(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    struct terms terms = {.rest = text};
    struct term term;
    while (terms_next(&terms, &term))
        buf_printf(&out, "%s%.*s", out.len > 0 ? " " : "", STR_ARG(term.text));
    return buf_str(&out);
}

static void a_text_gives_its_terms(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct str got = terms_of(arena, str_of(cases[i].text));
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("%s: `%s` gives `%s`, not `%s`", cases[i].why, cases[i].text, got.ptr,
                     cases[i].want);
    }
    arena_free(arena);
}

static void what_is_too_long_is_no_word(void **state)
{
    (void)state;
    char text[3 * TERM_BYTES_MAX];
    memset(text, 'x', sizeof text);
    struct terms terms = {.rest = {text, sizeof text}};
    struct term term;
    assert_false(terms_next(&terms, &term));
}

static void pairs_pass_over_what_every_text_has(void **state)
{
    (void)state;
    struct terms terms = {.rest = STR("the thread in the poolSize")};
    struct term term;
    struct pair pair = {0};
    struct str two = {0};
    uint32_t count = 0;
    const char *want[] = {"thread pool", "pool size"};
    while (terms_next(&terms, &term))
        if (pair_next(&pair, term, &two)) {
            assert_true(count < 2);
            assert_true(str_eq(two, str_of(want[count])) || str_starts(two, str_of("pool")));
            count++;
        }
    assert_int_equal(count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_gives_its_terms),
        cmocka_unit_test(what_is_too_long_is_no_word),
        cmocka_unit_test(pairs_pass_over_what_every_text_has),
    };
    return cmocka_run_group_tests_name("terms", tests, NULL, NULL);
}
