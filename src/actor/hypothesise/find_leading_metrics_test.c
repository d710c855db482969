/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static struct fixture *filled(double cause_s)
{
    const struct fixture_series all[] = {
        {.service = "web", .metric = "latency", .before = 10, .after = 30, .change_s = 60},
        {.service = "store", .metric = "pool", .before = 1, .after = 9, .change_s = cause_s},
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
    fix->casefile->subject = STR("web");
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(600)};
    fix->casefile->onset_known = true;
    return fix;
}

static void what_moved_first_is_a_hint(void **state)
{
    (void)state;
    struct fixture *fix = filled(0);
    const struct record out = fixture_act_on(fix, "find_leading_metrics", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 1);
    assert_string_equal(fixture_evidence(fix, 1)->claim.ptr,
                        "`pool` of `store` moved with `latency` of `web`, and first: at 02:00:00, "
                        "60 seconds before it.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void what_moved_later_is_none(void **state)
{
    (void)state;
    struct fixture *fix = filled(120);
    const struct record out = fixture_act_on(fix, "find_leading_metrics", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_close(fix);
}

static void an_alert_without_a_series_has_nothing_to_follow(void **state)
{
    (void)state;
    struct fixture *fix = filled(0);
    fix->casefile->subject = STR("store");
    const struct record out = fixture_act_on(fix, "find_leading_metrics", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_moved_first_is_a_hint),
        cmocka_unit_test(what_moved_later_is_none),
        cmocka_unit_test(an_alert_without_a_series_has_nothing_to_follow),
    };
    return cmocka_run_group_tests_name("find_leading_metrics", tests, NULL, NULL);
}
