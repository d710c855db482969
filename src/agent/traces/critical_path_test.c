/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/shape.h"

#include "agent/fixture_for_tests.h"

#include <stdio.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define MS 1000

/* One request; times of its spans are in ms after its root began. */
struct part {
    const char *span, *parent, *service, *operation;
    int start_ms, took_ms;
};

static const struct {
    const char *why;
    struct part parts[6];
    struct {
        const char *operation;
        double ms;
    } wants[5];
} requests[] = {
    {"one after the other: each counts",
     {{"r", "", "web", "GET", 0, 100},
      {"a", "r", "web", "a", 10, 30},
      {"b", "r", "web", "b", 50, 40}},
     {{"GET", 30}, {"a", 30}, {"b", 40}}},
    {"beside each other: the longer one",
     {{"r", "", "web", "GET", 0, 100},
      {"a", "r", "web", "a", 10, 30},
      {"b", "r", "web", "b", 10, 80}},
     {{"GET", 20}, {"a", 0}, {"b", 80}}},
    {"below the longer one",
     {{"r", "", "web", "GET", 0, 100},
      {"a", "r", "web", "a", 0, 100},
      {"b", "a", "web", "b", 20, 50},
      {"c", "b", "web", "c", 30, 10}},
     {{"GET", 0}, {"a", 50}, {"b", 40}, {"c", 10}}},
    {"a job that goes on was not waited for",
     {{"r", "", "web", "GET", 0, 100},
      {"a", "r", "web", "a", 10, 30},
      {"b", "r", "web", "job", 50, 500}},
     {{"GET", 70}, {"a", 30}, {"job", 0}}},
    {"the only call goes on: its caller gave up waiting",
     {{"r", "", "web", "GET", 0, 100}, {"a", "r", "web", "a", 10, 500}},
     {{"GET", 10}, {"a", 90}}},
    {"a clock that is behind: moved to the middle",
     {{"r", "", "web", "GET", 0, 100}, {"a", "r", "db", "a", -900, 60}},
     {{"GET", 40}, {"a", 60}}},
    {"what hangs from it moves along",
     {{"r", "", "web", "GET", 0, 100},
      {"a", "r", "db", "a", -900, 60},
      {"b", "a", "db", "b", -890, 20}},
     {{"GET", 40}, {"a", 40}, {"b", 20}}},
    {"a clock that is a day off is a wrong parent",
     {{"r", "", "web", "GET", 0, 100}, {"a", "r", "db", "a", -86400000, 60}},
     {{"GET", 100}, {"a", 0}}},
    {"no time at all",
     {{"r", "", "web", "GET", 0, 0}, {"a", "r", "web", "a", 0, 0}},
     {{"GET", 0}, {"a", 0}}},
};

static void add_request(struct fixture *fix, const struct part *parts, int number, double at_s)
{
    char trace[16];
    snprintf(trace, sizeof trace, "t%d", number);
    for (const struct part *it = parts; it->span; it++)
        fixture_add_span(fix, &(struct fixture_span){at_s + it->start_ms / 1e3,
                                                     str_copy(fix->arena, str_of(trace)).ptr,
                                                     it->span, it->parent, it->service,
                                                     it->operation, it->took_ms * MS, NULL});
}

static struct record ask(struct fixture *fix, double onset_s)
{
    struct record in = fixture_input(fix, "traces.critical_path");
    *record_at(&in, "onset") = value_time(fixture_time(onset_s));
    return fixture_use(fix, "traces.critical_path", &in);
}

/* Before there are twenty requests that took no time, so that all of it is growth. */
static void the_path_is_what_was_waited_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(requests); i++) {
        struct fixture *fix = fixture_open();
        static const struct part nothing[] = {{"r", "", "web", "GET", 0, 0}, {0}};
        for (int k = 0; k < 20; k++)
            add_request(fix, nothing, k, -100000 + k);
        for (int k = 20; k < 40; k++)
            add_request(fix, requests[i].parts, k, k);
        fixture_seal(fix);
        const struct record out = ask(fix, 0);
        const struct batch *rows = record_at(&out, "steps")->rows;
        for (size_t k = 0; requests[i].wants[k].operation; k++) {
            const size_t row =
                fixture_row(rows, "operation", requests[i].wants[k].operation, NULL, NULL);
            const double got = row < rows->rows ? batch_column(rows, "ms_since")->reals[row] : 0;
            if (got < requests[i].wants[k].ms - 0.01 || got > requests[i].wants[k].ms + 0.01)
                fail_msg("%s: %s: %g ms", requests[i].why, requests[i].wants[k].operation, got);
            if (row < rows->rows) {
                assert_int_equal(batch_column(rows, "requests_since")->integers[row], 20);
                assert_int_equal(batch_column(rows, "long_since")->integers[row], got > 1 ? 20 : 0);
            }
        }
        fixture_close(fix);
    }
}

static void what_grew_most_comes_first_and_one_request_is_no_trend(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 60; k++) {
        const bool since = k >= 30;
        const struct part parts[] = {{"r", "", "web", "GET", 0, since ? 500 : 30},
                                     {"a", "r", "web", "call", 5, since ? 400 : 20},
                                     {"b", "a", "db", "select", 6, since ? 50 : 18},
                                     {"c", "r", "web", "once", 450, k == 45 ? 40 : 0},
                                     {0}};
        add_request(fix, parts, k, since ? k : k - 200);
    }
    fixture_seal(fix);
    const struct record out = ask(fix, 0);
    const struct batch *rows = record_at(&out, "steps")->rows;
    assert_string_equal(fixture_text(rows, 0, "operation").ptr, "call");
    assert_string_equal(fixture_text(rows, 0, "callee").ptr, "db"); /* the way there */
    assert_true(batch_column(rows, "strength")->reals[0] > 0.5);
    const size_t once = fixture_row(rows, "operation", "once", NULL, NULL);
    assert_true(once < rows->rows);
    assert_int_equal(batch_column(rows, "long_since")->integers[once], 1);
    assert_true(batch_column(rows, "strength")->reals[once] == 0);
    fixture_close(fix);
}

static void circles_and_orphans_end(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    static const struct part parts[] = {{"a", "b", "web", "a", 0, 10},
                                        {"b", "a", "web", "b", 0, 10},
                                        {"c", "c", "web", "own parent", 0, 10},
                                        {"d", "lost", "web", "orphan", 0, 10},
                                        {0}};
    add_request(fix, parts, 1, 0);
    add_request(fix, parts, 1, 5); /* the same ids once more */
    fixture_seal(fix);
    struct shape shape;
    struct err err = {0};
    assert_true(shape_load(&fix->call, &shape, &err));
    assert_int_equal(shape.circle_count, 2);
    assert_int_equal(shape.order_count, 2);
    const struct record out = ask(fix, 0);
    assert_int_equal(record_at(&out, "left_out")->integer, 2);
    assert_int_equal(record_at(&out, "steps")->rows->rows, 0); /* nothing to compare with */
    fixture_close(fix);
}

static void no_spans_are_no_steps(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    const struct record out = ask(fix, 0);
    assert_int_equal(record_at(&out, "steps")->rows->rows, 0);
    fixture_close(fix);
}

/* As deep as it is long, and as wide: no recursion, and each span on the path once. */
static void huge_requests_take_one_pass(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(
        fix,
        STR("INSERT INTO traces (time, trace_id, span_id, parent_id, service, "
            "operation, duration_us) SELECT make_timestamp_ns(1795312800000000000 + n), 'deep', "
            "'s' || n, CASE WHEN n > 0 THEN 's' || (n - 1) END, 'web', 'GET', 9000000000000000000 "
            "FROM range(100000) r(n)"));
    fixture_run(
        fix,
        STR("INSERT INTO traces (time, trace_id, span_id, parent_id, service, "
            "operation, duration_us) SELECT make_timestamp_ns(1795312800000000000 + n), 'wide', "
            "'s' || n, CASE WHEN n > 0 THEN 's0' END, 'svc' || n % 3, 'GET', 0 "
            "FROM range(100000) r(n)"));
    fixture_seal(fix);
    struct shape shape;
    struct err err = {0};
    assert_true(shape_load(&fix->call, &shape, &err));
    assert_int_equal(shape.order_count, 200000);
    const struct record out = ask(fix, 0);
    assert_int_equal(record_at(&out, "left_out")->integer, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_path_is_what_was_waited_for),
        cmocka_unit_test(what_grew_most_comes_first_and_one_request_is_no_trend),
        cmocka_unit_test(circles_and_orphans_end),
        cmocka_unit_test(no_spans_are_no_steps),
        cmocka_unit_test(huge_requests_take_one_pass),
    };
    return cmocka_run_group_tests_name("critical path", tests, NULL, NULL);
}
