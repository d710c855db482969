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
        if (!due_next(fixture->ledger, fixture->arena, due.number, &due, &err))
            fail_msg("%s", err.text);
        if (due.number == 0)
            return buf_str(&out).ptr;
        assert_true(str_eq(due.incident, incident));
        buf_printf(&out, "%.*s ", STR_ARG(due.what));
        assert_true(due_told(fixture->ledger, due.number, &err));
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
        TEST(threads_are_kept),
    };
    return cmocka_run_group_tests_name("due", tests, NULL, NULL);
}
