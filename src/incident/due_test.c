/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/due.h"

#include "incident/fixture_for_tests.h"

/* What is due, in its order, "opened verdict "; taken off on the way. */
static const char *told(struct fixture *fixture, struct str incident)
{
    struct buf out = buf_new(fixture->arena);
    struct due due = {0};
    struct err err = {0};
    buf_add(&out, STR(""));
    do {
        if (!due_next(fixture->ledger, fixture->arena, NOW, &due, &err))
            fail_msg("%s", err.text);
        if (due.number == 0)
            return buf_str(&out).ptr;
        assert_true(str_eq(due.incident, incident));
        buf_printf(&out, "%.*s ", STR_ARG(due.what));
        assert_true(due_done(fixture->ledger, &due, &err));
    } while (true);
}

static struct claimed claim(struct fixture *fixture)
{
    struct claimed claimed;
    struct err err = {0};
    assert_true(incident_next(fixture->ledger, fixture->arena, NOW, &claimed, &err));
    return claimed;
}

static void finish(struct fixture *fixture, int64_t investigation, enum incident_state state)
{
    const struct ending ending = {.state = state, .why = STR("why")};
    struct err err = {0};
    assert_true(incident_finish(fixture->ledger, investigation, &ending, NOW, &err));
}

static struct notice ended(struct notice notice)
{
    notice.status = NOTICE_RESOLVED;
    return notice;
}

static void each_change_is_due_once(void **state)
{
    struct fixture *fixture = *state;
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    assert_string_equal(told(fixture, id), "");
    const struct claimed claimed = claim(fixture);
    assert_string_equal(told(fixture, id), "opened ");
    finish(fixture, claimed.investigation, INCIDENT_DONE);
    finish(fixture, claimed.investigation, INCIDENT_FAILED); /* it has ended already */
    assert_string_equal(told(fixture, id), "verdict ");
    take(fixture, ended(notice_of("a", "a")), NOW + MINUTE);
    assert_string_equal(told(fixture, id), "resolved ");
    take(fixture, ended(notice_of("a", "a")), NOW + 2 * MINUTE);
    assert_string_equal(told(fixture, id), "");
}

static void it_is_over_with_the_last_alert(void **state)
{
    struct fixture *fixture = *state;
    const struct str id = take(fixture, notice_of("a", "web"), NOW).incidents[0];
    assert_true(str_eq(take(fixture, notice_of("b", "web"), NOW + 1).incidents[0], id));
    take(fixture, ended(notice_of("a", "web")), NOW + MINUTE);
    assert_string_equal(told(fixture, id), "");
    take(fixture, ended(notice_of("b", "web")), NOW + MINUTE);
    assert_string_equal(told(fixture, id), "resolved ");
}

static void what_a_crash_has_ended_is_due(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    uint32_t requeued, failed;
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    for (int i = 0; i < INCIDENT_ATTEMPTS_MAX; i++) {
        claim(fixture);
        assert_true(incident_recover(fixture->ledger, NOW, &requeued, &failed, &err));
    }
    assert_string_equal(told(fixture, id), "opened failed ");
}

static void what_a_person_ends_is_no_news(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    assert_true(incident_cancel(fixture->ledger, id, NOW, &err));
    assert_string_equal(told(fixture, id), "");
}

/* The next at that time; its attempt is begun. */
static struct due begin_next(struct fixture *fixture, int64_t now_ns)
{
    struct due due;
    struct err err = {0};
    if (!due_next(fixture->ledger, fixture->arena, now_ns, &due, &err))
        fail_msg("%s", err.text);
    if (due.number > 0)
        assert_true(due_try(fixture->ledger, &due, now_ns, &err));
    return due;
}

/* An incident that has begun and one that is done, told to these: three pieces of news for each. */
static void spread_news(struct fixture *fixture, const struct str *who, uint32_t count)
{
    struct due due = {0};
    struct err err = {0};
    take(fixture, notice_of("a", "a"), NOW);
    finish(fixture, claim(fixture).investigation, INCIDENT_DONE);
    take(fixture, ended(notice_of("a", "a")), NOW + MINUTE);
    while (due_next(fixture->ledger, fixture->arena, NOW, &due, &err) && due.who.len == 0 &&
           due.number > 0)
        assert_true(due_spread(fixture->ledger, &due, who, count, &err));
}

static void each_is_told_all_in_its_order(void **state)
{
    struct fixture *fixture = *state;
    static const struct str who[] = {{"pager", 5}, {"team", 4}};
    static const char *const whats[] = {"opened", "verdict", "resolved"};
    struct err err = {0};
    spread_news(fixture, who, 2);
    for (uint32_t i = 0; i < 6; i++) {
        const struct due due = begin_next(fixture, NOW);
        assert_true(str_eq(due.who, who[i % 2]));
        assert_true(str_eq(due.what, str_of(whats[i / 2])));
        assert_true(due_done(fixture->ledger, &due, &err));
    }
    assert_int_equal(begin_next(fixture, NOW).number, 0);
}

static void nobody_wants_to_know(void **state)
{
    struct fixture *fixture = *state;
    spread_news(fixture, NULL, 0);
    assert_int_equal(begin_next(fixture, NOW + DUE_AGE_NS_MAX).number, 0);
}

/* One that does not answer costs the others nothing, and gets all of it, the oldest first. */
static void who_fails_is_left_alone_for_longer_each_time(void **state)
{
    struct fixture *fixture = *state;
    static const struct str who[] = {{"pager", 5}, {"team", 4}};
    struct err err = {0};
    int64_t now_ns = NOW;
    spread_news(fixture, who, 2);
    const int64_t first = begin_next(fixture, now_ns).number; /* of the pager, which fails */
    for (uint32_t i = 0; i < 3; i++) {
        const struct due due = begin_next(fixture, now_ns);
        assert_true(str_eq(due.who, STR("team")));
        assert_true(due_done(fixture->ledger, &due, &err));
    }
    assert_int_equal(begin_next(fixture, now_ns).number, 0);
    for (uint32_t attempt = 2; attempt <= DUE_ATTEMPTS_MAX; attempt++) {
        const int64_t twice = DUE_PAUSE_NS << (attempt - 2);
        now_ns += twice < DUE_PAUSE_NS_MAX ? twice : DUE_PAUSE_NS_MAX;
        assert_int_equal(begin_next(fixture, now_ns - 1).number, 0);
        const struct due due = begin_next(fixture, now_ns);
        assert_int_equal(due.number, first);
        assert_int_equal(due.attempts, attempt);
        assert_int_equal(due_is_worth_it(&due, now_ns), attempt < DUE_ATTEMPTS_MAX);
    }
    struct due given_up = {.number = first, .who = who[0]};
    assert_true(due_done(fixture->ledger, &given_up, &err));
    assert_true(str_eq(begin_next(fixture, now_ns).what, STR("verdict"))); /* at once */
}

static void what_comes_later_waits_too(void **state)
{
    struct fixture *fixture = *state;
    static const struct str pager = {"pager", 5};
    struct due due;
    struct err err = {0};
    take(fixture, notice_of("a", "a"), NOW);
    const struct claimed claimed = claim(fixture);
    assert_true(due_next(fixture->ledger, fixture->arena, NOW, &due, &err));
    assert_true(due_spread(fixture->ledger, &due, &pager, 1, &err));
    begin_next(fixture, NOW); /* fails */
    finish(fixture, claimed.investigation, INCIDENT_DONE);
    assert_true(due_next(fixture->ledger, fixture->arena, NOW, &due, &err));
    assert_true(due_spread(fixture->ledger, &due, &pager, 1, &err));
    assert_int_equal(begin_next(fixture, NOW).number, 0);
    assert_true(str_eq(begin_next(fixture, NOW + DUE_PAUSE_NS).what, STR("opened")));
}

static void a_clock_that_is_set_back_stops_nothing(void **state)
{
    struct fixture *fixture = *state;
    static const struct str pager = {"pager", 5};
    spread_news(fixture, &pager, 1);
    begin_next(fixture, NOW + 24 * 60 * MINUTE); /* fails */
    assert_int_equal(begin_next(fixture, NOW).attempts, 2);
}

static void what_is_old_is_tried_once(void **state)
{
    struct fixture *fixture = *state;
    static const struct str pager = {"pager", 5};
    const int64_t late_ns = NOW + DUE_AGE_NS_MAX + 1;
    spread_news(fixture, &pager, 1);
    const struct due due = begin_next(fixture, late_ns);
    assert_int_equal(due.attempts, 1);
    assert_false(due_is_worth_it(&due, late_ns));
}

static void threads_are_kept(void **state)
{
    struct fixture *fixture = *state;
    struct err err = {0};
    struct str thread;
    const struct str id = take(fixture, notice_of("a", "a"), NOW).incidents[0];
    assert_true(due_thread(fixture->ledger, fixture->arena, id, STR("team"), &thread, &err));
    assert_int_equal(thread.len, 0);
    assert_true(due_keep_thread(fixture->ledger, id, STR("team"), STR("1.5"), &err));
    assert_true(due_keep_thread(fixture->ledger, id, STR("team"), STR("1.6"), &err));
    assert_true(due_thread(fixture->ledger, fixture->arena, id, STR("team"), &thread, &err));
    assert_string_equal(thread.ptr, "1.6");
    assert_true(due_thread(fixture->ledger, fixture->arena, id, STR("other"), &thread, &err));
    assert_int_equal(thread.len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_change_is_due_once),
        TEST(it_is_over_with_the_last_alert),
        TEST(what_a_crash_has_ended_is_due),
        TEST(what_a_person_ends_is_no_news),
        TEST(each_is_told_all_in_its_order),
        TEST(nobody_wants_to_know),
        TEST(who_fails_is_left_alone_for_longer_each_time),
        TEST(what_comes_later_waits_too),
        TEST(a_clock_that_is_set_back_stops_nothing),
        TEST(what_is_old_is_tried_once),
        TEST(threads_are_kept),
    };
    return cmocka_run_group_tests_name("due", tests, NULL, NULL);
}
