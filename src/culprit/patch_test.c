/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/patch.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char diff[] = "diff --git a/web/web.conf b/web/web.conf\n"
                           "index 1ea1a82..7d3f0c9 100644\n"
                           "--- a/web/web.conf\n+++ b/web/web.conf\n"
                           "@@ -5 +5 @@ colours\n-background = white\n+background = blue\n"
                           "@@ -9,2 +9,3 @@ backends\n-backend_timeout_ms = 1000\n"
                           "+backend_timeout_ms = 1\n+--- looks like a header\n keep = yes\n"
                           "diff --git a/gone.txt b/gone.txt\n"
                           "--- a/gone.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-bye\n";

static void a_diff_tells_files_scopes_and_words(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct change change = {0};
    patch_tell(arena, str_of(diff), &change);
    assert_int_equal(change.files_count, 2);
    assert_true(str_eq(change.files[0].path, STR("web/web.conf")));
    assert_true(str_eq(change.files[1].path, STR("gone.txt")));
    assert_int_equal(change.scopes_count, 2);
    assert_true(str_eq(change.scopes[1].word, STR("backends")));
    assert_int_equal(change.words_count, 1);
    assert_true(str_contains(change.words[0].word, STR("--- looks like a header")));
    assert_false(str_contains(change.words[0].word, STR("index")));
    assert_false(str_contains(change.words[0].word, STR("keep")));

    struct change other = {0};
    patch_tell(arena, STR("commit 62a48def"), &other);
    assert_int_equal(other.files_count, 0);
    assert_true(str_eq(other.words[0].word, STR("commit 62a48def")));
    patch_tell(arena, STR(""), &other);
    assert_int_equal(other.words_count, 1);
    arena_free(arena);
}

static void what_the_alert_names_is_shown(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct clues clues = clues_read(arena, STR("504: no answer of a backend, timeout"));
    const struct str named = patch_excerpt(arena, str_of(diff), &clues, 3);
    assert_string_equal(named.ptr,
                        " web/web.conf\n-backend_timeout_ms = 1000\n+backend_timeout_ms = 1\n");
    const struct clues none = clues_read(arena, STR(""));
    assert_string_equal(patch_excerpt(arena, str_of(diff), &none, 2).ptr,
                        " web/web.conf\n-background = white\n");
    assert_int_equal(patch_excerpt(arena, STR("no diff\n+at all"), &clues, 9).len, 0);
    assert_int_equal(patch_excerpt(arena, str_of(diff), &clues, 0).len, 0);
    arena_free(arena);
}

static void what_is_cut_or_lies_is_bounded(void **state)
{
    (void)state;
    static const char *const texts[] = {"@@ -1,99999999999999999999 +1 @@\n+a\n", "@@ -1 +1 @@",
                                        "@@ -1,4 +1,4 @@\n-a\ndiff --git\n+++ b/x\n", "\n\n+++ \n",
                                        "@@ -1 +1 @@\n\\ No newline\n-a\n"};
    struct arena *arena = arena_new("test");
    const struct clues clues = clues_read(arena, STR("a"));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct change change = {0};
        patch_tell(arena, str_of(texts[i]), &change);
        patch_excerpt(arena, str_of(texts[i]), &clues, 10);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_diff_tells_files_scopes_and_words),
        cmocka_unit_test(what_the_alert_names_is_shown),
        cmocka_unit_test(what_is_cut_or_lies_is_bounded),
    };
    return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
