/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/explain.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define NOON_NS (INT64_C(1764072000) * NS_PER_S)

/* Change `number` of a dull history: one an hour, each about something else. */
static void add(struct history *history, uint32_t number, const char *message, const char *path)
{
    struct change_file file = {.path = str_of(path), .added = 3, .removed = 1};
    char id[32], author[8];
    snprintf(id, sizeof id, "%07xabc", number);
    snprintf(author, sizeof author, "a%u", number % 7);
    const struct change change = {.id = str_of(id),
                                  .position = number,
                                  .time_ns = NOON_NS + number * 3600 * NS_PER_S,
                                  .author = str_of(author),
                                  .message = str_of(message),
                                  .files = &file,
                                  .files_count = 1};
    struct err err;
    assert_true(history_add(history, &change, &err));
}

static void add_dull(struct history *history, uint32_t from, uint32_t to)
{
    char message[64], path[64];
    for (uint32_t i = from; i < to; i++) {
        snprintf(message, sizeof message, "topic%u: adjust part %u", i % 11, i);
        snprintf(path, sizeof path, "src/topic%u/part%u.c", i % 11, i);
        add(history, i, message, path);
    }
}

static struct history *history_with_culprit(struct arena *arena)
{
    struct history *history = history_new(arena);
    add_dull(history, 0, 60);
    add(history, 60, "lb: shorter upstream timeouts", "lb/upstream.conf");
    add_dull(history, 61, 90);
    return history;
}

static const char symptom[] = "gateway answers 504, upstream timeout at lb/upstream.conf:12";

static struct question ask(const struct history *history, const struct clues *clues, uint32_t to)
{
    return (struct question){
        .history = history, .to = to, .at_ns = NOON_NS + 90 * 3600 * NS_PER_S, .clues = clues};
}

static void the_culprit_is_named_with_its_reasons(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct history *history = history_with_culprit(arena);
    const struct clues clues = clues_read(arena, str_of(symptom));
    const struct question question = ask(history, &clues, history->count);
    const struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    assert_int_equal(ranking.items[0].number, 60);
    assert_int_equal(ranking.candidates, 90);
    double sum = 0.0;
    for (uint32_t i = 0; i < ranking.count; i++)
        sum += ranking.items[i].probability;
    assert_true(sum > 0.999 && sum < 1.001);

    const struct reasons reasons =
        explain(arena, &question, &ranking, ranker_shipped(), &ranking.items[0]);
    bool words = false, places = false;
    for (uint32_t i = 0; i < reasons.count; i++) {
        words |= strstr(reasons.items[i].text.ptr, "`upstream`") != NULL;
        places |=
            strstr(reasons.items[i].text.ptr, "`lb/upstream.conf`, named in the alert") != NULL;
    }
    assert_true(words && places);
    arena_free(arena);
}

static void what_lands_later_changes_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_with_culprit(arena);
    const struct clues clues = clues_read(arena, str_of(symptom));
    const struct question before = ask(history, &clues, 80);
    const struct signs *then = signs_measure(arena, &before);
    add(history, 90, "Revert \"lb: shorter upstream timeouts\"", "lb/upstream.conf");
    add(history, 91, "Fix what 000003cabc did: upstream timeout", "lb/upstream.conf");
    const struct question after = ask(history, &clues, 80);
    const struct signs *now = signs_measure(arena, &after);
    assert_memory_equal(then, now, 80 * sizeof *then);
    assert_int_equal(history->items[60].reverted_by, 90);
    const struct question known = ask(history, &clues, 92);
    assert_true(signs_measure(arena, &known)[60].of[SIGN_REVERTED] == 1.0);
    arena_free(arena);
}

static void few_candidates_and_none_are_ranked_too(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    const struct clues clues = clues_read(arena, STR(""));
    struct question question = question_at(history, NOON_NS, &clues);
    struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    assert_int_equal(ranking.count, 0);
    assert_false(ranking.named);
    add_dull(history, 0, 1);
    question = question_at(history, NOON_NS, &clues);
    ranking = ranking_make(arena, &question, ranker_shipped());
    assert_int_equal(ranking.count, 1);
    assert_true(ranking.items[0].probability > 0.999);
    question = question_at(history, NOON_NS - 1, &clues);
    assert_int_equal(question.to, 0);
    arena_free(arena);
}

static void a_model_of_another_program_is_refused(void **state)
{
    (void)state;
    struct ranker ranker;
    struct err err;
    assert_true(
        ranker_parse(STR("{\"name_at_least\": 0.5, \"weights\": {\"text\": 2}}"), &ranker, &err));
    assert_true(ranker.weights[SIGN_TEXT] == 2.0);
    static const char *const wrong[] = {"", "[]", "{\"weights\": {}}",
                                        "{\"name_at_least\": 0.5, \"weights\": {\"smell\": 2}}",
                                        "{\"name_at_least\": 0.5, \"weights\": {\"text\": \"2\"}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(ranker_parse(str_of(wrong[i]), &ranker, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_culprit_is_named_with_its_reasons),
        cmocka_unit_test(what_lands_later_changes_nothing),
        cmocka_unit_test(few_candidates_and_none_are_ranked_too),
        cmocka_unit_test(a_model_of_another_program_is_refused),
    };
    return cmocka_run_group_tests_name("ranking", tests, NULL, NULL);
}
