/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/experts.h"

#include "base/arena.h"
#include "base/clock.h"
#include "expert/expert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define LEAST "kind: openai\nurl: http://localhost:8080\nmodel: m\n"

/* Of a file with one model. */
static bool read_one(struct arena *arena, struct str text, struct expert_config *out,
                     struct err *err)
{
    struct experts experts;
    const bool ok = experts_read(arena, text, &experts, err);
    *out = experts.items[0];
    return ok;
}

static void four_lines_are_enough(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct expert_config config;
    struct err err;
    setenv("WARROOM_TEST_KEY", "hush", 1);
    assert_true(read_one(arena, STR(LEAST "key: env:WARROOM_TEST_KEY\n"), &config, &err));
    assert_string_equal(config.type->name, "openai");
    assert_true(str_eq(config.url, STR("http://localhost:8080/v1/chat/completions")));
    assert_true(str_eq(config.host, STR("localhost:8080")));
    assert_true(str_eq(config.key, STR("hush")));
    assert_true(config.takes_schema && !config.tells_odds && config.has_temperature);
    assert_true(config.tokens_max > 0 && config.span_max_ns > 0 && config.answer_tokens_max > 0);
    arena_free(arena);
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct expert_config config;
    struct err err;
    assert_true(
        read_one(arena,
                 STR("kind: openai\nurl: https://h/v1\nmodel: m\nschema: false\nodds: true\n"
                     "temperature: none\nprices:\n  input: 0.5\n  output: 2\nlimits:\n  tokens: 7\n"
                     "  answer: 8\n  money: 0.25\n  seconds: 9\nrecord: /tmp\n"),
                 &config, &err));
    assert_true(!config.takes_schema && config.tells_odds && !config.has_temperature);
    assert_true(config.price_in == 0.5 && config.price_out == 2.0 && config.money_max == 0.25);
    assert_true(config.tokens_max == 7 && config.answer_tokens_max == 8);
    assert_true(config.span_max_ns == 9 * NS_PER_S);
    assert_true(str_eq(config.record, STR("/tmp")));
    arena_free(arena);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "`kind` is wanted"},
        {"kind: openai\n", "`url` is wanted"},
        {"kind: openai\nurl: http://h\n", "`model` is wanted"},
        {"kind: oracle\n", "1:7: kind: openai (also llama-server, vLLM, Ollama) or anthropic is "
                           "wanted, not `oracle`"},
        {LEAST "modell: x\n", "4:9: there is no key `modell`; did you mean `model`?"},
        {LEAST "limits:\n  moneys: 1\n", "5:11: there is no key `limits.moneys`; did you mean"},
        {LEAST "proxy: http://x\n", "4:8: there is no key `proxy`; docs/experts.md has them all"},
        {LEAST "model: x\n", "4:8: `model` is there twice"},
        {LEAST "key: sk-12345678901234567890\n", "4:6: key: `env:NAME` or `file:PATH` is wanted"},
        {LEAST "key: env:WARROOM_NO_SUCH_KEY\n",
         "4:6: key: the environment has no WARROOM_NO_SUCH_KEY"},
        {LEAST "key: file:/nowhere/at/all\n", "4:6: key: /nowhere/at/all: No such file"},
        {LEAST "schema: maybe\n", "4:9: schema: true or false is wanted, not `maybe`"},
        {LEAST "temperature: hot\n", "4:14: temperature: a number"},
        {LEAST "limits:\n  tokens: -1\n", "5:11: limits.tokens: a whole number above 0"},
        {LEAST "limits:\n  seconds: 1e9\n", "5:12: limits.seconds: a whole number"},
        {LEAST "limits:\n  money: 1\n", "limits.money wants prices.input"},
        {LEAST "prices:\n  input: nan\n", "5:10: prices.input: a number"},
        {LEAST "record: a\nreplay: b\n", "one of `record` and `replay`"},
        {"kind: anthropic\nurl: https://h\nmodel: m\nodds: true\n", "odds: anthropic tells none"},
        {"kind: openai\nurl: ftp://h\nmodel: m\n", "url: `ftp://h/v1/chat/completions` is no URL"},
        {"kind: openai\nurl: http://u:p@h\nmodel: m\n", "url: the URL for h has a user in it"},
        {"kind: [openai\n", "2:1: "},
        {"just words\n", "1:1: there is no key ``"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expert_config config;
        struct err err = {0};
        assert_false(read_one(arena, str_of(cases[i].text), &config, &err));
        if (!str_starts(str_of(err.text), str_of(cases[i].want)))
            assert_string_equal(err.text, cases[i].want);
        assert_null(strstr(err.text, "sk-123")); /* it may be a key */
    }
    arena_free(arena);
}

static void a_key_is_not_sent_for_all_to_read(void **state)
{
    (void)state;
    static const struct {
        const char *url, *more;
        bool ok;
    } cases[] = {
        {"http://h", "", true}, /* without a key there is nothing to read */
        {"http://h", "key: env:WARROOM_TEST_KEY\n", false},
        {"http://h", "key: env:WARROOM_TEST_KEY\ncleartext: true\n", true},
        {"https://h", "key: env:WARROOM_TEST_KEY\n", true},
        {"http://127.0.0.1:8080", "key: env:WARROOM_TEST_KEY\n", true},
        {"http://[::1]:8080", "key: env:WARROOM_TEST_KEY\n", true},
        {"http://127.0.0.1.evil.example", "key: env:WARROOM_TEST_KEY\n", false},
        {"http://localhost.evil.example", "key: env:WARROOM_TEST_KEY\n", false},
        {"HTTP://h", "key: env:WARROOM_TEST_KEY\n", false},
    };
    struct arena *arena = arena_new("test");
    setenv("WARROOM_TEST_KEY", "hush", 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expert_config config;
        struct err err = {0};
        const struct str text =
            str_printf(arena, "kind: openai\nurl: %s\nmodel: m\n%s", cases[i].url, cases[i].more);
        assert_int_equal(read_one(arena, text, &config, &err), cases[i].ok);
        assert_null(strstr(err.text, "hush"));
    }
    arena_free(arena);
}

static void a_url_is_made_whole(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        {"http://h", "http://h/v1/messages"},
        {"http://h/", "http://h/v1/messages"},
        {"http://h:1/v1", "http://h:1/v1/messages"},
        {"http://h/v1/", "http://h/v1/messages"},
        {"http://h/proxy/v2", "http://h/proxy/v2/messages"},
        {"https://h/v1/messages", "https://h/v1/messages"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct expert_config config;
        struct err err;
        const struct str text =
            str_printf(arena, "kind: anthropic\nurl: %s\nmodel: m\n", cases[i].given);
        assert_true(read_one(arena, text, &config, &err));
        assert_true(str_eq(config.url, str_of(cases[i].want)));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_lines_are_enough),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(a_key_is_not_sent_for_all_to_read),
        cmocka_unit_test(a_url_is_made_whole),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
