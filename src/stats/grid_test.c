/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/grid.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

static void cells_are_means_and_gaps_are_lines(void **state)
{
    (void)state;
    /* Cells of 10 that end at 60, 50, ...: 0, 10, none, none, none, 45 with 49, 60. */
    const int64_t times[] = {0, 10, 45, 49, 55, 60};
    const double samples[] = {1, 2, 7, 9, NAN, 14};
    const struct grid grid = grid_of(arena, times, samples, 6, 10);
    const double want[] = {1, 2, 3.5, 5, 6.5, 8, 14};
    assert_int_equal(grid.count, 7);
    assert_int_equal(grid.last_ns, 60);
    for (size_t i = 0; i < 7; i++)
        assert_true(fabs(grid.values[i] - want[i]) < 1e-12);
}

static void nothing_to_see_is_an_empty_grid(void **state)
{
    (void)state;
    const int64_t times[] = {0, 10};
    const double nothing[] = {NAN, INFINITY}, one[] = {3, NAN};
    assert_int_equal(grid_of(arena, times, nothing, 2, 10).count, 0);
    assert_int_equal(grid_of(arena, times, one, 0, 10).count, 0);
    assert_int_equal(grid_of(arena, times, one, 2, 0).count, 0);
    assert_int_equal(grid_of(arena, times, one, 2, 10).count, 1);
}

/* An ancient sample must not ask for a grid of all the time since. */
static void what_is_too_old_is_left_out(void **state)
{
    (void)state;
    const int64_t times[] = {INT64_MIN, 0, INT64_MAX - 10, INT64_MAX};
    const double samples[] = {1, 2, 3, 4};
    const struct grid grid = grid_of(arena, times, samples, 4, 10);
    assert_int_equal(grid.count, 2);
    assert_true(grid.values[0] == 3 && grid.values[1] == 4);
}

static void the_step_is_the_median(void **state)
{
    (void)state;
    const int64_t times[] = {0, 10, 10, 20, 90, 100};
    assert_int_equal(grid_step_ns(arena, times, 6), 10);
    const int64_t far[] = {INT64_MIN + 1, INT64_MAX / 2};
    assert_int_equal(grid_step_ns(arena, times, 1), 0);
    assert_true(grid_step_ns(arena, far, 2) > 0);
    assert_int_equal(grid_step_ns(arena, times + 1, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_means_and_gaps_are_lines),
        cmocka_unit_test(nothing_to_see_is_an_empty_grid),
        cmocka_unit_test(what_is_too_old_is_left_out),
        cmocka_unit_test(the_step_is_the_median),
    };
    return cmocka_run_group_tests_name("grid", tests, setup, teardown);
}
