/* SPDX-License-Identifier: Apache-2.0 */
#include "text/markup.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *why;
    enum markup kind;
    const char *in, *out;
} cases[] = {
    {"nothing", MARKUP_MARKDOWN, "", ""},
    {"headings keep their level", MARKUP_MARKDOWN, "# One #\ntext\n### Three\n",
     "# One\n\ntext\n\n### Three\n"},
    {"underlined headings", MARKUP_MARKDOWN, "One\n===\ntext\n\nTwo\n---\n",
     "# One\n\ntext\n\n## Two\n"},
    {"a hash within code is no heading", MARKUP_MARKDOWN, "```sh\n# list\nls  -l\n```\nend\n",
     "    # list\n    ls  -l\n\nend\n"},
    {"nor is one that is indented", MARKUP_MARKDOWN, "text\n\n    # code\n\nmore\n",
     "text\n\n    # code\n\nmore\n"},
    {"a fence that never closes", MARKUP_MARKDOWN, "```\ncode\n\n\n# more\n",
     "    code\n\n    # more\n"},
    {"emphasis and code", MARKUP_MARKDOWN, "**Never** run `rm -rf` *twice*, ~~or~~ __do__\n",
     "Never run rm -rf twice, or do\n"},
    {"what is no emphasis", MARKUP_MARKDOWN, "2 * 3 * 4, snake_case_name, *.log and _x\n",
     "2 * 3 * 4, snake_case_name, *.log and _x\n"},
    {"links", MARKUP_MARKDOWN,
     "see [the **guide**](http://x/y_(z)) or [that][ref], ![a chart](c.png) <http://a.b>\n"
     "[ref]: http://nowhere\n",
     "see the guide or that, a chart http://a.b\n"},
    {"brackets that are no link", MARKUP_MARKDOWN, "a[0] = [x] [y\n", "a[0] = [x] [y\n"},
    {"elements go, names in brackets stay", MARKUP_MARKDOWN, "logs <pod> <br/>now<!-- no -->\n",
     "logs <pod> now\n"},
    {"lists, quotes and tables", MARKUP_MARKDOWN,
     "* one\n+ two\n> said\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n",
     "- one\n- two\nsaid\n\na | b\n1 | 2\n"},
    {"front matter and comments", MARKUP_MARKDOWN,
     "---\ntitle: x\n---\n<!-- a\nb -->\ntext &amp; more\\*\n", "text & more*\n"},
    {"a line that only looks like a heading", MARKUP_TEXT, "# x\n", " # x\n"},
    {"plain text has underlined headings", MARKUP_TEXT, "One\n===\ntext\n\n-- \nx\n",
     "# One\n\ntext\n\n--\nx\n"},
    {"a page", MARKUP_HTML,
     "<html><head><title>T</title><style>p{}</style></head><body><h1>Disk  <b>full</b></h1>"
     "<p>Free &lt;some&gt;\n space&#x21;<br>Now.</p><ul><li>one<li>two</ul>"
     "<script>if (a<b) x()</script></body></html>",
     "# Disk full\n\nFree <some> space!\nNow.\n\n- one\n- two\n"},
    {"a title stands in for a heading", MARKUP_HTML,
     "<head><title>Disk &amp; co</title></head>text", "# Disk & co\n\ntext\n"},
    {"code keeps its lines", MARKUP_HTML, "<pre>a\n  b\n# c</pre>d",
     "    a\n      b\n    # c\n\nd\n"},
    {"tables", MARKUP_HTML, "<table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>",
     "a | b\n1 | 2\n"},
    {"what is not closed is not lost", MARKUP_HTML, "<nav>a<p>b<script>c", "a\n\nbc\n"},
    {"no tag at all", MARKUP_HTML, "a < b && c > d <", "a < b && c > d <\n"},
    {"a bracket in quotes", MARKUP_HTML, "<a title=\"x>y\">z</a>", "z\n"},
    {"a quote that does not end", MARKUP_HTML, "<a title=\"x>y</a>z", "yz\n"},
    {"control characters", MARKUP_TEXT, "a\x01\x7f&b\r\n", "a&b\n"},
    {"a byte order mark", MARKUP_TEXT,
     "\xef\xbb\xbf"
     "a\n",
     "a\n"},
    {"no UTF-8", MARKUP_MARKDOWN, "a\xff\n", "a\xef\xbf\xbd\n"},
};

static void plain_text_is_what_a_reader_sees(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct buf out = buf_new(arena);
        markup_to_text(&out, str_of(cases[i].in), cases[i].kind);
        if (strcmp(buf_str(&out).ptr, cases[i].out) != 0)
            fail_msg("%s:\n%s---\n%s", cases[i].why, out.ptr, cases[i].out);
        arena_free(arena);
    }
}

static void sections_are_told_with_their_headings(void **state)
{
    (void)state;
    struct str rest = STR("before\n\n# One\n\na\n\nb\n\n## Two\n\n# Three\n\n    # code\n");
    static const struct {
        const char *heading, *text;
        uint32_t level;
    } want[] = {
        {"", "before", 0}, {"One", "a\n\nb", 1}, {"Two", "", 2}, {"Three", "    # code", 1}};
    struct markup_section section;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        assert_true(markup_take_section(&rest, &section));
        assert_true(str_eq(section.heading, str_of(want[i].heading)));
        assert_true(str_eq(section.text, str_of(want[i].text)));
        assert_int_equal(section.level, want[i].level);
    }
    assert_false(markup_take_section(&rest, &section));
}

static void names_tell_the_kind(void **state)
{
    (void)state;
    assert_int_equal(markup_of_name(STR("a/README.MD")), MARKUP_MARKDOWN);
    assert_int_equal(markup_of_name(STR("x.html")), MARKUP_HTML);
    assert_int_equal(markup_of_name(STR(".md")), MARKUP_TEXT);
    assert_int_equal(markup_of_name(STR("notes")), MARKUP_TEXT);
}

/* Quadratic time would show here as minutes: each of these opens half a million things. */
static void hostile_pages_cost_what_their_bytes_cost(void **state)
{
    (void)state;
    static const char *const openings[] = {"<a", "<a =\"", "<nav>", "[",  "*a ",
                                           "`a", "<!-",    "&",     "![", "_a"};
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct arena *arena = arena_new("test");
        struct buf in = buf_new(arena), out = buf_new(arena);
        while (in.len < 1u << 20)
            buf_add(&in, str_of(openings[i]));
        markup_to_text(&out, buf_str(&in), MARKUP_HTML);
        markup_to_text(&out, buf_str(&in), MARKUP_MARKDOWN);
        assert_true(out.len <= 2 * MARKUP_GROWTH * in.len);
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_text_is_what_a_reader_sees),
        cmocka_unit_test(sections_are_told_with_their_headings),
        cmocka_unit_test(names_tell_the_kind),
        cmocka_unit_test(hostile_pages_cost_what_their_bytes_cost),
    };
    return cmocka_run_group_tests_name("markup", tests, NULL, NULL);
}
