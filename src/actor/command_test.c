/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/command.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *text;
    bool is_name;
} names[] = {
    {"web", true},
    {"web-5bc9dbdf66-xp6gj", true},
    {"shop/web_1.v2", true},
    {"3697f10b", true},
    {"", false},
    {"-n", false},
    {"--all", false},
    {".hidden", false},
    {"/etc/passwd", false},
    {"a/../b", false},
    {"a b", false},
    {"a;b", false},
    {"$(reboot)", false},
    {"a`b", false},
    {"a\nb", false},
    {"a'b", false},
    {"a*", false},
    {"a\\b", false},
    {"~root", false},
    {"w\xC3\xA9"
     "b",
     false},
};

static void names_have_a_strict_alphabet(void **state)
{
    (void)state;
    char lengthy[COMMAND_NAME_LEN_MAX + 2];
    memset(lengthy, 'a', sizeof lengthy);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (command_is_name(str_of(names[i].text)) != names[i].is_name)
            fail_msg("`%s`", names[i].text);
    assert_true(command_is_name((struct str){lengthy, COMMAND_NAME_LEN_MAX}));
    assert_false(command_is_name((struct str){lengthy, COMMAND_NAME_LEN_MAX + 1}));
    assert_false(command_is_name((struct str){"a\0b", 3}));
}

static const struct {
    const char *why;
    const char *text;
    const char *want;
} quotes[] = {
    {"a name needs none", "web-1", "web-1"},
    {"blanks", "a b", "'a b'"},
    {"what a shell would run", "$(reboot)`reboot`;reboot&", "'$(reboot)`reboot`;reboot&'"},
    {"the quote itself", "it's", "'it'\\''s'"},
    {"nothing but quotes", "''", "''\\'''\\'''"},
    {"what a shell would spread", "*?[a]{b,c}~", "'*?[a]{b,c}~'"},
    {"nothing", "", "''"},
    {"JSON", "{\"a\": 1}", "'{\"a\": 1}'"},
    {"a line end would be run", "a\nreboot", ""},
    {"a terminal would obey it", "a\x1b[2J", ""},
    {"a tab asks a shell to complete", "a\tb", ""},
    {"letters that look like others",
     "w\xD0\xB5"
     "b",
     ""},
};

static void texts_become_one_word(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(quotes); i++) {
        const struct str got = command_quote(arena, str_of(quotes[i].text));
        if (!str_eq(got, str_of(quotes[i].want)))
            fail_msg("%s: %.*s, not %s", quotes[i].why, STR_ARG(got), quotes[i].want);
    }
    arena_free(arena);
}

/* What the shell of this machine makes of it: how many words there are, and the first. */
static struct str read_by_shell(struct arena *arena, struct str word)
{
    const struct str line =
        str_printf(arena, "set -- %.*s; printf '%%s|%%s' \"$#\" \"$1\"", STR_ARG(word));
    FILE *shell = popen(line.ptr, "r");
    assert_non_null(shell);
    char text[2 * COMMAND_TEXT_LEN_MAX];
    const size_t len = fread(text, 1, sizeof text, shell);
    pclose(shell);
    return str_copy(arena, (struct str){text, len});
}

static void a_shell_reads_back_what_was_meant(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    uint32_t seed = 7;
    for (int round = 0; round < 50; round++) {
        char text[60];
        size_t len = 0;
        while (len < 1 + (size_t)round) {
            seed = seed * 1664525u + 1013904223u;
            text[len++] = (char)(' ' + (seed >> 16) % 95);
        }
        const struct str meant = {text, len};
        const struct str read = read_by_shell(arena, command_quote(arena, meant));
        const struct str want = str_printf(arena, "1|%.*s", STR_ARG(meant));
        if (!str_eq(read, want))
            fail_msg("%.*s, not %.*s", STR_ARG(read), STR_ARG(want));
    }
    arena_free(arena);
}

static void what_does_not_fit_spoils_the_command(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct command fine = command_new(arena, "kubectl delete pod");
    command_add_name(&fine, "", STR("web-1"));
    command_add(&fine, "-n");
    command_add_name(&fine, "", STR("shop"));
    command_add_text(&fine, STR("it's so"));
    assert_string_equal(command_str(&fine).ptr, "kubectl delete pod web-1 -n shop 'it'\\''s so'");

    const char *const names_to_refuse[] = {"", "-A", "web;reboot", "a b"};
    for (size_t i = 0; i < COUNT_OF(names_to_refuse); i++) {
        struct command spoilt = command_new(arena, "kubectl delete");
        command_add_name(&spoilt, "pod/", str_of(names_to_refuse[i]));
        command_add_name(&spoilt, "pod/", STR("web-1"));
        assert_int_equal(command_str(&spoilt).len, 0);
    }
    struct command option = command_new(arena, "psql -c");
    command_add_text(&option, STR("--file=/etc/passwd"));
    assert_int_equal(command_str(&option).len, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_have_a_strict_alphabet),
        cmocka_unit_test(texts_become_one_word),
        cmocka_unit_test(a_shell_reads_back_what_was_meant),
        cmocka_unit_test(what_does_not_fit_spoils_the_command),
    };
    return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
