/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/foresight.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define AHEAD 12

/* All by one forecaster. */
static struct foresight_weights only(enum foresight_method method)
{
    struct foresight_weights weights = {0};
    weights.of[method][0] = 60;
    return weights;
}

static double made_by(enum foresight_method method, const double *samples, size_t count,
                      size_t period, size_t ahead)
{
    struct forecast out[AHEAD];
    const struct foresight_weights weights = only(method);
    const struct foresight foresight =
        foresight_of(arena, samples, count, period, period > 0 ? 1 : 0, AHEAD);
    foresight_mix(&weights, &foresight, out);
    return out[ahead].middle;
}

static bool is_near(double a, double b, double by)
{
    return fabs(a - b) <= by;
}

static void each_does_what_its_name_says(void **state)
{
    (void)state;
    double line[120], wave[120];
    for (size_t i = 0; i < 120; i++) {
        line[i] = (double)i;
        wave[i] = (double)(i % 6);
    }
    assert_true(is_near(made_by(FORESIGHT_LAST, line, 120, 0, 3), 119, 1e-6));
    assert_true(made_by(FORESIGHT_THETA, line, 120, 0, 9) >
                made_by(FORESIGHT_THETA, line, 120, 0, 0) + 3);
    assert_true(is_near(made_by(FORESIGHT_LEVEL, line, 120, 0, 0), 107.5, 1e-6)); /* of 24 */
    for (size_t ahead = 0; ahead < AHEAD; ahead++) {
        const double next = (double)((120 + ahead) % 6);
        assert_true(is_near(made_by(FORESIGHT_PERIOD_AGO, wave, 120, 6, ahead), next, 1e-6));
        assert_true(is_near(made_by(FORESIGHT_USUAL, wave, 120, 6, ahead), next, 1e-6));
    }
}

static void who_missed_less_counts_more(void **state)
{
    (void)state;
    double wave[240], shares[FORESIGHT_METHODS_COUNT], sum = 0;
    for (size_t i = 0; i < 240; i++)
        wave[i] = (double)(i % 8);
    const struct foresight_weights weights = {.loss = -1};
    const struct foresight foresight = foresight_of(arena, wave, 240, 8, 1, AHEAD);
    foresight_shares(&weights, &foresight, shares);
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++)
        sum += shares[method];
    assert_true(is_near(sum, 1, 1e-9));
    assert_true(shares[FORESIGHT_PERIOD_AGO] > 10 * shares[FORESIGHT_LAST]);
}

static void unit_and_zero_do_not_matter(void **state)
{
    (void)state;
    double samples[200], others[200];
    for (size_t i = 0; i < 200; i++) {
        samples[i] = round(64 * noise(i)) + (double)(i % 10) * 16;
        others[i] = samples[i] * 32 + 1024;
    }
    const struct foresight_weights weights = {.loss = -1};
    struct forecast a[AHEAD], b[AHEAD];
    const struct foresight x = foresight_of(arena, samples, 200, 10, 0.5, AHEAD);
    const struct foresight y = foresight_of(arena, others, 200, 10, 0.5, AHEAD);
    foresight_mix(&weights, &x, a);
    foresight_mix(&weights, &y, b);
    for (size_t i = 0; i < AHEAD; i++) {
        assert_true(is_near(a[i].middle * 32 + 1024, b[i].middle, 1e-6));
        assert_true(a[i].low <= a[i].middle && a[i].middle <= a[i].high);
    }
}

static void few_and_flat_are_no_trouble(void **state)
{
    (void)state;
    const double one[] = {7}, flat[] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
    for (int method = 0; method < FORESIGHT_METHODS_COUNT; method++) {
        assert_true(is_near(made_by((enum foresight_method)method, one, 1, 0, AHEAD - 1), 7, 1e-6));
        assert_true(is_near(made_by((enum foresight_method)method, flat, 20, 5, 0), 3, 1e-6));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_does_what_its_name_says),
        cmocka_unit_test(who_missed_less_counts_more),
        cmocka_unit_test(unit_and_zero_do_not_matter),
        cmocka_unit_test(few_and_flat_are_no_trouble),
    };
    return cmocka_run_group_tests_name("foresight", tests, setup, teardown);
}
