/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/forecast.h"

#include "stats/fixture_for_tests.h"
#include "stats/grid.h"

#include <math.h>

#define COUNT 480
#define AHEAD 48

static const size_t no_periods[FORECAST_PERIODS] = {0};

static void a_season_goes_on(void **state)
{
    (void)state;
    double samples[COUNT];
    struct forecast out[AHEAD];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 10 + 5 * sin(2 * M_PI * (double)i / 24) + 0.1 * noise(i);
    forecast_next(arena, samples, COUNT, (const size_t[FORECAST_PERIODS]){24}, AHEAD, out);
    for (size_t i = 0; i < AHEAD; i++) {
        const double value = 10 + 5 * sin(2 * M_PI * (double)(COUNT + i) / 24);
        assert_true(fabs(out[i].middle - value) < 0.3);
        assert_true(out[i].low <= out[i].middle && out[i].middle <= out[i].high);
        assert_true(out[i].high - out[i].low < 1);
    }
}

/* A week whose days are alike but for the last two: the week is believed, not the day. */
static void the_better_of_two_seasons_is_believed(void **state)
{
    (void)state;
    double samples[24 * 7 * 5 + AHEAD];
    const size_t known = 24 * 7 * 5 - AHEAD; /* two ordinary days come, behind ordinary ones */
    struct forecast out[3 * AHEAD];
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        samples[i] = i / 24 % 7 < 5 ? 10 + 5 * (i % 24 >= 12) : 2;
    forecast_next(arena, samples, known, (const size_t[FORECAST_PERIODS]){24, 24 * 7, 24},
                  3 * AHEAD, out);
    for (size_t i = 0; i < 2 * AHEAD; i++)
        assert_true(fabs(out[i].middle - samples[known + i]) < 1e-6);
}

/* What has moved to another level stays there, a single wild sample does not. */
static void a_shift_is_followed_and_a_spike_is_not(void **state)
{
    (void)state;
    double samples[COUNT];
    struct forecast out[AHEAD];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = (i < COUNT - 40 ? 10 : 30) + 0.1 * noise(i);
    forecast_next(arena, samples, COUNT, no_periods, AHEAD, out);
    assert_true(fabs(out[0].middle - 30) < 0.5);
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 10 + 0.1 * noise(i) + (i == COUNT - 1 ? 1000 : 0);
    forecast_next(arena, samples, COUNT, no_periods, AHEAD, out);
    for (size_t i = 0; i < AHEAD; i++)
        assert_true(fabs(out[i].middle - 10) < 0.5);
}

/* In whatever unit it is told, it is the same forecast. */
static void the_unit_does_not_matter(void **state)
{
    (void)state;
    double small[COUNT], large[COUNT];
    struct forecast of_small[AHEAD], of_large[AHEAD];
    for (size_t i = 0; i < COUNT; i++) {
        small[i] = ldexp(3 + sin((double)i / 5) + noise(i), -900);
        large[i] = ldexp(small[i], 1800);
    }
    forecast_next(arena, small, COUNT, no_periods, AHEAD, of_small);
    forecast_next(arena, large, COUNT, no_periods, AHEAD, of_large);
    for (size_t i = 0; i < AHEAD; i++)
        assert_true(of_large[i].middle == ldexp(of_small[i].middle, 1800) &&
                    of_large[i].low == ldexp(of_small[i].low, 1800));
}

/* Samples that are no number, and a whole period that is not there, are bridged by the grid. */
static void what_is_missing_does_no_harm(void **state)
{
    (void)state;
    int64_t times_ns[COUNT];
    double samples[COUNT];
    struct forecast out[AHEAD];
    size_t count = 0;
    for (size_t i = 0; i < COUNT; i++) {
        if (i >= 300 && i < 324)
            continue;
        times_ns[count] = (int64_t)i * 1000;
        samples[count++] = i % 50 == 7 ? NAN : 10 + 5 * sin(2 * M_PI * (double)i / 24);
    }
    const struct grid grid = grid_of(arena, times_ns, samples, count, 1000);
    assert_int_equal(grid.count, COUNT);
    forecast_next(arena, grid.values, grid.count, (const size_t[FORECAST_PERIODS]){24}, AHEAD, out);
    for (size_t i = 0; i < AHEAD; i++)
        assert_true(fabs(out[i].middle - 10 - 5 * sin(2 * M_PI * (double)(COUNT + i) / 24)) < 0.3);
}

/* Of noise the interval is the noise's own: 90 % of -1 to 1. */
static void the_interval_holds_what_it_promises(void **state)
{
    (void)state;
    double samples[COUNT];
    struct forecast out[AHEAD];
    size_t inside = 0, all = 0;
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = noise(i);
    for (size_t known = 200; known + AHEAD <= COUNT; known += 20) {
        forecast_next(arena, samples, known, no_periods, AHEAD, out);
        for (size_t i = 0; i < AHEAD; i++, all++)
            inside += samples[known + i] >= out[i].low && samples[known + i] <= out[i].high;
    }
    assert_in_range(100 * inside / all, 85, 98);
}

static void a_line_goes_on_for_a_while(void **state)
{
    (void)state;
    double samples[COUNT];
    struct forecast out[AHEAD];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 2 * (double)i;
    forecast_next(arena, samples, COUNT, no_periods, AHEAD, out);
    assert_true(out[3].middle > samples[COUNT - 1]);
    assert_true(out[AHEAD - 1].middle > out[3].middle);
    assert_true(out[AHEAD - 1].high >= 2.0 * (COUNT - 1 + 0.7 * AHEAD));
}

static void too_little_says_so_by_its_width(void **state)
{
    (void)state;
    const double few[] = {1, 9, 3};
    struct forecast out[2];
    forecast_next(arena, few, 3, no_periods, 2, out);
    assert_true(out[1].low == 1 && out[1].middle == 3 && out[1].high == 9);
    forecast_next(arena, few, 0, no_periods, 2, out);
    assert_true(out[0].middle == 0);
    const double flat[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
    forecast_next(arena, flat, 10, (const size_t[FORECAST_PERIODS]){3}, 2, out);
    assert_true(out[1].low == 4 && out[1].high == 4);
}

/* Nothing is asked of memory that is not there, whatever the sizes are. */
static void all_sizes_are_fine(void **state)
{
    (void)state;
    double samples[80];
    struct forecast out[FORECAST_AHEAD_MAX];
    for (size_t i = 0; i < 80; i++)
        samples[i] = (i % 3 ? 1e300 : -1e300) * noise(i);
    for (size_t count = 0; count <= 80; count++)
        for (size_t period = 0; period <= count + 1; period += 1 + count / 8)
            for (size_t i = 0, ahead = count == 80 ? FORECAST_AHEAD_MAX : 50; i < ahead; i++) {
                if (i == 0)
                    forecast_next(arena, samples, count, (const size_t[]){period, 7, SIZE_MAX},
                                  ahead, out);
                assert_true(isfinite(out[i].low) && isfinite(out[i].middle) &&
                            isfinite(out[i].high));
            }
}

static void a_line_fills_up_when_it_meets_the_limit(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 100 + 0.5 * (double)i + 3 * noise(i);
    const struct forecast_fill fill = forecast_fill(arena, samples, COUNT, 100 + 0.5 * 1000);
    assert_true(fabs(fill.slope - 0.5) < 0.01);
    assert_true(fabs(fill.middle - (1000 - (COUNT - 1))) < 15);
    assert_true(fill.soonest < fill.middle && fill.middle < fill.latest);
    assert_true(fill.soonest > 490 && fill.latest < 550);
}

static void what_does_not_grow_does_not_fill(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 50 + noise(i);
    assert_true(isinf(forecast_fill(arena, samples, COUNT, 1e6).latest));
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 500 - (double)i;
    assert_true(isinf(forecast_fill(arena, samples, COUNT, 1e6).soonest));
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 50;
    assert_true(isinf(forecast_fill(arena, samples, COUNT, 60).soonest));
    assert_true(forecast_fill(arena, samples, COUNT, 50).latest == 0); /* it is full */
    assert_true(isinf(forecast_fill(arena, samples, 2, 60).soonest));
    assert_true(isinf(forecast_fill(arena, samples, 0, 60).soonest));
}

/* After a reset only what came since then tells the rate. */
static void a_reset_starts_again(void **state)
{
    (void)state;
    double samples[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = i < 300 ? 3 * (double)i : (double)(i - 300);
    const struct forecast_fill fill = forecast_fill(arena, samples, COUNT, 1179);
    assert_true(fabs(fill.slope - 1) < 1e-9);
    assert_true(fabs(fill.middle - 1000) < 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_season_goes_on),
        cmocka_unit_test(the_better_of_two_seasons_is_believed),
        cmocka_unit_test(a_shift_is_followed_and_a_spike_is_not),
        cmocka_unit_test(the_unit_does_not_matter),
        cmocka_unit_test(what_is_missing_does_no_harm),
        cmocka_unit_test(the_interval_holds_what_it_promises),
        cmocka_unit_test(a_line_goes_on_for_a_while),
        cmocka_unit_test(too_little_says_so_by_its_width),
        cmocka_unit_test(all_sizes_are_fine),
        cmocka_unit_test(a_line_fills_up_when_it_meets_the_limit),
        cmocka_unit_test(what_does_not_grow_does_not_fill),
        cmocka_unit_test(a_reset_starts_again),
    };
    return cmocka_run_group_tests_name("forecast", tests, setup, teardown);
}
