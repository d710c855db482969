/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/rouge.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double two(const char *a, const char *b)
{
    struct arena *arena = arena_new("test");
    const double both = rouge_two(arena, str_of(a), str_of(b));
    assert_true(both == rouge_two(arena, str_of(b), str_of(a)));
    arena_free(arena);
    return both;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-12;
}

static void pairs_of_words_are_counted(void **state)
{
    (void)state;
    assert_true(two("the cat sat", "the cat sat") == 1);
    assert_true(near(two("the cat sat", "the cat ran"), 0.5));
    /* a b, b a, a b against a b: one of three, one of one */
    assert_true(near(two("a b a b", "a b"), 0.5));
    assert_true(near(two("a b a b", "a b a b a"), 6.0 / 7.0));
    assert_true(two("cat the", "the cat") == 0);
}

static void case_and_punctuation_do_not_count_but_numbers_do(void **state)
{
    (void)state;
    assert_true(two("`Redis` is full: 12:56:47!", "redis, is full 12 56 47") == 1);
    assert_true(two("unit_oom_kills_total", "UNIT oom-kills  total") == 1);
    assert_true(two("from 0.5 to", "from 0 5 to") == 1);
    assert_true(near(two("from 0 to", "from 1 to"), 0));
    assert_true(two("caf\xc3\xa9 bar", "caf bar") == 1); /* as there: it is a blank */
}

static void what_has_no_pair_is_like_nothing(void **state)
{
    (void)state;
    assert_true(two("", "") == 0);
    assert_true(two("one", "one") == 0);
    assert_true(two("...", "a b") == 0);
    assert_true(two(" a b ", "a b") == 1);
}

static void references_are_held_against_each_other(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str three[] = {STR("the cat sat"), STR("the cat ran"), STR("a dog ran")};
    assert_true(near(rouge_agreement(arena, three, 3), 0.5 / 3));
    assert_true(near(rouge_worst(arena, three, 3), 0));
    assert_true(near(rouge_against(arena, STR("the cat sat"), three, 3), 1.5 / 3));
    assert_true(rouge_agreement(arena, three, 1) == 0);
    assert_true(rouge_agreement(arena, three, 0) == 0 && rouge_worst(arena, three, 0) == 0 &&
                rouge_against(arena, three[0], three, 0) == 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_of_words_are_counted),
        cmocka_unit_test(case_and_punctuation_do_not_count_but_numbers_do),
        cmocka_unit_test(what_has_no_pair_is_like_nothing),
        cmocka_unit_test(references_are_held_against_each_other),
    };
    return cmocka_run_group_tests_name("rouge", tests, NULL, NULL);
}
