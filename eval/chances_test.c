/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/chances.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#define NEAR 1e-9

static void order_is_all_that_counts(void **state)
{
    (void)state;
    struct foretold right[] = {{0.9, true}, {0.8, true}, {0.2, false}, {0.1, false}};
    struct order_scores scores = order_score(right, 4);
    assert_float_equal(scores.auc, 1.0, NEAR);
    assert_float_equal(scores.precision, 1.0, NEAR);
    assert_float_equal(scores.decile, 1.0, NEAR);
    struct foretold wrong[] = {{1, true}, {2, false}, {3, false}, {4, false}};
    scores = order_score(wrong, 4);
    assert_float_equal(scores.auc, 0.0, NEAR);
    assert_float_equal(scores.precision, 0.25, NEAR);
    assert_float_equal(scores.decile, 0.0, NEAR);
}

static void a_constant_foretells_nothing(void **state)
{
    (void)state;
    struct foretold items[20];
    for (int i = 0; i < 20; i++)
        items[i] = (struct foretold){7.0, i % 4 == 0};
    const struct order_scores scores = order_score(items, 20);
    assert_float_equal(scores.auc, 0.5, NEAR);
    assert_float_equal(scores.precision, 0.25, NEAR);
    assert_float_equal(scores.decile, 0.25, NEAR);
}

static void without_both_kinds_there_is_no_score(void **state)
{
    (void)state;
    struct foretold items[] = {{1, true}, {2, true}};
    assert_true(isnan(order_score(items, 2).auc));
    assert_true(isnan(order_score(items, 0).auc));
    items[0].came = items[1].came = false;
    assert_true(isnan(order_score(items, 2).precision));
}

static void chances_that_hold_are_not_off(void **state)
{
    (void)state;
    struct foretold items[100];
    for (int i = 0; i < 100; i++)
        items[i] = (struct foretold){i < 50 ? 0.0 : 1.0, i >= 50};
    assert_float_equal(chances_off(items, 100), 0.0, NEAR);
    for (int i = 0; i < 100; i++)
        items[i] = (struct foretold){0.9, false};
    assert_float_equal(chances_off(items, 100), 0.9, NEAR);
    assert_float_equal(chances_off(items, 0), 0.0, NEAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_all_that_counts),
        cmocka_unit_test(a_constant_foretells_nothing),
        cmocka_unit_test(without_both_kinds_there_is_no_score),
        cmocka_unit_test(chances_that_hold_are_not_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
