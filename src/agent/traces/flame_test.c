/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <math.h>
#include <stdio.h>

static struct record ask(struct fixture *fix, const char *request)
{
    struct record in = fixture_input(fix, "traces.flame");
    *record_at(&in, "onset") = value_time(fixture_time(0));
    if (request)
        *record_at(&in, "request") = value_text(str_of(request));
    return fixture_use(fix, "traces.flame", &in);
}

static double real_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->reals[row];
}

static void add_requests(struct fixture *fix)
{
    for (int k = 0; k < 60; k++) {
        char *trace = arena_alloc(fix->arena, 16);
        snprintf(trace, 16, "t%d", k);
        const double at = k < 30 ? k - 100 : k;
        const int64_t sql_us = k < 30 ? 10000 : 60000;
        fixture_add_span(fix, &(struct fixture_span){at, trace, "r", "", "web", "GET",
                                                     40000 + 2 * sql_us, NULL});
        /* two that overlap by half: together they cover three halves of one */
        fixture_add_span(
            fix, &(struct fixture_span){at + 0.01, trace, "a", "r", "db", "sql", sql_us, NULL});
        fixture_add_span(fix, &(struct fixture_span){at + 0.01 + (double)sql_us / 2e6, trace, "b",
                                                     "r", "db", "sql", sql_us, NULL});
    }
}

static void frames_of_many_requests_are_one(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_requests(fix);
    fixture_add_span(fix, &(struct fixture_span){1, "x", "r", "", "web", "POST", 7, NULL});
    fixture_seal(fix);
    const struct record out = ask(fix, "GET");
    assert_int_equal(record_at(&out, "requests_since")->integer, 30);
    assert_int_equal(record_at(&out, "requests_before")->integer, 30);
    const struct batch *rows = record_at(&out, "frames")->rows;
    assert_int_equal(rows->rows, 2);
    assert_string_equal(fixture_text(rows, 0, "path").ptr, "web:GET > db:sql");
    assert_int_equal(batch_column(rows, "calls_since")->integers[0], 60);
    assert_true(real_of(rows, 0, "self_ms_since") == 120 && real_of(rows, 0, "growth_ms") == 100);
    assert_true(batch_column(rows, "explains")->integers[0]);
    assert_true(real_of(rows, 1, "total_ms_since") == 160 &&
                fabs(real_of(rows, 1, "self_ms_since") - 70) <
                    0.01); /* 160 less 90 that is covered */
    const struct record all = ask(fix, NULL);
    assert_int_equal(record_at(&all, "requests_since")->integer, 31);
    fixture_close(fix);
}

/* A list of 100,000 calls by themselves is one frame; of two in turn, a path with its upper end
 * cut. */
static void recursion_is_folded_and_long_paths_are_cut(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    static const char sql[] =
        "INSERT INTO traces (time, trace_id, span_id, parent_id, service, operation, duration_us) "
        "SELECT make_timestamp_ns(1795312800000000000 + n), '%s', 's' || n, CASE WHEN n > 0 THEN "
        "'s' || (n - 1) END, 'svc' || %s, 'f', 1000 FROM range(%d) r(n)";
    fixture_run(fix, str_printf(fix->arena, sql, "same", "''", 100000));
    fixture_run(fix, str_printf(fix->arena, sql, "turns", "n % 2", 1000));
    fixture_seal(fix);
    const struct record out = ask(fix, NULL);
    const struct batch *rows = record_at(&out, "frames")->rows;
    const size_t same = fixture_row(rows, "path", "svc:f", NULL, NULL);
    assert_true(same < rows->rows);
    assert_int_equal(batch_column(rows, "calls_since")->integers[same], 100000);
    assert_true(real_of(rows, same, "total_ms_since") == 0.5); /* of two requests, once 1 ms */
    for (size_t row = 0; row < rows->rows; row++)
        assert_true(fixture_text(rows, row, "path").len < 200);
    fixture_close(fix);
}

static void circles_are_left_out_and_nothing_is_nothing(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_span(fix, &(struct fixture_span){0, "t", "a", "b", "web", "GET", 5, NULL});
    fixture_add_span(fix, &(struct fixture_span){0, "t", "b", "a", "web", "GET", 5, NULL});
    fixture_seal(fix);
    const struct record out = ask(fix, NULL);
    assert_int_equal(record_at(&out, "left_out")->integer, 2);
    assert_int_equal(record_at(&out, "frames")->rows->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_many_requests_are_one),
        cmocka_unit_test(recursion_is_folded_and_long_paths_are_cut),
        cmocka_unit_test(circles_are_left_out_and_nothing_is_nothing),
    };
    return cmocka_run_group_tests_name("flame", tests, NULL, NULL);
}
