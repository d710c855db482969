/* SPDX-License-Identifier: Apache-2.0 */
/* The score of the benchmark, against what its paper's rules give by hand. */
#include "eval/nab.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define ROWS 100

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new("test");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static bool is_close(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

/* One series of 100 rows with the windows 40-49 and 80-89, and alarms (score 1) at some rows. */
static struct nab_series series_with(double *scores, const size_t *alarms, size_t count)
{
    static const struct nab_window windows[] = {{40, 49}, {80, 89}};
    for (size_t i = 0; i < ROWS; i++)
        scores[i] = 0;
    for (size_t i = 0; i < count; i++)
        scores[alarms[i]] = 1;
    return (struct nab_series){scores, ROWS, windows, 2};
}

static const struct {
    const char *why;
    size_t alarms[4];
    size_t count;
    double raw; /* standard */
    size_t found, false_alarms;
} cases[] = {
    {"silence", {0}, 0, -2, 0, 0},
    {"each window at its first row", {40, 80}, 2, 2, 2, 0},
    {"a second alarm in a window counts nothing", {40, 41, 49, 80}, 4, 2, 2, 0},
    /* (2 / (1 + exp(-5 * 0.1)) - 1) / (2 / (1 + exp(-5)) - 1) */
    {"the last row of a window", {49}, 1, -1 + 0.244918662404 / 0.986614298151, 1, 0},
    {"the middle of a window", {45}, 1, -1 + 0.848283639957 / 0.986614298151, 1, 0},
    {"before all windows a false alarm costs all of it", {30}, 1, -2 - 0.11, 0, 1},
    /* One row behind: 1 / 9 of the width less one: 2 / (1 + exp(5 / 9)) - 1 */
    {"just behind a window it costs less", {50}, 1, -2 - 0.11 * 0.270847118517, 0, 1},
    {"three lengths behind, all of it", {77}, 1, -2 - 0.11, 0, 1},
    {"in the probation nothing counts", {0, 14}, 2, -2, 0, 0},
    {"the first row after it does", {15}, 1, -2 - 0.11, 0, 1},
};

static void tallies_follow_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double scores[ROWS];
        const struct nab_series series = series_with(scores, cases[i].alarms, cases[i].count);
        const struct nab_tally tally = nab_tally_of(&series, &nab_standard, 1);
        if (fabs(tally.raw - cases[i].raw) > 1e-9 || tally.found != cases[i].found ||
            tally.false_alarms != cases[i].false_alarms)
            fail_msg("%s: raw %.12f, found %zu, false alarms %zu", cases[i].why, tally.raw,
                     tally.found, tally.false_alarms);
    }
}

static void perfect_is_100_and_silence_0(void **state)
{
    (void)state;
    const struct nab_profile *const all[] = {&nab_standard, &nab_few_false_alarms, &nab_few_misses};
    for (size_t i = 0; i < 3; i++) {
        double scores[ROWS];
        struct nab_series series = series_with(scores, (const size_t[]){40, 80}, 2);
        assert_true(is_close(nab_score(arena, &series, 1, all[i]).score, 100));
        const struct nab_tally silent = nab_tally_of(&series, all[i], 2);
        assert_true(is_close(nab_normalise(&silent, all[i]), 0));
        /* One window of two: half of the way. */
        series = series_with(scores, (const size_t[]){40}, 1);
        assert_true(is_close(nab_score(arena, &series, 1, all[i]).score, 50));
    }
}

/* A false alarm a window costs .11 of the 2 that a window is worth, or .22 of it. */
static void false_alarms_cost_by_profile(void **state)
{
    (void)state;
    double scores[ROWS];
    const struct nab_series series = series_with(scores, (const size_t[]){20, 30, 40, 80}, 4);
    assert_true(is_close(nab_score(arena, &series, 1, &nab_standard).score, 100 - 5.5));
    assert_true(is_close(nab_score(arena, &series, 1, &nab_few_false_alarms).score, 100 - 11));
    assert_true(
        is_close(nab_score(arena, &series, 1, &nab_few_misses).score, 100 - 100 * 0.22 / 6));
}

/* Each score is tried, the rows of one score stand or fall together, and NAN is no alarm. */
static void the_best_threshold_is_found(void **state)
{
    (void)state;
    double scores[ROWS];
    struct nab_series series = series_with(scores, (const size_t[]){40}, 1);
    scores[80] = 0.7;
    scores[20] = 0.7; /* comes with it, and is worth it */
    scores[21] = 0.3;
    scores[22] = NAN;
    const struct nab_result result = nab_score(arena, &series, 1, &nab_standard);
    assert_true(is_close(result.threshold, 0.7));
    assert_true(is_close(result.total.raw, 2 - 0.11));

    for (size_t i = 0; i < ROWS; i++) /* only false alarms: silence is best */
        scores[i] = i < 40 ? 1 : 0;
    for (size_t i = 40; i < ROWS; i++)
        scores[i] = NAN;
    assert_true(isinf(nab_score(arena, &series, 1, &nab_standard).threshold));
    assert_true(is_close(nab_score(arena, &series, 1, &nab_standard).score, 0));
}

static void series_without_windows_only_cost(void **state)
{
    (void)state;
    double with[ROWS], without[ROWS] = {0};
    without[50] = 1;
    const struct nab_series series[] = {series_with(with, (const size_t[]){40, 80}, 2),
                                        {without, ROWS, NULL, 0}};
    assert_true(is_close(nab_score(arena, series, 2, &nab_standard).score, 100 - 11.0 / 4));
    assert_true(is_close(nab_score(arena, series + 1, 1, &nab_standard).score, 0));
    assert_true(is_close(nab_score(arena, NULL, 0, &nab_standard).score, 0));
}

static void the_probation_is_capped(void **state)
{
    (void)state;
    assert_int_equal(nab_probation(0), 0);
    assert_int_equal(nab_probation(100), 15);
    assert_int_equal(nab_probation(4032), 604);
    assert_int_equal(nab_probation(5000), 750);
    assert_int_equal(nab_probation(100000), 750);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tallies_follow_the_rules),
        cmocka_unit_test(perfect_is_100_and_silence_0),
        cmocka_unit_test(false_alarms_cost_by_profile),
        cmocka_unit_test(the_best_threshold_is_found),
        cmocka_unit_test(series_without_windows_only_cost),
        cmocka_unit_test(the_probation_is_capped),
    };
    return cmocka_run_group_tests_name("nab", tests, setup, teardown);
}
