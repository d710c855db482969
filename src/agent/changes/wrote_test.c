/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/changes/wrote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n"

/* Line 5 is new, what was line 21 is gone, and two come behind 30. */
#define DIFF                                                                                       \
    HEAD "@@ -3,3 +3,4 @@ def a():\n three\n four\n+five\n five before\n"                          \
         "@@ -20,3 +21,2 @@\n twenty\n-gone\n behind\n@@ -30,0 +31,2 @@\n+one\n+two\n"

static const struct {
    const char *why, *diff, *file;
    int64_t line;
    enum wrote wrote;
    int64_t before;
} trials[] = {
    {"above all", DIFF, "a.py", 1, WROTE_NOT, 1},
    {"in a hunk, above what is new", DIFF, "a.py", 4, WROTE_NOT, 4},
    {"the new line", DIFF, "a.py", 5, WROTE_IT, 0},
    {"right below it", DIFF, "a.py", 6, WROTE_NOT, 5},
    {"between hunks", DIFF, "a.py", 15, WROTE_NOT, 14},
    {"above what is gone", DIFF, "a.py", 21, WROTE_NOT, 20},
    {"below what is gone", DIFF, "a.py", 22, WROTE_NOT, 22},
    {"between hunks, as before", DIFF, "a.py", 30, WROTE_NOT, 30},
    {"the first of two", DIFF, "a.py", 31, WROTE_IT, 0},
    {"the second", DIFF, "a.py", 32, WROTE_IT, 0},
    {"below all", DIFF, "a.py", 40, WROTE_NOT, 38},
    {"another file", DIFF, "b.py", 5, WROTE_NOT, 5},
    {"a file whose name ends so", DIFF, ".py", 5, WROTE_NOT, 5},
    {"the second file of two",
     HEAD "@@ -1 +1 @@\n-a\n+b\n--- a/b.py\n+++ b/b.py\n@@ -1 +1,2 @@\n c\n+d\n", "b.py", 2,
     WROTE_IT, 0},
    {"a new file", "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+a\n+b\n", "a.py", 2, WROTE_IT, 0},
    {"a line that looks like a header", HEAD "@@ -1,2 +1,2 @@\n--- x\n+++ b/b.py\n y\n", "a.py", 1,
     WROTE_IT, 0},
    {"no diff", "pool_size: 4 -> 40", "a.py", 5, WROTE_UNKNOWN, 0},
    {"empty", "", "a.py", 5, WROTE_UNKNOWN, 0},
    {"no hunk that can be read", HEAD "@@ nonsense\n+x\n", "a.py", 1, WROTE_UNKNOWN, 0},
    {"numbers beyond all files", HEAD "@@ -1 +99999999999999999999 @@\n+x\n", "a.py", 1,
     WROTE_UNKNOWN, 0},
    {"no end of line at the end", HEAD "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n",
     "a.py", 2, WROTE_IT, 0},
};

static void who_wrote_a_line_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof trials / sizeof *trials; i++) {
        int64_t line = trials[i].line;
        const enum wrote wrote = wrote_line(str_of(trials[i].diff), str_of(trials[i].file), &line);
        if (wrote != trials[i].wrote || (wrote == WROTE_NOT && line != trials[i].before))
            fail_msg("%s: %d, line %lld", trials[i].why, (int)wrote, (long long)line);
    }
}

static void a_diff_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t len = 0; len <= strlen(DIFF); len++) {
        int64_t line = 22;
        wrote_line((struct str){.ptr = DIFF, .len = len}, STR("a.py"), &line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_wrote_a_line_is_told),
                                       cmocka_unit_test(a_diff_may_be_cut_anywhere)};
    return cmocka_run_group_tests_name("wrote", tests, NULL, NULL);
}
