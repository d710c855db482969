/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/robust.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define SAMPLES 101

static void assert_near(const char *why, double got, double want)
{
    if (!(fabs(got - want) <= 1e-9 * fmax(1, fabs(want))))
        fail_msg("%s: %.12g, not %.12g", why, got, want);
}

static void fill(double *samples, size_t count, double scale)
{
    uint32_t seed = 7;
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        samples[i] = scale * (10 + (double)(seed >> 16) / 65536.0);
    }
}

/* By hand: type 7 is x[floor(h)] + (h - floor(h)) * (x[floor(h) + 1] - x[floor(h)]), h = (n-1)p. */
static const struct {
    const char *why;
    double sorted[5];
    size_t count;
    double fraction;
    double want;
} quantiles[] = {
    {"of one it is the one", {3}, 1, 0.9, 3},
    {"the median of two is between", {1, 2}, 2, 0.5, 1.5},
    {"the median of three is one of them", {1, 5, 6}, 3, 0.5, 5},
    {"a quartile of four", {1, 2, 3, 4}, 4, 0.25, 1.75},
    {"a quartile of five", {1, 2, 3, 4, 10}, 5, 0.75, 4},
    {"the 95th per cent of five", {1, 2, 3, 4, 10}, 5, 0.95, 8.8},
    {"the lowest", {1, 2, 3}, 3, 0, 1},
    {"the highest", {1, 2, 3}, 3, 1, 3},
    {"below zero", {-4, -2}, 2, 0.25, -3.5},
};

static void quantiles_are_of_type_7(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(quantiles); i++)
        assert_near(
            quantiles[i].why,
            stats_quantile_sorted(quantiles[i].sorted, quantiles[i].count, quantiles[i].fraction),
            quantiles[i].want);
}

static void the_order_of_samples_does_not_matter(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const double a[] = {5, 1, 4, 1, 3}, b[] = {1, 3, 5, 1, 4};
    assert_near("median", stats_median(arena, a, 5), 3);
    assert_near("median", stats_median(arena, b, 5), 3);
    assert_near("mean", stats_mean(a, 5), 2.8);
    assert_near("mean of nothing", stats_mean(a, 0), 0);
    const double *sorted = stats_sorted(arena, a, 5);
    for (size_t i = 1; i < 5; i++)
        assert_true(sorted[i - 1] <= sorted[i]);
    assert_near("the samples stay", a[0], 5);
    arena_free(arena);
}

static const struct {
    const char *why;
    double samples[5];
    size_t count;
    double spread_min;
    double median;
    double spread;
} levels[] = {
    /* deviations 1 0 0 1 2: MAD 1; the 5th and 95th per cent are 1.2 and 4.8, over 3.3 less */
    {"MAD, in standard deviations", {1, 2, 3, 4, 5}, 5, 0, 3, 1.4826},
    /* deviations 0 0 0 0 10: MAD 0; the 95th per cent is 0.8 * 10 */
    {"the percentiles where half are equal", {0, 0, 0, 0, 10}, 5, 0, 0, 8 / 3.3},
    {"no spread at all is the least there is", {7, 7, 7}, 3, 0, 7, 1e-12},
    {"or what the caller wants", {7, 7, 7}, 3, 0.35, 7, 0.35},
};

static void the_spread_is_the_larger_ruler(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(levels); i++) {
        const struct stats_level got =
            stats_level_of(arena, levels[i].samples, levels[i].count, levels[i].spread_min);
        assert_near(levels[i].why, got.median, levels[i].median);
        assert_near(levels[i].why, got.spread, levels[i].spread);
    }
    arena_free(arena);
}

static void one_wild_sample_does_not_stretch_the_ruler(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double samples[SAMPLES];
    fill(samples, SAMPLES, 1);
    const struct stats_level calm = stats_level_of(arena, samples, SAMPLES, 0);
    samples[50] = 1e12;
    const struct stats_level wild = stats_level_of(arena, samples, SAMPLES, 0);
    assert_true(fabs(wild.median - calm.median) < calm.spread);
    assert_true(wild.spread < 1.1 * calm.spread);
    arena_free(arena);
}

static void units_do_not_matter(void **state)
{
    (void)state;
    static const double scales[] = {1e-9, 1e-3, 1000, 1e9};
    struct arena *arena = arena_new("test");
    double samples[SAMPLES], other[SAMPLES], scaled[SAMPLES], both[SAMPLES];
    fill(samples, SAMPLES, 1);
    for (size_t i = 0; i < SAMPLES; i++)
        other[i] = samples[i] * samples[i] + (double)(i % 7);
    const struct stats_level level = stats_level_of(arena, samples, SAMPLES, 0);
    const double r = stats_correlation(samples, other, SAMPLES);
    for (size_t i = 0; i < COUNT_OF(scales); i++) {
        fill(scaled, SAMPLES, scales[i]);
        const struct stats_level got = stats_level_of(arena, scaled, SAMPLES, 0);
        assert_near("shift", (scaled[0] - got.median) / got.spread,
                    (samples[0] - level.median) / level.spread);
        assert_near("correlation", stats_correlation(scaled, other, SAMPLES), r);
        for (size_t k = 0; k < SAMPLES; k++)
            both[k] = other[k] * scales[i];
        assert_near("correlation, both scaled", stats_correlation(scaled, both, SAMPLES), r);
    }
    arena_free(arena);
}

static void correlation_is_pearsons(void **state)
{
    (void)state;
    const double a[] = {1, 2, 3, 4}, up[] = {10, 20, 30, 40}, down[] = {4, 3, 2, 1};
    const double flat[] = {0.1, 0.1, 0.1, 0.1}, cross[] = {1, -1, -1, 1};
    assert_near("together", stats_correlation(a, up, 4), 1);
    assert_near("against", stats_correlation(a, down, 4), -1);
    assert_near("neither", stats_correlation(a, cross, 4), 0);
    assert_near("what does not vary says nothing", stats_correlation(a, flat, 4), 0);
    assert_near("nothing to compare", stats_correlation(a, up, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_of_type_7),
        cmocka_unit_test(the_order_of_samples_does_not_matter),
        cmocka_unit_test(the_spread_is_the_larger_ruler),
        cmocka_unit_test(one_wild_sample_does_not_stretch_the_ruler),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(correlation_is_pearsons),
    };
    return cmocka_run_group_tests_name("robust", tests, NULL, NULL);
}
