/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about texts that are wrong: all problems, and nothing else. */
#include "base/arena.h"
#include "runbook/runbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

/* Each text stands on the lines from 2 on, within `runbook test "a test" {` and `}`. */
static const struct {
    const char *why;
    const char *text;
    const char *want; /* all problems, a line each */
} cases[] = {
#include "runbook/check_cases.inc"
};

static struct str problems_of(struct arena *arena, struct str text)
{
    struct runbook *book;
    struct problem *problems = NULL;
    struct buf out = buf_new(arena);
    if (runbook_parse(arena, text, &book, &problems) && runbook_check(arena, book, NULL, &problems))
        return STR("");
    runbook_print_problems(problems, STR(""), &out);
    return buf_str(&out);
}

static void a_wrong_runbook_is_told_what_is_wrong(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        const struct str text =
            str_printf(arena, "runbook test \"a test\" {\n%s\n}\n", cases[i].text);
        const struct str said = problems_of(arena, text);
        if (strcmp(said.ptr, cases[i].want) != 0) {
            print_message("%s:\n%s\n--- says:\n%s--- wanted:\n%s\n", cases[i].why, cases[i].text,
                          said.ptr, cases[i].want);
            wrong++;
        }
        arena_free(arena);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_runbook_is_told_what_is_wrong),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
