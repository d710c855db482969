/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/outlook.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define COUNT 96

/* Of a period or of none: the first forecaster of outlook_at() is the value one period ago. */
static double way(const double *said, size_t season, enum outlook_way which)
{
    return said[1 + season * OUTLOOK_WAYS + which];
}

static void one_sample_goes_on_as_it_is(void **state)
{
    (void)state;
    double said[OUTLOOK_FORECASTERS_MAX];
    struct outlook *outlook = outlook_new(arena, 2, NULL, 0);
    outlook_from(outlook, (const double[]){5}, 1);
    assert_int_equal(outlook_at(outlook, 2, said), 1 + OUTLOOK_WAYS);
    for (size_t i = 0; i <= OUTLOOK_WAYS; i++)
        assert_true(said[i] == 5);
}

static void equal_samples_go_on_as_they_are(void **state)
{
    (void)state;
    double samples[COUNT], said[OUTLOOK_FORECASTERS_MAX];
    const size_t period = 12;
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 3;
    struct outlook *outlook = outlook_new(arena, 30, &period, 1);
    outlook_from(outlook, samples, COUNT);
    const size_t count = outlook_at(outlook, 30, said);
    assert_int_equal(count, 1 + 2 * OUTLOOK_WAYS);
    for (size_t i = 0; i < count; i++)
        assert_true(fabs(said[i] - 3) < 1e-12);
}

/* 0 1 2 .. 11 again and again, and 5 more since the last period but one: what each makes of it. */
static void each_does_what_its_name_says(void **state)
{
    (void)state;
    double samples[COUNT], said[OUTLOOK_FORECASTERS_MAX];
    const size_t period = 12;
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (double)(i % period) + (i >= COUNT - period ? 5 : 0);
    struct outlook *outlook = outlook_new(arena, 24, &period, 1);
    outlook_from(outlook, samples, COUNT);
    for (size_t ahead = 1; ahead <= 24; ahead++) {
        const double usual = (double)((ahead - 1) % period);
        (void)outlook_at(outlook, ahead, said);
        assert_true(said[0] == usual + 5);
        assert_true(way(said, 1, OUTLOOK_USUAL) == usual);
        assert_true(fabs(way(said, 1, OUTLOOK_FADING) - usual - 5 * pow(0.95, (double)ahead)) <
                    1e-9);
        assert_true(fabs(way(said, 1, OUTLOOK_SMOOTHED) - usual - 5) < 0.1);
        assert_true(way(said, 1, OUTLOOK_TREND) >= usual + 5);
        assert_true(way(said, 0, OUTLOOK_USUAL) == 5.5 || way(said, 0, OUTLOOK_USUAL) == 6);
    }
}

static void a_line_is_followed_with_less_and_less_belief(void **state)
{
    (void)state;
    double samples[COUNT], near[OUTLOOK_FORECASTERS_MAX], far[OUTLOOK_FORECASTERS_MAX];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 2 * (double)i;
    struct outlook *outlook = outlook_new(arena, 500, NULL, 0);
    outlook_from(outlook, samples, COUNT);
    (void)outlook_at(outlook, 1, near);
    (void)outlook_at(outlook, 500, far);
    /* one step is worth 2 * .98; all of them 2 * .98 / .02 */
    assert_true(fabs(way(near, 0, OUTLOOK_TREND) - (2 * (COUNT - 1) + 1.96)) < 1e-9);
    assert_true(fabs(way(far, 0, OUTLOOK_TREND) - (2 * (COUNT - 1) + 98)) < 0.1);
}

/* Before a period was seen twice, what it says is what no period says. */
static void a_period_seen_once_is_none(void **state)
{
    (void)state;
    double samples[COUNT], said[OUTLOOK_FORECASTERS_MAX];
    const size_t period = 48;
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = noise(i);
    struct outlook *outlook = outlook_new(arena, 4, &period, 1);
    outlook_from(outlook, samples, 2 * period - 1);
    (void)outlook_at(outlook, 4, said);
    assert_true(said[0] == samples[2 * period - 2]);
    for (size_t i = 0; i < OUTLOOK_WAYS; i++)
        assert_true(way(said, 0, (enum outlook_way)i) == way(said, 1, (enum outlook_way)i));
    outlook_from(outlook, samples, 2 * period);
    (void)outlook_at(outlook, 4, said);
    assert_true(said[0] == samples[period + 3]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sample_goes_on_as_it_is),
        cmocka_unit_test(equal_samples_go_on_as_they_are),
        cmocka_unit_test(each_does_what_its_name_says),
        cmocka_unit_test(a_line_is_followed_with_less_and_less_belief),
        cmocka_unit_test(a_period_seen_once_is_none),
    };
    return cmocka_run_group_tests_name("outlook", tests, setup, teardown);
}
