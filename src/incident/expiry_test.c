/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/expiry.h"

#include "incident/fixture_for_tests.h"

static struct str open_at(struct fixture *fixture, const char *name, int64_t now_ns)
{
    return take(fixture, notice_of(name, name), now_ns).incidents[0];
}

static void end_all(struct fixture *fixture, int64_t now_ns)
{
    const struct ending ending = {.state = INCIDENT_DONE};
    struct claimed claimed;
    struct err err = {0};
    while (incident_next(fixture->ledger, fixture->arena, now_ns, &claimed, &err) &&
           claimed.investigation != 0)
        assert_true(incident_finish(fixture->ledger, claimed.investigation, &ending, now_ns, &err));
}

static uint32_t drop(struct fixture *fixture, int64_t before_ns)
{
    uint32_t count;
    struct err err = {0};
    if (!expiry_drop(fixture->ledger, before_ns, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static struct str next(struct fixture *fixture, struct str after)
{
    struct str id;
    struct err err = {0};
    assert_true(expiry_next(fixture->ledger, fixture->arena, after, &id, &err));
    return id;
}

static bool is_there(struct fixture *fixture, struct str id)
{
    struct incident incident;
    struct err err = {0};
    return incident_read(fixture->ledger, fixture->arena, id, &incident, &err);
}

static void what_is_old_goes_with_all_of_it(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    const struct str old = open_at(fixture, "old", NOW);
    const struct str young = open_at(fixture, "young", NOW + 60 * MINUTE);
    end_all(fixture, NOW + 60 * MINUTE);
    assert_int_equal(drop(fixture, NOW), 0);
    assert_int_equal(drop(fixture, NOW + 60 * MINUTE), 0); /* heard of when it ended */
    assert_true(is_there(fixture, old) && is_there(fixture, young));
    assert_int_equal(drop(fixture, NOW + 61 * MINUTE), 2);
    assert_false(is_there(fixture, old));
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM incident_alerts"), 0);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM incident_signs"), 0);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM investigations"), 0);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM incident_news"), 0);
    /* their files are still to go, in the order of their ids */
    const struct str first = next(fixture, STR("")), second = next(fixture, first);
    assert_true(first.len > 0 && second.len > 0 && next(fixture, second).len == 0);
    assert_true(expiry_done(fixture->ledger, first, &err));
    assert_true(str_eq(next(fixture, STR("")), second));
    assert_true(expiry_done(fixture->ledger, second, &err));
    assert_int_equal(next(fixture, STR("")).len, 0);
}

static void what_waits_or_runs_stays(void **state)
{
    struct fixture *fixture = *state;
    struct claimed claimed;
    struct err err = {0};
    const struct str running = open_at(fixture, "running", NOW);
    assert_true(incident_next(fixture->ledger, fixture->arena, NOW, &claimed, &err));
    const struct str waiting = open_at(fixture, "waiting", NOW);
    assert_int_equal(drop(fixture, NOW + 24 * 60 * MINUTE), 0);
    assert_true(is_there(fixture, running) && is_there(fixture, waiting));
}

/* Its alert still fires: it is told again, and so it is not old. */
static void what_is_told_again_is_not_old(void **state)
{
    struct fixture *fixture = *state;
    const struct str id = open_at(fixture, "a", NOW);
    end_all(fixture, NOW);
    open_at(fixture, "a", NOW + 10 * MINUTE);
    assert_int_equal(drop(fixture, NOW + 10 * MINUTE), 0);
    assert_true(is_there(fixture, id));
}

static void what_people_said_stays(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    open_at(fixture, "a", NOW);
    end_all(fixture, NOW);
    assert_true(ledger_run(fixture->ledger,
                           "INSERT INTO feedback (case_key, alert, alert_ns, named, named_cause,"
                           " confidence, lesson, judgement, nothing_broken, service, cause, change,"
                           " note, given_ns) SELECT case_key, 'a', 0, '', '', 0, '', 'right', 0,"
                           " '', '', '', '', 0 FROM incidents",
                           NULL, 0, &err));
    assert_int_equal(drop(fixture, NOW + MINUTE), 1);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM feedback"), 1);
}

static void the_audit_and_what_was_silenced_go_too(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    for (int i = 0; i < 2; i++) {
        const struct value at[] = {value_int(NOW + i * MINUTE)};
        assert_true(ledger_run(fixture->ledger,
                               "INSERT INTO audit (at_ns, who, what, subject)"
                               " VALUES (?1, '', '', '')",
                               at, 1, &err));
        assert_true(ledger_run(fixture->ledger,
                               "INSERT INTO silences (matchers, since_ns, until_ns, who, why, hits)"
                               " VALUES ('', 0, ?1, '', '', 0)",
                               at, 1, &err));
    }
    drop(fixture, NOW + MINUTE);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM audit"), 1);
    assert_int_equal(count_of(fixture, "SELECT count(*) FROM silences"), 1);
}

/* Others wait for a transaction, so it is of a bounded size. */
static void many_go_a_part_at_a_time(void **state)
{
    struct fixture *fixture = *state;
    fixture->limits.opened_max = fixture->limits.queue_max = 10000;
    for (uint32_t i = 0; i < EXPIRY_INCIDENTS_MAX + 1; i++)
        open_at(fixture, str_printf(fixture->arena, "s%u", i).ptr, NOW);
    end_all(fixture, NOW);
    assert_int_equal(drop(fixture, NOW + MINUTE), EXPIRY_INCIDENTS_MAX);
    assert_int_equal(drop(fixture, NOW + MINUTE), 1);
    assert_int_equal(drop(fixture, NOW + MINUTE), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_old_goes_with_all_of_it),        TEST(what_waits_or_runs_stays),
        TEST(what_is_told_again_is_not_old),          TEST(what_people_said_stays),
        TEST(the_audit_and_what_was_silenced_go_too), TEST(many_go_a_part_at_a_time),
    };
    return cmocka_run_group_tests_name("expiry", tests, NULL, NULL);
}
