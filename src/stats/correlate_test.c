/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/correlate.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define COUNT 60

static double wave(ptrdiff_t at)
{
    const double x = (double)at;
    return sin(x * 0.7) + 0.5 * sin(x * 1.9 + 1) + 0.3 * sin(x * 3.1);
}

static void the_leader_is_told(void **state)
{
    (void)state;
    for (ptrdiff_t lead = -5; lead <= 5; lead++) {
        double a[COUNT], b[COUNT];
        for (ptrdiff_t i = 0; i < COUNT; i++) {
            a[i] = wave(i);
            b[i] = exp(wave(i - lead)); /* ranks do not see the bend */
        }
        const struct correlation found = correlate(arena, a, b, COUNT, 8);
        assert_int_equal(found.lead, lead);
        assert_true(found.rho > 0.98 && found.significance > 3);
    }
}

static void opposites_and_spikes(void **state)
{
    (void)state;
    double a[COUNT], b[COUNT];
    for (ptrdiff_t i = 0; i < COUNT; i++) {
        a[i] = wave(i);
        b[i] = -wave(i);
    }
    assert_true(correlate(arena, a, b, COUNT, 0).rho < -0.999);
    b[10] = 1e300; /* one wild minute */
    assert_true(correlate(arena, a, b, COUNT, 0).rho < -0.9);
}

/* Spearman's own: 1 - 6 * 4 / (8 * 63), of two places swapped twice. */
static void the_coefficient_is_spearmans(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4, 5, 6, 7, 8}, b[] = {2, 1, 3, 4, 5, 6, 8, 7};
    assert_true(fabs(correlate(arena, a, b, 8, 0).rho - (1 - 24.0 / 504)) < 1e-12);
}

static void nothing_correlates_with_a_flat_line(void **state)
{
    (void)state;
    double a[COUNT], b[COUNT] = {0};
    for (ptrdiff_t i = 0; i < COUNT; i++)
        a[i] = wave(i);
    assert_true(correlate(arena, a, b, COUNT, 5).rho == 0);
    assert_true(correlate(arena, a, a, 7, 5).rho == 0); /* too few */
    assert_true(correlate(arena, a, a, 0, 5).rho == 0);
    assert_true(correlate(arena, a, a, COUNT, SIZE_MAX).lead == 0); /* more than there is */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_leader_is_told),
        cmocka_unit_test(opposites_and_spikes),
        cmocka_unit_test(the_coefficient_is_spearmans),
        cmocka_unit_test(nothing_correlates_with_a_flat_line),
    };
    return cmocka_run_group_tests_name("correlate", tests, setup, teardown);
}
