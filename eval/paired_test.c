/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/paired.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT 100

static void nothing_has_no_difference(void **state)
{
    (void)state;
    const struct paired none = paired_of(NULL, NULL, 0);
    assert_true(none.mean == 0.0 && none.low == 0.0 && none.high == 0.0);
}

static void a_difference_has_an_interval(void **state)
{
    (void)state;
    double first[COUNT], second[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        first[i] = i < 60;
        second[i] = i < 40;
    }
    const struct paired some = paired_of(first, second, COUNT);
    assert_true(some.mean > 0.599 && some.mean < 0.601);
    assert_true(some.difference > 0.199 && some.difference < 0.201);
    assert_true(some.low > 0.10 && some.low < 0.16); /* 1.96 * .04 below */
    assert_true(some.high > 0.24 && some.high < 0.30);
    const struct paired same = paired_of(first, first, COUNT);
    assert_true(same.low == 0.0 && same.high == 0.0);
    const struct paired one = paired_of(first, second, 1);
    assert_true(one.low == 0.0 && one.difference == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_difference),
        cmocka_unit_test(a_difference_has_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
