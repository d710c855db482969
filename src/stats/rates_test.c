/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/rates.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double got, double want)
{
    if (!(fabs(got - want) < 1e-3 * fmax(1, fabs(want))))
        fail_msg("%g, not %g", got, want);
}

static void equal_rates_are_no_surprise(void **state)
{
    (void)state;
    assert_near(stats_g_of_rates(10, 1, 20, 2), 0);
    assert_near(stats_g_of_rates(0, 1, 0, 2), 0);
    assert_near(stats_g_of_shares(1, 10, 10, 100), 0);
    assert_near(stats_g_of_shares(0, 10, 0, 100), 0);
    assert_near(stats_g_of_shares(10, 10, 100, 100), 0);
}

static void different_rates_are(void **state)
{
    (void)state;
    assert_near(stats_g_of_rates(0, 1, 10, 1), 20 * log(2));
    assert_near(stats_g_of_rates(10, 1, 0, 1), 20 * log(2));
    assert_near(stats_g_of_shares(10, 20, 0, 20), 17.261); /* worked out with R */
    assert_true(stats_g_of_rates(10, 1, 30, 1) > stats_g_of_rates(10, 1, 20, 1));
}

static void chance_is_that_of_chi_square(void **state)
{
    (void)state;
    assert_near(stats_p_of_g(0), 1);
    assert_near(stats_p_of_g(3.841), 0.05);
    assert_near(stats_p_of_g(10.828), 0.001);
    assert_near(stats_p_of_g(-1), 1);
    assert_true(stats_p_of_g(1e6) >= 0);
}

static void bursts_vary_more_than_chance(void **state)
{
    (void)state;
    assert_near(stats_dispersion((uint32_t[]){5, 5, 5, 5}, 4), 1);
    assert_near(stats_dispersion((uint32_t[]){0, 0, 0, 40}, 4), 40);
    assert_near(stats_dispersion((uint32_t[]){7}, 1), 1);
    assert_near(stats_dispersion((uint32_t[]){0, 0}, 2), 1);
    assert_near(stats_dispersion(NULL, 0), 1);
}

static void of_many_findings_few_are_chance(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const double p[] = {0.9, 0.001, 0.02, 0.008, 0.5};
    bool keep[5];
    stats_keep_discoveries(arena, p, 5, 0.05, keep);
    assert_false(keep[0]);
    assert_true(keep[1]);
    assert_true(keep[2]);
    assert_true(keep[3]);
    assert_false(keep[4]);
    stats_keep_discoveries(arena, p, 1, 0.05, keep);
    assert_false(keep[0]);
    stats_keep_discoveries(arena, p, 0, 0.05, keep);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_rates_are_no_surprise),
        cmocka_unit_test(different_rates_are),
        cmocka_unit_test(chance_is_that_of_chi_square),
        cmocka_unit_test(bursts_vary_more_than_chance),
        cmocka_unit_test(of_many_findings_few_are_chance),
    };
    return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
