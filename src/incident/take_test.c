/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/fixture_for_tests.h"
#include "incident/silence.h"

static void an_alert_opens_an_incident(void **state)
{
    struct fixture *fixture = *state;
    struct notice notice = notice_of("a", "cart");
    struct label labels[] = {{STR("summary"), STR("p99 is 2 s")}, {STR("region"), STR("eu")}};
    notice.alert.labels = labels;
    notice.alert.labels_count = 2;
    notice.url = STR("https://x/1");
    const struct delivery delivery = take(fixture, notice, NOW + 5);
    assert_int_equal(delivery.opened, 1);
    assert_int_equal(delivery.incidents_count, 1);
    assert_int_equal(strncmp(delivery.incidents[0].ptr, "20261122-0200-", 14), 0);

    const struct incident incident = incident_of(fixture, delivery.incidents[0]);
    assert_string_equal(incident.title.ptr, "Slow: cart");
    assert_string_equal(incident.url.ptr, "https://x/1");
    assert_int_equal(incident.state, INCIDENT_QUEUED);
    assert_int_equal(incident.alerts, 1);
    assert_int_equal(incident.started_ns, NOW);
    assert_int_equal(incident.opened_ns, NOW + 5);
    assert_int_equal(incident.took_ns, -1);
    assert_false(incident.is_resolved || incident.has_verdict || incident.is_confirmed);
    assert_true(str_eq(incident.case_key, alert_key(fixture->arena, &notice.alert)));

    struct incident_member *members;
    uint32_t count;
    struct err err;
    assert_true(incident_members(fixture->ledger, fixture->arena, delivery.incidents[0], &members,
                                 &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(members[0].labels.ptr, "{\"summary\":\"p99 is 2 s\",\"region\":\"eu\"}");
    assert_string_equal(members[0].why.ptr, "the first of this incident");
}

static void the_same_alert_is_counted(void **state)
{
    struct fixture *fixture = *state;
    const struct notice notice = notice_of("a", "cart");
    const struct delivery first = take(fixture, notice, NOW);
    for (int hours = 4; hours <= 40; hours += 4) {
        const struct delivery again = take(fixture, notice, NOW + hours * 60 * MINUTE);
        assert_int_equal(again.opened, 0);
        assert_true(again.incidents_count == 1 && str_eq(again.incidents[0], first.incidents[0]));
    }
    struct incident_member *members;
    uint32_t count;
    struct err err;
    assert_true(incident_members(fixture->ledger, fixture->arena, first.incidents[0], &members,
                                 &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(members[0].count, 11);
    assert_int_equal(members[0].last_ns, NOW + 40 * 60 * MINUTE);
    assert_int_equal(incident_of(fixture, first.incidents[0]).alerts, 1);
}

static void an_incident_is_over_when_all_its_alerts_are(void **state)
{
    struct fixture *fixture = *state;
    struct notice a = notice_of("a", "cart"), b = notice_of("b", "cart");
    const struct notice both[] = {a, b};
    const struct delivery first = take_many(fixture, both, 2, NOW);
    assert_int_equal(first.opened, 1);
    assert_int_equal(first.incidents_count, 1);
    a.status = b.status = NOTICE_RESOLVED;
    take(fixture, a, NOW + MINUTE);
    assert_false(incident_of(fixture, first.incidents[0]).is_resolved);
    take(fixture, b, NOW + 2 * MINUTE);
    assert_true(incident_of(fixture, first.incidents[0]).is_resolved);
    assert_int_equal(take(fixture, b, NOW + 3 * MINUTE).passed, 1);

    b.status = NOTICE_FIRING; /* told late */
    assert_int_equal(take(fixture, b, NOW + 3 * MINUTE).passed, 1);
    b.episode = STR("2"); /* it flaps */
    const struct delivery again = take(fixture, b, NOW + 4 * MINUTE);
    assert_true(str_eq(again.incidents[0], first.incidents[0]));
    assert_false(incident_of(fixture, first.incidents[0]).is_resolved);
    b.status = NOTICE_ACKNOWLEDGED;
    take(fixture, b, NOW + 5 * MINUTE);
    assert_false(incident_of(fixture, first.incidents[0]).is_resolved);
    b.status = NOTICE_RESOLVED;
    take(fixture, b, NOW + 6 * MINUTE);
    assert_true(incident_of(fixture, first.incidents[0]).is_resolved);

    b.status = NOTICE_FIRING; /* another time */
    b.episode = STR("3");
    assert_int_equal(take(fixture, b, NOW + 120 * MINUTE).opened, 1);
}

static struct delivery post(struct fixture *fixture, const char *key, bool has_id, int64_t sent_ns,
                            const char *fingerprint, int64_t now_ns)
{
    struct notice notice = notice_of(fingerprint, fingerprint);
    const struct notices all = {
        .items = &notice, .count = 1, .key = str_of(key), .has_id = has_id, .sent_ns = sent_ns};
    struct delivery delivery = {.notices = &all, .arena = fixture->arena};
    struct err err = {0};
    assert_true(incident_take(fixture->ledger, &fixture->limits, NULL, now_ns, &delivery, 1, &err));
    return delivery;
}

static void a_post_that_comes_again_starts_nothing(void **state)
{
    struct fixture *fixture = *state;
    const int64_t day = 24 * 60 * MINUTE;
    assert_int_equal(post(fixture, "id", true, NOW, "a", NOW).opened, 1);
    assert_true(post(fixture, "id", true, NOW, "b", NOW + MINUTE).is_replay);
    assert_true(post(fixture, "id", true, NOW, "b", NOW + day).is_replay);
    /* the id is forgotten, and what it said of its age tells */
    assert_true(post(fixture, "id", true, NOW, "b", NOW + day + MINUTE).is_replay);
    assert_true(post(fixture, "new", true, NOW - day - 1, "b", NOW).is_replay);
    /* bytes alone are remembered for minutes */
    assert_int_equal(post(fixture, "bytes", false, 0, "c", NOW).opened, 1);
    assert_true(post(fixture, "bytes", false, 0, "c", NOW + 5 * MINUTE).is_replay);
    const struct delivery late = post(fixture, "bytes", false, 0, "c", NOW + 6 * MINUTE);
    assert_true(!late.is_replay && late.opened == 0 && late.incidents_count == 1);
}

static void what_is_silenced_opens_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct str matchers[] = {STR("service=cart")};
    struct silence silence = {.matchers = matchers,
                              .matchers_count = 1,
                              .since_ns = NOW,
                              .until_ns = NOW + 10 * MINUTE,
                              .who = STR("ann")};
    struct err err = {0};
    assert_int_equal(take(fixture, notice_of("old", "cart"), NOW - 60 * MINUTE).opened, 1);
    assert_true(silence_add(fixture->ledger, &silence, NOW, &err));
    const struct delivery silenced = take(fixture, notice_of("a", "cart"), NOW + MINUTE);
    assert_true(silenced.silenced == 1 && silenced.opened == 0 && silenced.incidents_count == 0);
    assert_int_equal(take(fixture, notice_of("b", "pay"), NOW + MINUTE).opened, 1);
    assert_int_equal(take(fixture, notice_of("old", "cart"), NOW + MINUTE).incidents_count, 1);

    struct silence *all;
    uint32_t count;
    assert_true(silence_list(fixture->ledger, fixture->arena, NOW, &all, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(all[0].hits, 1);
    assert_int_equal(take(fixture, notice_of("a", "cart"), NOW + 11 * MINUTE).opened, 1);
}

static void a_full_queue_keeps_nothing_of_a_post(void **state)
{
    struct fixture *fixture = *state;
    fixture->limits.queue_max = 2;
    const struct notice known = notice_of("a", "a");
    take(fixture, known, NOW);
    take(fixture, notice_of("b", "b"), NOW);
    const struct notice mixed[] = {known, notice_of("c", "c")};
    const struct delivery refused = take_many(fixture, mixed, 2, NOW + MINUTE);
    assert_true(refused.is_refused && refused.incidents_count == 0 && refused.opened == 0);
    const struct delivery told = take(fixture, known, NOW + MINUTE);
    assert_true(!told.is_refused && told.incidents_count == 1);

    struct incident_member *members;
    uint32_t count;
    struct err err;
    assert_true(incident_members(fixture->ledger, fixture->arena, told.incidents[0], &members,
                                 &count, &err));
    assert_int_equal(members[0].count, 2);
    /* the sender comes again with the very same post, when there is room */
    struct claimed claimed;
    assert_true(incident_next(fixture->ledger, fixture->arena, NOW, &claimed, &err));
    assert_int_equal(take_many(fixture, mixed, 2, NOW + 2 * MINUTE).opened, 1);
}

static void a_storm_is_a_handful_of_incidents(void **state)
{
    struct fixture *fixture = *state;
    uint32_t opened = 0;
    for (int i = 0; i < 1000; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        struct notice notices[10];
        for (int j = 0; j < 10; j++) {
            notices[j] = notice_of(str_printf(fixture->arena, "%s-%d", name, j).ptr,
                                   str_copy(fixture->arena, str_of(name)).ptr);
        }
        opened += take_many(fixture, notices, 10, NOW + i * 60 * NS_PER_MS).opened;
    }
    assert_int_equal(opened, fixture->limits.opened_max);
    struct incident *all;
    uint32_t count, alerts = 0;
    struct err err;
    const struct incident_filter filter = {.limit = INCIDENT_PAGE_MAX};
    assert_true(incident_list(fixture->ledger, fixture->arena, &filter, &all, &count, &err));
    assert_int_equal(count, opened);
    for (uint32_t i = 0; i < count; i++)
        alerts += all[i].alerts;
    assert_int_equal(alerts, 10000);
}

static void ids_differ(void **state)
{
    struct fixture *fixture = *state;
    struct map seen = map_new(fixture->arena);
    for (int i = 0; i < 60; i++) { /* six minutes, for there is a limit a minute */
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        const struct delivery one =
            take(fixture, notice_of(str_copy(fixture->arena, str_of(name)).ptr, name),
                 NOW + i * 7 * NS_PER_S);
        assert_int_equal(one.opened, 1);
        map_add(&seen, one.incidents[0]);
    }
    assert_int_equal(seen.count, 60);
}

static void topology_joins(void **state)
{
    struct fixture *fixture = *state;
    struct topology topology = topology_new(fixture->arena);
    topology_add(&topology, STR("web"), STR("db"));
    take(fixture, notice_of("a", "db"), NOW);
    struct notice notice = notice_of("b", "web");
    const struct notices all = {.items = &notice, .count = 1, .key = STR("k")};
    struct delivery delivery = {.notices = &all, .arena = fixture->arena};
    struct err err = {0};
    assert_true(incident_take(fixture->ledger, &fixture->limits, &topology, NOW + MINUTE, &delivery,
                              1, &err));
    assert_int_equal(delivery.opened, 0);
    struct incident_member *members;
    uint32_t count;
    assert_true(incident_members(fixture->ledger, fixture->arena, delivery.incidents[0], &members,
                                 &count, &err));
    assert_int_equal(count, 2);
    assert_non_null(strstr(members[1].why.ptr, "it calls a service of this incident"));
}

static void a_person_gets_an_incident_of_their_own(void **state)
{
    struct fixture *fixture = *state;
    const struct notice notice = notice_of("a", "cart");
    struct str first, second, third;
    struct err err = {0};
    fixture->limits.queue_max = 3;
    assert_true(incident_open(fixture->ledger, fixture->arena, &fixture->limits, &notice, true, NOW,
                              &first, &err));
    assert_true(incident_open(fixture->ledger, fixture->arena, &fixture->limits, &notice, false,
                              NOW, &second, &err));
    assert_false(str_eq(first, second));
    const struct delivery other = take(fixture, notice_of("b", "cart"), NOW + MINUTE);
    assert_true(str_eq(other.incidents[0], first)); /* the second takes no more */
    take(fixture, notice_of("c", "pay"), NOW);
    assert_false(incident_open(fixture->ledger, fixture->arena, &fixture->limits, &notice, true,
                               NOW, &third, &err));
    assert_int_equal(err.kind, ERR_OVER_BUDGET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_alert_opens_an_incident),
        TEST(the_same_alert_is_counted),
        TEST(an_incident_is_over_when_all_its_alerts_are),
        TEST(a_post_that_comes_again_starts_nothing),
        TEST(what_is_silenced_opens_nothing),
        TEST(a_full_queue_keeps_nothing_of_a_post),
        TEST(a_storm_is_a_handful_of_incidents),
        TEST(ids_differ),
        TEST(topology_joins),
        TEST(a_person_gets_an_incident_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
