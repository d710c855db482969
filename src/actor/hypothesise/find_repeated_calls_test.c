/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <stdio.h>

static struct fixture *incident(int calls, int failed, int apart_us)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(60);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->incident.end_ns = fixture_time(60);
    for (int k = 0; k < 60; k++) {
        char *trace = arena_alloc(fix->arena, 16);
        snprintf(trace, 16, "t%d", k);
        const double at = k >= 30 ? k - 30 : k - 1000;
        fixture_add_span(fix,
                         &(struct fixture_span){at, trace, "r", "", "shop", "list", 900000, NULL});
        for (int i = 0; i < (k >= 30 ? calls : 1); i++) {
            char *span = arena_alloc(fix->arena, 16);
            snprintf(span, 16, "c%d", i);
            fixture_add_span(fix, &(struct fixture_span){at + i * apart_us / 1e6, trace, span, "r",
                                                         "db", "select", 1000,
                                                         k >= 30 && i < failed ? "ERROR" : "OK"});
        }
    }
    fixture_seal(fix);
    return fix;
}

static const struct {
    int calls, failed, apart_us;
    const char *subject, *claim;
} cases[] = {
    {9, 0, 2000, "shop",
     "`list` of `shop` called `select` of `db` over 4 times one after another in 30 of 30 runs "
     "since "
     "02:00:00, and in 0 of 30 before."},
    {9, 0, 1, "shop",
     "`list` of `shop` called `select` of `db` over 4 times at once in 30 of 30 runs since "
     "02:00:00, "
     "and in 0 of 30 before."},
    {3, 2, 2000, "db",
     "`list` of `shop` called `select` of `db` again after it had failed in 30 of 30 runs since "
     "02:00:00, and in 0 of 30 before."},
};

static void each_pattern_is_told_of_who_is_behind_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = incident(cases[i].calls, cases[i].failed, cases[i].apart_us);
        const struct record out = fixture_act_on(fix, "find_repeated_calls", NULL);
        assert_int_equal(record_at(&out, "found")->integer, 1);
        assert_int_equal(record_at(&out, "retries")->truth, cases[i].failed > 0);
        const struct evidence *evidence = fixture_evidence(fix, 1);
        assert_int_equal(evidence->finding, FINDING_REPEATED);
        assert_string_equal(evidence->subject.ptr, cases[i].subject);
        assert_string_equal(evidence->claim.ptr, cases[i].claim);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void what_is_as_before_is_not_told(void **state)
{
    (void)state;
    struct fixture *fix = incident(1, 0, 2000);
    const struct record out = fixture_act_on(fix, "find_repeated_calls", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pattern_is_told_of_who_is_behind_it),
        cmocka_unit_test(what_is_as_before_is_not_told),
    };
    return cmocka_run_group_tests_name("find_repeated_calls", tests, NULL, NULL);
}
