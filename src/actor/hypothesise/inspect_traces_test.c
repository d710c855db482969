/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <stdio.h>

/*
 * A request to a shop each second, which runs another operation of pay each time. `took_us` is that
 * of its pay span.
 */
static void add_request(struct fixture *fix, int number, double at_s, int64_t took_us,
                        const char *status)
{
    char *trace = arena_alloc(fix->arena, 16), *operation = arena_alloc(fix->arena, 16);
    snprintf(trace, 16, "t%d", number);
    snprintf(operation, 16, "op%d", number % 8);
    fixture_add_span(
        fix, &(struct fixture_span){at_s, trace, "r", "", "shop", "GET", took_us + 1000, NULL});
    fixture_add_span(
        fix, &(struct fixture_span){at_s, trace, "p", "r", "pay", operation, took_us, status});
}

static struct fixture *incident(void)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(60);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->incident.end_ns = fixture_time(60);
    return fix;
}

/* Of each operation alone there are too few slow calls to tell; of the service there are enough. */
static void a_service_that_is_slow_in_all_it_does_is_found(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    for (int k = 0; k < 80; k++)
        add_request(fix, k, k - 1000, 2000 + 10 * k, NULL);
    for (int k = 80; k < 92; k++)
        add_request(fix, k, (k - 80) * 4, 20000, NULL);
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_traces", "pay");
    const struct evidence *evidence = fixture_evidence(fix, 1);
    assert_int_equal(evidence->finding, FINDING_SELF_TIME);
    assert_string_equal(evidence->subject.ptr, "pay");
    assert_string_equal(evidence->claim.ptr,
                        "`pay` took over twice its usual own time, and a millisecond, in 12 of 12 "
                        "requests since 02:00:00, and in 0 of 80 before.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

/* A 404 is the right answer to a wrong request; a 503 is not. */
static void client_errors_are_nobodys_failure(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        bool failed;
    } statuses[] = {{"404", false}, {"503", true},  {"ERROR", true}, {"error", true},
                    {"2", true},    {"200", false}, {"1503", false}, {"STATUS_CODE_ERROR", true},
                    {"OK", false},  {"5xx", false}};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        struct fixture *fix = incident();
        for (int k = 0; k < 160; k++)
            add_request(fix, k, k < 80 ? k - 1000 : (k - 80) / 2.0, 2000,
                        k < 80 ? "OK" : statuses[i].status);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "inspect_traces", NULL);
        if (record_at(&out, "failing")->truth != statuses[i].failed)
            fail_msg("%s", statuses[i].status);
        if (statuses[i].failed)
            assert_string_equal(fixture_evidence(fix, 1)->subject.ptr, "pay");
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

/* The bank records nothing; that its caller fails is told of the bank, and hardly of the caller. */
static void who_shows_nothing_is_told_by_its_callers(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    topology_add(&fix->casefile->topology, STR("pay"), STR("bank"));
    for (int k = -60; k < 60; k++)
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO traces (time, trace_id, span_id, service, "
                                    "operation, kind, duration_us, status, attributes) VALUES "
                                    "(make_timestamp_ns(%lld), 't%d', 'c', 'pay', 'charge', "
                                    "'client', 2000, '%s', '{\"peer.service\": \"bank.example\"}')",
                                    (long long)fixture_time(k), k, k < 0 ? "OK" : "ERROR"));
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "inspect_traces", NULL);
    assert_true(record_at(&out, "failing")->truth);
    const struct evidence *bank = fixture_found(fix, FINDING_SPAN_ERRORS, "bank");
    const struct evidence *pay = fixture_found(fix, FINDING_SPAN_ERRORS, "pay");
    assert_non_null(bank);
    assert_string_equal(bank->claim.ptr, "Calls to `bank` failed, with nothing to be seen of it, "
                                         "in 60 of 60 since 02:00:00, and in 0 of 60 before.");
    assert_true(!pay || pay->strength < 0.2);
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_service_that_is_slow_in_all_it_does_is_found),
        cmocka_unit_test(client_errors_are_nobodys_failure),
        cmocka_unit_test(who_shows_nothing_is_told_by_its_callers),
    };
    return cmocka_run_group_tests_name("inspect_traces", tests, NULL, NULL);
}
