/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/changepoint.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define SAMPLES 60

static const struct {
    const char *why;
    size_t at;
    double step; /* noise is 0 to 1 */
    double scale;
} steps[] = {
    {"up in the middle", 30, 3, 1},
    {"down in the middle", 30, -3, 1},
    {"early", 12, 4, 1},
    {"late", 50, 4, 1},
    {"in a small unit", 30, 3, 1e-9},
    {"in a large unit", 30, 3, 1e9},
};

static void fill(double *samples, size_t at, double step, double scale)
{
    uint32_t seed = 99;
    for (size_t i = 0; i < SAMPLES; i++) {
        seed = seed * 1664525u + 1013904223u;
        samples[i] = scale * (5 + (double)(seed >> 16) / 65536.0 + (i >= at ? step : 0));
    }
}

static size_t best_of(const double *scores, size_t count)
{
    size_t best = 0;
    for (size_t k = 1; k < count; k++)
        if (scores[k] > scores[best])
            best = k;
    return best;
}

static void a_step_is_found_at_its_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        double samples[SAMPLES];
        fill(samples, steps[i].at, steps[i].step, steps[i].scale);
        const size_t ranks = best_of(stats_pettitt(arena, samples, SAMPLES), SAMPLES);
        if (ranks + 2 < steps[i].at || ranks > steps[i].at + 2)
            fail_msg("%s, by ranks: %zu", steps[i].why, ranks);
        const size_t rise = stats_rise_split(samples, SAMPLES, 2, SAMPLES - 1);
        if (steps[i].step > 0 && rise != steps[i].at)
            fail_msg("%s, by squares: %zu", steps[i].why, rise);
    }
    arena_free(arena);
}

static void ranks_do_not_see_how_far_an_outlier_is(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double samples[SAMPLES];
    fill(samples, 30, 3, 1);
    samples[5] = 1e15;
    assert_int_equal(best_of(stats_pettitt(arena, samples, SAMPLES), SAMPLES), 30);
    arena_free(arena);
}

static void what_does_not_change_has_no_score(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const double flat[] = {4, 4, 4, 4, 4, 4};
    for (size_t count = 0; count <= COUNT_OF(flat); count++) {
        const double *scores = stats_pettitt(arena, flat, count);
        for (size_t k = 0; k < count; k++)
            assert_true(scores[k] < 1e-9);
        assert_int_equal(stats_rise_split(flat, count, 1, count), 0);
    }
    const double falling[] = {5, 4, 3, 2, 1};
    assert_int_equal(stats_rise_split(falling, 5, 1, 4), 0);
    arena_free(arena);
}

static void ties_share_their_rank(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const double samples[] = {0, 0, 0, 1, 1, 1};
    const double *scores = stats_pettitt(arena, samples, 6);
    /* ranks 2 2 2 5 5 5: |6 - 10.5| / sqrt(3 * 3 * 7 / 12) */
    assert_true(fabs(scores[3] - 4.5 / sqrt(5.25)) < 1e-12);
    for (size_t k = 1; k < 6; k++)
        assert_true(fabs(scores[k] - scores[6 - k]) < 1e-12);
    arena_free(arena);
}

static void the_split_stays_in_its_bounds(void **state)
{
    (void)state;
    double samples[SAMPLES];
    fill(samples, 30, 3, 1);
    for (size_t from = 1; from < SAMPLES; from += 7)
        for (size_t to = from; to < SAMPLES; to += 5) {
            const size_t split = stats_rise_split(samples, SAMPLES, from, to);
            assert_true(split == 0 || (split >= from && split <= to));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_found_at_its_place),
        cmocka_unit_test(ranks_do_not_see_how_far_an_outlier_is),
        cmocka_unit_test(what_does_not_change_has_no_score),
        cmocka_unit_test(ties_share_their_rank),
        cmocka_unit_test(the_split_stays_in_its_bounds),
    };
    return cmocka_run_group_tests_name("changepoint", tests, NULL, NULL);
}
