/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/fixture_for_tests.h"

static struct claimed next(struct fixture *fixture, int64_t now_ns)
{
    struct claimed claimed;
    struct err err = {0};
    if (!incident_next(fixture->ledger, fixture->arena, now_ns, &claimed, &err))
        fail_msg("%s", err.text);
    return claimed;
}

static void recover(struct fixture *fixture, uint32_t requeued, uint32_t failed)
{
    uint32_t again, given_up;
    struct err err = {0};
    assert_true(incident_recover(fixture->ledger, NOW + MINUTE, &again, &given_up, &err));
    assert_int_equal(again, requeued);
    assert_int_equal(given_up, failed);
}

static const struct ending done = {.state = INCIDENT_DONE,
                                   .verdict = {.is_known = true,
                                               .service = {"db", 2},
                                               .kind = {"locks", 5},
                                               .confidence = 0.93,
                                               .headline = {"It waits.", 9},
                                               .change = {"abc", 3}}};

static void the_oldest_goes_first_and_ends(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    const struct str a = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    const struct str b = take(fixture, notice_of("b", "b"), NOW + 1).incidents[0];
    const struct claimed first = next(fixture, NOW + 2), second = next(fixture, NOW + 3);
    assert_true(str_eq(first.incident, a) && str_eq(second.incident, b));
    assert_int_equal(first.attempt, 1);
    assert_int_equal(next(fixture, NOW + 4).investigation, 0);

    struct alert alert; /* what a worker puts into alert.json */
    assert_true(alert_parse(fixture->arena, first.alert, &alert, &err));
    assert_true(str_eq(alert.service, STR("a")) && alert.starts_ns == NOW);

    assert_int_equal(incident_of(fixture, a).state, INCIDENT_COLLECTING);
    assert_true(incident_step(fixture->ledger, first.investigation, NOW + 5, &err));
    assert_int_equal(incident_of(fixture, a).state, INCIDENT_INVESTIGATING);
    assert_true(incident_finish(fixture->ledger, first.investigation, &done, NOW + 9, &err));
    const struct incident incident = incident_of(fixture, a);
    assert_int_equal(incident.state, INCIDENT_DONE);
    assert_int_equal(incident.took_ns, 7);
    assert_int_equal(incident.investigation, first.investigation);
    assert_true(incident.has_verdict && incident.verdict.is_known);
    assert_true(str_eq(incident.verdict.kind, STR("locks")));
    assert_true(incident.verdict.confidence == 0.93);
    assert_int_equal(incident.updated_ns, NOW + 9);

    const struct ending failed = {.state = INCIDENT_FAILED, .why = STR("no alert.json")};
    assert_true(incident_finish(fixture->ledger, second.investigation, &failed, NOW + 9, &err));
    assert_true(incident_finish(fixture->ledger, second.investigation, &done, NOW + 10, &err));
    assert_int_equal(incident_of(fixture, b).state, INCIDENT_FAILED);
    assert_string_equal(incident_of(fixture, b).why.ptr, "no alert.json");

    struct incident_counts counts;
    assert_true(incident_count(fixture->ledger, &counts, &err));
    assert_true(counts.by_state[INCIDENT_DONE] == 1 && counts.by_state[INCIDENT_FAILED] == 1 &&
                counts.by_state[INCIDENT_QUEUED] == 0 && counts.oldest_queued_ns == 0);
}

static void what_was_interrupted_is_tried_three_times(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    recover(fixture, 0, 0);
    for (uint32_t attempt = 1; attempt <= INCIDENT_ATTEMPTS_MAX; attempt++) {
        const struct claimed claimed = next(fixture, NOW);
        assert_int_equal(claimed.attempt, attempt);
        if (attempt == 2)
            assert_true(incident_step(fixture->ledger, claimed.investigation, NOW, &err));
        recover(fixture, attempt < INCIDENT_ATTEMPTS_MAX, attempt == INCIDENT_ATTEMPTS_MAX);
    }
    const struct incident incident = incident_of(fixture, id);
    assert_int_equal(incident.state, INCIDENT_FAILED);
    assert_non_null(strstr(incident.why.ptr, "interrupted"));
    assert_int_equal(next(fixture, NOW).investigation, 0);
}

static void a_person_ends_it_and_asks_again(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    assert_false(incident_again(fixture->ledger, id, &fixture->limits, NOW, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    const struct claimed claimed = next(fixture, NOW);
    assert_true(incident_cancel(fixture->ledger, id, NOW, &err));
    assert_int_equal(incident_of(fixture, id).state, INCIDENT_CANCELLED);
    assert_false(incident_step(fixture->ledger, claimed.investigation, NOW, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_true(incident_finish(fixture->ledger, claimed.investigation, &done, NOW, &err));
    assert_int_equal(incident_of(fixture, id).state, INCIDENT_CANCELLED);
    assert_false(incident_cancel(fixture->ledger, id, NOW, &err));

    assert_true(incident_again(fixture->ledger, id, &fixture->limits, NOW, &err));
    assert_int_equal(incident_of(fixture, id).state, INCIDENT_QUEUED);
    const struct claimed second = next(fixture, NOW);
    assert_true(str_eq(second.incident, id) && second.attempt == 1);
    assert_true(incident_finish(fixture->ledger, second.investigation, &done, NOW, &err));
    /* while it is asked again, the last verdict stays to be seen */
    assert_true(incident_again(fixture->ledger, id, &fixture->limits, NOW, &err));
    assert_true(incident_of(fixture, id).has_verdict);
    assert_int_equal(incident_of(fixture, id).state, INCIDENT_QUEUED);
    assert_true(incident_of(fixture, id).investigation > second.investigation);

    assert_false(incident_cancel(fixture->ledger, STR("x"), NOW, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    fixture->limits.queue_max = 1;
    const struct str other = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    assert_true(str_eq(other, id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_oldest_goes_first_and_ends),
        TEST(what_was_interrupted_is_tried_three_times),
        TEST(a_person_ends_it_and_asks_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
