// SPDX-License-Identifier: Apache-2.0
#include "journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct kind *shoppers(void)
{
    return kind_find("shoppers");
}

/* Walks a journey to its end, with the answers of a shop that works; writes its requests. */
static void walk(struct journey *journey, char *out, size_t size)
{
    bool goes_on = true;
    out[0] = '\0';
    for (unsigned step = 0; goes_on; step++) {
        char target[400];
        assert_true(step < JOURNEY_STEPS_MAX);
        journey_request(journey, shoppers(), target, sizeof target);
        strncat(out, target, size - strlen(out) - 2);
        strcat(out, "\n");
        const char body[] = "{\"token\": \"t\", \"total_cents\": 1234}";
        goes_on = journey_answer(journey, 200, body, sizeof body - 1);
    }
}

static void the_same_dice_make_the_same_journey(void **state)
{
    (void)state;
    unsigned short one[3] = {1, 2, 3};
    unsigned short two[3] = {1, 2, 3};
    char first[8000];
    char second[8000];
    for (int i = 0; i < 50; i++) {
        struct journey a;
        struct journey b;
        journey_begin(&a, shoppers(), one);
        journey_begin(&b, shoppers(), two);
        walk(&a, first, sizeof first);
        walk(&b, second, sizeof second);
        assert_string_equal(first, second);
    }
}

/* The first journey of a buyer. */
static struct journey buyer(void)
{
    unsigned short dice[3] = {4, 5, 6};
    struct journey journey;
    do
        journey_begin(&journey, shoppers(), dice);
    while (journey.count < 3 || journey.steps[journey.count - 2] != STEP_CHECKOUT);
    return journey;
}

static void a_buyer_pays_what_the_cart_has_shown(void **state)
{
    (void)state;
    struct journey journey = buyer();
    char requests[8000];
    walk(&journey, requests, sizeof requests);
    assert_non_null(strstr(requests, "/login?"));
    assert_non_null(strstr(requests, "/checkout?total=1234\n"));
    assert_string_equal(journey.token, "t");
}

static void who_cannot_log_in_leaves(void **state)
{
    (void)state;
    struct journey journey = buyer();
    while (journey.steps[journey.next] != STEP_LOGIN)
        assert_true(journey_answer(&journey, 500, NULL, 0)); /* a page that fails is clicked past */
    assert_false(journey_answer(&journey, 401, "{}", 2));
    assert_string_equal(journey.token, "");
}

static void an_answer_may_be_anything(void **state)
{
    (void)state;
    struct journey journey = buyer();
    while (journey.steps[journey.next] != STEP_LOGIN)
        journey_answer(&journey, 200, "\xff\x00{", 3);
    assert_true(journey_answer(&journey, 200, "[1]", 3));
    assert_string_equal(journey.token, "");
}

static void a_feed_asks_for_much(void **state)
{
    (void)state;
    unsigned short dice[3] = {7, 8, 9};
    struct journey journey;
    char target[400];
    journey_begin(&journey, kind_find("feed"), dice);
    journey_request(&journey, kind_find("feed"), target, sizeof target);
    assert_non_null(strstr(target, "limit=200"));
    assert_string_equal(journey.client, "partner-feed/1.3");
    assert_null(kind_find("nobody"));
}

static void a_sync_logs_in_for_each_thing(void **state)
{
    (void)state;
    unsigned short dice[3] = {7, 8, 9};
    struct journey journey;
    char requests[8000];
    journey_begin(&journey, kind_find("sync"), dice);
    assert_string_equal(journey.client, "partner-sync/2.1");
    walk(&journey, requests, sizeof requests);
    const char *first = strstr(requests, "/login?");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "/login?"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_dice_make_the_same_journey),
        cmocka_unit_test(a_buyer_pays_what_the_cart_has_shown),
        cmocka_unit_test(who_cannot_log_in_leaves),
        cmocka_unit_test(an_answer_may_be_anything),
        cmocka_unit_test(a_feed_asks_for_much),
        cmocka_unit_test(a_sync_logs_in_for_each_thing),
    };
    return cmocka_run_group_tests_name("journey", tests, NULL, NULL);
}
