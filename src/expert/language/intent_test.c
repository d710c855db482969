/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/language/intent.h"

#include "base/arena.h"
#include "expert/language/numbers.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void alerts_of_many_systems_say_what_they_mean(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum intent intent;
    } cases[] = {
        {"Response time of the portal is above 3 seconds", INTENT_LATENCY},
        {"ratio of failed requests is 12 %", INTENT_ERRORS},
        {"Disk usage of /export over 95 percent", INTENT_SATURATION},
        {"pods keep restarting in namespace red", INTENT_CRASH},
        {"replica is 400 seconds behind in replication", INTENT_DATABASE},
        {"consumer group is far behind on its topic", INTENT_BACKLOG},
        {"Host is not responding, no data received", INTENT_MISSING},
        {"TLS certificate expires in 5 days", INTENT_CERTIFICATE},
        {"nightly backup job failed", INTENT_JOB},
        {"this is a test notification, please ignore", INTENT_TEST},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct intent_guess guess = intent_of(str_of(cases[i].text));
        if (guess.intent != cases[i].intent)
            print_error("%s: %s\n", cases[i].text, intent_name(guess.intent));
        assert_int_equal(guess.intent, cases[i].intent);
    }
}

static void an_intent_is_a_symptom_where_there_is_one(void **state)
{
    (void)state;
    for (int i = 0; i < SYMPTOMS_COUNT; i++) {
        assert_int_equal(intent_symptom((enum intent)i), i);
        assert_string_equal(intent_name((enum intent)i), symptom_name((enum symptom)i));
    }
    assert_int_equal(intent_symptom(INTENT_JOB), SYMPTOM_UNKNOWN);
}

static void any_bytes_have_an_intent(void **state)
{
    (void)state;
    static const char bytes[] = "\0\xff\xfe{\0}latency\x80";
    const struct intent_guess guess = intent_of((struct str){bytes, sizeof bytes - 1});
    assert_true(guess.intent < INTENTS_COUNT && guess.odds > 0.0 && guess.odds <= 1.0);
    assert_int_equal(intent_of(STR("")).intent, INTENT_UNKNOWN);
}

static void numbers_that_are_wrong_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct language_numbers numbers;
    struct err err = {0};
    assert_false(language_numbers_read(arena, STR("{}"), &numbers, &err));
    assert_false(language_numbers_read(arena, STR("{"), &numbers, &err));
    assert_int_equal(err.kind, ERR_CORRUPT);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alerts_of_many_systems_say_what_they_mean),
        cmocka_unit_test(an_intent_is_a_symptom_where_there_is_one),
        cmocka_unit_test(any_bytes_have_an_intent),
        cmocka_unit_test(numbers_that_are_wrong_are_refused),
    };
    return cmocka_run_group_tests_name("intent", tests, NULL, NULL);
}
