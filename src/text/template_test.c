/* SPDX-License-Identifier: Apache-2.0 */
#include "text/template.h"

#include "base/arena.h"
#include "text/like_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    struct str line;
    const char *place;
} places[] = {
    {"a class and its line", STR("[main] db.Pool#31: waited 5 s for a"), "db.Pool#31"},
    {"a file and its line", STR("app/orders.py:12 slow"), "app/orders.py:12"},
    {"the first of two", STR("Aa#1 Bb#2"), "Aa#1"},
    {"a port is none", STR("to db:5432 refused"), ""},
    {"a number is none", STR("#31 and 12:30"), ""},
    {"far behind is none",
     STR("                                                                  "
         "                                                                  "
         "                                                                  "
         "        Pool#31"),
     ""},
    {"nothing", STR(""), ""},
};

static void a_line_names_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        const struct str got = template_place(places[i].line);
        if (!str_eq(got, str_of(places[i].place)))
            fail_msg("%s: `%.*s`", places[i].why, STR_ARG(got));
    }
}

static const struct {
    const char *why;
    struct str line;
    const char *message;
} messages[] = {
    {"the message of a JSON line", STR("{\"level\":\"info\",\"msg\":\"started 5\",\"x\":1}"),
     "started 5"},
    {"with blanks", STR("{\"message\": \"all is well\", \"t\": 1}"), "all is well"},
    {"cut short", STR("{\"msg\":\"half \\"), "half \\"},
    {"with escapes", STR("{\"msg\":\"say \\\"no\\\" now\"}"), "say \\\"no\\\" now"},
    {"of a line that is none", STR("a \"msg\":\"b\""), "a \"msg\":\"b\""},
    {"of nothing", STR(""), ""},
};

static void the_message_is_taken_out_of_json(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(messages); i++) {
        const struct str got = template_message(messages[i].line);
        if (!str_eq(got, str_of(messages[i].message)))
            fail_msg("%s: `%.*s`", messages[i].why, STR_ARG(got));
    }
}

static const struct {
    const char *why;
    struct str line, level;
    bool failing;
} lines[] = {
    {"an exception is a failure", STR("java.io.IOException: gone"), STR("INFO"), true},
    {"the word is, too", STR("an error came"), STR("INFO"), true},
    {"the level is, too", STR("gone"), STR("FATAL"), true},
    {"else there is none", STR("job started"), STR("INFO"), false},
};

static void failures_are_told_by_themselves(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        if (template_is_failing(lines[i].line, lines[i].level) != lines[i].failing)
            fail_msg("%s", lines[i].why);
}

static const struct {
    const char *wild, *line;
    bool matches;
} patterns[] = {
    {"took <*> ms", "it took 35 ms, then", true},
    {"took <*> ms", "took  35\tms", true},
    {"took <*> ms", "took 35 s", false},
    {"100% of a_b \\ c", "100% of a_b \\ c", true},
    {"100% of a_b \\ c", "100x of a_b \\ c", false},
    {"100% of a_b \\ c", "100% of axb \\ c", false},
    {"<*><*>", "", true},
    {"", "anything", true},
};

static void patterns_match_the_lines_of_a_template(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        const struct str pattern = template_like(arena, str_of(patterns[i].wild));
        if (like_matches(pattern, str_of(patterns[i].line)) != patterns[i].matches)
            fail_msg("`%s` and `%s`", pattern.ptr, patterns[i].line);
    }
    arena_free(arena);
}

/* In the order of the line, or where one is a part of the other. */
static void patterns_of_places_match_their_lines(void **state)
{
    (void)state;
    static const char *const placed[] = {"Pool.java:31 threw java.io.IOException",
                                         "java.io.IOException at Pool.java:31",
                                         "in LateException#31 thrown", "100%_\\ Pool#31: gone"};
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(placed); i++) {
        const struct str line = str_of(placed[i]);
        const struct str pattern =
            template_like_place(arena, template_place(line), template_exception(line));
        assert_true(like_matches(pattern, line));
        assert_false(like_matches(pattern, STR("another line")));
    }
    arena_free(arena);
}

static const struct {
    const char *why;
    struct str line;
    const char *want;
} exceptions[] = {
    {"a class of one word in its package", STR("System.Exception: x"), "System.Exception"},
    {"without a package it is a word", STR("Exception: x"), ""},
    {"a sentence ends before an error", STR("it failed. Error: x"), ""},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_names_its_place),
        cmocka_unit_test(the_message_is_taken_out_of_json),
        cmocka_unit_test(failures_are_told_by_themselves),
        cmocka_unit_test(patterns_match_the_lines_of_a_template),
        cmocka_unit_test(patterns_of_places_match_their_lines),
        cmocka_unit_test(exceptions_are_classes),
    };
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
