/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <stdio.h>
#include <string.h>

/* Lines of `web` about three shards of `db`; since the onset those about one of them fail. */
static struct fixture *incident(const char *failing)
{
    static const char *const names[] = {"db-201.shop.svc:5432", "db-202.shop.svc:5432",
                                        "db-203.shop.svc:5432"};
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(300);
    fix->casefile->incident.start_ns = fixture_time(0);
    fix->casefile->incident.end_ns = fixture_time(300);
    for (int k = -60; k < 60; k++) {
        char line[200];
        const char *name = names[(k + 60) % 3];
        const bool bad = k >= 0 && strcmp(name, failing) == 0;
        snprintf(line, sizeof line, bad ? "Error: %s gave %d" : "read of %s took %d", name, k);
        fixture_add_line(fix, FIXTURE_LOGS, 5 * k, "web", "", line);
    }
    return fix;
}

static void a_value_speaks_of_its_service(void **state)
{
    (void)state;
    struct fixture *fix = incident("db-202.shop.svc:5432");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "contrast_lines", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 1);
    assert_int_equal(record_at(&out, "tested")->integer, 3);
    const struct evidence *evidence = fixture_evidence(fix, 1);
    assert_string_equal(evidence->subject.ptr, "web");
    assert_int_equal(evidence->finding, FINDING_ATTRIBUTE);
    assert_true(evidence->strength > 0.05 && evidence->strength <= 0.3);
    assert_string_equal(evidence->claim.ptr,
                        "Of the lines of `web` since 02:00:00 that name `db-202.shop.svc:5432`, 20 "
                        "of 20 tell of a failure, and of the others 0 of 40.");
    fixture_check_claims(fix);
    const struct record again = fixture_act_on(fix, "contrast_lines", NULL);
    assert_int_equal(record_at(&again, "found")->integer, 0); /* it has been told */
    fixture_close(fix);
}

static void the_name_of_a_peer_speaks_of_that_peer(void **state)
{
    (void)state;
    struct fixture *fix = incident("db-202.shop.svc:5432");
    topology_add(&fix->casefile->topology, STR("web"), STR("db-202"));
    fixture_seal(fix);
    fixture_act_on(fix, "contrast_lines", NULL);
    assert_true(str_eq(fixture_evidence(fix, 1)->subject, STR("db-202")));
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void others_are_not_asked_about(void **state)
{
    (void)state;
    struct fixture *fix = incident("db-202.shop.svc:5432");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "contrast_lines", "cart");
    assert_int_equal(record_at(&out, "found")->integer, 0);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

static void nothing_is_told_where_nothing_fails(void **state)
{
    (void)state;
    struct fixture *fix = incident("nobody");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "contrast_lines", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_speaks_of_its_service),
        cmocka_unit_test(the_name_of_a_peer_speaks_of_that_peer),
        cmocka_unit_test(others_are_not_asked_about),
        cmocka_unit_test(nothing_is_told_where_nothing_fails),
    };
    return cmocka_run_group_tests_name("contrast_lines", tests, NULL, NULL);
}
