/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <stdio.h>

/* A request at `at_s` that took `ms`, and what its one span below carries. */
static void add_request(struct fixture *fix, int number, double at_s, int ms, const char *instance,
                        const char *attributes)
{
    fixture_run(
        fix,
        str_printf(fix->arena,
                   "INSERT INTO traces (time, trace_id, span_id, parent_id, service, instance, "
                   "operation, duration_us, attributes) VALUES (make_timestamp_ns(%lld), 't%d', "
                   "'r', NULL, 'web', NULL, 'GET', %d, NULL), (make_timestamp_ns(%lld), 't%d', "
                   "'a', 'r', 'pay', %s, 'charge', 1, %s)",
                   (long long)fixture_time(at_s), number, ms * 1000, (long long)fixture_time(at_s),
                   number, sql_quote(fix->arena, str_of(instance)).ptr,
                   attributes ? sql_quote(fix->arena, str_of(attributes)).ptr : "NULL"));
}

static struct record ask(struct fixture *fix)
{
    struct record in = fixture_input(fix, "traces.attributes");
    *record_at(&in, "onset") = value_time(fixture_time(0));
    return fixture_use(fix, "traces.attributes", &in);
}

static void add_good_ones(struct fixture *fix)
{
    for (int k = 0; k < 20; k++)
        add_request(fix, k, k - 100, 10, "pay-1", "{\"tenant\": \"old\"}");
}

static void what_bad_requests_have_in_common_is_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_good_ones(fix);
    for (int k = 20; k < 80; k++) {
        const bool bad = k % 3 == 0;
        char attributes[300];
        snprintf(attributes, sizeof attributes,
                 bad ? "[{\"key\": \"tenant\", \"value\": {\"stringValue\": \"acme\"}}, {\"key\": "
                       "\"n\", "
                       "\"value\": {\"intValue\": \"7\"}}, {\"key\": \"id\", \"value\": "
                       "{\"stringValue\": "
                       "\"id%d\"}}]"
                     : "{\"tenant\": \"t%d\", \"n\": 7, \"always\": true}",
                 bad ? k : k % 4);
        add_request(fix, k, k, bad ? 500 : 10, k % 2 ? "pay-1" : "pay-2", attributes);
    }
    fixture_seal(fix);
    const struct record out = ask(fix);
    assert_int_equal(record_at(&out, "all")->integer, 60);
    assert_int_equal(record_at(&out, "bad")->integer, 20);
    const struct batch *rows = record_at(&out, "attributes")->rows;
    assert_int_equal(rows->rows,
                     1); /* neither instances, nor what all have, nor what good ones have */
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "pay");
    assert_string_equal(fixture_text(rows, 0, "attribute").ptr, "tenant");
    assert_string_equal(fixture_text(rows, 0, "value").ptr, "acme");
    assert_int_equal(batch_column(rows, "bad_with")->integers[0], 20);
    assert_int_equal(batch_column(rows, "all_with")->integers[0], 20);
    assert_int_equal(batch_column(rows, "bad_without")->integers[0], 0);
    assert_true(batch_column(rows, "support")->reals[0] == 1);
    assert_true(batch_column(rows, "lift")->reals[0] == 3);
    assert_true(batch_column(rows, "chance")->reals[0] < 0.001);
    fixture_close(fix);
}

/* Of a thousand values by chance alone hardly one is told, though at p = .05 fifty would be. */
static void chance_is_not_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_good_ones(fix);
    for (int k = 20; k < 120; k++) {
        struct buf attributes = buf_new(fix->arena);
        for (int i = 0; i < 50; i++)
            buf_printf(&attributes, "%s\"a%d\": \"v%d\"", i > 0 ? ", " : "{", i,
                       (int)(fixture_random(fix) * 10));
        buf_printf(&attributes, "}");
        add_request(fix, k, k, fixture_random(fix) < 0.3 ? 500 : 10, "pay-1",
                    buf_str(&attributes).ptr);
    }
    fixture_seal(fix);
    const struct record out = ask(fix);
    assert_true(record_at(&out, "tested")->integer > 400);
    assert_true(record_at(&out, "attributes")->rows->rows <= 1);
    fixture_close(fix);
}

static void ids_and_rubbish_are_left_out(void **state)
{
    (void)state;
    static const char *const rubbish[] = {"",
                                          "[",
                                          "[[]]",
                                          "{\"a\": null, \"\": 1}",
                                          "[{\"key\": 5}]",
                                          "[{\"key\": \"a\", \"value\": {}}]",
                                          "7",
                                          "\"x\"",
                                          "{\"a\": {\"b\": {\"c\": 1}}}"};
    struct fixture *fix = fixture_open();
    add_good_ones(fix);
    for (int k = 20; k < 220; k++) {
        char attributes[64];
        snprintf(attributes, sizeof attributes, "{\"id\": %d}", k);
        add_request(fix, k, k, k % 2 ? 500 : 10, "pay-1",
                    k % 4 == 0 ? rubbish[k / 4 % 9] : attributes);
    }
    fixture_run(fix, STR("INSERT INTO traces (time, trace_id, span_id, service, operation) VALUES "
                         "(make_timestamp_ns(1795312900000000000), 't30', 'z', 'timeless', 'x')"));
    fixture_seal(fix);
    const struct record out = ask(fix);
    assert_int_equal(record_at(&out, "bad")->integer, 100);
    assert_int_equal(record_at(&out, "attributes")->rows->rows, 0);
    fixture_close(fix);
}

static void too_few_bad_ones_or_no_good_ones_tell_nothing(void **state)
{
    (void)state;
    for (int bad = 0; bad <= 40; bad += 20) {
        struct fixture *fix = fixture_open();
        add_good_ones(fix);
        for (int k = 20; k < 60; k++)
            add_request(fix, k, k, k - 20 < bad ? 500 : 10, "pay-1",
                        k - 20 < bad ? "{\"a\": \"x\"}" : "{\"a\": \"y\"}");
        fixture_seal(fix);
        const struct record out = ask(fix);
        assert_int_equal(record_at(&out, "bad")->integer, bad);
        assert_int_equal(record_at(&out, "attributes")->rows->rows, bad == 20);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_bad_requests_have_in_common_is_told),
        cmocka_unit_test(chance_is_not_told),
        cmocka_unit_test(ids_and_rubbish_are_left_out),
        cmocka_unit_test(too_few_bad_ones_or_no_good_ones_tell_nothing),
    };
    return cmocka_run_group_tests_name("attributes", tests, NULL, NULL);
}
