/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/shape.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ONSET 60
#define LENGTH 90

static double noise(size_t i)
{
    uint32_t seed = (uint32_t)i * 2654435761u + 12345u;
    seed ^= seed >> 15;
    seed *= 2246822519u;
    seed ^= seed >> 13;
    return (double)(seed >> 8) / 16777216.0 - 0.5;
}

static double still(size_t i)
{
    return 10 + noise(i);
}

static double step(size_t i)
{
    return still(i) + (i >= ONSET + 3 ? 5 : 0);
}

static double fall(size_t i)
{
    return still(i) - (i >= ONSET ? 5 : 0);
}

static double trend(size_t i)
{
    return still(i) + (i >= ONSET ? 0.3 * (double)(i - ONSET) : 0);
}

static double spike(size_t i)
{
    return still(i) + (i >= ONSET && i < ONSET + 8 ? 6 : 0);
}

static double drift(size_t i)
{
    return still(i) + 0.1 * (double)i;
}

static double erratic(size_t i)
{
    return 10 + noise(i) * (i >= ONSET ? 8 : 1);
}

static double calm(size_t i)
{
    return 10 + noise(i) * (i >= ONSET ? 1 : 8);
}

static double frozen(size_t i)
{
    return i >= ONSET + 2 ? 10.25 : still(i);
}

/* A step that one sample belies on either side. */
static double wild(size_t i)
{
    return i == 20 ? 5000 : step(i);
}

static double flat(size_t i)
{
    (void)i;
    return 4;
}

static double huge(size_t i)
{
    return i >= ONSET ? 1.7e308 : -1.7e308;
}

static const struct {
    const char *name;
    double (*value)(size_t i);
    enum stats_shape want;
    size_t at;
} shapes[] = {
    {"still", still, SHAPE_NONE, ONSET},         {"step", step, SHAPE_STEP, ONSET + 3},
    {"fall", fall, SHAPE_STEP, ONSET},           {"trend", trend, SHAPE_TREND, ONSET},
    {"spike", spike, SHAPE_SPIKE, ONSET},        {"drift", drift, SHAPE_DRIFT, ONSET},
    {"erratic", erratic, SHAPE_ERRATIC, ONSET},  {"calm", calm, SHAPE_CALM, ONSET},
    {"frozen", frozen, SHAPE_FROZEN, ONSET + 2}, {"wild", wild, SHAPE_STEP, ONSET + 3},
    {"flat", flat, SHAPE_NONE, ONSET},           {"huge", huge, SHAPE_STEP, ONSET},
};

static void the_kinds_of_change_are_told_apart(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double samples[LENGTH], scaled[LENGTH];
    for (size_t number = 0; number < COUNT_OF(shapes); number++) {
        for (size_t i = 0; i < LENGTH; i++) {
            samples[i] = shapes[number].value(i);
            scaled[i] = samples[i] * 1e-6;
        }
        const struct stats_change got = stats_shape_of(arena, samples, LENGTH, ONSET, ONSET - 20);
        const size_t reach = got.shape == SHAPE_TREND ? 6 : 0; /* a slope begins unseen */
        if (got.shape != shapes[number].want || got.at + reach < shapes[number].at ||
            got.at > shapes[number].at + reach || got.earliest > shapes[number].at ||
            got.latest < shapes[number].at)
            fail_msg("%s: %s at %zu (%zu to %zu)", shapes[number].name, stats_shape_name(got.shape),
                     got.at, got.earliest, got.latest);
        /* whatever the unit */
        assert_int_equal(stats_shape_of(arena, scaled, LENGTH, ONSET, ONSET - 20).shape, got.shape);
    }
    arena_free(arena);
}

static void a_spike_tells_when_it_was_over(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double samples[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        samples[i] = spike(i);
    assert_int_equal(stats_shape_of(arena, samples, LENGTH, ONSET, ONSET - 20).back, ONSET + 8);
    arena_free(arena);
}

/* The interval grows with the noise. */
static void a_faint_step_may_lie_anywhere_near(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double samples[LENGTH];
    for (size_t i = 0; i < LENGTH; i++)
        samples[i] = 10 + 4 * noise(i) + (i >= ONSET ? 2.5 : 0);
    const struct stats_change got = stats_shape_of(arena, samples, LENGTH, ONSET, ONSET - 20);
    if (got.shape != SHAPE_STEP || got.latest <= got.earliest || got.earliest > ONSET ||
        got.latest < ONSET)
        fail_msg("%s at %zu (%zu to %zu)", stats_shape_name(got.shape), got.at, got.earliest,
                 got.latest);
    arena_free(arena);
}

static void few_samples_have_no_shape(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const double samples[] = {1, 1, 1, 9, 9, 9};
    for (size_t count = 0; count <= 6; count++)
        for (size_t split = 0; split <= count; split++) {
            const struct stats_change got = stats_shape_of(arena, samples, count, split, 0);
            assert_true(got.at <= count && got.earliest <= got.latest && got.back <= count);
            if (split < 3 || count - split < 3)
                assert_int_equal(got.shape, SHAPE_NONE);
        }
    arena_free(arena);
}

static void a_million_samples_take_no_longer_than_blocks(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const size_t count = 1000000, onset = 700001;
    double *samples = arena_push_many(arena, double, count);
    for (size_t i = 0; i < count; i++)
        samples[i] = still(i) + (i >= onset ? 1 : 0);
    const struct stats_change got = stats_shape_of(arena, samples, count, onset, onset - 100000);
    assert_int_equal(got.shape, SHAPE_STEP);
    assert_true(got.at == onset && got.earliest <= onset && got.latest >= onset);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kinds_of_change_are_told_apart),
        cmocka_unit_test(a_spike_tells_when_it_was_over),
        cmocka_unit_test(a_faint_step_may_lie_anywhere_near),
        cmocka_unit_test(few_samples_have_no_shape),
        cmocka_unit_test(a_million_samples_take_no_longer_than_blocks),
    };
    return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
