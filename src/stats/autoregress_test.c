/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/autoregress.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define COUNT 2000

/* Of 1 2 3 4 5: mean 3, autocovariances 10/5 and 4/5, so one share of 0.4, which two do not beat.
 */
static void five_numbers_give_what_the_equations_give(void **state)
{
    (void)state;
    const double samples[] = {1, 2, 3, 4, 5};
    double next[2];
    const struct autoregression model = autoregression_of(samples, 5);
    /* 5 ln 2 = 3.47 against 5 ln (2 * .84) + 2 = 4.59: too little to say more than the mean */
    assert_int_equal(model.order, 0);
    autoregression_next(&model, samples, 5, 2, next);
    assert_true(next[0] == 3 && next[1] == 3);
    const struct autoregression one = {.shares = {0.4}, .order = 1, .mean = 3};
    autoregression_next(&one, samples, 5, 2, next);
    assert_true(fabs(next[0] - 3.8) < 1e-12 && fabs(next[1] - 3.32) < 1e-12);
}

static void shares_are_found_again(void **state)
{
    (void)state;
    double samples[COUNT] = {0};
    for (size_t i = 2; i < COUNT; i++)
        samples[i] = 0.5 * samples[i - 1] + 0.3 * samples[i - 2] + noise(i);
    const struct autoregression model = autoregression_of(samples, COUNT);
    assert_true(model.order >= 2);
    assert_true(fabs(model.shares[0] - 0.5) < 0.06);
    assert_true(fabs(model.shares[1] - 0.3) < 0.06);
}

/* A wave goes on, and what is far ahead nears the mean instead of exploding. */
static void a_wave_goes_on(void **state)
{
    (void)state;
    double samples[COUNT], next[400];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 7 + sin(2 * M_PI * (double)i / 25) + 0.01 * noise(i);
    const struct autoregression model = autoregression_of(samples, COUNT);
    autoregression_next(&model, samples, COUNT, 400, next);
    for (size_t i = 0; i < 25; i++)
        assert_true(fabs(next[i] - 7 - sin(2 * M_PI * (double)(COUNT + i) / 25)) < 0.15);
    for (size_t i = 0; i < 400; i++)
        assert_true(fabs(next[i] - 7) < 1.2);
}

static void few_and_equal_samples_are_their_mean(void **state)
{
    (void)state;
    const double samples[] = {4, 4, 4};
    double next[1];
    for (size_t count = 0; count <= 3; count++) {
        const struct autoregression model = autoregression_of(samples, count);
        assert_int_equal(model.order, 0);
        autoregression_next(&model, samples, count, 1, next);
        assert_true(next[0] == (count > 0 ? 4 : 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_numbers_give_what_the_equations_give),
        cmocka_unit_test(shares_are_found_again),
        cmocka_unit_test(a_wave_goes_on),
        cmocka_unit_test(few_and_equal_samples_are_their_mean),
    };
    return cmocka_run_group_tests_name("autoregress", tests, setup, teardown);
}
