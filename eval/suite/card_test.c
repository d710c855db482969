/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/page.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Tasks of its own: those of the program want data. */
static bool run_hundred(struct task_run *run, struct err *err)
{
    (void)err;
    for (int i = 0; i < 100; i++) {
        task_add(run, "chance", STR("x"), &(double){i % 2}, 1);
        task_add(run, TASK_US, STR("x"), &(double){i % 10 != 0}, 1);
    }
    task_note(run, STR("x"), STR("why \"so\""));
    return true;
}

static bool run_none(struct task_run *run, struct err *err)
{
    (void)run, (void)err;
    return true;
}

static bool run_missing(struct task_run *run, struct err *err)
{
    (void)run;
    return err_set(err, ERR_NOT_FOUND, "no \"such\" data");
}

/* F1 of true positives, predicted and actual ones. */
static double f1(const double *sums, uint32_t items)
{
    (void)items;
    return 2.0 * sums[0] / (sums[1] + sums[2]);
}

static bool run_f1(struct task_run *run, struct err *err)
{
    (void)err;
    for (int i = 0; i < 30; i++)
        task_add(run, TASK_US, STR("x"), (const double[]){1, 1, 1}, 3);
    for (int i = 0; i < 10; i++)
        task_add(run, TASK_US, STR("x"), (const double[]){0, 1, 0}, 3);
    return true;
}

static const struct task hundred = {.name = "hundred",
                                    .category = CATEGORY_LOGS,
                                    .summary = "s",
                                    .measure = "m",
                                    .source = "here",
                                    .minds = MINDS_ALL,
                                    .run = run_hundred};

static struct card measure(struct arena *arena, bool (*run)(struct task_run *, struct err *),
                           double (*score)(const double *, uint32_t))
{
    static const struct task_place nowhere;
    struct task *task = arena_push(arena, struct task);
    *task = hundred;
    task->run = run;
    task->score = score;
    return card_measure(arena, task, &nowhere, MIND_SMALL);
}

static void ours_comes_first_with_its_interval(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct card card = measure(arena, run_hundred, NULL);
    assert_int_equal(card.entries_count, 2);
    assert_ptr_equal(card_ours(&card), &card.entries[0]);
    assert_true(fabs(card.entries[0].score - 0.9) < 1e-12);
    /* of 100 at .9: 1.96 * sqrt(.09 / 100) = .059 to either side */
    assert_true(fabs(card.entries[0].low - 0.84) < 0.02);
    assert_true(fabs(card.entries[0].high - 0.955) < 0.02);
    assert_true(fabs(card.entries[1].score - 0.5) < 1e-12);
    assert_true(card.entries[1].items == 100);
    arena_free(arena);
}

static void scores_come_of_sums(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct card card = measure(arena, run_f1, f1);
    assert_true(fabs(card.entries[0].score - 60.0 / 70.0) < 1e-12);
    assert_true(card.entries[0].low < card.entries[0].score);
    arena_free(arena);
}

static void what_could_not_be_measured_says_so(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct card none = measure(arena, run_none, NULL),
                      missing = measure(arena, run_missing, NULL);
    assert_string_equal(none.failure.ptr, "it has no items");
    assert_string_equal(missing.failure.ptr, "no \"such\" data");
    assert_null(card_ours(&missing));
    struct card cards[] = {none, missing};
    const struct sheet sheet = {.arena = arena, .cards = cards, .count = 2, .version = "1"};
    assert_true(isnan(sheet_category(&sheet, CATEGORY_LOGS, MIND_SMALL).score));
    struct buf page = buf_new(arena), text = buf_new(arena);
    sheet_page(&sheet, &page);
    sheet_text(&sheet, &text);
    assert_non_null(strstr(buf_str(&page).ptr, "not measured: no &quot;such&quot; data"));
    assert_non_null(strstr(buf_str(&text).ptr, "not measured: no \"such\" data"));
    arena_free(arena);
}

static void a_card_reads_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct card card = measure(arena, run_hundred, NULL);
    struct buf json = buf_new(arena), again = buf_new(arena);
    struct card back;
    card_put_json(&json, &card);
    assert_true(card_from_json(arena, buf_str(&json), card.task, MIND_SMALL, &back));
    card_put_json(&again, &back);
    assert_string_equal(buf_str(&again).ptr, buf_str(&json).ptr);
    assert_int_equal(back.notes_count, 1);
    assert_string_equal(back.notes[0].text.ptr, "why \"so\"");
    assert_null(back.entries[0].samples);
    assert_false(card_from_json(arena, buf_str(&json), card.task, MIND_NONE, &back));
    struct buf whole = buf_new(arena);
    card_put_whole(&whole, &card);
    assert_true(card_from_json(arena, buf_str(&whole), card.task, MIND_SMALL, &back));
    assert_true(fabs(back.entries[0].samples[999] - card.entries[0].samples[999]) < 1e-5);
    assert_null(back.entries[1].samples);
    static const char *const wrong[] = {"", "{", "[]", "{\"task\":\"hundred\"}",
                                        "{\"task\":\"other\",\"mind\":\"small\",\"scores\":[]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(card_from_json(arena, str_of(wrong[i]), card.task, MIND_SMALL, &back));
    arena_free(arena);
}

/* Three tasks: .9 with and without, and one that only was asked without. */
static void a_category_is_the_mean_of_its_tasks(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct card small = measure(arena, run_hundred, NULL);
    struct card none = small, apart = measure(arena, run_f1, f1);
    struct task alone = *apart.task;
    alone.minds = MIND(NONE);
    none.mind = apart.mind = MIND_NONE;
    apart.task = &alone;
    struct card cards[] = {none, small, apart};
    const struct sheet sheet = {.arena = arena, .cards = cards, .count = 3, .version = "1"};
    const struct figure without = sheet_category(&sheet, CATEGORY_LOGS, MIND_NONE),
                        with = sheet_category(&sheet, CATEGORY_LOGS, MIND_SMALL);
    assert_int_equal(without.tasks, 2);
    assert_true(fabs(without.score - (0.9 + 60.0 / 70.0) / 2) < 1e-12);
    assert_true(fabs(with.score - without.score) < 1e-12);
    assert_int_equal(with.tasks, 2); /* the third counts as it is without */
    assert_true(with.low < with.score && with.score < with.high);
    /* a mean of two is surer than either: of independent halves, by the root of two */
    assert_true(with.high - with.low < small.entries[0].high - small.entries[0].low);
    assert_true(isnan(sheet_category(&sheet, CATEGORY_LOGS, MIND_MODEL).score));
    assert_int_equal(sheet_category(&sheet, CATEGORY_CODE, MIND_NONE).tasks, 0);
    struct buf json = buf_new(arena), text = buf_new(arena);
    sheet_json(&sheet, &json);
    sheet_text(&sheet, &text);
    assert_non_null(strstr(buf_str(&json).ptr, "\"logs\":{\"none\":{\"tasks\":2,\"score\":0.8786"));
    assert_non_null(strstr(buf_str(&text).ptr, "  all                      small experts"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ours_comes_first_with_its_interval),
        cmocka_unit_test(scores_come_of_sums),
        cmocka_unit_test(what_could_not_be_measured_says_so),
        cmocka_unit_test(a_card_reads_back),
        cmocka_unit_test(a_category_is_the_mean_of_its_tasks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
