/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <math.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define SERIES(...)                                                                                \
    {                                                                                              \
        .from_s = -3600, .to_s = 600, .step_s = 30, __VA_ARGS__                                    \
    }

static const struct fixture_series all[] = {
    SERIES(.service = "up", .metric = "queue", .before = 50, .after = 60, .noise = 1),
    SERIES(.service = "up1000", .metric = "queue", .before = 50, .after = 60, .noise = 0,
           .scale = 1000),
    SERIES(.service = "up1", .metric = "queue", .before = 50, .after = 60, .noise = 0),
    SERIES(.service = "down", .metric = "queue", .before = 50, .after = 40, .noise = 1),
    SERIES(.service = "same", .metric = "queue", .before = 50, .after = 50, .noise = 1),
    SERIES(.service = "busy", .metric = "requests", .before = 50, .after = 5, .noise = 1),
    SERIES(.service = "share", .metric = "success_rate", .before = 0.999, .after = 0.95,
           .noise = 0.001),
    SERIES(.service = "percent", .metric = "success_rate", .before = 99.9, .after = 95,
           .noise = 0.1),
    SERIES(.service = "better", .metric = "success_rate", .before = 95, .after = 99.9,
           .noise = 0.1),
    SERIES(.service = "flat", .metric = "queue", .before = 7, .after = 7),
    SERIES(.service = "brief", .metric = "tcp_rtt_seconds", .before = 0.0001, .after = 0.001,
           .noise = 0.00001),
    SERIES(.service = "long", .metric = "tcp_rtt_seconds", .before = 0.0001, .after = 0.01,
           .noise = 0.00001),
    SERIES(.service = "brief_ms", .metric = "latency_ms", .before = 0.1, .after = 0.4,
           .noise = 0.01),
    SERIES(.service = "no_unit", .metric = "latency", .before = 0.0001, .after = 0.001,
           .noise = 0.00001),
    SERIES(.service = "bound", .metric = "cpu_limit", .before = 1, .after = 2),
    SERIES(.service = "pods", .instance = "a", .metric = "queue", .before = 50, .after = 50,
           .noise = 2),
    SERIES(.service = "pods", .instance = "b", .metric = "queue", .before = 50, .after = 50,
           .noise = 2),
    {.service = "pods",
     .instance = "young",
     .metric = "queue",
     .from_s = 10,
     .to_s = 600,
     .step_s = 30,
     .after = 90,
     .noise = 2},
    {.service = "pods",
     .instance = "fine",
     .metric = "queue",
     .from_s = 10,
     .to_s = 600,
     .step_s = 30,
     .after = 50,
     .noise = 2},
    {.service = "lone",
     .metric = "queue",
     .from_s = 10,
     .to_s = 600,
     .step_s = 30,
     .after = 50,
     .noise = 2},
    {.service = "gone",
     .metric = "queue",
     .from_s = -3600,
     .to_s = -10,
     .step_s = 30,
     .before = 50,
     .noise = 2},
};

static const struct {
    const char *service, *instance;
    const char *kind; /* NULL: there is no such row */
    bool shifted, falls, worse, is_new;
} wanted[] = {
    {"up", "", "other", true, false, true, false},
    {"down", "", "other", true, true, false, false},
    {"same", "", "other", false, false, true, false},
    {"busy", "", "traffic", true, true, true, false}, /* that traffic stops is bad */
    {"share", "", "errors", true, true, true, false}, /* as a share of errors it rises */
    {"percent", "", "errors", true, true, true, false},
    {"better", "", "errors", true, false, false, false},
    {"flat", "", NULL, false, false, false, false},      /* nothing to compare */
    {"brief", "", "network", false, false, true, false}, /* below a millisecond */
    {"long", "", "network", true, false, true, false},
    {"brief_ms", "", "latency", false, false, true, false},
    {"no_unit", "", "latency", true, false, true, false},
    {"bound", "", NULL, false, false, false, false},     /* a bound is no measurement */
    {"pods", "young", "other", true, false, true, true}, /* against its siblings */
    {"pods", "fine", "other", false, false, true, true},
    {"lone", "", NULL, false, false, false, false}, /* no baseline, no siblings */
    {"gone", "", NULL, false, false, false, false},
};

static struct batch *shifts(struct fixture *fix)
{
    struct record in = fixture_input(fix, "metrics.shifts");
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    const struct record out = fixture_use(fix, "metrics.shifts", &in);
    return record_at(&out, "series")->rows;
}

static struct fixture *filled(void)
{
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        fixture_add_series(fix, &all[i]);
    fixture_seal(fix);
    return fix;
}

static double real_of(const struct batch *rows, const char *service, const char *column)
{
    const size_t row = fixture_row(rows, "service", service, NULL, NULL);
    assert_true(row < rows->rows);
    return batch_column(rows, column)->reals[row];
}

static bool truth_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row] != 0;
}

static void what_moved_is_told_from_what_did_not(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct batch *rows = shifts(fix);
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const size_t row =
            fixture_row(rows, "service", wanted[i].service, "instance", wanted[i].instance);
        if ((row < rows->rows) != (wanted[i].kind != NULL))
            fail_msg("%s/%s", wanted[i].service, wanted[i].instance);
        if (!wanted[i].kind)
            continue;
        const double shift = batch_column(rows, "shift")->reals[row];
        if ((shift > 3) != wanted[i].shifted || shift < 0 ||
            !str_eq(fixture_text(rows, row, "kind"), str_of(wanted[i].kind)) ||
            truth_of(rows, row, "is_new") != wanted[i].is_new)
            fail_msg("%s/%s: %g", wanted[i].service, wanted[i].instance, shift);
        if (wanted[i].shifted && (truth_of(rows, row, "falls") != wanted[i].falls ||
                                  truth_of(rows, row, "worse") != wanted[i].worse))
            fail_msg("%s/%s: where to", wanted[i].service, wanted[i].instance);
    }
    fixture_close(fix);
}

static void units_do_not_matter(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct batch *rows = shifts(fix);
    const double one = real_of(rows, "up1", "shift"), thousand = real_of(rows, "up1000", "shift");
    assert_true(one > 3 && fabs(one - thousand) < 1e-9 * one);
    assert_true(fabs(real_of(rows, "up1", "before") * 1000 - real_of(rows, "up1000", "before")) <
                1e-6);
    fixture_close(fix);
}

static void values_are_in_the_metrics_own_unit(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct batch *rows = shifts(fix);
    assert_true(fabs(real_of(rows, "up", "before") - 50) < 1);
    assert_true(fabs(real_of(rows, "up", "level") - 60) < 1);
    assert_true(fabs(real_of(rows, "percent", "before") - 99.9) < 0.1);
    assert_true(fabs(real_of(rows, "percent", "level") - 95) < 0.1);
    assert_true(fabs(real_of(rows, "share", "level") - 0.95) < 0.001);
    assert_true(fabs(real_of(rows, "share", "rise") - 0.049) < 0.001); /* share of errors */
    assert_true(fabs(real_of(rows, "percent", "rise") - 0.049) < 0.001);
    fixture_close(fix);
}

/* Ten days of a sample a quarter of an hour, with a job that runs for an hour each night. */
static void what_comes_each_day_at_that_time_is_usual(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(
        fix,
        str_printf(fix->arena,
                   "INSERT INTO metrics (time, service, metric, value) SELECT "
                   "make_timestamp_ns(%lld + (i - 960) * 900000000000), s, 'queue', 5 + i %% 3 "
                   "+ CASE WHEN s = 'nightly' AND i %% 96 < 4 THEN 50 WHEN s = 'weekly' AND i "
                   "%% 672 >= 288 AND i %% 672 < 292 THEN 50 WHEN s = 'never' AND i >= 960 "
                   "THEN 50 ELSE 0 END FROM range(0, 964) AS r(i), unnest(['nightly', "
                   "'weekly', 'never']) AS t(s)",
                   (long long)FIXTURE_T0));
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    const struct column *usual = batch_column(rows, "usual_from");
    const size_t nightly = fixture_row(rows, "service", "nightly", NULL, NULL);
    const size_t weekly = fixture_row(rows, "service", "weekly", NULL, NULL);
    assert_true(usual->known[nightly]);
    assert_int_equal(usual->integers[nightly], FIXTURE_T0 - INT64_C(86400) * NS_PER_S);
    assert_true(usual->known[weekly]);
    assert_int_equal(usual->integers[weekly], FIXTURE_T0 - INT64_C(7) * 86400 * NS_PER_S);
    assert_true(fabs(real_of(rows, "weekly", "usual") - 57) < 1);
    assert_false(usual->known[fixture_row(rows, "service", "never", NULL, NULL)]);
    fixture_close(fix);
}

static void each_series_has_its_own_onset(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    const struct fixture_series late = {.service = "late",
                                        .metric = "queue",
                                        .from_s = -3600,
                                        .to_s = 600,
                                        .step_s = 30,
                                        .before = 50,
                                        .after = 90,
                                        .noise = 2,
                                        .change_s = 150};
    fixture_add_series(fix, &late);
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    assert_string_equal(fixture_text(rows, 0, "shape").ptr, "step");
    assert_int_equal(batch_column(rows, "changed")->integers[0], fixture_time(150));
    assert_true(batch_column(rows, "earliest")->integers[0] < fixture_time(150));
    assert_true(batch_column(rows, "latest")->integers[0] >= fixture_time(150));
    fixture_close(fix);
}

/* Two points, all of one time, times that jump back, numbers at the end of the range. */
static void odd_series_are_survived(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(fix,
                str_printf(fix->arena,
                           "INSERT INTO metrics (time, service, metric, value) SELECT "
                           "make_timestamp_ns(%lld + s::BIGINT * 1000000000), n, 'queue', v FROM "
                           "(VALUES ('two', -10, 1), ('two', 10, 2), ('once', 0, 1), ('once', "
                           "0, 2), ('once', 0, 3), ('back', 20, 5), ('back', -20, 1), ('back', "
                           "10, 5), ('back', -10, 1), ('back', -30, 1), ('back', 0, 5), "
                           "('huge', -30, 1e308), ('huge', -20, -1e308), ('huge', -10, 1e308), "
                           "('huge', 0, -1.7e308), ('huge', 10, 1.7e308), ('huge', 20, "
                           "1.7e308), ('nan', 0, 'nan'), ('nan', 1, 'inf')) AS v(n, s, v)",
                           (long long)FIXTURE_T0));
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    for (size_t row = 0; row < rows->rows; row++) {
        const double shift = batch_column(rows, "shift")->reals[row];
        assert_true(shift >= 0 && shift <= 1e4);
    }
    assert_true(real_of(rows, "back", "shift") > 3);
    assert_int_equal(fixture_row(rows, "service", "nan", NULL, NULL), rows->rows);
    assert_int_equal(fixture_row(rows, "service", "huge", NULL, NULL), rows->rows);
    fixture_close(fix);
}

static void the_same_rows_give_the_same_answer(void **state)
{
    (void)state;
    struct fixture *fix = filled(), *other = filled();
    assert_true(fixture_same(shifts(fix), shifts(fix)));
    assert_true(fixture_same(shifts(fix), shifts(other)));
    fixture_close(fix);
    fixture_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moved_is_told_from_what_did_not),
        cmocka_unit_test(units_do_not_matter),
        cmocka_unit_test(values_are_in_the_metrics_own_unit),
        cmocka_unit_test(what_comes_each_day_at_that_time_is_usual),
        cmocka_unit_test(each_series_has_its_own_onset),
        cmocka_unit_test(odd_series_are_survived),
        cmocka_unit_test(the_same_rows_give_the_same_answer),
    };
    return cmocka_run_group_tests_name("metrics.shifts", tests, NULL, NULL);
}
