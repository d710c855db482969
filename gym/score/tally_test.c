/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/score/tally.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static bool is_near(double a, double b)
{
    return fabs(a - b) < 5e-4;
}

/* The values are those of statsmodels' proportion_confint(method="wilson"). */
static void intervals_are_wilsons(void **state)
{
    (void)state;
    static const struct {
        struct share share;
        double low, high;
    } want[] = {{{8, 10}, 0.4902, 0.9433},
                {{0, 5}, 0.0, 0.4345},
                {{5, 5}, 0.5655, 1.0},
                {{1, 2}, 0.0945, 0.9055},
                {{0, 0}, 0.0, 1.0}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        double low, high;
        share_interval(want[i].share, &low, &high);
        if (!is_near(low, want[i].low) || !is_near(high, want[i].high))
            fail_msg("%u of %u: %.4f to %.4f", want[i].share.right, want[i].share.of, low, high);
    }
}

static const struct truth broken = {
    .service = STR("cart"), .fault = STR("leak"), .kind = STR("memory"), .change = STR("c1")};
static const struct truth control = {.nobody = true, .fault = STR("nothing")};

static void each_measure_is_over_the_cases_that_it_is_about(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct outcome outcomes[] = {
        {.truth = broken,
         .rank = 1,
         .has_kind = true,
         .kind_right = true,
         .change_rank = 1,
         .known = true,
         .has_onset = true,
         .onset_error_s = 2.0,
         .wall_ms = 100},
        {.truth = broken, .rank = 3, .has_kind = true, .change_rank = 2, .wall_ms = 300},
        {.truth = control, .rank = 1, .wall_ms = 200},
        {.truth = control, .known = true, .wall_ms = 200},
    };
    const struct tallies tallies = tallies_of(arena, outcomes, 4, TALLY_BY_FAULT);
    const struct share want[MEASURES_COUNT] = {[MEASURE_PLACE] = {1, 2},
                                               [MEASURE_PLACE3] = {2, 2},
                                               [MEASURE_CAUSE] = {1, 2},
                                               [MEASURE_CHANGE] = {1, 2},
                                               [MEASURE_CONTROLS] = {1, 2}};
    for (int i = 0; i < MEASURES_COUNT; i++) {
        assert_int_equal(tallies.all.shares[i].right, want[i].right);
        assert_int_equal(tallies.all.shares[i].of, want[i].of);
    }
    assert_int_equal(tallies.all.onsets, 1);
    assert_true(is_near(tallies.all.p50_ms, 200));
    assert_true(is_near(tallies.all.p95_ms, 300));
    assert_int_equal(tallies.count, 2);
    assert_string_equal(tallies.groups[0].name.ptr, "leak");
    assert_int_equal(tallies.groups[0].cases, 2);
    assert_int_equal(tallies.groups[1].shares[MEASURE_PLACE].of, 0);
    arena_free(arena);
}

static void what_failed_is_wrong_in_all_it_belongs_to(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct outcome outcomes[] = {
        {.truth = broken, .failed = true, .has_kind = true},
        {.truth = control, .failed = true},
    };
    const struct tallies tallies = tallies_of(arena, outcomes, 2, TALLY_BY_FAULT);
    assert_int_equal(tallies.all.failed, 2);
    for (int i = 0; i < MEASURES_COUNT; i++) {
        assert_int_equal(tallies.all.shares[i].right, 0);
        assert_int_equal(tallies.all.shares[i].of, 1);
    }
    arena_free(arena);
}

static void recuts_are_told_apart_by_what_was_done(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct outcome outcomes[] = {{.truth = broken}, {.truth = broken}, {.truth = broken}};
    outcomes[0].truth.recut = STR("late+thin");
    outcomes[2].truth.recut = STR("late+thin");
    const struct tallies tallies = tallies_of(arena, outcomes, 3, TALLY_BY_RECUT);
    assert_int_equal(tallies.count, 2);
    assert_string_equal(tallies.groups[0].name.ptr, "(as recorded)");
    assert_int_equal(tallies.groups[1].cases, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_are_wilsons),
        cmocka_unit_test(each_measure_is_over_the_cases_that_it_is_about),
        cmocka_unit_test(what_failed_is_wrong_in_all_it_belongs_to),
        cmocka_unit_test(recuts_are_told_apart_by_what_was_done),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
