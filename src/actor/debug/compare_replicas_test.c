/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-300), fixture_time(300)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(300)};
    return fix;
}

static void add_cpu(struct fixture *fix, const char *instance, double before, double after)
{
    fixture_add_series(fix, &(struct fixture_series){.service = "web",
                                                     .instance = instance,
                                                     .metric = "cpu_usage",
                                                     .from_s = -300,
                                                     .to_s = 300,
                                                     .step_s = 5,
                                                     .before = before,
                                                     .after = after,
                                                     .noise = 0.02});
}

static const struct {
    const char *why;
    double before[3], after[3];
    bool alike, told;
    const char *instance;
} metrics[] = {
    {"one bad among good", {0.2, 0.2, 0.2}, {0.2, 0.9, 0.2}, false, true, "web-2"},
    {"all alike", {0.2, 0.2, 0.2}, {0.2, 0.2, 0.2}, true, false, NULL},
    {"all of them are bad", {0.2, 0.2, 0.2}, {0.9, 0.9, 0.9}, true, false, NULL},
    {"it was so before", {0.2, 0.9, 0.2}, {0.2, 0.9, 0.2}, true, false, NULL},
    {"less is not worse", {0.5, 0.5, 0.5}, {0.5, 0.1, 0.5}, true, false, NULL},
};

static void one_bad_replica_is_found_by_its_metrics(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        struct fixture *fix = opened();
        add_cpu(fix, "web-1", metrics[i].before[0], metrics[i].after[0]);
        add_cpu(fix, "web-2", metrics[i].before[1], metrics[i].after[1]);
        add_cpu(fix, "web-3", metrics[i].before[2], metrics[i].after[2]);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "compare_replicas", "web");
        print_message("%s\n", metrics[i].why);
        assert_int_equal(record_at(&out, "compared")->integer, 3);
        assert_int_equal(record_at(&out, "alike")->truth, metrics[i].alike);
        assert_int_equal(record_at(&out, "found")->integer, metrics[i].told);
        if (metrics[i].instance) {
            fixture_expect_text(&out, "instance", metrics[i].instance);
            const struct evidence *told = fixture_evidence(fix, 1);
            assert_int_equal(told->finding, FINDING_REPLICAS);
            assert_string_equal(told->subject.ptr, "web");
            assert_string_equal(told->instance.ptr, metrics[i].instance);
            assert_true(told->strength > 0.3 && told->strength < 0.6);
        }
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void add_calls(struct fixture *fix, const char *instance, bool fails)
{
    for (int i = -20; i < 20; i++) {
        const bool now = i >= 0;
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO traces (time, trace_id, span_id, service, "
                                    "instance, operation, duration_us, status) VALUES "
                                    "(make_timestamp_ns(%lld), 't%s%d', 's', 'web', '%s', 'GET', "
                                    "%d, '%s')",
                                    (long long)fixture_time(i * 10), instance, i, instance,
                                    now && fails ? 90000 : 500, now && fails ? "ERROR" : "OK"));
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO logs (time, service, instance, level, message) "
                                    "VALUES (make_timestamp_ns(%lld), 'web', '%s', '%s', 'line')",
                                    (long long)fixture_time(i * 10), instance,
                                    now && fails ? "ERROR" : "INFO"));
    }
}

static void one_bad_replica_is_found_by_its_calls_and_lines(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_calls(fix, "web-1", true);
    add_calls(fix, "web-2", false);
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "compare_replicas", "web");
    assert_int_equal(record_at(&out, "found")->integer, 3); /* failed, slow, logged */
    assert_false(record_at(&out, "alike")->truth);
    fixture_expect_text(&out, "instance", "web-1");
    assert_string_equal(fixture_evidence(fix, 1)->claim.ptr,
                        "`web-1` of `web` failed in 20 of 20 calls since 02:00:00, and its other "
                        "replicas in 0 of 20.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void what_cannot_be_compared_is_not_known(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_cpu(fix, "web-1", 0.2, 0.9);
    fixture_seal(fix);
    static const char *const services[] = {"web", "nobody", "it's", ""};
    for (size_t i = 0; i < 4; i++) {
        const struct record out = fixture_act_on(fix, "compare_replicas", services[i]);
        assert_int_equal(record_at(&out, "found")->integer, 0);
        assert_false(record_at(&out, "alike")->known);
        assert_false(record_at(&out, "instance")->known);
    }
    fixture_close(fix);
}

static void two_of_two_are_not_one_among_others(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_calls(fix, "web-1", true);
    add_calls(fix, "web-2", true);
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "compare_replicas", "web");
    assert_int_equal(record_at(&out, "found")->integer, 0);
    assert_true(record_at(&out, "alike")->truth);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_bad_replica_is_found_by_its_metrics),
        cmocka_unit_test(one_bad_replica_is_found_by_its_calls_and_lines),
        cmocka_unit_test(what_cannot_be_compared_is_not_known),
        cmocka_unit_test(two_of_two_are_not_one_among_others),
    };
    return cmocka_run_group_tests_name("compare_replicas", tests, NULL, NULL);
}
