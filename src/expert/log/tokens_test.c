/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/tokens.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The tokens of a line with a bar between them. */
static void expect_cut(const char *line, const char *wanted)
{
    struct arena *arena = arena_new("test");
    struct buf out = buf_new(arena);
    struct tokens tokens;
    tokens_cut(str_of(line), &tokens);
    for (uint32_t i = 0; i < tokens.count; i++)
        buf_printf(&out, "%s%.*s", i ? "|" : "", STR_ARG(token_text(&tokens, &tokens.items[i])));
    assert_string_equal(buf_str(&out).ptr, wanted);
    arena_free(arena);
}

static void what_is_one_thing_stays_whole(void **state)
{
    (void)state;
    expect_cut("", "");
    expect_cut("   ", "");
    expect_cut("took 5ms.", "took|5ms|.");
    expect_cut("at 10.0.0.1:80", "at|10.0.0.1|:|80");
    expect_cut("at /10.0.0.1:80", "at|/|10.0.0.1|:|80");
    expect_cut("db-1.eu.internal:5432: refused", "db-1.eu.internal|:|5432|:|refused");
    expect_cut("open /var/log/a.log: denied", "open|/var/log/a.log|:|denied");
    expect_cut("GET /a?b=1&c=2 200", "GET|/a?b=1&c=2|200");
    expect_cut("orders.py:31 failed", "orders.py:31|failed");
    expect_cut("user=ann, n=-1", "user|=|ann|,|n|=|-1");
    expect_cut("a.b.Pool@1f2e", "a.b.Pool|@|1f2e");
    expect_cut("alignment......0", "alignment|.|.|.|.|.|.|0");
    expect_cut("12:30:01 up", "12:30:01|up");
    expect_cut("...", ".|.|.");
}

static void any_bytes_are_cut(void **state)
{
    (void)state;
    char bytes[TOKENS_BYTES_MAX * 2];
    struct tokens tokens;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(i * 37 + i / 251);
    tokens_cut((struct str){bytes, sizeof bytes}, &tokens);
    assert_true(tokens.count > 0 && tokens.count <= TOKENS_MAX);
    for (uint32_t i = 0; i < tokens.count; i++) {
        assert_true(tokens.items[i].start < tokens.items[i].end);
        assert_true(tokens.items[i].end <= TOKENS_BYTES_MAX);
        assert_true(i == 0 || tokens.items[i].start >= tokens.items[i - 1].end);
    }
}

static void names_fall_into_words(void **state)
{
    (void)state;
    struct str name = STR("getHTTPServer_fooBar7x"), word;
    static const char *const words[] = {"get", "HTTP", "Server", "foo", "Bar", "x"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_true(piece_word(&name, &word));
        assert_true(str_eq(word, str_of(words[i])));
    }
    assert_false(piece_word(&name, &word));
    assert_true(piece_shape(STR("getTask_7")) == piece_shape(STR("runLine_42")));
    assert_true(piece_shape(STR("getTask")) != piece_shape(STR("GetTask")));
    assert_true(piece_add(PIECE_NONE, STR("Fail")) == piece_add(PIECE_NONE, STR("fAIL")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_one_thing_stays_whole),
        cmocka_unit_test(any_bytes_are_cut),
        cmocka_unit_test(names_fall_into_words),
    };
    return cmocka_run_group_tests_name("log tokens", tests, NULL, NULL);
}
