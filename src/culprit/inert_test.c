/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/inert.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HUNK(file, lines) "--- a/" file "\n+++ b/" file "\n@@ -1,9 +1,9 @@\n" lines

static const struct {
    const char *why, *files, *diff;
    bool inert;
} changes[] = {
    {"a comment of a configuration", "", HUNK("web/web.conf", "+# slower on Sundays\n"), true},
    {"of nginx' kind beside a setting", "", HUNK("n.conf", "+# why\n-a 1;\n+a 2;\n"), false},
    {"a setting that becomes a comment", "", HUNK("web.ini", "-pool = 4\n+; pool = 4\n"), false},
    {"a comment that is reworded", "", HUNK("a.c", "-/* two */\n+// 2\n"), true},
    {"code behind a comment", "", HUNK("a.c", "+/* two */ int two;\n"), false},
    {"a comment of several lines", "", HUNK("a.c", "+/*\n+int x = 1;\n+ */\n"), true},
    {"one that begins before", "", HUNK("a.java", "+ * more of it\n"), true},
    {"a pointer that is written", "", HUNK("a.c", "+*p = 1;\n"), false},
    {"a preprocessor's line is no comment", "", HUNK("a.c", "+#define TWO 2\n"), false},
    {"SQL", "", HUNK("1.sql", "+-- says whose it is\n"), true},
    {"SQL and a statement", "", HUNK("1.sql", "+-- says\n+DROP TABLE t;\n"), false},
    {"a hint to the database", "", HUNK("1.sql", "+/*+ INDEX(t i) */\n"), false},
    {"markup", "", HUNK("a.xml", "+<!-- two\n+<on/>\n+-->\n"), true},
    {"markup that ends", "", HUNK("a.xml", "+<!-- two --><on/>\n"), false},
    {"a hash-bang", "", HUNK("run.sh", "-#!/bin/sh\n+#!/bin/bash\n"), false},
    {"a build tag", "", HUNK("a.go", "+//go:build linux\n"), false},
    {"an empty line", "", HUNK("a.py", "+\n+   \n"), true},
    {"spacing of C", "", HUNK("a.c", "-if (a) b();\n+    if (a)   b();\n"), true},
    {"indentation of YAML", "", HUNK("a.yaml", "-  on: yes\n+    on: yes\n"), false},
    {"words that are joined", "", HUNK("a.c", "-int a;\n+inta;\n"), false},
    {"a language that is not known", "", HUNK("zone", "+# a comment?\n"), false},
    {"a document", "[\"README.md\"]", "", true},
    {"a document, with its diff", "README.md", HUNK("README.md", "+more\n"), true},
    {"a list is a text, too", "", HUNK("conf/blocked.txt", "+10.0.0.1\n"), false},
    {"a test", "src/a_test.c", HUNK("src/a_test.c", "+int x;\n"), true},
    {"settings of tests may be read", "", HUNK("test/web.yaml", "+a: 1\n"), false},
    {"a file that the diff does not show", "a.c, b.c", HUNK("a.c", "+// two\n"), false},
    {"files without a diff", "a.c", "", false},
    {"nothing is known", "", "", false},
    {"words", "", "pool_size from 4 to 40", false},
    {"a mode", "", "diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n", false},
    {"a mode beside a comment", "",
     "diff --git a/run.sh b/run.sh\nold mode 100644\n" HUNK("run.sh", "+# two\n"), false},
    {"a binary", "", HUNK("a.c", "+// a\n") "diff --git a/x.bin b/x.bin\nBinary files differ\n",
     false},
};

/* The header of a hunk counts its lines; here that is done for it. */
static struct str with_counts(struct arena *arena, const char *diff)
{
    struct str rest = str_of(diff), line, out = STR("");
    unsigned went = 0, came = 0;
    for (struct str count = rest, it; str_split(&count, '\n', &it);) {
        went += it.len > 0 && it.ptr[0] == '-' && !str_starts(it, STR("---"));
        came += it.len > 0 && it.ptr[0] == '+' && !str_starts(it, STR("+++"));
    }
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("+++ ")))
            line = str_printf(arena, "%.*s", STR_ARG(line));
        if (str_starts(line, STR("@@")))
            line = str_printf(arena, "@@ -1,%u +1,%u @@", went, came);
        out = str_printf(arena, "%.*s%.*s\n", STR_ARG(out), STR_ARG(line));
    }
    return diff[0] ? out : STR("");
}

static void only_what_nothing_can_feel_is_inert(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct change change = {0};
        change_read_files(arena, str_of(changes[i].files), &change);
        if (inert_change(&change, with_counts(arena, changes[i].diff)) != changes[i].inert)
            fail_msg("%s", changes[i].why);
    }
    arena_free(arena);
}

static void what_was_cut_short_is_not_judged(void **state)
{
    (void)state;
    const struct change none = {0};
    assert_false(inert_change(&none, STR("--- a/a.c\n+++ b/a.c\n@@ -0,0 +1,9 @@\n+// two\n")));
    assert_true(inert_change(&none, STR("--- a/a.c\n+++ b/a.c\n@@ -0,0 +1 @@\n+// two\n")));
    assert_true(inert_change(&none, STR("--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-// a\n\\ No newline "
                                        "at end of file\n+// b\n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_nothing_can_feel_is_inert),
        cmocka_unit_test(what_was_cut_short_is_not_judged),
    };
    return cmocka_run_group_tests_name("inert", tests, NULL, NULL);
}
