/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/tokens.h"

#include "stats/fixture_for_tests.h"

#include <math.h>

#define assert_near(a, b, by) assert_true(fabs((a) - (b)) <= (by))

static double fact(const struct metric_tokens *tokens, enum token_fact number)
{
    return tokens->of[TOKENS_SEGMENTS + number];
}

static struct metric_tokens read_tokens(const double *samples, size_t count)
{
    struct metric_tokens tokens;
    assert_true(metric_tokens_of(arena, NULL, samples, count, &tokens));
    return tokens;
}

static void a_step_is_fitted_by_a_step(void **state)
{
    (void)state;
    double samples[20];
    for (size_t i = 0; i < 20; i++)
        samples[i] = i < 12 ? 5 : 9;
    const struct metric_tokens tokens = read_tokens(samples, 20);
    assert_near(fact(&tokens, FACT_STEP_FIT), 1, 1e-9);
    assert_near(fact(&tokens, FACT_STEP_AT), 0.6, 1e-9);
    assert_near(fact(&tokens, FACT_STEP_SIZE), 1, 1e-9);
    assert_near(fact(&tokens, FACT_TOP_RUN), 0.4, 1e-9);
    assert_near(fact(&tokens, FACT_BOTTOM_RUN), 0.6, 1e-9);
    assert_near(tokens.of[0], -1, 1e-9); /* the lowest level */
    assert_near(tokens.of[TOKENS_SEGMENTS - 1], 1, 1e-9);
}

static void one_spike_is_one_run_and_two_are_two(void **state)
{
    (void)state;
    double samples[30];
    for (size_t i = 0; i < 30; i++)
        samples[i] = 10 + 0.1 * noise(i);
    samples[9] = 50;
    struct metric_tokens tokens = read_tokens(samples, 30);
    assert_near(fact(&tokens, FACT_HIGH_RUNS), 0.25, 1e-9); /* 1 / (1 + 3) */
    samples[20] = 50;
    tokens = read_tokens(samples, 30);
    assert_near(fact(&tokens, FACT_HIGH_RUNS), 0.4, 1e-9);
    assert_near(fact(&tokens, FACT_LOW_RUNS), 0, 1e-9);
}

static void a_spike_of_a_long_series_is_not_lost(void **state)
{
    (void)state;
    static double samples[20000];
    for (size_t i = 0; i < 20000; i++)
        samples[i] = noise(i);
    samples[7001] = 1000;
    const struct metric_tokens tokens = read_tokens(samples, 20000);
    assert_true(fact(&tokens, FACT_RISE_MAX) > 0.99);
    assert_near(fact(&tokens, FACT_HIGH_RUNS), 0.25, 1e-9);
}

static void a_hole_is_told_by_its_length(void **state)
{
    (void)state;
    double samples[20];
    int64_t times[20];
    for (size_t i = 0; i < 20; i++) {
        samples[i] = noise(i);
        times[i] = (int64_t)(i + (i >= 10 ? 20 : 0)) * 1000;
    }
    struct metric_tokens tokens;
    assert_true(metric_tokens_of(arena, times, samples, 20, &tokens));
    assert_near(fact(&tokens, FACT_HOLE_SHARE), 21.0 / 39, 1e-9);
    assert_near(fact(&tokens, FACT_HOLE_STEPS), 20.0 / 30, 1e-9);
}

/* Powers of two, and whole numbers: not even rounding differs. */
static void neither_unit_nor_zero_matters(void **state)
{
    (void)state;
    double samples[300], others[300];
    for (size_t i = 0; i < 300; i++) {
        samples[i] = round(100 * noise(i)) + (i > 200 ? 400 : 0);
        others[i] = samples[i] * 1024 - 4096;
    }
    const struct metric_tokens a = read_tokens(samples, 300), b = read_tokens(others, 300);
    for (size_t i = 0; i < TOKENS_COUNT; i++)
        assert_near(a.of[i], b.of[i], 1e-12);
}

static void whatever_comes_stays_between_minus_one_and_one(void **state)
{
    (void)state;
    const double wild[] = {0, 1e308, -1e308, 5e-324, 1, NAN, INFINITY, -1, 1e140, 3};
    for (uint64_t seed = 0; seed < 300; seed++) {
        double samples[64];
        const size_t count = 1 + (size_t)((noise(seed) + 1) * 31);
        for (size_t i = 0; i < count; i++)
            samples[i] = wild[(size_t)((noise(seed * 97 + i) + 1) * 4.99)];
        struct metric_tokens tokens;
        if (!metric_tokens_of(arena, NULL, samples, count, &tokens))
            continue;
        for (size_t i = 0; i < TOKENS_COUNT; i++)
            assert_true(tokens.of[i] >= -1 - 1e-9 && tokens.of[i] <= 1 + 1e-9);
        arena_reset(arena);
    }
}

static void too_few_have_no_shape(void **state)
{
    (void)state;
    const double samples[] = {1, 2, 3, 4, 5, 6, 7, NAN};
    struct metric_tokens tokens;
    assert_false(metric_tokens_of(arena, NULL, samples, 0, &tokens));
    assert_false(metric_tokens_of(arena, NULL, samples, 8, &tokens));
    const double flat[] = {3, 3, 3, 3, 3, 3, 3, 3};
    assert_true(metric_tokens_of(arena, NULL, flat, 8, &tokens));
    assert_near(fact(&tokens, FACT_STEP_FIT), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_fitted_by_a_step),
        cmocka_unit_test(one_spike_is_one_run_and_two_are_two),
        cmocka_unit_test(a_spike_of_a_long_series_is_not_lost),
        cmocka_unit_test(a_hole_is_told_by_its_length),
        cmocka_unit_test(neither_unit_nor_zero_matters),
        cmocka_unit_test(whatever_comes_stays_between_minus_one_and_one),
        cmocka_unit_test(too_few_have_no_shape),
    };
    return cmocka_run_group_tests_name("tokens", tests, setup, teardown);
}
