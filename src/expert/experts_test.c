/* SPDX-License-Identifier: Apache-2.0 */
/* Files of several models; one model alone is in config_test.c. */
#include "expert/experts.h"

#include "base/arena.h"
#include "base/clock.h"
#include "expert/expert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define LOCAL "experts:\n  local: {kind: openai, url: \"http://localhost:1\", model: m}\n"
#define BOTH LOCAL "  cloud: {kind: anthropic, url: \"https://h\", model: n}\n"

static void several_are_read_in_their_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct experts experts;
    struct err err = {0};
    if (!experts_read(arena,
                      STR(BOTH "  third:\n    kind: openai\n    url: http://localhost:2\n"
                               "    model: o\n    abilities:\n      - explain\n      - plan\n"
                               "    limits:\n      tokens: 7\n"
                               "policy:\n  logs: [local]\n  changes: [local, cloud]\n"
                               "  traces: none\n  events: cloud\n  metrics: all\n"
                               "limits:\n  tokens: 9\n  seconds: 3\n"),
                      &experts, &err))
        fail_msg("%s", err.text);
    assert_int_equal(experts.count, 3);
    assert_string_equal(experts.items[0].name.ptr, "local");
    assert_string_equal(experts.items[1].name.ptr, "cloud");
    assert_string_equal(experts.items[1].type->name, "anthropic");
    assert_int_equal(experts.items[0].abilities, ABILITIES_OF_WORDS);
    assert_int_equal(experts.items[2].abilities, 1u << ABILITY_EXPLAIN | 1u << ABILITY_PLAN);
    assert_int_equal(experts.items[2].tokens_max, 7);
    assert_int_equal(experts.items[0].tokens_max, 100000);
    assert_int_equal(experts.tokens_max, 9);
    assert_int_equal(experts.span_max_ns, 3 * NS_PER_S);
    assert_int_equal(experts.policy.may[SIGNAL_LOGS], 1);
    assert_int_equal(experts.policy.may[SIGNAL_CHANGES], 3);
    assert_int_equal(experts.policy.may[SIGNAL_TRACES], 0);
    assert_int_equal(experts.policy.may[SIGNAL_EVENTS], 2);
    assert_int_equal(experts.policy.may[SIGNAL_METRICS], UINT32_MAX);
    assert_int_equal(experts.policy.may[SIGNAL_TOPOLOGY], UINT32_MAX);
    arena_free(arena);
}

static void without_a_policy_all_may_see_all(void **state)
{
    (void)state;
    static const char *const texts[] = {"kind: openai\nurl: http://localhost:1\nmodel: m\n", LOCAL,
                                        LOCAL "policy:\nlimits:\n"};
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct experts experts;
        struct err err;
        assert_true(experts_read(arena, str_of(texts[i]), &experts, &err));
        assert_int_equal(policy_forbids(&experts.policy, 0, 0), MATERIALS_COUNT);
        assert_true(experts.tokens_max == 0 && experts.money_max == 0.0 &&
                    experts.span_max_ns == 0);
    }
    arena_free(arena);
}

static void what_is_wrong_is_named_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {LOCAL "polcy: {logs: local}\n", "3:15: polcy.logs: with several models all stands below"},
        {LOCAL "kind: openai\n", "3:7: kind: with several models all stands below"},
        {LOCAL "policy: {logz: local}\n", "3:16: policy.logz: changes, metrics, events, logs"},
        {LOCAL "policy: {logs: lokal}\n", "3:16: policy.logs: names of models are wanted"},
        {LOCAL "policy: {logs: [local, lokal]}\n", "3:24: policy.logs[1]: names of models"},
        {LOCAL "policy: {logs: [none]}\n", "3:17: policy.logs[0]: names of models"},
        {LOCAL "policy: {logs: [all]}\n", "3:17: policy.logs[0]: names of models"},
        {LOCAL "policy: {logs: }\n", "3:16: policy.logs: names of models"},
        /* what YAML says nothing of would let everything through */
        {LOCAL "policy: {logs: []}\n", "3:17: policy.logs: nothing stands here, or an alias"},
        {LOCAL "policy: {logs: {}}\n", "3:17: policy.logs: nothing stands here"},
        {LOCAL "policy: {logs: &a [local], traces: *a}\n", "3:36: policy.traces: nothing stands"},
        {LOCAL "limits: {tokens: *b}\n", "3:18: "},
        {LOCAL "policy: {logs: {of: local}}\n", "3:21: policy.logs.of: changes, metrics"},
        {LOCAL "policy: {logs: [{of: local}]}\n", "3:22: policy.logs[0].of: changes, metrics"},
        {LOCAL "policy: {logs: local}\npolicy: {logs: local}\n", "4:16: policy.logs: it is there"},
        {LOCAL "limits: {tokens: 0}\n", "3:18: limits.tokens: a whole number above 0"},
        {LOCAL "limits: {token: 1}\n", "3:17: limits.token: tokens, money or seconds"},
        {LOCAL "limits: {seconds: 1e9}\n", "3:19: limits.seconds: a whole number from 1"},
        {LOCAL "limits: {money: -1}\n", "3:17: limits.money: a number above 0"},
        {BOTH "limits: {money: 1}\n",
         "limits.money wants `prices` of each model that is elsewhere, "
         "and experts.cloud has none"},
        {LOCAL "  none: {kind: openai}\n", "3:16: experts.none.kind: a name of letters"},
        {LOCAL "  a b: {kind: openai}\n", "3:15: experts.a b.kind: a name of letters"},
        {LOCAL "  odd: openai\n", "3:8: experts.odd: the keys of a model are wanted"},
        {LOCAL "  odd: {kind: oracle}\n", "3:15: experts.odd.kind: openai (also llama-server"},
        {LOCAL "  odd: {kind: openai}\n", "experts.odd: `url` is wanted"},
        {LOCAL "  odd: {modell: x}\n",
         "3:17: there is no key `experts.odd.modell`; did you mean `experts.odd.model`?"},
        {LOCAL "  odd: {abilities: [sing]}\n", "3:21: experts.odd.abilities[0]: plan, rank, "},
        {LOCAL "  odd: {abilities: [embed]}\n", "3:21: experts.odd.abilities[0]: plan, rank, "},
        {LOCAL "  odd: {limits: [1]}\n", "3:18: there is no key `experts.odd.limits[0]`"},
        {LOCAL "  local: {model: x}\n", "experts.local.model: it is there twice"},
    };
    struct arena *arena = arena_new("test");
    int failed = 0;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct experts experts;
        struct err err = {0};
        if (experts_read(arena, str_of(cases[i].text), &experts, &err) ||
            !str_contains(str_of(err.text), str_of(cases[i].want))) {
            print_error("%s: %s\n", cases[i].want, err.text);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    arena_free(arena);
}

static void there_is_an_end_to_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    struct experts experts;
    struct err err = {0};
    buf_add(&text, STR("experts:\n"));
    for (int i = 0; i < EXPERTS_MAX; i++)
        buf_printf(&text, "  m%d: {kind: openai, url: \"http://localhost:1\", model: m}\n", i);
    assert_true(experts_read(arena, buf_str(&text), &experts, &err));
    buf_add(&text, STR("  more: {kind: openai, url: \"http://localhost:1\", model: m}\n"));
    assert_false(experts_read(arena, buf_str(&text), &experts, &err));
    assert_non_null(strstr(err.text, "there are more than 16 models"));
    arena_free(arena);
}

/* docs/experts.md has a row for each key. */
static void the_document_has_the_keys(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    FILE *file = fopen("docs/experts.md", "r");
    assert_non_null(file);
    char *text = arena_alloc(arena, 1 << 20);
    const size_t len = fread(text, 1, 1 << 20, file);
    fclose(file);
    const struct str document = {text, len};
    const struct expert_key *key;
    for (size_t i = 0; (key = expert_key_at(i)) != NULL; i++)
        if (!str_contains(document, str_printf(arena, "| `%s` |", key->path)) ||
            !str_contains(document, str_of(key->summary)))
            fail_msg("docs/experts.md has no row of `%s` that says: %s", key->path, key->summary);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_are_read_in_their_order),
        cmocka_unit_test(without_a_policy_all_may_see_all),
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(there_is_an_end_to_them),
        cmocka_unit_test(the_document_has_the_keys),
    };
    return cmocka_run_group_tests_name("experts", tests, NULL, NULL);
}
