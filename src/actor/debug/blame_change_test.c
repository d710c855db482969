/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <math.h>

#define STEP_S 30.0
#define BEGAN_S (-1200.0)
#define ALERT_S 300.0

/* The incident began at FIXTURE_T0, and the alert fired five minutes later. */
static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(ALERT_S);
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(ALERT_S)};
    fix->casefile->onset_error_ns = 30 * NS_PER_S;
    topology_add(&fix->casefile->topology, STR("front"), STR("cart"));
    return fix;
}

static void change(struct fixture *fix, double at_s, const char *service, const char *kind)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, service, kind) VALUES "
                                "(make_timestamp_ns(%lld), 'of-%s', '%s', '%s')",
                                (long long)fixture_time(at_s), service, service, kind));
}

static void succeed(struct fixture *fix, const char *service, const char *instance, double from_s,
                    double to_s, double before, double after, double change_s)
{
    fixture_add_series(fix, &(struct fixture_series){.service = service,
                                                     .instance = instance,
                                                     .metric = "success_rate",
                                                     .from_s = from_s,
                                                     .to_s = to_s,
                                                     .step_s = STEP_S,
                                                     .before = before,
                                                     .after = after,
                                                     .change_s = change_s});
}

static double blamed(struct fixture *fix, const char *service)
{
    const struct evidence *found = fixture_found(fix, FINDING_CHANGE, service);
    return found ? found->strength : 0;
}

static void a_change_is_blamed_by_its_distance_from_the_onset(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -120, "cart", "deploy");
    change(fix, -1, "front", "deploy");
    change(fix, 20, "db", "deploy");    /* the onset may be wrong by so much */
    change(fix, 150, "late", "deploy"); /* and if it is wrong by more */
    change(fix, 310, "after", "deploy");
    change(fix, -86000, "old", "deploy");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "blame_change", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 5);
    fixture_expect_text(&out, "service", "late");
    assert_true(fabs(blamed(fix, "cart") - 0.5) < 1e-9);
    assert_true(blamed(fix, "front") > 0.99);
    assert_true(fabs(blamed(fix, "db") - 1) < 1e-9);
    assert_true(fabs(blamed(fix, "late") - 0.5) < 1e-9);
    assert_true(blamed(fix, "old") < 0.01);
    assert_null(fixture_found(fix, FINDING_CHANGE, "after"));
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void new_replicas_that_fail_are_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -400, "cart", "rollout_start");
    change(fix, -370, "cart", "rollout_step");
    succeed(fix, "cart", "old-1", BEGAN_S, ALERT_S, 100, 100, 0);
    succeed(fix, "cart", "old-2", BEGAN_S, ALERT_S, 100, 100, 0);
    succeed(fix, "cart", "new-1", -360, ALERT_S, 60, 60, 0);
    fixture_seal(fix);
    fixture_act_on(fix, "blame_change", NULL);
    const struct evidence *told = fixture_found(fix, FINDING_REPLICAS, "cart");
    assert_non_null(told);
    assert_int_equal(told->bearing, BEARING_SUPPORTS);
    assert_string_equal(told->instance.ptr, "new-1");
    assert_string_equal(
        told->claim.ptr,
        "`success_rate` of `cart` was at 100 before `cart` was changed at 01:53:20, "
        "and at 60 for the new replica `new-1` from 01:54:00 on (medians).");
    assert_true(told->strength > 0.5);
    assert_true(blamed(fix, "cart") > 0.9); /* its trouble is as old as it is itself */
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void new_replicas_that_do_well_speak_against_it(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -120, "cart", "rollout_step");
    succeed(fix, "cart", "old-1", BEGAN_S, ALERT_S, 100, 100, 0);
    succeed(fix, "cart", "old-2", BEGAN_S, ALERT_S, 100, 100, 0);
    succeed(fix, "cart", "new-1", -90, ALERT_S, 100, 100, 0);
    fixture_seal(fix);
    fixture_act_on(fix, "blame_change", NULL);
    const struct evidence *told = fixture_found(fix, FINDING_REPLICAS, "cart");
    assert_non_null(told);
    assert_int_equal(told->bearing, BEARING_REFUTES);
    assert_string_equal(told->claim.ptr, "`success_rate` of the replicas of `cart` that came after "
                                         "01:58:00 was as usual in all of 13 samples.");
    assert_true(blamed(fix, "cart") < 0.2);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void a_replica_that_does_not_come_back_is_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -60, "cart", "rollout_step");
    succeed(fix, "cart", "old-1", BEGAN_S, ALERT_S, 100, 100, 0);
    succeed(fix, "cart", "old-2", BEGAN_S, -59, 100, 100, 0);
    fixture_seal(fix);
    fixture_act_on(fix, "blame_change", NULL);
    assert_string_equal(
        fixture_said(fix, FINDING_REPLICAS, "cart"),
        "`old-2` of `cart` reported last at 01:59:00, and no replica has come in its place.");
    assert_true(fixture_found(fix, FINDING_REPLICAS, "cart")->strength > 0.7);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void requests_that_fail_since_are_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -200, "cart", "deploy");
    change(fix, -10, "front", "deploy");
    succeed(fix, "cart", "", BEGAN_S, ALERT_S, 100, 70, -180);
    fixture_seal(fix);
    fixture_act_on(fix, "blame_change", NULL);
    assert_string_equal(fixture_said(fix, FINDING_ERRORS, "cart"),
                        "`success_rate` of `cart` was at 100 before `cart` was changed at "
                        "01:56:40, and at 70 for all from 01:57:00 on (medians).");
    assert_null(fixture_found(fix, FINDING_ERRORS, "front"));
    assert_true(blamed(fix, "cart") > 0.8);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void a_change_is_as_old_as_it_was_when_its_callers_failed(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -120, "cart", "deploy");
    succeed(fix, "front", "", BEGAN_S, ALERT_S, 100, 50, 240);
    fixture_seal(fix);
    fixture_act_on(fix, "blame_change", NULL);
    assert_true(fabs(blamed(fix, "cart") - 0.25) < 1e-9);
    fixture_close(fix);
}

static void one_service_alone_is_asked_about(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    change(fix, -120, "cart", "deploy");
    change(fix, -60, "front", "deploy");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "blame_change", "cart");
    assert_int_equal(record_at(&out, "found")->integer, 1);
    assert_null(fixture_found(fix, FINDING_CHANGE, "front"));
    fixture_close(fix);
}

/* What came last is a comment; of a service that was changed before it, that counts. */
static void what_nothing_can_feel_is_hardly_blamed(void **state)
{
    (void)state;
    for (int changed_before = 0; changed_before < 2; changed_before++) {
        struct fixture *fix = opened();
        change(fix, -1, "front", "deploy");
        fixture_run(fix, STR("UPDATE changes SET message = 'front at aaaa111'"));
        fixture_run(fix,
                    str_printf(fix->arena,
                               "INSERT INTO changes (time, id, kind, service, files, detail) "
                               "VALUES (make_timestamp_ns(%lld), 'aaaa111', 'commit', 'front', "
                               "'f.c', replace('--- a/f.c\\n+++ b/f.c\\n@@ -0,0 +1 @@\\n+// "
                               "why\\n', '\\n', chr(10)))",
                               (long long)fixture_time(-5)));
        if (changed_before)
            fixture_run(fix, str_printf(fix->arena,
                                        "INSERT INTO changes (time, id, kind, service) VALUES "
                                        "(make_timestamp_ns(%lld), 'before', 'config', 'front')",
                                        (long long)fixture_time(-240)));
        fixture_seal(fix);
        fixture_act_on(fix, "blame_change", NULL);
        const double wanted = changed_before ? 1.0 / 3 : 0.02;
        assert_true(fabs(blamed(fix, "front") - wanted) < 0.001);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_blamed_by_its_distance_from_the_onset),
        cmocka_unit_test(new_replicas_that_fail_are_told),
        cmocka_unit_test(new_replicas_that_do_well_speak_against_it),
        cmocka_unit_test(a_replica_that_does_not_come_back_is_told),
        cmocka_unit_test(requests_that_fail_since_are_told),
        cmocka_unit_test(a_change_is_as_old_as_it_was_when_its_callers_failed),
        cmocka_unit_test(one_service_alone_is_asked_about),
        cmocka_unit_test(what_nothing_can_feel_is_hardly_blamed),
    };
    return cmocka_run_group_tests_name("blame_change", tests, NULL, NULL);
}
