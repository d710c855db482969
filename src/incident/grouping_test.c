/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/grouping.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NOW (INT64_C(1795312800) * NS_PER_S)
#define MINUTE (60 * NS_PER_S)

/* front -> {cart, pay}; cart -> db -> disk; pay -> db; lone has no calls. */
static struct topology shop(struct arena *arena)
{
    struct topology topology = topology_new(arena);
    topology_add(&topology, STR("front"), STR("cart"));
    topology_add(&topology, STR("front"), STR("pay"));
    topology_add(&topology, STR("cart"), STR("db"));
    topology_add(&topology, STR("pay"), STR("db"));
    topology_add(&topology, STR("db"), STR("disk"));
    topology_add(&topology, STR("other"), STR("lone"));
    return topology;
}

static const struct {
    const char *of, *to;
    enum nearness near;
} nearnesses[] = {
    {"front", "cart", NEAR_CALLS},  {"front", "db", NEAR_CALLS},
    {"front", "disk", NEAR_NOT}, /* two between them */
    {"disk", "db", NEAR_CALLED_BY}, {"disk", "cart", NEAR_CALLED_BY},
    {"disk", "front", NEAR_NOT},    {"cart", "pay", NEAR_SHARES}, /* for db, not for front */
    {"cart", "cart", NEAR_NOT},                                   /* itself is another rule */
    {"cart", "lone", NEAR_NOT},     {"lone", "other", NEAR_CALLED_BY},
};

static void near_is_who_calls_or_shares(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = shop(arena);
    for (size_t i = 0; i < COUNT_OF(nearnesses); i++) {
        const unsigned char *near =
            grouping_nearness(&topology, arena, topology_find(&topology, str_of(nearnesses[i].of)));
        if (near[topology_find(&topology, str_of(nearnesses[i].to))] != nearnesses[i].near)
            fail_msg("%s to %s", nearnesses[i].of, nearnesses[i].to);
    }
    arena_free(arena);
}

static void who_is_called_by_the_same_is_not_near(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct topology topology = topology_new(arena);
    topology_add(&topology, STR("door"), STR("a"));
    topology_add(&topology, STR("door"), STR("b"));
    const unsigned char *near =
        grouping_nearness(&topology, arena, topology_find(&topology, STR("a")));
    assert_int_equal(near[topology_find(&topology, STR("b"))], NEAR_NOT);
    arena_free(arena);
}

/*
 * Incident 7: opened ten minutes ago, about cart, group key g; its last alert two minutes ago.
 * Incident 9, younger: about other, opened and last told a minute ago.
 */
static const struct {
    const char *why;
    /* the notice */
    enum notice_status status;
    const char *service, *key, *episode;
    /* what was last told of it */
    int64_t last_incident;
    enum notice_status last_status;
    const char *last_episode;
    int64_t last_minutes;
    /* otherwise */
    int64_t later_minutes; /* than above */
    bool is_storm;
    /* what to do */
    enum grouping_verdict verdict;
    int64_t incident;
    const char *reason;
} cases[] = {
    {"nobody knows it", 0, "x", "", "", 0, 0, "", 0, 0, false, GROUPING_OPENS, 0, "the first"},
    {"no service, no key", 0, "", "", "", 0, 0, "", 0, 0, false, GROUPING_OPENS, 0, "the first"},
    {"the same group", 0, "x", "g", "", 0, 0, "", 0, 0, false, GROUPING_JOINS, 7, "same group"},
    {"half an hour on", 0, "x", "g", "", 0, 0, "", 0, 28, false, GROUPING_JOINS, 7, "same group"},
    {"a quiet group is over", 0, "x", "g", "", 0, 0, "", 0, 29, false, GROUPING_OPENS, 0, ""},
    {"the same service", 0, "cart", "", "", 0, 0, "", 0, 0, false, GROUPING_JOINS, 7,
     "same service"},
    {"not after five minutes", 0, "cart", "", "", 0, 0, "", 0, 4, false, GROUPING_OPENS, 0, ""},
    {"who calls it", 0, "front", "", "", 0, 0, "", 0, 0, false, GROUPING_JOINS, 7, "it calls"},
    {"who is called", 0, "disk", "", "", 0, 0, "", 0, 0, false, GROUPING_JOINS, 7, "calls it"},
    {"who calls the same", 0, "pay", "", "", 0, 0, "", 0, 0, false, GROUPING_JOINS, 7,
     "calls what"},
    {"who has nothing to do with it", 0, "x", "", "", 0, 0, "", 0, 0, true, GROUPING_JOINS, 9,
     "a storm"},
    {"the group before the storm", 0, "x", "g", "", 0, 0, "", 0, 0, true, GROUPING_JOINS, 7,
     "same group"},
    {"a storm that has passed", 0, "x", "", "", 0, 0, "", 0, 10, true, GROUPING_OPENS, 0, ""},
    {"told again", 0, "x", "", "1", 3, 0, "1", 5000, 0, false, GROUPING_JOINS, 3, "the same"},
    {"told again, with another start", 0, "x", "", "2", 3, 0, "1", 50, 0, false, GROUPING_JOINS, 3,
     "the same"},
    {"without a start, soon", 0, "x", "", "", 3, 0, "", 50, 0, false, GROUPING_JOINS, 3,
     "the same"},
    {"without a start, late", 0, "x", "", "", 3, 0, "", 61, 0, false, GROUPING_OPENS, 0, ""},
    {"another start, late", 0, "x", "", "2", 3, 0, "1", 61, 0, false, GROUPING_OPENS, 0, ""},
    {"it flaps", 0, "x", "", "2", 3, NOTICE_RESOLVED, "1", 10, 0, false, GROUPING_JOINS, 3,
     "again"},
    {"it was over for long", 0, "cart", "", "2", 3, NOTICE_RESOLVED, "1", 90, 0, false,
     GROUPING_JOINS, 7, "same service"},
    {"its end overtook it", 0, "cart", "", "1", 3, NOTICE_RESOLVED, "1", 1, 0, true,
     GROUPING_PASSES, 0, NULL},
    {"its end", NOTICE_RESOLVED, "cart", "", "1", 3, 0, "1", 5000, 0, false, GROUPING_JOINS, 3,
     "the same"},
    {"its end, twice", NOTICE_RESOLVED, "cart", "", "1", 3, NOTICE_RESOLVED, "1", 1, 0, false,
     GROUPING_PASSES, 0, NULL},
    {"the end of what never was", NOTICE_RESOLVED, "cart", "g", "1", 0, 0, "", 0, 0, true,
     GROUPING_PASSES, 0, NULL},
    {"somebody has what never was", NOTICE_ACKNOWLEDGED, "cart", "g", "1", 0, 0, "", 0, 0, false,
     GROUPING_PASSES, 0, NULL},
    {"somebody has it", NOTICE_ACKNOWLEDGED, "x", "", "1", 3, 0, "1", 1, 0, false, GROUPING_JOINS,
     3, "the same"},
};

static void the_rules_hold_in_their_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = shop(arena);
    struct group *seven = arena_push(arena, struct group), *nine = arena_push(arena, struct group);
    *seven = (struct group){.number = 7,
                            .opened_ns = NOW - 10 * MINUTE,
                            .fired_ns = NOW - 2 * MINUTE,
                            .services = {STR("cart")},
                            .services_count = 1,
                            .keys = {STR("g")},
                            .keys_count = 1};
    *nine = (struct group){.number = 9,
                           .opened_ns = NOW - MINUTE,
                           .fired_ns = NOW - MINUTE,
                           .services = {STR("other"), STR("not in the map")},
                           .services_count = 2};
    struct group *const groups[] = {nine, seven};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct notice notice = {.alert.service = str_of(cases[i].service),
                                      .group_key = str_of(cases[i].key),
                                      .episode = str_of(cases[i].episode),
                                      .status = cases[i].status};
        const int64_t now_ns = NOW + cases[i].later_minutes * MINUTE;
        const uint32_t node = topology_find(&topology, notice.alert.service);
        const struct grouping_question question = {
            .notice = &notice,
            .now_ns = now_ns,
            .last = {.incident = cases[i].last_incident,
                     .status = cases[i].last_status,
                     .episode = str_of(cases[i].last_episode),
                     .at_ns = now_ns - cases[i].last_minutes * MINUTE},
            .groups = groups,
            .groups_count = 2,
            .topology = &topology,
            .nearness = node == MAP_NONE ? NULL : grouping_nearness(&topology, arena, node),
            .is_storm = cases[i].is_storm};
        const struct grouping decided = grouping_decide(&question);
        if (decided.verdict != cases[i].verdict || decided.incident != cases[i].incident)
            fail_msg("%s: %d, incident %lld", cases[i].why, (int)decided.verdict,
                     (long long)decided.incident);
        if (cases[i].reason && !strstr(decided.why, cases[i].reason))
            fail_msg("%s: %s", cases[i].why, decided.why);
    }
    arena_free(arena);
}

static void an_incident_does_not_grow_for_ever(void **state)
{
    (void)state;
    struct group *group = calloc(1, sizeof *group);
    group->number = 1;
    group->services[group->services_count++] = STR("cart");
    struct group *const groups[] = {group};
    const struct notice notice = {.alert.service = STR("cart")};
    struct grouping_question question = {.notice = &notice, .groups = groups, .groups_count = 1};
    int64_t now_ns = NOW;
    group->opened_ns = group->fired_ns = now_ns;
    for (;; now_ns += 4 * MINUTE) { /* always near to the last one */
        question.now_ns = now_ns;
        if (grouping_decide(&question).verdict != GROUPING_JOINS)
            break;
        group->fired_ns = now_ns;
    }
    assert_int_equal(now_ns - NOW, GROUPING_SPAN_NS + 4 * MINUTE);
    free(group);
}

static void the_nearest_is_chosen_and_of_equals_the_youngest(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = shop(arena);
    struct group *groups[3];
    static const char *const services[] = {"pay", "db", "disk"}; /* shares, calls, calls */
    for (int i = 0; i < 3; i++) {
        groups[i] = arena_push(arena, struct group);
        *groups[i] = (struct group){.number = 30 - i,
                                    .opened_ns = NOW,
                                    .fired_ns = NOW,
                                    .services = {str_of(services[i])},
                                    .services_count = 1};
    }
    const struct notice notice = {.alert.service = STR("cart")};
    const struct grouping_question question = {
        .notice = &notice,
        .now_ns = NOW,
        .groups = groups,
        .groups_count = 3,
        .topology = &topology,
        .nearness = grouping_nearness(&topology, arena, topology_find(&topology, STR("cart")))};
    assert_int_equal(grouping_decide(&question).incident, 29);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_is_who_calls_or_shares),
        cmocka_unit_test(who_is_called_by_the_same_is_not_near),
        cmocka_unit_test(the_rules_hold_in_their_order),
        cmocka_unit_test(an_incident_does_not_grow_for_ever),
        cmocka_unit_test(the_nearest_is_chosen_and_of_equals_the_youngest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
