/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <stdio.h>

/* Sixty requests, half of them since: the way to db, or the work of shop, takes longer then. */
static struct fixture *incident_of(int way_ms, int work_ms, const char *kind)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(60);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->incident.end_ns = fixture_time(60);
    for (int k = 0; k < 60; k++) {
        char *trace = arena_alloc(fix->arena, 16);
        snprintf(trace, 16, "t%d", k);
        const bool since = k >= 30;
        const double at = since ? k - 30 : k - 1000;
        const int way_us = 1000 * (since ? way_ms : 2), work_us = 1000 * (since ? work_ms : 5);
        fixture_add_span(fix, &(struct fixture_span){at, trace, "r", "", "shop", "GET",
                                                     way_us + work_us + 8000, NULL});
        fixture_add_span(
            fix, &(struct fixture_span){at, trace, "w", "r", "shop", "render", work_us, NULL});
        fixture_add_span(fix, &(struct fixture_span){at + work_us / 1e6, trace, "c", "r", "shop",
                                                     "call", way_us + 8000, NULL});
        fixture_add_span(fix, &(struct fixture_span){at + (work_us + way_us / 2) / 1e6, trace, "d",
                                                     "c", "db", "select", 8000, NULL});
    }
    fixture_run(fix, str_printf(fix->arena,
                                "UPDATE traces SET kind = '%s' WHERE operation = "
                                "'render'",
                                kind));
    fixture_seal(fix);
    return fix;
}

static struct fixture *incident(int way_ms, int work_ms)
{
    return incident_of(way_ms, work_ms, "INTERNAL");
}

static void the_way_is_told_of_whom_it_leads_to(void **state)
{
    (void)state;
    struct fixture *fix = incident(102, 5);
    const struct record out = fixture_act_on(fix, "follow_critical_path", NULL);
    assert_string_equal(record_at(&out, "service")->text.ptr, "db");
    const struct evidence *evidence = fixture_evidence(fix, 1);
    assert_int_equal(evidence->finding, FINDING_EDGE_GAP);
    assert_string_equal(
        evidence->claim.ptr,
        "A request `GET` to `shop` spent 102 ms on the way from `call` of `shop` to "
        "`db` since 02:00:00, on average, after 2 ms before.");
    assert_true(evidence->strength > 0.5);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void own_work_is_told_of_who_does_it(void **state)
{
    (void)state;
    struct fixture *fix = incident(2, 200);
    fixture_act_on(fix, "follow_critical_path", NULL);
    const struct evidence *evidence = fixture_evidence(fix, 1);
    assert_int_equal(evidence->finding, FINDING_SELF_TIME);
    assert_string_equal(evidence->claim.ptr,
                        "A request `GET` to `shop` spent 200 ms in `render` of `shop` itself since "
                        "02:00:00, on average, after 5 ms before.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

/* What waits for a database is not busy itself. */
static void a_clients_wait_is_not_its_own_work(void **state)
{
    (void)state;
    for (int client = 0; client < 2; client++) {
        struct fixture *fix = incident_of(2, 200, client ? "CLIENT" : "INTERNAL");
        const struct record out = fixture_act_on(fix, "follow_critical_path", NULL);
        assert_int_equal(record_at(&out, "found")->integer, client ? 0 : 1);
        fixture_close(fix);
    }
}

static void what_did_not_grow_is_not_told(void **state)
{
    (void)state;
    struct fixture *fix = incident(2, 5);
    const struct record out = fixture_act_on(fix, "follow_critical_path", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_is_told_of_whom_it_leads_to),
        cmocka_unit_test(own_work_is_told_of_who_does_it),
        cmocka_unit_test(a_clients_wait_is_not_its_own_work),
        cmocka_unit_test(what_did_not_grow_is_not_told),
    };
    return cmocka_run_group_tests_name("follow_critical_path", tests, NULL, NULL);
}
