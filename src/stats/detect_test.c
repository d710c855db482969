/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/detect.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define MINUTES_5 INT64_C(300000000000)
#define DAY 288

/* The day's course with a bit of noise; flat at noon of the day `flat_day`. */
static double course(size_t at, size_t flat_day)
{
    const double day = sin(2 * M_PI * (double)at / DAY);
    const bool flat = at / DAY == flat_day && at % DAY >= 48 && at % DAY < 96;
    return 10 + (flat ? 0 : 5 * day) + 0.2 * noise(at);
}

static double push(struct detector *detector, size_t at, double value)
{
    return detector_push(detector, (int64_t)at * MINUTES_5, value).score;
}

static void a_spike_is_told_once(void **state)
{
    (void)state;
    struct detector *detector = detector_new(arena);
    size_t alarms_before = 0, alarms_after = 0;
    for (size_t i = 0; i < 1000; i++)
        alarms_before += push(detector, i, 10 + noise(i)) >= 2 * DETECT_ALARM;
    assert_int_equal(alarms_before, 0);
    assert_true(push(detector, 1000, 30) > 2 * DETECT_ALARM);
    for (size_t i = 1001; i < 1040; i++)
        alarms_after += push(detector, i, i < 1010 ? 30 : 10 + noise(i)) >= DETECT_ALARM;
    assert_int_equal(alarms_after, 0);
}

/* An ordinary value at the wrong time of day: no level and no range sees it. */
static void the_time_of_day_matters(void **state)
{
    (void)state;
    struct detector *detector = detector_new(arena);
    double quiet = 0, flat = 0;
    for (size_t i = 0; i < 9 * DAY; i++) {
        const double score = push(detector, i, course(i, 7));
        if (i / DAY == 7)
            flat = fmax(flat, score);
        else if (i / DAY >= 5 && i / DAY < 7)
            quiet = fmax(quiet, score);
    }
    assert_true(quiet < 2 * DETECT_ALARM);
    assert_true(flat > 2 * DETECT_ALARM && flat > quiet);
}

static void the_expected_value_follows_the_day(void **state)
{
    (void)state;
    struct detector *detector = detector_new(arena);
    for (size_t i = 0; i < 9 * DAY; i++) {
        const double value = course(i, SIZE_MAX);
        const struct detection got = detector_push(detector, (int64_t)i * MINUTES_5, value);
        if (i >= 7 * DAY)
            assert_true(fabs(got.expected - value) < 1.2);
    }
}

/* Scores do not depend on the unit, nor on where zero is. */
static void units_do_not_matter(void **state)
{
    (void)state;
    struct detector *a = detector_new(arena), *b = detector_new(arena);
    for (size_t i = 0; i < 4 * DAY; i++) {
        const double value = course(i, 3);
        assert_true(fabs(push(a, i, value) - push(b, i, value * 1024)) < 1e-9);
    }
}

static void a_flat_line_that_moves_is_news(void **state)
{
    (void)state;
    struct detector *detector = detector_new(arena);
    for (size_t i = 0; i < 999; i++)
        assert_true(push(detector, i, 0.1) == 0);
    assert_true(fabs(push(detector, 999, 0.2) - log(1000)) < 1e-9);
    for (size_t i = 1000; i < 3000; i++)
        assert_true(push(detector, i, 0.2) < 1000);
    assert_true(fabs(detector_push(detector, 3000 * MINUTES_5, 0.2).expected - 0.2) < 0.02);
}

static void what_is_no_number_leaves_no_trace(void **state)
{
    (void)state;
    struct detector *a = detector_new(arena), *b = detector_new(arena);
    const double nothing[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 600; i++) {
        assert_true(push(a, i, nothing[i % 3]) == 0);
        const double value = i == 500 ? 40 : noise(i);
        assert_true(push(a, i, value) == push(b, i, value));
    }
}

/* Whatever comes, the score is a number that is not negative. */
static void scores_stay_finite(void **state)
{
    (void)state;
    static const double wild[] = {1e308, -1e308, 0, 5e-324, 1, -0.0, 1e-300};
    struct detector *detector = detector_new(arena);
    for (size_t i = 0; i < 20000; i++) {
        const int64_t time = i % 5 ? INT64_MIN + (int64_t)i : INT64_MAX - (int64_t)i;
        const struct detection got = detector_push(detector, time, wild[(i * i + i / 7) % 7]);
        assert_true(isfinite(got.score) && got.score >= 0 && isfinite(got.expected));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spike_is_told_once),
        cmocka_unit_test(the_time_of_day_matters),
        cmocka_unit_test(the_expected_value_follows_the_day),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(a_flat_line_that_moves_is_news),
        cmocka_unit_test(what_is_no_number_leaves_no_trace),
        cmocka_unit_test(scores_stay_finite),
    };
    return cmocka_run_group_tests_name("detect", tests, setup, teardown);
}
