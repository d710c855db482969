/* SPDX-License-Identifier: Apache-2.0 */
#include "train/logistic.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#define ROWS 1000

/* One column of 0 and 1, of which 1 in 10 and 6 in 10 come; and one that is always 1. */
static struct logistic_rows rows_of(double *values, bool *came, double *weights, uint32_t *groups)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        const bool high = i >= ROWS / 2;
        values[2 * i] = high;
        values[2 * i + 1] = 1.0;
        came[i] = i % 10 < (high ? 6 : 1);
        weights[i] = 1.0;
        groups[i] = i % 10 == 9; /* of those none came */
    }
    return (struct logistic_rows){values, came, weights, groups, ROWS, 2};
}

static double chance(double log_odds)
{
    return 1.0 / (1.0 + exp(-log_odds));
}

static void it_finds_the_shares(void **state)
{
    (void)state;
    static double values[2 * ROWS], weights[ROWS];
    static bool came[ROWS];
    static uint32_t groups[ROWS];
    const struct logistic_rows rows = rows_of(values, came, weights, groups);
    struct arena *arena = arena_new("test");
    const double free_of[] = {0.0, 0.0}, strict[] = {1e6, 0.0};
    double found[2];
    logistic_fit(arena, &rows, LOGISTIC_NO_GROUP, free_of, found);
    assert_float_equal(chance(found[1]), 0.1, 1e-6);
    assert_float_equal(chance(found[0] + found[1]), 0.6, 1e-6);
    logistic_fit(arena, &rows, LOGISTIC_NO_GROUP, strict, found);
    assert_float_equal(found[0], 0.0, 1e-3);
    assert_float_equal(chance(found[1]), 0.35, 1e-3);
    logistic_fit(arena, &rows, 1, free_of, found);
    assert_true(fabs(chance(found[1]) - 1.0 / 9.0) < 1e-6);
    arena_free(arena);
}

static void a_column_that_never_differs_does_no_harm(void **state)
{
    (void)state;
    static double values[2 * ROWS], weights[ROWS];
    static bool came[ROWS];
    static uint32_t groups[ROWS];
    const struct logistic_rows rows = rows_of(values, came, weights, groups);
    for (uint32_t i = 0; i < ROWS; i++)
        values[2 * i] = 0.0;
    struct arena *arena = arena_new("test");
    const double penalties[] = {1.0, 0.0};
    double found[2];
    logistic_fit(arena, &rows, LOGISTIC_NO_GROUP, penalties, found);
    assert_float_equal(found[0], 0.0, 1e-9);
    assert_float_equal(chance(found[1]), 0.35, 1e-6);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_finds_the_shares),
        cmocka_unit_test(a_column_that_never_differs_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
