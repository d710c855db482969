/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/change.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static uint32_t kinds_of(const char *message, const char *path)
{
    struct change_file file = {.path = str_of(path), .added = 1};
    const struct change change = {
        .message = str_of(message), .files = &file, .files_count = path ? 1 : 0};
    return change_kinds(&change);
}

static const struct {
    const char *message;
    const char *path;
    enum change_kind kind;
} kinds[] = {
    {"Revert \"Add a cache\"", "a.c", CHANGE_REVERT},
    {"Back out the new pool", "a.c", CHANGE_REVERT},
    {"Reland the new pool", "a.c", CHANGE_RELAND},
    {"Fix a leak", "a.c", CHANGE_REPAIR},
    {"Rename a function", "a.c", CHANGE_CLEANUP},
    {"Merge branch 'next'", NULL, CHANGE_MERGE},
    {"Bump openssl", "a.c", CHANGE_VERSION},
    {"More", "src/cart_test.go", CHANGE_TESTS},
    {"More", "spec/models/cart.rb", CHANGE_TESTS},
    {"More", "docs/cart.md", CHANGE_DOCS},
    {"More", "package-lock.json", CHANGE_GENERATED},
    {"More", "vendor/zlib/inflate.c", CHANGE_GENERATED},
    {"More", "deploy/cart.yaml", CHANGE_CONFIG},
    {"More", "lib/CMakeLists.txt", CHANGE_BUILD},
    {"More", NULL, CHANGE_UNSEEN},
};

static void a_change_is_what_it_says_and_touches(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!(kinds_of(kinds[i].message, kinds[i].path) & 1u << kinds[i].kind))
            fail_msg("`%s` of %s is no %s", kinds[i].message,
                     kinds[i].path ? kinds[i].path : "nothing", change_kind_name(kinds[i].kind));
}

static void a_reland_is_no_revert(void **state)
{
    (void)state;
    const uint32_t of = kinds_of("Reland \"Revert the pool\"", "a.c");
    assert_false(of & 1u << CHANGE_REVERT);
    assert_false(kinds_of("Irrevertible", "a.c") & 1u << CHANGE_REVERT);
}

static void many_files_without_lines_are_a_rename(void **state)
{
    (void)state;
    struct change_file files[12] = {0};
    for (int i = 0; i < 12; i++)
        files[i].path = STR("a.c");
    struct change change = {.message = STR("Move"), .files = files, .files_count = 12};
    assert_true(change_kinds(&change) & 1u << CHANGE_RENAME);
    files[0].added = 500;
    assert_false(change_kinds(&change) & 1u << CHANGE_RENAME);
}

static const struct {
    const char *subject;
    const char *topic;
} topics[] = {
    {"net/http: fix a leak", "net/http"},
    {"BUG/MINOR: pool: fix it", "pool"},
    {"[cart] more", "cart"},
    {"More of it: yes", ""},
    {"no topic", ""},
    {"[never ends", ""},
    {"", ""},
};

static void a_topic_stands_in_front_of_the_subject(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        const struct change change = {.message = str_of(topics[i].subject)};
        const struct str topic = change_topic(&change);
        if (!str_eq(topic, str_of(topics[i].topic)))
            fail_msg("`%s` is about `%.*s`", topics[i].subject, STR_ARG(topic));
    }
}

static void a_revert_quotes_what_it_takes_back(void **state)
{
    (void)state;
    struct change change = {.message = STR("Revert \"Say \"hello\" twice\"\n\nIt broke.")};
    assert_true(str_eq(change_reverted_subject(&change), STR("Say \"hello\" twice")));
    assert_true(str_eq(change_body(&change), STR("It broke.")));
    change.message = STR("Say \"hello\"");
    assert_int_equal(change_reverted_subject(&change).len, 0);
    change.message = STR("Revert \"");
    assert_int_equal(change_reverted_subject(&change).len, 0);
}

static void references_have_digits_and_letters(void **state)
{
    (void)state;
    struct str rest = STR("Fixes 4be1a70f9 and deadbeef, not 1234567 nor 4be1a70fz; see abc1234."),
               id;
    assert_true(change_next_reference(&rest, &id));
    assert_true(str_eq(id, STR("4be1a70f9")));
    assert_true(change_next_reference(&rest, &id));
    assert_true(str_eq(id, STR("abc1234")));
    assert_false(change_next_reference(&rest, &id));
}

static void paths_have_folders_and_names(void **state)
{
    (void)state;
    assert_true(str_eq(path_folder(STR("a/b/c.c")), STR("a/b")));
    assert_true(str_eq(path_name(STR("a/b/c.c")), STR("c.c")));
    assert_int_equal(path_folder(STR("c.c")).len, 0);
    assert_int_equal(path_kind(STR("")), PATH_SOURCE);
}

/* Counts of lines are no files; what is quoted is one, whatever it is called. */
static void lists_of_paths_have_three_forms(void **state)
{
    (void)state;
    static const char *const lists[] = {"a.c, b/12, 3x", "[\"a.c\", \"b/12\", \"3x\"]",
                                        "[[\"a.c\",1,20],[\"b/12\",0,3],[\"3x\",7,7]]"};
    static const char *const want[] = {"a.c", "b/12", "3x"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct str rest = str_of(lists[i]), path;
        for (size_t j = 0; j < 3; j++) {
            assert_true(path_list_next(&rest, &path));
            assert_true(str_eq(path, str_of(want[j])));
        }
        assert_false(path_list_next(&rest, &path));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_of_paths_have_three_forms),
        cmocka_unit_test(a_change_is_what_it_says_and_touches),
        cmocka_unit_test(a_reland_is_no_revert),
        cmocka_unit_test(many_files_without_lines_are_a_rename),
        cmocka_unit_test(a_topic_stands_in_front_of_the_subject),
        cmocka_unit_test(a_revert_quotes_what_it_takes_back),
        cmocka_unit_test(references_have_digits_and_letters),
        cmocka_unit_test(paths_have_folders_and_names),
    };
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
