/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models in an investigation: what they were asked is in its report and in its journal, and a
 * replay, in which nobody is asked, gives the same bytes.
 */
#include "engine/investigate.h"

#include "director/shipped.h"
#include "expert/expert_for_tests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define INCIDENT "examples/incidents/checkout-errors"

static bool accept_any(void *state, const json_t *answer, struct err *mistake)
{
    (void)state, (void)answer, (void)mistake;
    return true;
}

/* One question that is answered, of whose answer a sentence is refused; and one that is not. */
static void consult(void *state, struct panel *panel, struct casefile *casefile)
{
    uint32_t *calls = state;
    struct err err;
    const struct brief first = {.ability = ABILITY_EXPLAIN,
                                .task = "tell",
                                .material = STR("{\"n\":1}"),
                                .schema = STR("{}")};
    struct brief second = first;
    second.material = STR("{\"n\":2}");
    ++*calls;
    assert_non_null(casefile->hypotheses); /* the verdict stands */
    assert_true(panel_ask(panel, casefile->arena, &first, accept_any, NULL, &err));
    panel_refuse(panel, 1);
    assert_false(panel_ask(panel, casefile->arena, &second, accept_any, NULL, &err));
}

static bool keep_line(void *state, struct str line)
{
    buf_add(state, line);
    return true;
}

static struct str rendered(struct arena *arena, const struct report *report, const char *form)
{
    struct buf out = buf_new(arena);
    renderer_find(str_of(form))->render(report, &out);
    return buf_str(&out);
}

struct told {
    struct str json, text, journal;
};

static struct told tell(struct arena *arena, const struct report *report, struct buf *journal)
{
    const struct told told = {.json = rendered(arena, report, "json"),
                              .text = rendered(arena, report, "text"),
                              .journal = buf_str(journal)};
    casefile_close((struct casefile *)(uintptr_t)report->casefile);
    return told;
}

static struct told investigated(struct arena *arena, struct panel *panel, uint32_t *calls)
{
    struct library library;
    struct buf problems = buf_new(arena), journal = buf_new(arena);
    struct report report;
    struct err err = {0};
    assert_true(shipped_library(arena, NULL, &library, &problems, &err));
    const struct investigation how = {.clock = clock_system(),
                                      .direction = {.library = &library},
                                      .panel = panel,
                                      .consult = panel ? consult : NULL,
                                      .consult_state = calls,
                                      .journal = {.state = &journal, .write = keep_line}};
    if (!investigate(arena, STR(INCIDENT), &how, &report, &err))
        fail_msg("%s", err.text);
    return tell(arena, &report, &journal);
}

static struct told replayed(struct arena *arena, struct str text)
{
    FILE *file = fmemopen((void *)(uintptr_t)text.ptr, text.len, "r");
    struct reader *reader;
    struct replay *replay;
    struct report report;
    struct buf journal = buf_new(arena);
    struct err err = {0};
    if (!reader_open(arena, file, STR("j"), &reader, &err) ||
        !replay_new(arena, reader, &replay, &err) ||
        !investigate_again(arena, replay, &report, &err))
        fail_msg("%s", err.text);
    const struct divergence *first = replay_divergences(replay);
    if (first)
        fail_msg("%.*s", STR_ARG(first->text));
    fclose(file);
    return tell(arena, &report, &journal);
}

static void a_replay_has_the_consultations_and_asks_nobody(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    static const char *const replies[] = {OPENAI_REPLY("\"{}\""), "HTTP 401\n\n"};
    struct desk *desk = desk_with("openai", "", tape_of(arena, replies, 2), arena);
    uint32_t calls = 0;
    const struct told first = investigated(arena, desk->panel, &calls);
    assert_int_equal(calls, 1);
    assert_true(str_contains(first.text, STR("MODELS THAT WERE ASKED")));
    assert_true(str_contains(first.text, STR("without 1 sentence")));
    assert_true(str_contains(first.text, STR("HTTP 401")));
    assert_true(str_contains(first.journal, STR("\"experts\":\"m\"")));
    assert_true(str_contains(first.journal, STR("{\"type\":\"consulted\"")));
    const struct told again = replayed(arena, first.journal);
    assert_string_equal(again.json.ptr, first.json.ptr);
    assert_string_equal(again.text.ptr, first.text.ptr);
    assert_int_equal(panel_bill(desk->panel).questions, 2);
    arena_free(arena);
}

static void without_models_there_is_no_word_of_them(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct told told = investigated(arena, NULL, NULL);
    assert_false(str_contains(told.text, STR("MODELS")));
    assert_false(str_contains(told.json, STR("\"models\"")));
    assert_false(str_contains(told.journal, STR("consult")));
    assert_false(str_contains(told.journal, STR("\"experts\"")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_replay_has_the_consultations_and_asks_nobody),
        cmocka_unit_test(without_models_there_is_no_word_of_them),
    };
    return cmocka_run_group_tests_name("world", tests, NULL, NULL);
}
