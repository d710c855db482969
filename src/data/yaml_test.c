/* SPDX-License-Identifier: Apache-2.0 */
#include "data/yaml.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_document_is_paths_and_values(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct yaml_entries entries;
    struct err err;
    assert_true(yaml_read(arena, STR("kind: a\nlist:\n  - x\n  - deep: '7'\n"), &entries, &err));
    assert_int_equal(entries.count, 3);
    assert_string_equal(entries.items[0].path.ptr, "kind");
    assert_string_equal(entries.items[1].path.ptr, "list[0]");
    assert_string_equal(entries.items[2].path.ptr, "list[1].deep");
    assert_string_equal(entries.items[2].value.ptr, "7");
    assert_int_equal(entries.items[2].line, 4);
    assert_int_equal(entries.items[2].column, 11);
    assert_true(yaml_read(arena, STR(""), &entries, &err));
    assert_int_equal(entries.count, 0);
    arena_free(arena);
}

static void what_is_wrong_has_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"a: 1\n  b: 2\n", "2:4: "},
        {"a: [1, 2\n", "2:1: "},
        {"a: 1\n---\nb: 2\n", "2:1: too deep, too much, or a second document"},
        {"a: \xff\xfe\n", "1:"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct yaml_entries entries;
        struct err err = {0};
        assert_false(yaml_read(arena, str_of(cases[i].text), &entries, &err));
        assert_true(str_starts(str_of(err.text), str_of(cases[i].want)));
    }
    char deep[400];
    memset(deep, '[', sizeof deep);
    struct yaml_entries entries;
    struct err err;
    assert_false(yaml_read(arena, (struct str){deep, sizeof deep}, &entries, &err));
    arena_free(arena);
}

static void what_says_nothing_is_known_all_the_same(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct yaml_entries entries;
    struct err err;
    assert_true(yaml_read(arena, STR("a: []\nb: {}\nc: &x [1]\nd: *x\ne:\n  - {}\n  - 2\n"),
                          &entries, &err));
    assert_int_equal(entries.count, 2); /* c[0], e[1] */
    static const char *const want[] = {"a", "b", "d", "e[0]"};
    assert_int_equal(entries.blanks_count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_string_equal(entries.blanks[i].path.ptr, want[i]);
    assert_int_equal(entries.blanks[2].line, 4);
    assert_int_equal(entries.blanks[2].column, 4);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_paths_and_values),
        cmocka_unit_test(what_is_wrong_has_its_place),
        cmocka_unit_test(what_says_nothing_is_known_all_the_same),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
