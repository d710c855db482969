/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of small.h. What the encoder says is tested in sentence_test.c. */
#include "expert/language/language.h"

#include "base/arena.h"
#include "expert/small.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena *test_arena;

static int begin(void **state)
{
    (void)state;
    test_arena = arena_new("test");
    return unsetenv("WARROOM_ENCODER");
}

static int end(void **state)
{
    (void)state;
    arena_free(test_arena);
    return 0;
}

static bool ask(const char *task, const char *material, struct opinion *out, struct err *err)
{
    const struct brief brief = {.task = task, .material = str_of(material)};
    *err = (struct err){0};
    return small_infer(small_expert_find(STR("language")), &brief, test_arena, out, err);
}

static void an_intent_is_told_with_its_symptom(void **state)
{
    (void)state;
    struct opinion opinion;
    struct err err;
    const struct small_expert *expert = small_expert_find(STR("language"));
    assert_true(ask("name_intent", expert->tasks[0].material, &opinion, &err));
    json_t *answer = json_loadb(opinion.text.ptr, opinion.text.len, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(answer, "intent")), "latency");
    assert_string_equal(json_string_value(json_object_get(answer, "symptom")), "latency");
    assert_true(json_number_value(json_object_get(answer, "odds")) > 0.5);
    json_decref(answer);
}

static void without_weights_it_says_where_they_come_from(void **state)
{
    (void)state;
    struct opinion opinion;
    struct err err;
    assert_false(ask("embed", "{\"texts\": [\"a\"]}", &opinion, &err));
    assert_non_null(strstr(err.text, "make encoder"));
    assert_false(ask("likeness", "{\"left\": \"a\", \"right\": \"b\"}", &opinion, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *task, *material;
    } wrong[] = {{"name_intent", "{"},
                 {"name_intent", "[]"},
                 {"name_intent", "{\"text\": 3}"},
                 {"likeness", "{\"left\": \"a\"}"},
                 {"embed", "{\"texts\": [1]}"},
                 {"embed", "{}"},
                 {"sing", "{}"},
                 {NULL, "{}"}};
    struct opinion opinion;
    struct err err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(ask(wrong[i].task, wrong[i].material, &opinion, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

static void the_card_says_what_it_was_learned_from(void **state)
{
    (void)state;
    const struct str text = small_expert_find(STR("language"))->card();
    json_t *card = json_loadb(text.ptr, text.len, 0, NULL);
    static const char *const members[] = {"name", "version", "data",  "seed",
                                          "size", "scores",  "limits"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        assert_non_null(json_object_get(card, members[i]));
    json_decref(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_intent_is_told_with_its_symptom),
        cmocka_unit_test(without_weights_it_says_where_they_come_from),
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(the_card_says_what_it_was_learned_from),
    };
    return cmocka_run_group_tests_name("language", tests, begin, end);
}
