/* SPDX-License-Identifier: Apache-2.0 */
/* Runbooks that follow each other. */
#include "base/arena.h"
#include "runbook/runbook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define BOOKS_MAX 4

static const struct {
    const char *why;
    const char *bodies[BOOKS_MAX]; /* of runbooks a, b, c and d */
    const char *want;              /* all problems, a line each */
} cases[] = {
    {"no runbook at all", {NULL}, ""},
    {"in any order", {"follow b follow c", "follow c", "find_onset()"}, ""},
    {"what is not there", {"follow x"}, "a:2:8: no runbook `x`; `warroom runbook list` has them\n"},
    {"itself", {"follow a"}, "a:2:8: `a` cannot follow itself; it would never end\n"},
    {"in a circle of two",
     {"follow b", "follow a"},
     "a:2:8: this never ends: a -> b -> a; leave one of them out\n"
     "b:2:8: this never ends: b -> a -> b; leave one of them out\n"},
    {"in a circle of three, and one that stands behind it",
     {"follow b", "if case.changed { follow c }", "follow a", "follow a"},
     "a:2:8: this never ends: a -> b -> c -> a; leave one of them out\n"
     "b:2:26: this never ends: b -> c -> a -> b; leave one of them out\n"
     "c:2:8: this never ends: c -> a -> b -> c; leave one of them out\n"
     "d:2:8: `a` has problems of its own; mend that one first\n"},
    {"of two circles the shorter is named",
     {"follow b", "follow c follow a", "follow a"},
     "a:2:8: this never ends: a -> b -> a; leave one of them out\n"
     "b:2:8: this never ends: b -> c -> a -> b; leave one of them out\n"
     "b:2:17: this never ends: b -> a -> b; leave one of them out\n"
     "c:2:8: this never ends: c -> a -> b -> c; leave one of them out\n"},
    {"a problem stays with its book, and those that follow it cannot be run",
     {"follow b", "find_onse()", "find_onset()"},
     "a:2:8: `b` has problems of its own; mend that one first\n"
     "b:2:1: no actor `find_onse`; did you mean `find_onset`?\n"},
    {"what it costs goes up with what it follows",
     {"m = metrics.missing() for s in m.services max 100 { follow b }",
      "m = metrics.missing() for s in m.services max 10 { find_onset() }"},
     "a:2:47: at worst this makes 1101 calls, 1100 of them in this loop; 1000 are the most; "
     "`max 90` would do\n"},
};

static const char *const names[] = {"a", "b", "c", "d"};

static struct runbook *parse(struct arena *arena, const char *name, const char *body)
{
    struct runbook *book;
    struct problem *problems;
    const struct str text = str_printf(arena, "runbook %s \"a test\" {\n%s\n}\n", name, body);
    assert_true(runbook_parse(arena, text, &book, &problems));
    book->file = str_of(name);
    return book;
}

static struct str check(struct arena *arena, struct library *library)
{
    struct problem *problems;
    struct buf out = buf_new(arena);
    const bool ok = library_check(arena, library, &problems);
    assert_int_equal(ok, problems == NULL);
    runbook_print_problems(problems, STR(""), &out);
    return buf_str(&out);
}

static void libraries_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct library library = {0};
        struct runbook **link = &library.books;
        for (int k = 0; k < BOOKS_MAX && cases[i].bodies[k]; k++) {
            *link = parse(arena, names[k], cases[i].bodies[k]);
            link = &(*link)->next;
        }
        const struct str said = check(arena, &library);
        if (strcmp(said.ptr, cases[i].want) != 0)
            fail_msg("%s: says\n%snot\n%s", cases[i].why, said.ptr, cases[i].want);
        for (const struct runbook *book = library.books; book; book = book->next)
            assert_true(book->checked || said.len > 0);
        arena_free(arena);
    }
}

static void two_of_one_name_are_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct library library = {.books = parse(arena, "a", "find_onset()")};
    library.books->next = parse(arena, "a", "find_onset()");
    assert_string_equal(check(arena, &library).ptr,
                        "a:1:9: another runbook is called `a`; take another name\n");
    assert_true(library.books->checked);
    assert_false(library.books->next->checked);
    arena_free(arena);
}

static void a_chain_has_an_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct library library = {0};
    for (int i = 0; i <= RUNBOOK_DEPTH_MAX + 1; i++) { /* b0, which follows none, stands last */
        struct runbook *book =
            parse(arena, str_printf(arena, "b%d", i).ptr,
                  i == 0 ? "find_onset()" : str_printf(arena, "follow b%d", i - 1).ptr);
        book->next = library.books;
        library.books = book;
    }
    assert_string_equal(check(arena, &library).ptr,
                        "b17:2:8: more than 16 runbooks would follow each other; leave some of "
                        "them out\n");
    assert_int_equal(library_find(&library, STR("b16"))->worst.depth, RUNBOOK_DEPTH_MAX);
    assert_int_equal(library_find(&library, STR("b16"))->worst.steps, 1);
    arena_free(arena);
}

/* A book under work stands for the one of its name that is in the library. */
static void a_circle_through_a_library_is_seen(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct library library = {.books = parse(arena, "a", "find_onset()")};
    library.books->next = parse(arena, "b", "follow a");
    assert_string_equal(check(arena, &library).ptr, "");
    struct runbook *book = parse(arena, "a", "follow b");
    struct problem *problems;
    assert_false(runbook_check(arena, book, &library, &problems));
    assert_string_equal(problems->text.ptr, "this never ends: a -> b -> a");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libraries_are_checked),
        cmocka_unit_test(two_of_one_name_are_told),
        cmocka_unit_test(a_chain_has_an_end),
        cmocka_unit_test(a_circle_through_a_library_is_seen),
    };
    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
