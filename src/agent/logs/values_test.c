/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <stdio.h>

static struct record ask_since(struct fixture *fix, double onset_s)
{
    fixture_seal(fix);
    struct record in = fixture_input(fix, "logs.values");
    *record_at(&in, "onset") = value_time(fixture_time(onset_s));
    return fixture_use(fix, "logs.values", &in);
}

static struct record ask(struct fixture *fix)
{
    return ask_since(fix, 0);
}

/* A line every ten seconds about one of three hosts; those about `failing` fail from `from` on. */
static void add_lines(struct fixture *fix, int failing, int from)
{
    for (int k = -60; k < 60; k++) {
        char line[200];
        const int host = (k + 60) % 3 + 1;
        const bool bad = host == failing && k >= from;
        snprintf(line, sizeof line, "%s 10.0.0.%d %s %d rows",
                 bad ? "Error: read from" : "read from", host, bad ? "gave" : "has", k + 100);
        fixture_add_line(fix, FIXTURE_LOGS, 10 * k, "web", "", line);
    }
}

static void a_value_of_failing_lines_is_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_lines(fix, 2, 0);
    const struct record out = ask(fix);
    const struct batch *rows = record_at(&out, "values")->rows;
    assert_int_equal(record_at(&out, "tested")->integer, 3);
    assert_int_equal(rows->rows, 1);
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "web");
    assert_string_equal(fixture_text(rows, 0, "kind").ptr, "ip");
    assert_string_equal(fixture_text(rows, 0, "value").ptr, "10.0.0.2");
    assert_int_equal(batch_column(rows, "bad_with")->integers[0], 20);
    assert_int_equal(batch_column(rows, "all_with")->integers[0], 20);
    assert_int_equal(batch_column(rows, "bad_without")->integers[0], 0);
    assert_int_equal(batch_column(rows, "all_without")->integers[0], 40);
    assert_true(batch_column(rows, "support")->reals[0] == 1);
    assert_true(batch_column(rows, "lift")->reals[0] == 3);
    fixture_close(fix);
}

static void what_failed_as_often_before_is_not_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_lines(fix, 2, -60);
    const struct record out = ask(fix);
    assert_int_equal(record_at(&out, "tested")->integer, 3);
    assert_int_equal(record_at(&out, "values")->rows->rows, 0);
    fixture_close(fix);
}

/* A retry loop: a hundred lines of one slot are one failure. */
static void lines_of_one_slot_count_once(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add_lines(fix, 0, 0);
    for (int k = 0; k < 100; k++)
        fixture_add_line(fix, FIXTURE_LOGS, 100 + k * 0.05, "web", "",
                         "Error: read from 10.0.0.9 gave 1 rows");
    const struct record out = ask(fix);
    assert_int_equal(record_at(&out, "tested")->integer, 4);
    assert_int_equal(record_at(&out, "values")->rows->rows, 0);
    fixture_close(fix);
}

/* Where the onset falls within ten seconds of the clock moves no line into another slot. */
static void slots_are_counted_from_the_onset(void **state)
{
    (void)state;
    static const double onsets_s[] = {0, 5, 9.5};
    for (size_t i = 0; i < sizeof onsets_s / sizeof *onsets_s; i++) {
        struct fixture *fix = fixture_open();
        for (int k = -60; k < 120; k++) { /* two lines a slot */
            char line[200];
            const int host = (k + 60) / 2 % 3 + 1;
            snprintf(line, sizeof line, "%s 10.0.0.%d", host == 2 && k >= 0 ? "Error at" : "at",
                     host);
            fixture_add_line(fix, FIXTURE_LOGS, onsets_s[i] + 5 * k, "web", "", line);
        }
        const struct record out = ask_since(fix, onsets_s[i]);
        const struct batch *rows = record_at(&out, "values")->rows;
        assert_int_equal(rows->rows, 1);
        assert_int_equal(batch_column(rows, "all_with")->integers[0], 20);
        assert_int_equal(batch_column(rows, "bad_with")->integers[0], 20);
        fixture_close(fix);
    }
}

/* So many values are ids of requests; no lines, no values, no failures have nothing to tell. */
static void ids_and_nothing_are_not_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 120; k++) {
        char line[200];
        snprintf(line, sizeof line, "Error: user 10.0.%d.%d has left", k / 60, k);
        fixture_add_line(fix, FIXTURE_LOGS, 10 * k, "web", "", line);
        fixture_add_line(fix, FIXTURE_LOGS, 10 * k, "db", "", "read from 10.0.0.1");
    }
    const struct record out = ask(fix);
    assert_int_equal(record_at(&out, "tested")->integer, 0);
    assert_int_equal(record_at(&out, "values")->rows->rows, 0);
    fixture_close(fix);

    fix = fixture_open();
    const struct record none = ask(fix);
    assert_int_equal(record_at(&none, "tested")->integer, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_of_failing_lines_is_told),
        cmocka_unit_test(what_failed_as_often_before_is_not_told),
        cmocka_unit_test(lines_of_one_slot_count_once),
        cmocka_unit_test(slots_are_counted_from_the_onset),
        cmocka_unit_test(ids_and_nothing_are_not_told),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
