/* SPDX-License-Identifier: Apache-2.0 */
/* What a model is shown, what becomes of its answers, and what is counted. No network. */
#include "eval/suite/exam.h"

#include "eval/suite/card.h"
#include "expert/expert_for_tests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define SAYS(letter)                                                                               \
    OPENAI_REPLY("\"{\\\"answer\\\":\\\"" letter "\\\",\\\"why\\\":\\\"so \\\\\\\"it\\\\\\\" "     \
                 "is\\\"}\"")

static const struct exam_question question = {
    .id = STR("q"),
    .kind = STR("choice"),
    .text = STR("Which one?"),
    .options = {STR("zero"), STR("one"), STR("two"), STR("three, and more")},
    .right = 2};

static struct exam_answer ask(const char *more, const char *const *replies, uint32_t count,
                              uint32_t turn)
{
    struct desk *desk = desk_new("openai", more, replies, count);
    return exam_ask(desk->panel, desk->arena, &question, turn);
}

/* Keeps what it was sent, and answers A. */
static bool keep(void *state, struct arena *arena, const struct request *request,
                 int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)timeout_ns, (void)err;
    *(struct str *)state = str_copy(arena, request->body);
    out->status = 200;
    out->body = STR("{\"choices\":[{\"message\":{\"content\":\"{\\\"answer\\\":\\\"A\\\","
                    "\\\"why\\\":\\\"\\\"}\"}}]}");
    return true;
}

static void options_are_turned(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct str sent = {0};
    struct desk *desk = desk_with("openai", "", (struct transport){keep, &sent}, arena);
    struct exam_answer answer = exam_ask(desk->panel, arena, &question, 0);
    assert_true(answer.is_there && answer.letter == 0 && answer.option == 0);
    assert_true(str_contains(sent, STR("\\\"A\\\":\\\"zero\\\",\\\"B\\\":\\\"one\\\"")));
    answer = exam_ask(desk->panel, arena, &question, 2);
    assert_true(answer.is_there && answer.letter == 0 && answer.option == 2);
    assert_true(str_contains(sent, STR("\\\"A\\\":\\\"two\\\",\\\"B\\\":\\\"three, and more\\\","
                                       "\\\"C\\\":\\\"zero\\\"")));
    arena_free(arena);
}

static void a_letter_is_an_option(void **state)
{
    (void)state;
    const char *const replies[] = {SAYS("D")};
    const struct exam_answer answer = ask("", replies, 1, 2);
    assert_true(answer.is_there);
    assert_int_equal(answer.letter, 3);
    assert_int_equal(answer.option, 1);
    assert_string_equal(answer.why.ptr, "so \"it\" is");
}

static void what_is_no_answer_is_none(void **state)
{
    (void)state;
    static const char *const replies[][2] = {
        {SAYS("E"), SAYS("a")},
        {OPENAI_REPLY("\"{}\""), OPENAI_REPLY("\"A\"")},
        {OPENAI_REPLY("\"{\\\"answer\\\":0}\""), OPENAI_REPLY("\"[]\"")},
        {"HTTP 401\n\n", "HTTP 401\n\n"},
    };
    for (size_t i = 0; i < COUNT_OF(replies); i++) {
        const struct exam_answer answer = ask("", replies[i], 2, 0);
        assert_false(answer.is_there);
        assert_true(str_starts(answer.why, STR("no answer: ")));
    }
    assert_false(ask("", NULL, 0, 0).is_there); /* nobody there */
    const char *const good[] = {SAYS("C")};
    assert_false(ask("limits: {tokens: 10}\n", good, 1, 0).is_there);
    assert_false(ask("abilities: [rank]\n", good, 1, 0).is_there);
    const char *const second[] = {SAYS("E"), SAYS("C")};
    assert_int_equal(ask("", second, 2, 0).option, 2); /* its mistake was shown to it */
}

static void odds_are_taken_where_they_are_told(void **state)
{
    (void)state;
    const char *const replies[] = {
        "HTTP 200\n\n{\"choices\":[{\"message\":{\"content\":\"A\"},\"logprobs\":{\"content\":[{"
        "\"top_logprobs\":[{\"token\":\"A\",\"logprob\":-3.0},{\"token\":\"C\",\"logprob\":-0.5},"
        "{\"token\":\"x\",\"logprob\":-0.1}]}]}}]}"};
    const struct exam_answer answer = ask("odds: true\n", replies, 1, 0);
    assert_true(answer.is_there);
    assert_int_equal(answer.option, 2);
    assert_string_equal(answer.why.ptr, "probability 0.61");
}

/* ---- counting ---- */

static struct panel *panel;

static bool run_three(struct task_run *run, struct err *err)
{
    struct exam_question items[4] = {question, question, question, question};
    for (uint32_t i = 0; i < 4; i++)
        items[i].text = str_printf(run->arena, "Which one, %u?", i); /* none is asked twice */
    items[1].kind = STR("scenario");
    const struct exam_questions all = {.items = items, .count = 4};
    return exam_put(run, &all, "choice", &(struct examinee){.panel = panel}, err);
}

static void answers_that_do_not_come_are_wrong(void **state)
{
    (void)state;
    const char *const replies[] = {SAYS("C"), SAYS("A")}; /* nobody answers the third */
    struct desk *desk = desk_new("openai", "", replies, COUNT_OF(replies));
    static const struct task_place nowhere;
    static const struct task three = {.name = "three",
                                      .summary = "s",
                                      .measure = "m",
                                      .source = "here",
                                      .minds = MINDS_ALL,
                                      .run = run_three};
    panel = desk->panel;
    const struct card card = card_measure(desk->arena, &three, &nowhere, MIND_MODEL);
    assert_int_equal(card.entries_count, 4);
    assert_int_equal(card.entries[0].items, 3);
    assert_true(fabs(card.entries[0].score - 2.0 / 3.0) < 1e-12);
    assert_string_equal(card.entries[1].who.ptr, "chance");
    assert_true(fabs(card.entries[1].score - 0.25) < 1e-12);
    assert_true(fabs(card.entries[2].score) < 1e-12); /* the longest is the last one */
    assert_int_equal(card.notes_count, 4);
    assert_string_equal(card.notes[0].text.ptr, "C: so \"it\" is");
    assert_true(str_starts(card.notes[2].text, STR("no answer: ")));
    assert_string_equal(card.notes[3].text.ptr,
                        "A 1, B 0, C 1, D 0, right 1 of 2 in the order of the file, 1 of 1 turned");
    arena_free(desk->arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_turned),
        cmocka_unit_test(a_letter_is_an_option),
        cmocka_unit_test(what_is_no_answer_is_none),
        cmocka_unit_test(odds_are_taken_where_they_are_told),
        cmocka_unit_test(answers_that_do_not_come_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
