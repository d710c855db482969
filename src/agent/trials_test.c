/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/trials.h"

#include "base/arena.h"
#include "data/batch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define T0 (INT64_C(1795312800) * NS_PER_S)
#define ONSET_BIN 6

static const struct {
    const char *why;
    int64_t time_ns;
    int place;
    int bin; /* clamped */
} places[] = {
    {"the alert's own moment", T0, TRIAL_BEFORE_BINS, TRIAL_BEFORE_BINS},
    {"just before it", T0 - 1, TRIAL_BEFORE_BINS - 1, TRIAL_BEFORE_BINS - 1},
    {"where the window begins", T0 - 300 * NS_PER_S, 0, 0},
    {"just before that", T0 - 300 * NS_PER_S - 1, TRIAL_OLDER, 0},
    {"the last moment", T0 + 60 * NS_PER_S - 1, TRIAL_BINS - 1, TRIAL_BINS - 1},
    {"what comes after", T0 + 60 * NS_PER_S, TRIAL_NOWHERE, TRIAL_BINS - 1},
    {"long ago", INT64_MIN, TRIAL_OLDER, 0},
    {"far ahead", INT64_MAX, TRIAL_NOWHERE, TRIAL_BINS - 1},
};

static void every_time_has_its_place(void **state)
{
    (void)state;
    struct trial_counts counts = {0};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        if (trial_place(places[i].time_ns, T0) != places[i].place ||
            trial_bin(places[i].time_ns, T0) != places[i].bin)
            fail_msg("%s", places[i].why);
        trial_add(&counts, places[i].place);
    }
    trial_add(&counts, TRIAL_REFERENCE);
    assert_int_equal(counts.older, 2);
    assert_int_equal(counts.reference, 1);
    uint32_t inside = 0;
    for (int bin = 0; bin < TRIAL_BINS; bin++)
        inside += counts.bins[bin];
    assert_int_equal(inside, 4); /* nowhere is not counted */
}

/* So many hits of so many tries: in the reference, in older data, before and since the onset. */
struct shape {
    uint32_t reference[2], older[2], before[2], since[2];
};

static struct trial trial_of(struct shape shape)
{
    struct trial trial = {
        .hits = {.reference = shape.reference[0], .older = shape.older[0]},
        .tries = {.reference = shape.reference[1], .older = shape.older[1]},
    };
    trial.hits.bins[ONSET_BIN - 1] = shape.before[0];
    trial.tries.bins[ONSET_BIN - 1] = shape.before[1];
    trial.hits.bins[ONSET_BIN] = shape.since[0];
    trial.tries.bins[ONSET_BIN] = shape.since[1];
    return trial;
}

static const struct {
    const char *why;
    struct shape shape;
    bool only_more;
    bool testable;
    bool more;
    double low, high; /* of the strength */
    uint32_t tries_base;
} tested[] = {
    {"always, where it was never", {{0, 50}, {0}, {0}, {50, 50}}, false, true, true, 0.8, 1, 50},
    {"never, where it was always", {{50, 50}, {0}, {0}, {0, 50}}, false, true, false, 0.8, 1, 50},
    {"that fewer is no news", {{50, 50}, {0}, {0}, {0, 50}}, true, true, false, 0, 0, 50},
    {"the same", {{25, 50}, {0}, {0}, {25, 50}}, false, true, false, 0, 0, 50},
    {"a little more is chance", {{20, 50}, {0}, {0}, {25, 50}}, false, true, true, 0, 0, 50},
    {"a little more of many is not",
     {{2000, 9000}, {0}, {0}, {3500, 9000}},
     false,
     true,
     true,
     0.01,
     0.1,
     9000},
    {"two of two are few", {{0, 5}, {0}, {0}, {2, 2}}, false, true, true, 0, 0.5, 5},
    {"a reference is the baseline alone",
     {{0, 50}, {50, 50}, {50, 50}, {50, 50}},
     false,
     true,
     true,
     0.8,
     1,
     50},
    {"without one all that came before",
     {{0}, {0, 50}, {0, 50}, {50, 50}},
     false,
     true,
     true,
     0.8,
     1,
     100},
    {"so that what was just before is no news",
     {{0}, {0, 50}, {50, 50}, {50, 50}},
     false,
     true,
     true,
     0.2,
     0.4,
     100},
    {"a small reference is helped by what is older",
     {{0, 3}, {0, 50}, {50, 50}, {50, 50}},
     false,
     true,
     true,
     0.8,
     1,
     53},
    {"without that what is just before",
     {{0}, {0, 2}, {0, 48}, {50, 50}},
     false,
     true,
     true,
     0.8,
     1,
     50},
    {"one try since says nothing", {{0, 50}, {0}, {0}, {1, 1}}, false, false, false, 0, 0, 0},
    {"nor does one before", {{0}, {0}, {0, 1}, {50, 50}}, false, false, false, 0, 0, 0},
    {"nor nothing", {{0}, {0}, {0}, {0}}, false, false, false, 0, 0, 0},
};

static void rates_are_compared(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tested); i++) {
        struct trial trial = trial_of(tested[i].shape);
        trial.only_more = tested[i].only_more;
        struct trial_result got;
        if (trial_test(&trial, ONSET_BIN, &got) != tested[i].testable)
            fail_msg("%s: testable", tested[i].why);
        if (!tested[i].testable)
            continue;
        if (!(got.strength >= tested[i].low && got.strength <= tested[i].high) ||
            got.more != tested[i].more || got.tries_base != tested[i].tries_base || !(got.g >= 0))
            fail_msg("%s: strength %g of %u", tested[i].why, got.strength, got.tries_base);
    }
}

/* By hand: 2 * (20 ln(20/30 / .5) + 10 ln(10/30 / .5)) * 2 for 20 of 30 against 10 of 30. */
static void g_is_the_likelihood_ratio(void **state)
{
    (void)state;
    const struct trial trial = trial_of((struct shape){{10, 30}, {0}, {0}, {20, 30}});
    struct trial_result got;
    assert_true(trial_test(&trial, ONSET_BIN, &got));
    const double by_hand = 4 * (20 * log(4.0 / 3) + 10 * log(2.0 / 3));
    assert_true(fabs(got.g - by_hand) < 1e-9);
}

static struct trial onset_at(uint32_t service, int bin, uint32_t tries)
{
    struct trial trial = {.service = service};
    trial.tries.reference = trial.tries.older = 10 * tries;
    for (int i = 0; i < TRIAL_BINS; i++) {
        trial.tries.bins[i] = tries;
        trial.hits.bins[i] = i >= bin ? tries : 0;
    }
    return trial;
}

static int best_of(const double *weights)
{
    int best = 0;
    for (int bin = 1; bin < TRIAL_BINS; bin++)
        if (weights[bin] > weights[best])
            best = bin;
    return best;
}

static void the_bin_that_splits_best_wins(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double weights[TRIAL_BINS], copies[TRIAL_BINS];
    for (int bin = 2; bin <= 8; bin++) {
        struct trial trials[3] = {onset_at(0, bin, 8), onset_at(0, bin, 8), onset_at(0, bin, 8)};
        trial_onset_weights(trials, 1, 1, arena, weights);
        assert_int_equal(best_of(weights), bin);
        assert_true(weights[0] == 0 && weights[1] == 0 && weights[9] == 0);
        trial_onset_weights(trials, 3, 1, arena, copies); /* copies of one change count once */
        for (int i = 0; i < TRIAL_BINS; i++)
            assert_true(copies[i] == weights[i]);
        trials[1].service = 1; /* another service is another witness */
        trial_onset_weights(trials, 2, 2, arena, copies);
        assert_true(fabs(copies[bin] - 2 * weights[bin]) < 1e-9);
    }
    trial_onset_weights(NULL, 0, 0, arena, weights);
    for (int i = 0; i < TRIAL_BINS; i++)
        assert_true(weights[i] == 0);
    arena_free(arena);
}

static void candidates_are_the_bins_as_times(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double weights[TRIAL_BINS] = {[3] = 7};
    const struct batch *rows = trial_candidates(arena, weights, T0);
    assert_int_equal(rows->rows, TRIAL_BINS);
    for (int bin = 0; bin < TRIAL_BINS; bin++) {
        const int64_t onset_ns = batch_column(rows, "onset")->integers[bin];
        assert_int_equal(trial_place(onset_ns, T0), bin);
        assert_int_equal(trial_place(onset_ns - 1, T0), bin - 1);
        assert_true(batch_column(rows, "weight")->reals[bin] == weights[bin]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_time_has_its_place),
        cmocka_unit_test(rates_are_compared),
        cmocka_unit_test(g_is_the_likelihood_ratio),
        cmocka_unit_test(the_bin_that_splits_best_wins),
        cmocka_unit_test(candidates_are_the_bins_as_times),
    };
    return cmocka_run_group_tests_name("trials", tests, NULL, NULL);
}
