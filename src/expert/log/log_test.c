/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/small.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static bool ask(struct arena *arena, const char *task, struct str material, struct opinion *out)
{
    struct err err = {0};
    const struct small_expert *expert = small_expert_find(STR("log"));
    assert_non_null(expert);
    const struct brief brief = {.ability = ABILITY_LABEL, .task = task, .material = material};
    const bool ok = small_infer(expert, &brief, arena, out, &err);
    assert_true(ok || (err.kind == ERR_USAGE && err.text[0] != '\0'));
    return ok;
}

/* As the contract of a small expert has it: its own examples are answered, each time the same. */
static void examples_are_answered(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct small_expert *expert = small_expert_find(STR("log"));
    struct opinion opinion, again;
    for (const struct small_task *task = expert->tasks; task->name; task++) {
        assert_true(ask(arena, task->name, str_of(task->material), &opinion));
        assert_true(ask(arena, task->name, str_of(task->material), &again));
        assert_true(str_eq(opinion.text, again.text));
        json_t *json = json_loadb(opinion.text.ptr, opinion.text.len, 0, NULL);
        json_t *example = json_loads(task->answer, 0, NULL);
        const char *name;
        json_t *value;
        assert_non_null(json);
        json_object_foreach(example, name, value)
            assert_int_equal(json_typeof(json_object_get(json, name)), json_typeof(value));
        json_decref(json);
        json_decref(example);
    }
    arena_free(arena);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct opinion opinion;
    assert_false(ask(arena, "judge_template", STR(""), &opinion));
    assert_false(ask(arena, "judge_template", STR("{\"template\": 5}"), &opinion));
    assert_false(ask(arena, "find_entities", STR("[]"), &opinion));
    assert_false(
        ask(arena, "next_template", STR("{\"reference\": [1], \"recent\": []}"), &opinion));
    assert_false(ask(arena, "write_poem", STR("{}"), &opinion));
    assert_false(ask(arena, NULL, STR("{}"), &opinion));
    assert_true(ask(arena, "judge_template", STR("{\"template\": \"\"}"), &opinion));
    assert_true(
        ask(arena, "find_entities", STR("{\"line\": \"a\\u00e9 \\ud83d\\ude00\"}"), &opinion));
    assert_true(
        ask(arena, "next_template", STR("{\"reference\": [], \"recent\": [\"a\"]}"), &opinion));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_answered),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("log expert", tests, NULL, NULL);
}
