/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/forecast.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define COUNT 480
#define AHEAD 48

static void a_season_goes_on(void **state)
{
    (void)state;
    double samples[COUNT];
    struct forecast out[AHEAD];
    for (size_t i = 0; i < COUNT; i++)
        samples[i] = 10 + 5 * sin(2 * M_PI * (double)i / 24) + 0.1 * noise(i);
    forecast_next(arena, samples, COUNT, 24, AHEAD, out);
    for (size_t i = 0; i < AHEAD; i++) {
        const double value = 10 + 5 * sin(2 * M_PI * (double)(COUNT + i) / 24);
        assert_true(fabs(out[i].middle - value) < 0.3);
        assert_true(out[i].low <= out[i].middle && out[i].middle <= out[i].high);
        assert_true(out[i].high - out[i].low < 1);
    }
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
        forecast_next(arena, samples, known, 0, AHEAD, out);
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
    forecast_next(arena, samples, COUNT, 0, AHEAD, out);
    assert_true(out[3].middle > samples[COUNT - 1]);
    assert_true(out[AHEAD - 1].middle > out[3].middle);
    assert_true(out[AHEAD - 1].high >= 2.0 * (COUNT - 1 + 0.7 * AHEAD));
}

static void too_little_says_so_by_its_width(void **state)
{
    (void)state;
    const double few[] = {1, 9, 3};
    struct forecast out[2];
    forecast_next(arena, few, 3, 0, 2, out);
    assert_true(out[1].low == 1 && out[1].middle == 3 && out[1].high == 9);
    forecast_next(arena, few, 0, 0, 2, out);
    assert_true(out[0].middle == 0);
    const double flat[] = {4, 4, 4, 4, 4, 4, 4, 4, 4, 4};
    forecast_next(arena, flat, 10, 3, 2, out);
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
            forecast_next(arena, samples, count, period, count == 80 ? FORECAST_AHEAD_MAX : 50,
                          out);
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
