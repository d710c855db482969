/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/fixture_for_tests.h"

/* Incident of that alert and service, long after the one before. */
static struct str opened(struct fixture *fixture, const char *alert, const char *service)
{
    static int64_t hours;
    char name[32];
    snprintf(name, sizeof name, "f%u", fixture->posts);
    struct notice notice = notice_of(str_copy(fixture->arena, str_of(name)).ptr, service);
    notice.alert.name = str_of(alert);
    fixture->limits.queue_max = 1000;
    const struct delivery delivery = take(fixture, notice, NOW + ++hours * 180 * MINUTE);
    assert_int_equal(delivery.opened, 1);
    return delivery.incidents[0];
}

static uint32_t list(struct fixture *fixture, struct incident_filter filter, struct incident **out)
{
    uint32_t count;
    struct err err = {0};
    if (!incident_list(fixture->ledger, fixture->arena, &filter, out, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static void pages_go_on_where_the_last_ended(void **state)
{
    struct fixture *fixture = *state;
    struct str ids[7];
    struct incident *page;
    assert_int_equal(list(fixture, (struct incident_filter){.limit = 3}, &page), 0);
    for (int i = 0; i < 7; i++)
        ids[i] = opened(fixture, "Slow", i % 2 ? "cart" : "pay");
    struct str before = STR("");
    int at = 6;
    for (;;) {
        const uint32_t count =
            list(fixture, (struct incident_filter){.limit = 3, .before = before}, &page);
        for (uint32_t i = 0; i < count; i++)
            assert_true(str_eq(page[i].id, ids[at--]));
        if (count < 3)
            break;
        before = page[count - 1].id;
    }
    assert_int_equal(at, -1);
    assert_int_equal(
        list(fixture, (struct incident_filter){.limit = 9, .service = STR("cart")}, &page), 3);
    assert_int_equal(
        list(fixture,
             (struct incident_filter){.limit = 9, .has_state = true, .state = INCIDENT_DONE},
             &page),
        0);
    assert_int_equal(
        list(fixture,
             (struct incident_filter){.limit = 9, .has_state = true, .state = INCIDENT_QUEUED},
             &page),
        7);
    uint32_t count;
    struct err err = {0};
    const struct incident_filter wrong = {.limit = 3, .before = STR("20261122-0000-ffff")};
    assert_false(incident_list(fixture->ledger, fixture->arena, &wrong, &page, &count, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void say(struct fixture *fixture, struct str id, const char *judgement, const char *cause)
{
    const struct incident incident = incident_of(fixture, id);
    const struct value values[] = {value_text(incident.case_key), value_text(str_of(judgement)),
                                   value_text(str_of(cause))};
    struct err err = {0};
    if (!ledger_run(fixture->ledger,
                    "INSERT INTO feedback (case_key, alert, alert_ns, named, named_cause,"
                    " confidence, lesson, judgement, nothing_broken, service, cause, change, note,"
                    " given_ns) VALUES (?1, 'x', 0, 'db', 'it held a lock', 0.5, '', ?2, 0, '', ?3,"
                    " '', '', 0)",
                    values, 3, &err))
        fail_msg("%s", err.text);
}

static void related_ones_with_a_known_cause_come_first(void **state)
{
    struct fixture *fixture = *state;
    const struct str name_only = opened(fixture, "Slow", "pay");
    const struct str told = opened(fixture, "Odd", "cart");
    const struct str both = opened(fixture, "Slow", "cart");
    opened(fixture, "Odd", "pay");
    const struct str right = opened(fixture, "Slow", "web");
    const struct str wrong = opened(fixture, "Slow", "web");
    const struct str self = opened(fixture, "Slow", "cart");
    opened(fixture, "Slow", "cart"); /* later ones are not earlier */
    say(fixture, told, "wrong", "the disk");
    say(fixture, right, "right", "");
    say(fixture, wrong, "right", "");
    say(fixture, wrong, "wrong", ""); /* the last word counts, and says nothing of the cause */

    struct incident *related;
    uint32_t count;
    struct err err = {0};
    assert_true(
        incident_related(fixture->ledger, fixture->arena, self, 10, &related, &count, &err));
    const struct str wanted[] = {right, told, both, wrong, name_only};
    assert_int_equal(count, 5);
    for (uint32_t i = 0; i < count; i++)
        if (!str_eq(related[i].id, wanted[i]))
            fail_msg("%u: %s", i, related[i].title.ptr);
    assert_true(related[0].is_confirmed && str_eq(related[0].confirmed, STR("it held a lock")));
    assert_true(related[1].is_confirmed && str_eq(related[1].confirmed, STR("the disk")));
    assert_false(related[2].is_confirmed || related[3].is_confirmed);

    assert_true(incident_related(fixture->ledger, fixture->arena, self, 2, &related, &count, &err));
    assert_int_equal(count, 2);
}

static void an_alert_without_a_service_is_like_its_name(void **state)
{
    struct fixture *fixture = *state;
    const struct str first = opened(fixture, "Slow", "");
    opened(fixture, "Odd", "");
    const struct str self = opened(fixture, "Slow", "");
    struct incident *related;
    uint32_t count;
    struct err err = {0};
    assert_true(
        incident_related(fixture->ledger, fixture->arena, self, 10, &related, &count, &err));
    assert_int_equal(count, 1);
    assert_true(str_eq(related[0].id, first));
    assert_string_equal(related[0].title.ptr, "Slow");
    assert_false(incident_related(fixture->ledger, fixture->arena, STR("'; --"), 10, &related,
                                  &count, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pages_go_on_where_the_last_ended),
        TEST(related_ones_with_a_known_cause_come_first),
        TEST(an_alert_without_a_service_is_like_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
