/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <stdio.h>

/* Forty requests before, all good; forty since, of which those of one value are slow. */
static struct fixture *incident(const char *instance, const char *attributes, const char *others)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(60);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->incident.end_ns = fixture_time(60);
    for (int k = 0; k < 80; k++) {
        const bool bad = k >= 40 && k % 2;
        fixture_run(
            fix,
            str_printf(fix->arena,
                       "INSERT INTO traces (time, trace_id, span_id, parent_id, service, "
                       "instance, operation, duration_us, attributes) VALUES "
                       "(make_timestamp_ns(%lld), 't%d', 'r', NULL, 'web', NULL, 'GET', %d, "
                       "NULL), (make_timestamp_ns(%lld), 't%d', 'a', 'r', 'pay', '%s', 'charge', "
                       "1, %s)",
                       (long long)fixture_time(k < 40 ? k - 500 : k - 40), k, bad ? 500000 : 1000,
                       (long long)fixture_time(k < 40 ? k - 500 : k - 40), k,
                       bad ? instance : "pay-1",
                       sql_quote(fix->arena, str_of(bad ? attributes : others)).ptr));
    }
    fixture_seal(fix);
    return fix;
}

static const struct {
    const char *instance, *attributes, *others, *claim;
    enum finding finding;
} cases[] = {
    {"pay-2", "{}", "{}",
     "Of the requests since 02:00:00 in which `instance` of `pay` was `pay-2`, 20 of 20 failed or "
     "were slow, and of the others 0 of 20.",
     FINDING_REPLICAS},
    {"pay-1", "{\"ten'ant.id\": \"a\\\"b\"}", "{\"ten'ant.id\": \"x\"}",
     "Of the requests since 02:00:00 in which `ten'ant.id` of `pay` was `a\"b`, 20 of 20 failed or "
     "were slow, and of the others 0 of 20.",
     FINDING_ATTRIBUTE},
    {"pay-1", "[{\"key\": \"shard\", \"value\": {\"intValue\": \"7\"}}]",
     "[{\"key\": \"shard\", \"value\": {\"intValue\": \"8\"}}]",
     "Of the requests since 02:00:00 in which `shard` of `pay` was `7`, 20 of 20 failed or were "
     "slow, and of the others 0 of 20.",
     FINDING_ATTRIBUTE},
};

static void what_bad_requests_share_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = incident(cases[i].instance, cases[i].attributes, cases[i].others);
        const struct record out = fixture_act_on(fix, "contrast_requests", NULL);
        assert_int_equal(record_at(&out, "found")->integer, 1);
        assert_int_equal(record_at(&out, "bad")->integer, 20);
        const struct evidence *evidence = fixture_evidence(fix, 1);
        assert_int_equal(evidence->finding, cases[i].finding);
        assert_string_equal(evidence->subject.ptr, "pay");
        assert_string_equal(evidence->claim.ptr, cases[i].claim);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

/* That a request which failed has the status of a failure is no news. */
static void echoes_are_not_told(void **state)
{
    (void)state;
    struct fixture *fix =
        incident("pay-1", "{\"http.status_code\": 500}", "{\"http.status_code\": 200}");
    const struct record out = fixture_act_on(fix, "contrast_requests", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    assert_null(fix->casefile->evidence);
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_bad_requests_share_is_told),
        cmocka_unit_test(echoes_are_not_told),
    };
    return cmocka_run_group_tests_name("contrast_requests", tests, NULL, NULL);
}
