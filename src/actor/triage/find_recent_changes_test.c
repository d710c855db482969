/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static void add_change(struct fixture *fix, double at_s, const char *id, const char *service,
                       const char *kind, const char *message)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, service, kind, message) VALUES "
                                "(make_timestamp_ns(%lld), '%s', '%s', '%s', '%s')",
                                (long long)fixture_time(at_s), id, service, kind, message));
}

static void changes_of_the_hour_before_the_alert_are_counted(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(7200);
    add_change(fix, 60, "d1", "orders", "deploy", "too long ago");
    add_change(fix, 4000, "aaaaaaa", "", "commit", "one");
    add_change(fix, 4000, "bbbbbbb", "", "commit", "two");
    add_change(fix, 4100, "d2", "orders", "deploy", "orders at aaaaaaa and bbbbbbb");
    add_change(fix, 7100, "d3", "cart", "config", "more room");
    add_change(fix, 7201, "d4", "orders", "deploy", "after the alert");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_recent_changes", NULL);
    assert_int_equal(record_at(&out, "changes")->integer, 4);
    assert_int_equal(fix->casefile->triage.changes_count, 4);
    assert_string_equal(record_at(&out, "newest_service")->text.ptr, "cart");
    assert_true(record_at(&out, "newest")->integer == fixture_time(7100));
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

static void without_changes_nothing_is_newest(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_recent_changes", NULL);
    assert_int_equal(record_at(&out, "changes")->integer, 0);
    assert_false(record_at(&out, "newest")->known);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_of_the_hour_before_the_alert_are_counted),
        cmocka_unit_test(without_changes_nothing_is_newest),
    };
    return cmocka_run_group_tests_name("find_recent_changes", tests, NULL, NULL);
}
