/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/risk_reasons.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define START_NS (INT64_C(1700000000) * NS_PER_S)
#define DAY_NS (86400 * NS_PER_S)

struct told {
    const char *author, *message, *path, *word;
    uint32_t lines;
    double day; /* since the start */
};

/* Its id is a name of a commit: its number, and letters. */
static void add(struct history *history, struct told told)
{
    struct change_file file = {.path = str_of(told.path), .added = told.lines};
    struct change_word word = {.word = str_of(told.word), .count = 1};
    char id[32];
    snprintf(id, sizeof id, "%07uabc", history->count);
    const struct change change = {.id = str_of(id),
                                  .position = history->count,
                                  .time_ns = START_NS + (int64_t)(told.day * (double)DAY_NS),
                                  .author = str_of(told.author),
                                  .message = str_of(told.message),
                                  .files = &file,
                                  .files_count = told.path ? 1 : 0,
                                  .words = &word,
                                  .words_count = told.word ? 1 : 0};
    struct err err;
    assert_true(history_add(history, &change, &err));
}

/* `count` changes, two a day, of which nothing came back. */
static void add_dull(struct history *history, uint32_t count, double day)
{
    static const char *const authors[] = {"kim", "lee", "max"};
    for (uint32_t i = 0; i < count; i++) {
        char path[32], message[32];
        snprintf(path, sizeof path, "src/part%u.c", i % 9);
        snprintf(message, sizeof message, "part%u: adjust it", i % 9);
        add(history, (struct told){.author = authors[i % 3],
                                   .message = message,
                                   .path = path,
                                   .lines = 5 + i % 7,
                                   .day = day + i / 2.0});
    }
}

/* ---- what came back ---- */

static void fate_is_a_revert_or_a_repair_in_time(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    add(history, (struct told){.author = "kim", .message = "Add a pool", .path = "pool.c"});
    add(history, (struct told){.author = "kim", .message = "Add a cache", .path = "cache.c"});
    add(history, (struct told){.author = "kim", .message = "Add a queue", .path = "queue.c"});
    add(history, (struct told){.author = "kim", .message = "Add a list", .path = "list.c"});
    add(history, (struct told){.author = "kim", .message = "Revert \"Add a pool\"", .day = 1});
    add(history, (struct told){.author = "lee",
                               .message = "Keep order\n\nFixes: 0000001abc (\"Add a cache\")",
                               .day = 2});
    add(history, (struct told){.author = "lee",
                               .message = "More of it\n\nFollow-up to 0000002abc",
                               .day = 3});
    add(history, (struct told){.author = "lee",
                               .message = "Fix the list\n\nIt broke with 0000003abc",
                               .day = HAZARDS_DAYS + 1});
    assert_int_equal(hazards_fate(history, 0, history->count), 4);
    assert_int_equal(hazards_fate(history, 1, history->count), 5);
    /* to be named is not to be repaired */
    assert_int_equal(hazards_fate(history, 2, history->count), HISTORY_NONE);
    /* too late to count */
    assert_int_equal(history->items[3].repaired_by, 7);
    assert_int_equal(hazards_fate(history, 3, history->count), HISTORY_NONE);
    /* not known before it lands */
    assert_int_equal(hazards_fate(history, 0, 4), HISTORY_NONE);
    assert_true(hazards_is_settled(history, 3, history->count));
    assert_false(hazards_is_settled(history, 6, history->count));
    arena_free(arena);
}

/* ---- the walk ---- */

static void nothing_of_later_changes_is_seen(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *short_one = history_new(arena), *long_one = history_new(arena);
    add_dull(short_one, 60, 0);
    add_dull(long_one, 60, 0);
    add(long_one, (struct told){.author = "kim",
                                .message = "Revert it\n\nThis reverts commit 0000050abc.",
                                .path = "src/part5.c",
                                .day = 31});
    add_dull(long_one, 40, 32);
    const struct hazards *less = hazards_measure(arena, short_one, 60);
    const struct hazards *more = hazards_measure(arena, long_one, long_one->count);
    for (uint32_t i = 0; i < 60; i++)
        assert_memory_equal(&less[i], &more[i], sizeof *less);
    arena_free(arena);
}

static void a_history_may_be_empty_or_one_change(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    hazards_measure(arena, history, 0);
    add(history, (struct told){.author = "kim", .message = ""});
    const struct risk *risk = risk_assess(arena, history, 1, risk_model_shipped());
    assert_int_equal(risk->compared, 0);
    assert_float_equal(risk->score, 50.0, 1e-9);
    assert_true(risk->probability > 0.0 && risk->probability < 1.0);
    assert_int_equal(risk->hazards->settled, 0);
    assert_int_equal(risk->hazards->precedent, HISTORY_NONE);
    arena_free(arena);
}

static struct history *history_with_a_bad_day(struct arena *arena)
{
    struct history *history = history_new(arena);
    add_dull(history, 80, 0);
    add(history, (struct told){.author = "max",
                               .message = "lb: shorter upstream timeouts",
                               .path = "lb/upstream.conf",
                               .word = "proxy_read_timeout",
                               .lines = 900,
                               .day = 41});
    add(history, (struct told){.author = "kim",
                               .message = "Revert \"lb: shorter upstream timeouts\"",
                               .path = "lb/upstream.conf",
                               .day = 42});
    add_dull(history, 40, 43);
    return history;
}

static void what_resembles_a_culprit_is_riskier(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_with_a_bad_day(arena);
    add(history, (struct told){.author = "max",
                               .message = "lb: tune upstream timeouts",
                               .path = "lb/upstream.conf",
                               .word = "proxy_read_timeout",
                               .lines = 700,
                               .day = 64});
    add(history, (struct told){.author = "kim",
                               .message = "part3: word a comment",
                               .path = "src/part3.c",
                               .lines = 2,
                               .day = 64});
    const struct risk_model *model = risk_model_shipped();
    const struct risk *all = risk_assess(arena, history, history->count, model);
    const struct risk *risky = &all[history->count - 2], *harmless = &all[history->count - 1];
    assert_true(risky->score > 90.0);
    assert_true(harmless->score < 60.0);
    assert_true(risky->probability > harmless->probability);
    assert_int_equal(risky->hazards->precedent, 80);
    assert_int_equal(risky->hazards->precedent_fate, 81);
    arena_free(arena);
}

static bool is_told(const struct risk_reasons *reasons, const char *words)
{
    for (uint32_t i = 0; i < reasons->count; i++)
        if (str_contains(reasons->items[i].text, str_of(words)))
            return true;
    return false;
}

static bool is_looked_at(const struct risk_looks *looks, enum risk_look what)
{
    for (uint32_t i = 0; i < looks->count; i++)
        if (looks->items[i].what == what)
            return true;
    return false;
}

static void reasons_are_what_can_be_counted(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_with_a_bad_day(arena);
    add(history, (struct told){.author = "max",
                               .message = "lb: tune upstream timeouts",
                               .path = "lb/upstream.conf",
                               .word = "proxy_read_timeout",
                               .lines = 700,
                               .day = 64});
    const struct risk_model *model = risk_model_shipped();
    const struct risk *risk =
        &risk_assess(arena, history, history->count, model)[history->count - 1];
    const struct risk_reasons reasons = risk_explain(arena, history, model, risk);
    assert_true(is_told(&reasons, "it resembles 0000080abc \"lb: shorter upstream timeouts\", "
                                  "which 0000081abc took back; both touch `lb/upstream.conf`; "
                                  "both have "));
    assert_true(is_told(&reasons, "it changes 700 lines in 1 file of 1 folder"));
    assert_true(is_told(&reasons, "1 of 2 earlier changes "));
    const struct risk_looks looks = risk_look(arena, history, NULL, risk);
    assert_true(is_looked_at(&looks, RISK_LOOK_LIMITS));
    assert_true(is_looked_at(&looks, RISK_LOOK_CONFIG));
    assert_false(is_looked_at(&looks, RISK_LOOK_MIGRATION));
    assert_false(is_looked_at(&looks, RISK_LOOK_UNSEEN));
    arena_free(arena);
}

static void owners_are_missed_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *owners;
        bool missed;
    } rows[] = {{"* @max\n", false},
                {"* @Max @org/team\n", false},
                {"* max@example.org\n", false},
                {"* @maxine\n", true},
                {"* @org/team\n", true}};
    struct arena *arena = arena_new("test");
    struct history *history = history_with_a_bad_day(arena);
    const struct risk *all = risk_assess(arena, history, history->count, risk_model_shipped());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct owners *owners = owners_read(arena, str_of(rows[i].owners));
        const struct risk_looks looks = risk_look(arena, history, owners, &all[80]);
        assert_int_equal(is_looked_at(&looks, RISK_LOOK_OWNERS), rows[i].missed);
    }
    arena_free(arena);
}

/* ---- the model ---- */

static void a_model_is_read_or_refused(void **state)
{
    (void)state;
    struct risk_model model;
    struct err err;
    assert_true(risk_model_parse(STR("{\"bias\": -1, \"usual\": 0.5, \"weights\": {\"lines\": 2}}"),
                                 &model, &err));
    assert_float_equal(model.weights[HAZARD_LINES], 2.0, 0.0);
    struct hazards hazards = {.usual = 0.5};
    const double expected = 1.0 / (1.0 + exp(1.0));
    assert_true(fabs(risk_probability(&model, &hazards) - expected) < 1e-12);
    static const char *const wrong[] = {
        "",
        "[]",
        "{\"bias\": 1, \"usual\": 1}",
        "{\"bias\": \"1\", \"usual\": 1, \"weights\": {}}",
        "{\"bias\": 1, \"usual\": 1, \"weights\": {\"luck\": 1}}",
        "{\"bias\": 1, \"usual\": 1, \"weights\": {\"lines\": []}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(risk_model_parse(str_of(wrong[i]), &model, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fate_is_a_revert_or_a_repair_in_time),
        cmocka_unit_test(nothing_of_later_changes_is_seen),
        cmocka_unit_test(a_history_may_be_empty_or_one_change),
        cmocka_unit_test(what_resembles_a_culprit_is_riskier),
        cmocka_unit_test(reasons_are_what_can_be_counted),
        cmocka_unit_test(owners_are_missed_by_name),
        cmocka_unit_test(a_model_is_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
