/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* As the database matches: % any bytes, _ one, \ escapes. */
static bool like(struct str pattern, struct str text)
{
    size_t p = 0, t = 0, star = STR_NPOS, from = 0;
    while (t < text.len) {
        if (p < pattern.len && pattern.ptr[p] == '%') {
            star = ++p;
            from = t;
            continue;
        }
        const bool escaped = p + 1 < pattern.len && pattern.ptr[p] == '\\';
        const size_t at = p + escaped;
        if (at < pattern.len &&
            (pattern.ptr[at] == text.ptr[t] || (pattern.ptr[at] == '_' && !escaped))) {
            p = at + 1;
            t++;
        } else if (star != STR_NPOS) {
            p = star;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.len && pattern.ptr[p] == '%')
        p++;
    return p == pattern.len;
}

static const struct {
    const char *why;
    struct str line;
    struct str level;
    const char *want; /* NULL: only the pattern is checked */
    bool failing;
} lines[] = {
    {"words stay", STR("job started"), STR("INFO"), "job started", false},
    {"verbs are not merged", STR("job paused"), STR("INFO"), "job paused", false},
    {"numbers are filled in", STR("took 35 ms"), STR(""), "took <*> ms", false},
    {"and what carries one", STR("user u-17 at 10.0.0.1:80 left"), STR(""), "user <*> at <*> left",
     false},
    {"a payload in brackets is", STR("order {\"id\": 5} sent"), STR(""), "order <*> sent", false},
    {"however deep", STR("call(a(b)c) ok"), STR(""), "call<*> ok", false},
    {"white space is one blank", STR("a \t  b\r\n c"), STR(""), "a b c", false},
    {"a bracket that does not close is text", STR("a (b c"), STR(""), "a (b c", false},
    {"a call site is its place", STR("[main] db.Pool#31: waited 5 s for a"), STR("WARN"),
     "WARN db.Pool#31", false},
    {"whatever it says", STR("[main] db.Pool#31: gave up"), STR("WARN"), "WARN db.Pool#31", false},
    {"a file and a line", STR("app/orders.py:12 slow"), STR(""), "app/orders.py:12", false},
    {"a port is no place", STR("to db:5432 refused"), STR(""), "to <*> refused", false},
    {"the message of a JSON line", STR("{\"level\":\"info\",\"msg\":\"started 5\",\"x\":1}"),
     STR(""), "started <*>", false},
    {"with blanks", STR("{\"message\": \"all is well\", \"t\": 1}"), STR(""), "all is well", false},
    {"an exception is a failure", STR("java.io.IOException: gone"), STR("INFO"), NULL, true},
    {"the word is, too", STR("an error came"), STR("INFO"), "an error came", true},
    {"the level is, too", STR("gone"), STR("FATAL"), "gone", true},
    {"place, then exception", STR("Pool.java:31 threw java.io.IOException"), STR("ERROR"),
     "ERROR Pool.java:31 java.io.IOException", true},
    {"exception, then place", STR("java.io.IOException at Pool.java:31"), STR("ERROR"),
     "ERROR Pool.java:31 java.io.IOException", true},
    {"an exception that is the place", STR("in LateException#31 thrown"), STR("ERROR"), NULL, true},
    {"what LIKE would take for its own", STR("100% of a_b \\ c"), STR(""), NULL, false},
    {"per cent, score, stroke as words", STR("%_\\"), STR(""), "%_\\", false},
    {"a JSON line that is cut short", STR("{\"msg\":\"half \\"), STR(""), NULL, false},
    {"escapes in JSON", STR("{\"msg\":\"say \\\"no\\\" now\"}"), STR(""), NULL, false},
    {"NUL bytes", STR("a\0b c\0\0 7"), STR(""), NULL, false},
    {"invalid UTF-8", STR("\xff\xfe b\xc3 7"), STR("\xff"), NULL, false},
    {"controls", STR("\x1b[31mred\x1b[0m"), STR(""), NULL, false},
    {"nothing", STR(""), STR(""), "", false},
    {"blanks", STR("  \n "), STR(""), NULL, false},
    {"more words than a template holds", STR("a b c d e f g h i j k l m n o p q r s t u v w x y z"),
     STR(""), NULL, false},
};

static void templates_keep_words_and_match_their_lines(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct template got = template_of(arena, lines[i].line, lines[i].level);
        if (lines[i].want && !str_eq(got.text, str_of(lines[i].want)))
            fail_msg("%s: `%.*s`", lines[i].why, STR_ARG(got.text));
        if (got.failing != lines[i].failing)
            fail_msg("%s: failing", lines[i].why);
        if (!like(got.like, lines[i].line))
            fail_msg("%s: `%.*s` does not match its line", lines[i].why, STR_ARG(got.like));
    }
    arena_free(arena);
}

/* Whatever is put together from the pieces that mean something here matches its own pattern. */
static void any_line_matches_its_pattern(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        " ",  "a",  "7",        "%",           "_",           "\\", "(", ")", "{",
        "}",  "\"", "Pool#31",  "x.py:5",      "IOException", ".",  "<", "*", ">",
        "\t", "\n", "\xc3\xa4", "{\"msg\":\"", "error",       ":",  "#", "-",
    };
    struct arena *arena = arena_new("test");
    uint32_t seed = 1;
    for (int round = 0; round < 20000; round++) {
        char line[256] = "";
        for (int i = 0; i < 12; i++) {
            seed = seed * 1664525u + 1013904223u;
            strcat(line, pieces[(seed >> 16) % COUNT_OF(pieces)]);
        }
        const struct template got = template_of(arena, str_of(line), STR(""));
        if (!like(got.like, str_of(line)))
            fail_msg("`%s` does not match `%s`", line, got.like.ptr);
        arena_reset(arena);
    }
    arena_free(arena);
}

static bool is_character_boundary(struct str whole, size_t len)
{
    return len >= whole.len || ((unsigned char)whole.ptr[len] & 0xC0) != 0x80;
}

static void a_line_of_a_megabyte_is_cut(void **state)
{
    (void)state;
    static const char *const repeated[] = {"word ", "1", "(", "\"", "x", "\xe6\x97\xa5", "a%\\_ ("};
    const size_t size = 1 << 20;
    char *bytes = malloc(size);
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(repeated); i++) {
        const size_t len = strlen(repeated[i]);
        for (size_t at = 0; at < size; at++)
            bytes[at] = repeated[i][at % len];
        const struct str line = {.ptr = bytes, .len = size};
        const struct template got = template_of(arena, line, STR("INFO"));
        assert_true(got.text.len <= 8192 && got.like.len <= 16384);
        assert_true(like(got.like, line));
        if (i == 5) /* a database wants whole characters */
            assert_true(is_character_boundary(line, got.text.len));
        template_exception(line);
    }
    arena_free(arena);
    free(bytes);
}

static const struct {
    const char *why;
    struct str line;
    const char *want;
} exceptions[] = {
    {"with its package", STR("x java.io.IOException: y"), "java.io.IOException"},
    {"without", STR("raise ValueError('x')"), "ValueError"},
    {"at the end", STR("got KeyError"), "KeyError"},
    {"the first of two", STR("AError: BError"), "AError"},
    {"a word alone is a complaint", STR("Error: Exception"), ""},
    {"a small letter is no class", STR("myError"), ""},
    {"the middle of a word", STR("IOExceptions"), ""},
    {"nothing", STR(""), ""},
};

static void exceptions_are_classes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(exceptions); i++) {
        const struct str got = template_exception(exceptions[i].line);
        if (!str_eq(got, str_of(exceptions[i].want)))
            fail_msg("%s: `%.*s`", exceptions[i].why, STR_ARG(got));
    }
}

static void levels_are_bad_in_any_case(void **state)
{
    (void)state;
    assert_true(template_level_is_bad(STR("error")) && template_level_is_bad(STR("FATAL")));
    assert_false(template_level_is_bad(STR("")) || template_level_is_bad(STR("info")));
    assert_false(template_level_is_bad(STR("errors")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_keep_words_and_match_their_lines),
        cmocka_unit_test(any_line_matches_its_pattern),
        cmocka_unit_test(a_line_of_a_megabyte_is_cut),
        cmocka_unit_test(exceptions_are_classes),
        cmocka_unit_test(levels_are_bad_in_any_case),
    };
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
