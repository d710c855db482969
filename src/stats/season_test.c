/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/season.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define COUNT 600

static void a_period_is_found_through_noise_and_trend(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 0.05 * (double)i + 3 * sin(2 * M_PI * (double)i / 40) + noise(i);
    const struct season season = season_of(arena, samples, COUNT, 0, 0);
    assert_in_range(season.period, 39, 41);
    assert_true(season.strength > 0.7 && season.strength <= 1);
}

/* Of a period and its multiples the shortest, unless the calendar knows better. */
static void the_calendar_wins_where_it_is_as_good(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = sin(2 * M_PI * (double)i / 24);
    assert_int_equal(season_of(arena, samples, COUNT, 0, 0).period, 24);
    assert_int_equal(season_of(arena, samples, COUNT, 24, 168).period, 24);
    assert_int_equal(season_of(arena, samples, COUNT, 30, 0).period, 24); /* it does not repeat */
}

static void the_week_wins_where_days_differ(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (i / 24 % 7 < 5 ? 10 : 1) * (2 + sin(2 * M_PI * (double)i / 24));
    assert_int_equal(season_of(arena, samples, COUNT, 24, 168).period, 168);
}

static void noise_steps_and_spikes_are_no_season(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = noise(i);
    assert_int_equal(season_of(arena, samples, COUNT, 24, 168).period, 0);
    samples[100] = samples[150] = 1e6; /* 50 apart */
    assert_int_equal(season_of(arena, samples, COUNT, 0, 0).period, 0);
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 7;
    assert_int_equal(season_of(arena, samples, COUNT, 24, 168).period, 0);
}

static void few_samples_have_no_season(void **state)
{
    (void)state;
    const double samples[] = {1, 2, 1, 2, 1, 2, 1, 2};
    for (size_t count = 0; count <= 8; count++)
        assert_int_equal(season_of(arena, samples, count, 2, 4).period, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_period_is_found_through_noise_and_trend),
        cmocka_unit_test(the_calendar_wins_where_it_is_as_good),
        cmocka_unit_test(the_week_wins_where_days_differ),
        cmocka_unit_test(noise_steps_and_spikes_are_no_season),
        cmocka_unit_test(few_samples_have_no_season),
    };
    return cmocka_run_group_tests_name("season", tests, setup, teardown);
}
