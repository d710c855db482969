/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/owners.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *names(struct arena *arena, struct owner_list list)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < list.count; i++)
        buf_printf(&out, "%s%.*s", i > 0 ? " " : "", STR_ARG(list.items[i].name));
    return buf_str(&out).ptr;
}

static void expect(const char *text, const char *path, const char *wanted)
{
    struct arena *arena = arena_new("test");
    const struct owners *owners = owners_read(arena, str_of(text));
    assert_string_equal(names(arena, owners_of(arena, owners, str_of(path))), wanted);
    arena_free(arena);
}

static void fits(const char *pattern, const char *path)
{
    struct arena *arena = arena_new("test");
    expect(str_printf(arena, "%s @a", pattern).ptr, path, "@a");
    arena_free(arena);
}

static void fits_not(const char *pattern, const char *path)
{
    struct arena *arena = arena_new("test");
    expect(str_printf(arena, "%s @a", pattern).ptr, path, "");
    arena_free(arena);
}

static void a_pattern_says_which_files(void **state)
{
    (void)state;
    fits("*", "a/b.c");
    fits("**", "a/b.c");
    fits("*.js", "deep/in/a.js");
    fits_not("*.js", "a.jsx");
    fits("/build/logs/", "build/logs/a/b");
    fits_not("/build/logs/", "build/logs");
    fits_not("/build/logs/", "x/build/logs/a");
    fits("docs/*", "docs/a.md");
    fits_not("docs/*", "docs/a/b.md");
    fits_not("docs/*", "x/docs/a.md");
    fits("apps/", "deep/apps/a.c");
    fits_not("apps/", "apps");
    fits("/apps/cart", "apps/cart/a.c");
    fits("apps", "x/apps/y");
    fits("**/logs", "a/b/logs/c");
    fits("**/logs", "logs");
    fits("src/**/test", "src/test");
    fits("src/**/test", "src/a/b/test/c");
    fits_not("src/**/test", "src/a/b/tests");
    fits("src/**", "src/a/b");
    fits_not("src/**", "src");
    fits("a?c", "x/abc");
    fits_not("a?c", "ac");
    fits_not("a?c", "a/c");
    fits("*a*b*", "xxaxxbx");
    fits_not("*a*b", "xbxa");
    fits("with\\ space/a\\*", "with space/a*");
    fits_not("a\\*", "ab");
    fits("\\#odd", "#odd");
    fits("/**/x/**/y", "x/z/x/q/y");
    fits_not("/", "a");
    fits_not("*", "");
}

static void the_last_line_that_fits_decides(void **state)
{
    (void)state;
    static const char text[] = "# all\n* @all\r\n/src/ @dev kim@example.org # both\n"
                               "\tsrc/db.c   @dba\nsrc/free.c\n!src/none.c\n";
    expect(text, "README", "@all");
    expect(text, "src/a.c", "@dev kim@example.org");
    expect(text, "src/db.c", "@dba");
    expect(text, "src/free.c", "");
    expect(text, "src/none.c", "");
    expect("", "a", "");
    expect("\\", "a", "");
    expect("* @a @a @a", "a", "@a");
}

static void sections_add_up(void **state)
{
    (void)state;
    static const char text[] = "* @all\n[Database][2] @dba\n*.sql\n/db/keep.c @kim\n"
                               "^[Docs] @writer\n!docs/generated/\ndocs/\n[database]\n*.psql @p\n";
    expect(text, "a.c", "@all");
    expect(text, "deep/a.sql", "@all @dba");
    expect(text, "db/keep.c", "@all @kim");
    expect(text, "x/docs/a.md", "@all @writer");
    expect(text, "docs/generated/a.md", "@all");
    expect(text, "a.psql", "@all @p");
    expect("[S]\nsrc/db @a", "deep/src/db/x", "@a"); /* floats */
    expect("src/db @a", "deep/src/db/x", "");
}

static void what_cannot_be_read_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char longest[600];
    memset(longest, 'x', sizeof longest);
    struct str text = str_printf(arena, "/ @a\n%.*s @b\n* @c\n", 513, longest);
    const struct owners *owners = owners_read(arena, text);
    assert_int_equal(owners->rules_count, 1);
    assert_int_equal(owners->faults_count, 2);
    assert_int_equal(owners->faults[0].line, 1);
    assert_int_equal(owners->faults[1].line, 2);

    struct buf many = buf_new(arena);
    for (uint32_t i = 0; i <= OWNERS_RULES_MAX; i++)
        buf_printf(&many, "%u @a\n", i);
    owners = owners_read(arena, buf_str(&many));
    assert_int_equal(owners->rules_count, OWNERS_RULES_MAX);
    assert_int_equal(owners->faults_count, 1);
    assert_int_equal(owners->faults[0].line, OWNERS_RULES_MAX + 1);

    many = buf_new(arena);
    while (many.len <= OWNERS_BYTES_MAX)
        buf_printf(&many, "# only a remark, and then %.*s\n", 500, longest);
    buf_add(&many, STR("* @late\n"));
    owners = owners_read(arena, buf_str(&many));
    assert_int_equal(owners->rules_count, 0);
    assert_int_equal(owners->faults_count, 1);

    many = buf_new(arena);
    for (uint32_t i = 0; i < OWNERS_SECTIONS_MAX; i++)
        buf_printf(&many, "[%u]\n* @%u\n", i, i);
    owners = owners_read(arena, buf_str(&many));
    assert_int_equal(owners->sections_count, OWNERS_SECTIONS_MAX);
    assert_int_equal(owners->faults_count, 1);
    assert_int_equal(owners_of(arena, owners, STR("a")).count, OWNERS_NAMES_MAX);
    arena_free(arena);
}

static void land(struct history *history, const char *id, const char *author, const char *path)
{
    struct err err;
    struct change_file file = {.path = str_of(path)};
    const struct change change = {.id = str_of(id),
                                  .position = history->count,
                                  .time_ns = history->count * NS_PER_S,
                                  .author = str_of(author),
                                  .files = &file,
                                  .files_count = 1};
    assert_true(history_add(history, &change, &err));
}

static void who_is_not_named_is_known_by_habit(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    land(history, "1", "lee", "lb/up.conf");
    land(history, "2", "kim", "lb/up.conf");
    land(history, "3", "kim", "lb/down.conf");
    land(history, "4", "ann", "cart/db.c");
    land(history, "5", "", "lb/up.conf");
    land(history, "6", "ann", "lb/up.conf");
    land(history, "7", "ann", "lb/up.conf");
    struct change_file files[] = {{.path = STR("lb/new.conf")}, {.path = STR("top")}};
    const struct change change = {.files = files, .files_count = 2};

    struct owner_list list = owners_of_change(arena, NULL, history, 5, &change);
    assert_string_equal(names(arena, list), "kim lee");
    assert_int_equal(list.items[0].count, 2);
    assert_int_equal(list.changes, 3);
    list = owners_of_change(arena, owners_read(arena, STR("cart @c")), history, 5, &change);
    assert_string_equal(names(arena, list), "kim lee");
    list =
        owners_of_change(arena, owners_read(arena, STR("* @b @a\n/top @a")), history, 5, &change);
    assert_string_equal(names(arena, list), "@a @b");
    assert_int_equal(list.changes, 0);
    list = owners_of_change(arena, owners_read(arena, STR("lb/ @lb")), history, 5, &change);
    assert_string_equal(names(arena, list), "@lb");
    assert_int_equal(list.unowned, 1);
    const struct change nothing = {0};
    assert_int_equal(owners_of_change(arena, NULL, history, 7, &nothing).count, 0);
    assert_int_equal(owners_of_change(arena, NULL, history, 0, &change).count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_says_which_files),
        cmocka_unit_test(the_last_line_that_fits_decides),
        cmocka_unit_test(sections_add_up),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(who_is_not_named_is_known_by_habit),
    };
    return cmocka_run_group_tests_name("owners", tests, NULL, NULL);
}
