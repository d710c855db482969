/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

static struct fixture *filled(void)
{
    static const struct fixture_series all[] = {
        {.service = "web", .metric = "latency", .before = 10, .after = 30, .change_s = 60},
        {.service = "first", .metric = "pool", .before = 1, .after = 9, .change_s = 0},
        {.service = "late", .metric = "pool", .before = 1, .after = 9, .change_s = 120},
        {.service = "mirrored", .metric = "idle", .before = 9, .after = 1, .change_s = 30},
        {.service = "steady", .metric = "pool", .before = 5, .after = 5, .change_s = 0},
    };
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct fixture_series series = all[i];
        series.from_s = -900;
        series.to_s = 600;
        series.step_s = 10;
        series.noise = 0.5;
        fixture_add_series(fix, &series);
    }
    fixture_seal(fix);
    return fix;
}

static struct record asked(struct fixture *fix, const char *metric)
{
    struct record in = fixture_input(fix, "metrics.leading");
    *record_at(&in, "service") = value_text(STR("web"));
    *record_at(&in, "metric") = value_text(str_of(metric));
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    return in;
}

static void what_moved_first_comes_first(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct record in = asked(fix, "latency");
    const struct record out = fixture_use(fix, "metrics.leading", &in);
    const struct batch *rows = record_at(&out, "series")->rows;
    assert_int_equal(record_at(&out, "changed")->integer, fixture_time(60));
    assert_int_equal(rows->rows, 3);
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "first");
    assert_int_equal(batch_column(rows, "lead")->integers[0], 60 * NS_PER_S);
    assert_string_equal(fixture_text(rows, 1, "service").ptr, "mirrored");
    assert_true(batch_column(rows, "rho")->reals[1] < 0);
    assert_string_equal(fixture_text(rows, 2, "service").ptr, "late");
    assert_int_equal(batch_column(rows, "lead")->integers[2], -60 * NS_PER_S);
    fixture_close(fix);
}

static void a_series_that_is_not_there_cannot_be_followed(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct record in = asked(fix, "none");
    struct record out;
    struct err err = {0};
    assert_false(agent_use(&fix->call, "metrics.leading", &in, &out, &err));
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moved_first_comes_first),
        cmocka_unit_test(a_series_that_is_not_there_cannot_be_followed),
    };
    return cmocka_run_group_tests_name("metrics.leading", tests, NULL, NULL);
}
