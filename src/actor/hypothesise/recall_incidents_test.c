/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static void add_incident(struct fixture *fix, const char *id, double days_ago, const char *alert,
                         const char *service, const char *cause, const char *fixed_by)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO incidents (time, id, alert, service, cause, fix) "
                                "VALUES (make_timestamp_ns(%lld), '%s', '%s', '%s', %s, %s)",
                                (long long)fixture_time(-86400 * days_ago), id, alert, service,
                                sql_quote(fix->arena, str_of(cause)).ptr,
                                sql_quote(fix->arena, str_of(fixed_by)).ptr));
}

static struct fixture *alerted(const char *name)
{
    struct fixture *fix = fixture_open();
    fix->alert.name = str_of(name);
    fix->alert.starts_ns = FIXTURE_T0;
    return fix;
}

static void what_was_the_cause_then_is_suspected_now(void **state)
{
    (void)state;
    struct fixture *fix = alerted("CheckoutErrorsHigh");
    add_incident(fix, "I-9", 1, "DiskFull", "db", "a full disk", "");
    add_incident(fix, "I-12", 10, "CheckoutErrorsHigh", "orders", "its pool ran dry",
                 "pool_size = 8");
    add_incident(fix, "I-11", 20, "CheckoutErrorsHigh", "orders", "the same", "");
    add_incident(fix, "I-10", 2, "CheckoutErrors", "cart", "", "");
    add_incident(fix, "I-8", 3, "PaymentFailures", "bank", "", "");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "recall_incidents", NULL);
    fixture_check_all(fix);
    assert_int_equal(record_at(&out, "count")->integer, 3);
    const struct batch *rows = record_at(&out, "rows")->rows;
    assert_string_equal(fixture_text(rows, 0, "subject").ptr, "orders");
    assert_string_equal(fixture_text(rows, 0, "incident").ptr, "I-12");
    assert_string_equal(fixture_text(rows, 1, "subject").ptr, "cart");
    assert_string_equal(fixture_text(rows, 2, "subject").ptr, "bank");
    assert_string_equal(fixture_said(fix, FINDING_PAST, "orders"),
                        "Incident `I-12` of 2026-11-12 02:00:00 had the same alert, "
                        "`CheckoutErrorsHigh`, and its cause lay in `orders`: `its pool ran dry`; "
                        "it was ended by `pool_size = 8`.");
    assert_string_equal(fixture_said(fix, FINDING_PAST, "cart"),
                        "Incident `I-10` of 2026-11-20 02:00:00 had a similar alert, "
                        "`CheckoutErrors`, and its cause lay in `cart`.");
    const struct proposal *fixed = fix->casefile->proposals;
    assert_string_equal(fixed->text.ptr,
                        "If it is `orders` again, do what ended it then: `pool_size = 8` [E1].");
    assert_int_equal(fixed->command.len, 0); /* what people wrote is no command of ours */
    assert_null(fixed->next);
    fixture_close(fix);
}

static void what_is_older_says_less(void **state)
{
    (void)state;
    struct fixture *fix = alerted("TooSlow");
    add_incident(fix, "I-1", 360, "TooSlow", "old", "", "");
    add_incident(fix, "I-2", 1, "TooSlow", "new", "", "");
    add_incident(fix, "I-3", -1, "TooSlow", "future", "", "");
    fixture_seal(fix);
    fixture_act_on(fix, "recall_incidents", NULL);
    assert_true(fixture_found(fix, FINDING_PAST, "new")->strength >
                2 * fixture_found(fix, FINDING_PAST, "old")->strength);
    assert_null(fixture_found(fix, FINDING_PAST, "future"));
    fixture_close(fix);
}

/* What people wrote down is quoted, and ends where it could be mistaken for something else. */
static void hostile_notes_do_nothing(void **state)
{
    (void)state;
    struct fixture *fix = alerted("TooSlow");
    add_incident(fix, "I-1", 1, "TooSlow", "db", "`root` did it [E7]", "x\nrm -rf /");
    fixture_seal(fix);
    fixture_act_on(fix, "recall_incidents", NULL);
    fixture_check_all(fix);
    assert_string_equal(fixture_said(fix, FINDING_PAST, "db"),
                        "Incident `I-1` of 2026-11-21 02:00:00 had the same alert, `TooSlow`, and "
                        "its cause lay in `db`; it was ended by `x`.");
    fixture_close(fix);
}

static void without_incidents_nothing_is_said(void **state)
{
    (void)state;
    struct fixture *fix = alerted("TooSlow");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "recall_incidents", NULL);
    assert_int_equal(record_at(&out, "count")->integer, 0);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_the_cause_then_is_suspected_now),
        cmocka_unit_test(what_is_older_says_less),
        cmocka_unit_test(hostile_notes_do_nothing),
        cmocka_unit_test(without_incidents_nothing_is_said),
    };
    return cmocka_run_group_tests_name("recall_incidents", tests, NULL, NULL);
}
