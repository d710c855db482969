/* SPDX-License-Identifier: Apache-2.0 */
#include "knowledge/cut.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_section_stands_where_its_heading_does(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct cutting cut = document_cut(arena,
                                            STR("# Orders\n\nIntro **here**.\n\n## Restart\n\n"
                                                "1. Drain it\n2. Restart it\n\n### By hand\n\n"
                                                "kill it\n"),
                                            MARKUP_MARKDOWN);
    assert_string_equal(str_copy(arena, cut.title).ptr, "Orders");
    assert_int_equal(cut.count, 3);
    assert_string_equal(str_copy(arena, cut.passages[0].section).ptr, "");
    assert_int_equal(cut.passages[0].first_line, 1);
    assert_string_equal(str_copy(arena, cut.passages[1].section).ptr, "Restart");
    assert_int_equal(cut.passages[1].first_line, 5);
    assert_int_equal(cut.passages[1].last_line, 9);
    assert_string_equal(str_copy(arena, cut.passages[2].section).ptr, "Restart > By hand");
    assert_int_equal(cut.passages[2].first_line, 10);
    assert_int_equal(cut.passages[2].last_line, 12);
    arena_free(arena);
}

static void tags_do_not_hide_where_it_stands(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct cutting cut =
        document_cut(arena,
                     STR("<html><head>\n<title>T</title></head>\n<body><h1>Orders</h1>\n"
                         "<p>Intro</p>\n\n<h2 class=\"restart restart\">Re<b>start</b></h2>\n"
                         "<p>Drain <i>it</i> first</p></body></html>\n"),
                     MARKUP_HTML);
    assert_true(cut.count >= 2);
    const struct passage *last = &cut.passages[cut.count - 1];
    assert_string_equal(str_copy(arena, last->section).ptr, "Restart");
    assert_int_equal(last->first_line, 6);
    assert_int_equal(last->last_line, 7);
    arena_free(arena);
}

static void a_long_section_is_cut_at_lines_and_nothing_is_lost(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    buf_add(&text, STR("# T\n\n## Long\n\n"));
    for (int i = 0; i < 200; i++)
        buf_printf(&text, "Line %d says one thing.\n", i);
    const struct cutting cut = document_cut(arena, buf_str(&text), MARKUP_TEXT);
    assert_true(cut.count > 5);
    const struct passage *last = &cut.passages[cut.count - 1];
    assert_true(str_contains(last->text, STR("Line 199 says")));
    assert_int_equal(last->last_line, 204);
    for (uint32_t i = 1; i < cut.count; i++) {
        assert_true(cut.passages[i].text.len <= PASSAGE_BYTES);
        assert_true(cut.passages[i].first_line >= cut.passages[i - 1].last_line);
    }
    arena_free(arena);
}

static void nothing_is_no_passage_and_no_blank_is_no_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    assert_int_equal(document_cut(arena, STR(""), MARKUP_MARKDOWN).count, 0);
    assert_int_equal(document_cut(arena, STR("\n\n \n"), MARKUP_HTML).count, 0);
    char *solid = arena_alloc(arena, 100000);
    memset(solid, 'x', 100000);
    const struct cutting cut = document_cut(arena, (struct str){solid, 100000}, MARKUP_TEXT);
    assert_true(cut.count >= 100000 / PASSAGE_BYTES);
    assert_false(cut.is_cut);
    arena_free(arena);
}

static void what_is_too_long_is_cut_and_said(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    for (int i = 0; i < PASSAGES_MAX + 10; i++)
        buf_printf(&text, "# H%d\nx\n", i);
    const struct cutting cut = document_cut(arena, buf_str(&text), MARKUP_MARKDOWN);
    assert_int_equal(cut.count, PASSAGES_MAX);
    assert_true(cut.is_cut);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_stands_where_its_heading_does),
        cmocka_unit_test(tags_do_not_hide_where_it_stands),
        cmocka_unit_test(a_long_section_is_cut_at_lines_and_nothing_is_lost),
        cmocka_unit_test(nothing_is_no_passage_and_no_blank_is_no_end),
        cmocka_unit_test(what_is_too_long_is_cut_and_said),
    };
    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
