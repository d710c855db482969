/* SPDX-License-Identifier: Apache-2.0 */
/* Panels that go by numbers made by hand: who is asked, and what is told of that. */
#include "expert/panel.h"

#include "expert/expert_for_tests.h"
#include "expert/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ONE "experts:\n  cloud: {kind: openai, url: \"https://cloud.example\", model: big}\n"

/* Log-odds 3 are .953, 2 are .881, -2 are .119. */
#define CHOICE(name, before, after, cost)                                                          \
    "\"" name "\": {\"before\": [" before ", 0, 0, 0], \"after\": [" after                         \
    ", 0, 0, 0, 0], \"right\": 0.5, \"answers\": 9, \"cost_us\": " cost ", \"money\": 0}"
#define NUMBERS(choices) "{\"tasks\": {\"name_exception\": {\"choices\": {" choices "}}}}"

struct world {
    struct desk *desk;
    uint32_t exchanges;
};

static bool exchange(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err)
{
    const char *reply = OPENAI_REPLY("\"{\\\"cause\\\":\\\"cloud\\\"}\"");
    ((struct world *)state)->exchanges++;
    const struct transport tape = tape_of(arena, &reply, 1);
    return tape.exchange(tape.state, arena, request, timeout_ns, out, err);
}

static struct world *world_of(const char *yaml, const char *numbers)
{
    static struct router router;
    struct err err = {0};
    struct arena *arena = arena_new("test");
    struct world *world = arena_push(arena, struct world);
    world->exchanges = 0;
    world->desk = desk_of(arena, yaml, (struct transport){exchange, world});
    assert_true(router_parse(str_of(numbers), &router, &err));
    panel_set_router(world->desk->panel, &router);
    return world;
}

static bool accept_cause(void *state, const json_t *answer, struct err *mistake)
{
    (void)state;
    return json_is_string(json_object_get(answer, "cause")) ||
           err_set(mistake, ERR_PROTOCOL, "there is no `cause`");
}

/* Who answered, and what is told of it: "code (right with 0.953, ...)". */
static const char *asked(struct world *world, enum rules rules, struct err *err)
{
    const struct brief brief = {.ability = ABILITY_LABEL,
                                .task = "name_exception",
                                .instructions = STR("Name it."),
                                .material = STR("{\"text\": \"Connection refused\"}"),
                                .schema = STR("{\"type\":\"object\"}"),
                                .rules = rules};
    *err = (struct err){0};
    const bool ok =
        panel_ask(world->desk->panel, world->desk->arena, &brief, accept_cause, NULL, err);
    const struct consultation *it = panel_consultations(world->desk->panel);
    while (it->next)
        it = it->next;
    return str_printf(world->desk->arena, "%s %.*s (%.*s)", ok ? "answer of" : "none but of",
                      STR_ARG(it->expert), STR_ARG(it->because))
        .ptr;
}

static void check(const char *yaml, const char *numbers, enum rules rules, const char *want,
                  uint32_t exchanges)
{
    struct err err;
    struct world *world = world_of(yaml, numbers);
    assert_string_equal(asked(world, rules, &err), want);
    assert_int_equal(world->exchanges, exchanges);
    arena_free(world->desk->arena);
}

static void a_model_that_was_not_measured_comes_after_a_small_one(void **state)
{
    (void)state;
    check(ONE, NUMBERS(CHOICE("code", "2", "2", "10")), RULES_NONE,
          "answer of code (right with 0.881, `cloud` was not measured)", 0);
    check(ONE, "{\"tasks\": {}}", RULES_NONE, "answer of cloud ()", 1); /* nor the small one */
}

static void a_model_that_was_measured_to_be_better_is_asked(void **state)
{
    (void)state;
    check(ONE, NUMBERS(CHOICE("code", "2", "2", "10") "," CHOICE("cloud", "3", "3", "1000")),
          RULES_NONE, "answer of cloud (right with 0.953, `code` with 0.881)", 1);
    check(ONE, NUMBERS(CHOICE("code", "3", "3", "10") "," CHOICE("cloud", "3", "3", "1000")),
          RULES_NONE, "answer of code (right with 0.953, `cloud` with 0.953)", 0);
    check(ONE "policy: {default: none}\n",
          NUMBERS(CHOICE("code", "2", "2", "10") "," CHOICE("cloud", "3", "3", "1000")), RULES_NONE,
          "answer of code (right with 0.881, `cloud` may not see changes)", 0);
}

static void rules_that_are_as_good_are_kept_to(void **state)
{
    (void)state;
    struct err err;
    const char *numbers =
        NUMBERS(CHOICE("rules", "2", "2", "0") "," CHOICE("code", "2", "2", "10"));
    struct world *world = world_of(ONE, numbers);
    assert_string_equal(
        asked(world, RULES_SPEAK, &err),
        "none but of rules (right with 0.881, `code` with 0.881, `cloud` was not measured)");
    assert_non_null(strstr(err.text, "the rules are right with 0.881"));
    arena_free(world->desk->arena);
    check(ONE, numbers, RULES_NONE, "answer of code (right with 0.881, `cloud` was not measured)",
          0); /* who asks has none */
}

static void how_sure_the_small_one_is_may_change_it(void **state)
{
    (void)state;
    check(ONE,
          NUMBERS(CHOICE("rules", "-2", "2", "0") "," CHOICE("code", "2", "-2", "10") "," CHOICE(
              "cloud", "-2", "3", "1000")),
          RULES_SILENT, "answer of cloud (right with 0.953, `code` with 0.119, `rules` with 0.881)",
          1);
    check(ONE, NUMBERS(CHOICE("rules", "-2", "2", "0") "," CHOICE("code", "2", "-2", "10")),
          RULES_SILENT,
          "none but of rules (right with 0.881, `code` with 0.119, `cloud` was not measured)", 0);
}

static void a_model_called_as_one_of_ours_has_not_earned_its_numbers(void **state)
{
    (void)state;
    check("experts:\n  code: {kind: openai, url: \"https://cloud.example\", model: big}\n",
          NUMBERS(CHOICE("code", "2", "2", "10")), RULES_NONE,
          "answer of code (right with 0.881, `code` was not measured)", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_model_that_was_not_measured_comes_after_a_small_one),
        cmocka_unit_test(a_model_that_was_measured_to_be_better_is_asked),
        cmocka_unit_test(rules_that_are_as_good_are_kept_to),
        cmocka_unit_test(how_sure_the_small_one_is_may_change_it),
        cmocka_unit_test(a_model_called_as_one_of_ours_has_not_earned_its_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
