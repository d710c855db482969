/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/pile.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char question[] =
    "A pod is killed with exit code 137 whenever its cache is warmed up after a rollout, and its "
    "node has memory to spare; which of these four is it that will most likely have happened here?";

static struct nearest nearest_of(struct arena *arena, const char *learned, const char *asked)
{
    struct pile *left = pile_new(arena), *right = pile_new(arena);
    assert_true(pile_add(left, STR("a line about something else altogether, of some length"),
                         STR("other")));
    assert_true(pile_add_lines(left, str_of(learned), STR("learned")));
    assert_true(pile_add(right, str_of(asked), STR("asked")));
    pile_close(left);
    assert_int_equal(pile_count(right), 1);
    return pile_nearest(left, pile_text(right, 0));
}

static void copies_are_near(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    static const char *const copies[] = {
        /* to the letter; with other numbers; in capitals and without marks; within something;
         * a half of it; two words changed */
        "A pod is killed with exit code 137 whenever its cache is warmed up after a rollout, and "
        "its "
        "node has memory to spare; which of these four is it that will most likely have happened "
        "here?",
        "A pod is killed with exit code 143 whenever its cache is warmed up after a rollout, and "
        "its "
        "node has memory to spare; which of these 4 four is it that will most likely have happened "
        "here?",
        "A POD IS KILLED WITH EXIT CODE WHENEVER ITS CACHE IS WARMED UP AFTER A ROLLOUT AND ITS "
        "NODE "
        "HAS MEMORY TO SPARE",
        "Lesson one.\nRemember: a pod is killed with exit code 1 whenever its cache is warmed up "
        "after a rollout, and its node has memory to spare. That is the limit.",
        "A pod is killed with exit code 137 whenever its cache is warmed up after a rollout",
        "A pod is killed with exit code 137 whenever its cache is warmed up after a deploy, and "
        "its "
        "node has memory to spare; which of these four is it that will most likely have happened "
        "there?",
    };
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        const struct nearest nearest = nearest_of(arena, copies[i], question);
        if (!nearest_is_near(&nearest))
            fail_msg("not near: %s", copies[i]);
        assert_string_equal(nearest.text->source.ptr, "learned");
    }
    arena_free(arena);
}

static void what_speaks_of_the_same_is_not(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct nearest nearest = nearest_of(
        arena, "A container that goes over its memory limit is killed by the kernel: exit code 137",
        question);
    assert_false(nearest_is_near(&nearest));
    assert_non_null(nearest.text); /* what comes next is told all the same */
    arena_free(arena);
}

static void short_texts_are_near_where_one_holds_the_other(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct nearest nearest =
        nearest_of(arena, "ValueError: no such table orders", "ValueError: no such table orders 7");
    assert_true(nearest.has_run);
    /* held whole, and half of it or more */
    nearest =
        nearest_of(arena, "no such table here", "shop ValueError: no such table here, please");
    assert_true(nearest.has_run);
    nearest = nearest_of(arena, "no such table here",
                         "shop ValueError: no such table here, please, or whatever else you want");
    assert_false(nearest_is_near(&nearest));
    nearest = nearest_of(arena, "ValueError: no such table orders", "ValueError: no such table");
    assert_false(nearest_is_near(&nearest));
    arena_free(arena);
}

static void a_text_is_taken_once_and_has_words(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct pile *pile = pile_new(arena);
    assert_true(pile_add(pile, STR("one two three"), STR("x")));
    assert_true(pile_add(pile, STR("12 34 56 78 90"), STR("x")));
    assert_true(pile_add(pile, STR(""), STR("x")));
    assert_int_equal(pile_count(pile), 0);
    assert_true(pile_add(pile, STR("one two three four"), STR("x")));
    assert_true(pile_add(pile, STR("One two, three four 5"), STR("y")));
    assert_int_equal(pile_count(pile), 1);
    struct pile *empty = pile_new(arena);
    pile_close(empty);
    const struct nearest nearest = pile_nearest(empty, pile_text(pile, 0));
    assert_null(nearest.text);
    assert_false(nearest_is_near(&nearest));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_near),
        cmocka_unit_test(what_speaks_of_the_same_is_not),
        cmocka_unit_test(short_texts_are_near_where_one_holds_the_other),
        cmocka_unit_test(a_text_is_taken_once_and_has_words),
    };
    return cmocka_run_group_tests_name("pile", tests, NULL, NULL);
}
