/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

static struct batch *mentions_of(struct fixture *fix, const char *text, const char *service)
{
    const struct record in = fixture_input(fix, "logs.mentions");
    *record_at(&in, "text") = value_text(str_of(text));
    *record_at(&in, "since") = value_time(FIXTURE_T0);
    if (service)
        *record_at(&in, "service") = value_text(str_of(service));
    const struct record out = fixture_use(fix, "logs.mentions", &in);
    return record_at(&out, "mentions")->rows;
}

static void new_and_failing_lines_are_heard(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int i = -5; i < 5; i++)
        fixture_add_line(fix, FIXTURE_LOGS, i, "web", "", "asks http://127.0.0.1:18038/cart");
    fixture_add_line(fix, FIXTURE_LOGS, 1, "web", "", "cannot reach 127.0.0.1:18038");
    fixture_add_line(fix, FIXTURE_LOGS, 2, "web", "", "cannot reach 127.0.0.1:18038");
    fixture_add_line(fix, FIXTURE_LOGS, 3, "cart", "", "ConnectException: 127.0.0.1:18038");
    fixture_add_line(fix, FIXTURE_LOGS, 4, "cart", "", "order 180381 placed for 118038");
    fixture_seal(fix);
    const struct batch *rows = mentions_of(fix, "18038", NULL);
    assert_int_equal(rows->rows, 2);
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "web");
    assert_int_equal(batch_column(rows, "lines")->integers[0], 2);
    assert_false(batch_column(rows, "failing")->integers[0]);
    assert_int_equal(batch_column(rows, "last")->integers[0], fixture_time(2));
    assert_int_equal(batch_column(rows, "lines")->integers[1], 1);
    assert_true(batch_column(rows, "failing")->integers[1]);

    assert_int_equal(mentions_of(fix, "18038", "cart")->rows, 1);
    assert_int_equal(mentions_of(fix, "18038", "nobody")->rows, 0);
    assert_int_equal(mentions_of(fix, "1803", NULL)->rows, 0);
    assert_int_equal(mentions_of(fix, "", NULL)->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(new_and_failing_lines_are_heard)};
    return cmocka_run_group_tests_name("mentions", tests, NULL, NULL);
}
