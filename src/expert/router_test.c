/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/router.h"

#include "base/arena.h"
#include "expert/choose.h"
#include "expert/small.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* ---- the numbers ---- */

#define CHOICE(bias, sure)                                                                         \
    "{\"before\": [" bias ", 0, 2, 0], \"after\": [" bias ", 0, 2, 0, " sure "], "                 \
    "\"right\": 0.5, \"answers\": 9, \"cost_us\": 10, \"money\": 0}"
#define FILE_OF(task) "{\"tasks\": {" task "}}"

static bool parse(const char *text, struct err *err)
{
    static struct router router;
    *err = (struct err){0};
    return router_parse(str_of(text), &router, err);
}

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } cases[] = {
        {"", "line 1"},
        {"{", "line 1"},
        {"[]", "`tasks` is wanted"},
        {"{\"tasks\": {\"a\": {}, \"a\": {}}}", "line 1"},
        {FILE_OF("\"a\": {}"), "a: `choices`"},
        {FILE_OF("\"a\": {\"choices\": {}}"), "a: `choices`"},
        {FILE_OF("\"\": {\"reason\": \"none\"}"), "1 to 47 bytes"},
        {FILE_OF("\"a\": {\"reason\": \"\"}"), "a.reason: a text of 1 to 199 bytes"},
        {FILE_OF("\"a\": {\"choices\": {\"b\": 3}}"), "a: b: `before`"},
        {FILE_OF("\"a\": {\"choices\": {\"b\": " CHOICE("1e9", "0") "}}"), "from -1000 to 1000"},
        {FILE_OF("\"a\": {\"choices\": {\"b\": " CHOICE("NaN", "0") "}}"), "line 1"},
        {FILE_OF("\"a\": {\"choices\": {\"b\": " CHOICE("1", "null") "}}"), "a: b: `after`"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct err err;
        assert_false(parse(cases[i].text, &err));
        assert_int_equal(err.kind, ERR_CORRUPT);
        if (!strstr(err.text, cases[i].told))
            fail_msg("%s: %s", cases[i].text, err.text);
    }
    struct err err;
    assert_true(parse(FILE_OF("\"a\": {\"reason\": \"none\"}"), &err));
}

static void each_task_of_a_small_expert_has_numbers_or_a_reason(void **state)
{
    (void)state;
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *it = (*at)->tasks; it->name; it++) {
            const struct router_task *task = router_task_of(router_shipped(), str_of(it->name));
            if (!task)
                fail_msg("models/router.json says nothing of %s; see train/router.c", it->name);
            const bool has_reason = task->reason[0] != '\0';
            assert_true(has_reason || router_choice_of(task, STR(ROUTER_RULES)));
            assert_true(has_reason || router_choice_of(task, str_of((*at)->name)));
        }
}

static void odds_follow_the_facts(void **state)
{
    (void)state;
    static struct router router;
    struct err err = {0};
    assert_true(router_parse(STR(FILE_OF("\"a\": {\"choices\": {\"b\": " CHOICE("-1", "3") "}}")),
                             &router, &err));
    const struct router_choice *choice =
        router_choice_of(router_task_of(&router, STR("a")), STR("b"));
    struct router_question question = {.sure = NAN};
    assert_true(router_odds(choice, &question) == 0.269); /* 1 / (1 + e) */
    question.rules_speak = true;
    assert_true(router_odds(choice, &question) == 0.731);
    question.sure = 1.0;
    assert_true(router_odds(choice, &question) == 0.982);
    question.sure = 1e300; /* no probability, but it is bounded */
    assert_true(router_odds(choice, &question) == 0.982);
    question.bytes = SIZE_MAX;
    question.candidates = UINT32_MAX;
    assert_true(isfinite(router_odds(choice, &question)));
    assert_true(isnan(router_odds(NULL, &question)));
    assert_null(router_choice_of(router_task_of(&router, STR("a")), STR("c")));
    assert_null(router_task_of(&router, STR("z")));
    assert_null(router_choice_of(NULL, STR("b")));
}

/* ---- who is chosen ---- */

#define LABEL (1u << ABILITY_LABEL)
#define PLAN (1u << ABILITY_PLAN)

static uint32_t chosen(const struct candidate *candidates, uint32_t count, enum ability ability)
{
    return choose(candidates, count, &(struct wanted){.ability = ability, .task = "a"});
}

static void the_cheapest_of_the_best_is_chosen(void **state)
{
    (void)state;
    struct candidate it[] = {
        {.abilities = LABEL, .odds = 0.95, .money = 0.01, .cost_us = 1},
        {.abilities = LABEL, .odds = 0.94, .cost_us = 100}, /* .01 apart, whatever bits say */
        {.abilities = LABEL, .odds = 0.939, .cost_us = 0},
    };
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), 1);
    it[0].forbidden = "may not see logs"; /* then the best is another, and the third within .01 */
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), 2);
    it[2].is_tried = true;
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), 1);
    it[1].failures = FAILURES_MAX;
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), NOBODY);
}

static void of_equal_costs_the_likelier_then_the_first(void **state)
{
    (void)state;
    struct candidate it[] = {{.abilities = LABEL, .odds = 0.90, .cost_us = 10},
                             {.abilities = LABEL, .odds = 0.905, .cost_us = 10},
                             {.abilities = LABEL, .odds = 0.905, .cost_us = 10}};
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), 1);
    it[0].odds = 0.905;
    assert_int_equal(chosen(it, 3, ABILITY_LABEL), 0);
}

static void who_was_not_measured_has_earned_nothing(void **state)
{
    (void)state;
    struct candidate it[] = {{.abilities = LABEL | PLAN, .odds = NAN},
                             {.abilities = LABEL, .odds = 0.2, .cost_us = 1e6}};
    assert_int_equal(chosen(it, 2, ABILITY_LABEL), 1);
    assert_int_equal(chosen(it, 2, ABILITY_PLAN), 0);
    it[1].is_tried = true; /* where nobody else is left */
    assert_int_equal(chosen(it, 2, ABILITY_LABEL), 0);
    it[0].odds = 0.0; /* measured, and never right: still somebody */
    assert_int_equal(chosen(it, 2, ABILITY_LABEL), 0);
    assert_int_equal(chosen(it, 0, ABILITY_LABEL), NOBODY);
}

static void plans_go_by_the_order_of_the_file(void **state)
{
    (void)state;
    struct candidate it[] = {{.abilities = PLAN, .odds = 0.1, .cost_us = 9, .failures = 1},
                             {.abilities = PLAN, .odds = NAN}};
    assert_int_equal(chosen(it, 2, ABILITY_PLAN), 1);
    it[0].failures = 0;
    assert_int_equal(chosen(it, 2, ABILITY_PLAN), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(each_task_of_a_small_expert_has_numbers_or_a_reason),
        cmocka_unit_test(odds_follow_the_facts),
        cmocka_unit_test(the_cheapest_of_the_best_is_chosen),
        cmocka_unit_test(of_equal_costs_the_likelier_then_the_first),
        cmocka_unit_test(who_was_not_measured_has_earned_nothing),
        cmocka_unit_test(plans_go_by_the_order_of_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
