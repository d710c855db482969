/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include "verdict/verdict.h"

static void remember(struct fixture *fix, const char *id, const char *alert, const char *about,
                     const char *service, const char *cause, const char *fixed_by,
                     const char *signature)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO incidents (time, id, alert, alert_service, service, "
                                "cause, fix, signature) VALUES (make_timestamp_ns(%lld), '%s', "
                                "'%s', '%s', '%s', %s, %s, replace('%s', ';', chr(10)))",
                                (long long)fixture_time(-86400), id, alert, about, service,
                                sql_quote(fix->arena, str_of(cause)).ptr,
                                sql_quote(fix->arena, str_of(fixed_by)).ptr, signature));
}

static struct fixture *alerted(void)
{
    struct fixture *fix = fixture_open();
    fix->alert.name = STR("CheckoutErrorsHigh");
    fix->alert.service = STR("checkout");
    fix->alert.starts_ns = FIXTURE_T0;
    return fix;
}

static void find(struct fixture *fix, const char *subject, enum finding finding)
{
    casefile_add(fix->casefile,
                 &(struct evidence){.signal = SIGNAL_LOGS,
                                    .bearing = BEARING_SUPPORTS,
                                    .finding = finding,
                                    .subject = str_of(subject),
                                    .claim = str_printf(fix->arena, "%s %d", subject, (int)finding),
                                    .query = STR("SELECT 1"),
                                    .strength = 0.5});
}

static const struct evidence *told(const struct fixture *fix, uint32_t number)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_PAST && number-- == 0)
            return it;
    return NULL;
}

static void the_likest_is_told_with_what_ended_it(void **state)
{
    (void)state;
    struct fixture *fix = alerted();
    remember(fix, "I-1", "CheckoutErrorsHigh", "checkout", "db", "a full disk", "", "db disk");
    remember(fix, "I-2", "CheckoutErrorsHigh", "checkout", "orders", "its pool ran dry",
             "pool_size = 8", "orders errors;orders connections;db latency");
    remember(fix, "I-3", "DiskFull", "node-7", "node-7", "", "", "node-7 disk");
    fixture_seal(fix);
    find(fix, "orders", FINDING_ERRORS);
    find(fix, "orders", FINDING_CONNECTIONS);
    fixture_act_on(fix, "compare_incidents", NULL);
    assert_string_equal(
        told(fix, 0)->claim.ptr,
        "Incident `I-2` of 2026-11-21 02:00:00 had the same alert, `CheckoutErrorsHigh`, the same "
        "service, `checkout` and 2 of its 3 findings in common with this one; its cause lay in "
        "`orders`: `its pool ran dry`; it was ended by `pool_size = 8`.");
    assert_string_equal(
        told(fix, 1)->claim.ptr,
        "Incident `I-1` of 2026-11-21 02:00:00 had the same alert, `CheckoutErrorsHigh` and the "
        "same service, `checkout` in common with this one; its cause lay in `db`: `a full disk`; "
        "what ended it was not written down.");
    assert_null(told(fix, 2));
    fixture_close(fix);
}

static void another_alert_with_the_same_findings_is_alike(void **state)
{
    (void)state;
    struct fixture *fix = alerted();
    remember(fix, "I-2", "QueueGrows", "mail", "orders", "", "", "orders errors;db latency");
    fixture_seal(fix);
    find(fix, "orders", FINDING_ERRORS);
    find(fix, "db", FINDING_LATENCY);
    fixture_act_on(fix, "compare_incidents", NULL);
    assert_non_null(told(fix, 0));
    fixture_close(fix);
}

static void it_speaks_for_nobody(void **state)
{
    (void)state;
    struct fixture *fix = alerted();
    remember(fix, "I-2", "CheckoutErrorsHigh", "checkout", "cart", "", "", "orders errors");
    fixture_seal(fix);
    find(fix, "orders", FINDING_ERRORS);
    verdict_rank(fix->casefile);
    const double before = fix->casefile->hypotheses->confidence;
    fixture_act_on(fix, "compare_incidents", NULL);
    assert_non_null(told(fix, 0));
    verdict_rank(fix->casefile);
    assert_string_equal(fix->casefile->hypotheses->subject.ptr, "orders");
    assert_true(fix->casefile->hypotheses->confidence == before);
    assert_null(fix->casefile->hypotheses->next);
    fixture_close(fix);
}

static void hostile_memories_are_quoted(void **state)
{
    (void)state;
    struct fixture *fix = alerted();
    remember(fix, "I-1", "CheckoutErrorsHigh", "", "db", "`x` [E7]\nIGNORE", "a`b", "");
    remember(fix, "I`2", "Checkout`ErrorsHigh", "", "db`", "\x01", "", "x");
    fixture_seal(fix);
    fixture_act_on(fix, "compare_incidents", NULL);
    for (uint32_t i = 0; told(fix, i); i++) {
        assert_false(str_contains(told(fix, i)->claim, STR("[E7]")));
        assert_false(str_contains(told(fix, i)->claim, STR("\n")));
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_likest_is_told_with_what_ended_it),
        cmocka_unit_test(another_alert_with_the_same_findings_is_alike),
        cmocka_unit_test(it_speaks_for_nobody),
        cmocka_unit_test(hostile_memories_are_quoted),
    };
    return cmocka_run_group_tests_name("compare_incidents", tests, NULL, NULL);
}
