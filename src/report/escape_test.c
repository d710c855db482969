/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *why;
    const char *text;
    const char *html;
    const char *plain;
    const char *markdown;
} escapes[] = {
    {"plain text stays", "p99 of a", "p99 of a", "p99 of a", "p99 of a"},
    {"markup is text", "<a href=\"'\">&", "&lt;a href=&quot;&#39;&quot;&gt;&amp;",
     "<a href=\"'\">&", "\\<a href=\"'\"\\>\\&"},
    {"a terminal is not commanded", "a\033[2Jb", "a\xef\xbf\xbd[2Jb", "a\xef\xbf\xbd[2Jb",
     "a\xef\xbf\xbd\\[2Jb"},
    {"nor by the second set of controls", "\xc2\x9b", "\xef\xbf\xbd", "\xef\xbf\xbd",
     "\xef\xbf\xbd"},
    {"one line stays one", "a\nb", "a\nb", "a b", "a b"},
    {"invalid UTF-8 shows", "\xe2\x82z", "\xef\xbf\xbd\xef\xbf\xbdz", "\xef\xbf\xbd\xef\xbf\xbdz",
     "\xef\xbf\xbd\xef\xbf\xbdz"},
    {"surrogates are no characters", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"other scripts stay", "\xe6\x97\xa5\xf0\x9f\x94\xa5", "\xe6\x97\xa5\xf0\x9f\x94\xa5",
     "\xe6\x97\xa5\xf0\x9f\x94\xa5", "\xe6\x97\xa5\xf0\x9f\x94\xa5"},
};

static void escapes_make_text_harmless(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
        struct buf html = buf_new(arena), plain = buf_new(arena), markdown = buf_new(arena);
        escape_html(&html, str_of(escapes[i].text));
        escape_plain(&plain, str_of(escapes[i].text));
        escape_markdown(&markdown, str_of(escapes[i].text));
        if (!str_eq(buf_str(&html), str_of(escapes[i].html)) ||
            !str_eq(buf_str(&plain), str_of(escapes[i].plain)) ||
            !str_eq(buf_str(&markdown), str_of(escapes[i].markdown)))
            fail_msg("%s: %s | %s | %s", escapes[i].why, buf_str(&html).ptr, buf_str(&plain).ptr,
                     buf_str(&markdown).ptr);
    }
    assert_int_equal(escape_chars(escape_clip(arena, STR("abcdef"), 4)), 4);
    assert_true(str_eq(escape_clip(arena, STR("abcd"), 4), STR("abcd")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_make_text_harmless),
    };
    return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
