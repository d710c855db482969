/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/brought.h"
#include "culprit/explain.h"
#include "culprit/feed.h"

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

/* A feed with a commit that three deploys bring, one that none brings, and a flag. */
static const char deploys[] =
    "{\"id\":\"1f3a9c20\",\"time\":1764072000,\"kind\":\"commit\",\"message\":\"stock: cache\","
    "\"files\":[\"stock/cache.c\"]}\n"
    "{\"id\":\"2f3a9c20\",\"time\":1764072060,\"kind\":\"commit\",\"message\":\"web: colours\","
    "\"files\":[\"web/a.css\"]}\n"
    "{\"id\":\"d1\",\"time\":1764075600,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"stock at 1f3a9c20\"}\n"
    "{\"id\":\"d1\",\"time\":1764075660,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"detail\":\"commit 1f3a9c20\"}\n"
    "{\"id\":\"d2\",\"time\":1764079200,\"kind\":\"deploy\",\"service\":\"bill\","
    "\"message\":\"nobody knows of what\"}\n"
    "{\"id\":\"d3\",\"time\":1764082800,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"stock at 1f3a9c20 and 1f3a9c20\"}\n";

static void a_deploy_and_its_commit_are_one_candidate(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    struct feed feed;
    feed_read(arena, str_of(deploys), history, &feed);
    assert_int_equal(feed.faults_count, 0);
    assert_int_equal(history->count, 3); /* two commits, and d2, which brings none */
    assert_int_equal(history->items[0].rollouts_count, 3);
    assert_string_equal(history->items[2].change.id.ptr, "d2");

    const struct clues clues = clues_read(arena, STR("bill is wrong"));
    const int64_t noon_s = 1764072000;
    struct question question = question_at(history, (noon_s + 3700) * NS_PER_S, &clues);
    assert_int_equal(question.to, 2);
    assert_int_equal(question_since(&question, 0), (noon_s + 3660) * NS_PER_S);
    assert_int_equal(question_places(arena, &question)[0], 1); /* it landed first, and came last */
    question = question_at(history, (noon_s + 100) * NS_PER_S, &clues);
    assert_int_equal(question_since(&question, 0), noon_s * NS_PER_S); /* no look ahead */
    assert_int_equal(question_places(arena, &question)[0], 2);
    assert_null(history_rollout(history, 0, (noon_s + 100) * NS_PER_S));
    assert_int_equal(history_rollout(history, 0, INT64_MAX)->time_ns, (noon_s + 10800) * NS_PER_S);
    arena_free(arena);
}

/* The second deploy of the service names the last commit only; what is not its own is not brought.
 */
static const char versions[] =
    "{\"id\":\"1f3a9c20\",\"time\":1764072000,\"kind\":\"commit\",\"files\":[\"stock/a.c\"]}\n"
    "{\"id\":\"d1\",\"time\":1764072030,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"1f3a9c20\"}\n"
    "{\"id\":\"2f3a9c20\",\"time\":1764072060,\"kind\":\"commit\",\"files\":[\"stock/b.c\"]}\n"
    "{\"id\":\"3f3a9c20\",\"time\":1764072120,\"kind\":\"commit\",\"files\":[\"web/a.css\"]}\n"
    "{\"id\":\"4f3a9c20\",\"time\":1764072180,\"kind\":\"commit\",\"files\":[\"lib/c.c\"]}\n"
    "{\"id\":\"5f3a9c20\",\"time\":1764072240,\"kind\":\"commit\",\"files\":[\"stock/a.c\"]}\n"
    "{\"id\":\"d2\",\"time\":1764072300,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"5f3a9c20\"}\n"
    "{\"id\":\"6f3a9c20\",\"time\":1764072360,\"kind\":\"commit\",\"files\":[\"stock/b.c\"]}\n"
    "{\"id\":\"d3\",\"time\":1764072420,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"back to 1f3a9c20\"}\n"
    "{\"id\":\"d4\",\"time\":1764072480,\"kind\":\"deploy\",\"service\":\"stock\","
    "\"message\":\"6f3a9c20\"}\n";

static void a_deploy_brings_what_landed_since_the_last_one(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    struct feed feed;
    struct err err;
    feed_read(arena, str_of(versions), history, &feed);
    struct context *context = context_new(arena, NULL, STR("web"));
    assert_true(context_read(context, STR("{\"service\": \"stock\", \"paths\": \"lib\"}"), &err));
    context_bring(context, history);
    static const uint32_t brought[] = {2, 2, 0, 2, 2, 1}; /* by d2 and, after d3 went back, by d4 */
    assert_int_equal(history->count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(history->items[i].rollouts_count, brought[i]);
    const struct landed *second = &history->items[1];
    assert_string_equal(second->rollouts[0].id.ptr, "d2");
    assert_string_equal(second->rollouts[1].id.ptr, "d4");
    const int64_t begin_s = 1764072000;
    assert_null(history_rollout(history, 1, (begin_s + 299) * NS_PER_S)); /* no look ahead */
    assert_string_equal(history_rollout(history, 1, (begin_s + 479) * NS_PER_S)->id.ptr, "d2");
    context_bring(context, history); /* says nothing new */
    assert_int_equal(second->rollouts_count, 2);
    arena_free(arena);
}

/* It landed before 1,500 others, and was deployed a minute ago. */
static void what_is_old_and_deployed_now_is_a_candidate(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    struct err err;
    add_dull(history, 0, 1500);
    const struct clues clues = clues_read(arena, STR("it is slow"));
    const int64_t at_ns = history->items[1499].change.time_ns + 120 * NS_PER_S;
    struct question question = question_at(history, at_ns, &clues);
    assert_int_equal(question.from, 500);
    const struct change deploy = {.id = STR("d1"),
                                  .position = 1500,
                                  .time_ns = at_ns - 60 * NS_PER_S,
                                  .service = STR("stock"),
                                  .message = history->items[100].change.id,
                                  .is_rollout = true};
    assert_true(history_add(history, &deploy, &err));
    question = question_at(history, at_ns, &clues);
    assert_int_equal(question.from, 100);
    assert_int_equal(question_places(arena, &question)[0], 1);
    const struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    assert_int_equal(ranking.candidates, 1400);
    assert_int_equal(question_at(history, at_ns - 61 * NS_PER_S, &clues).from, 500);
    arena_free(arena);
}

static void who_is_called_counts_more_than_a_stranger(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    struct feed feed;
    feed_read(arena, str_of(deploys), history, &feed);
    const struct clues clues = clues_read(arena, STR("it is slow"));
    struct question question = question_at(history, INT64_C(1764082860) * NS_PER_S, &clues);
    struct context *context = context_new(arena, NULL, STR("front"));
    struct err err;
    assert_true(context_read(context,
                             STR("{\"service\": \"front\", \"calls\": [\"stock-service\"]}\n\n"
                                 "{\"service\": \"billing\", \"paths\": \"bill, ./web/\"}"),
                             &err));
    question.context = context;
    const struct context_signs *signs = context_measure(arena, &question);
    assert_true(signs[0].of[CONTEXT_CALLEE] == 1.0); /* by the name of its folder */
    assert_true(signs[0].of[CONTEXT_FRESH] > 0.6 && signs[0].of[CONTEXT_WAITING] == 0.0);
    assert_true(signs[1].of[CONTEXT_STRANGER] == 1.0); /* configured */
    assert_true(signs[1].of[CONTEXT_WAITING] == 1.0);
    assert_true(signs[2].of[CONTEXT_STRANGER] == 0.0); /* nobody knows `bill` */
    const struct ranking ranking = ranking_make(arena, &question, ranker_shipped());
    assert_int_equal(ranking.items[0].number, 0);
    double sum = 0;
    for (uint32_t i = 0; i < ranking.count; i++)
        sum += ranking.items[i].tempered;
    assert_true(sum > 0.999 && sum < 1.001);
    assert_true(ranking.items[0].tempered < ranking.items[0].probability); /* less bold */
    assert_true(ranking.items[0].tempered > ranking.items[1].tempered);
    assert_true(str_contains(context_text(arena, &question, 0, &signs[0]), STR("was brought to")));
    assert_false(context_read(context, STR("{}\n"), &err));
    assert_non_null(strstr(err.text, "line 1"));
    arena_free(arena);
}

static void a_model_of_another_program_is_refused(void **state)
{
    (void)state;
    struct ranker ranker;
    struct err err;
    assert_true(
        ranker_parse(STR("{\"name_at_least\": 0.5, \"first\": {\"offset\": 0, \"slope\": 1}, "
                         "\"five\": {\"offset\": 0, \"slope\": 1}, \"weights\": {\"text\": 2}}"),
                     &ranker, &err));
    assert_true(ranker.weights[SIGN_TEXT] == 2.0);
    static const char *const wrong[] = {
        "", "[]", "{\"weights\": {}}",
        "{\"name_at_least\": 0.5, \"first\": {\"offset\": 0, \"slope\": 1}, \"five\": {\"offset\": "
        "0, \"slope\": 1}, \"weights\": {\"smell\": 2}}",
        "{\"name_at_least\": 0.5, \"first\": {\"offset\": 0, \"slope\": 1}, \"five\": {\"offset\": "
        "0, \"slope\": 1}, \"weights\": {\"text\": \"2\"}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(ranker_parse(str_of(wrong[i]), &ranker, &err));
}

/* An earlier alert said the same, and what was behind it is named by its repair. */
static void what_was_behind_an_alert_like_it_is_looked_for(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    add_dull(history, 0, 20);
    add(history, 20, "vault: rotate keys every day", "vault/rotate.c");
    add_dull(history, 21, 25);
    add(history, 25, "Repair the checkout\n\nShoppers saw empty baskets since 0000014abc.",
        "shop/basket.c");
    add_dull(history, 26, 60);
    add(history, 60, "vault: rotate tokens too", "vault/tokens.c");
    add_dull(history, 61, 70);
    const struct clues clues = clues_read(arena, STR("shoppers report empty baskets"));
    struct question question = ask(history, &clues, history->count);
    question.from = 30;
    const struct signs *signs = signs_measure(arena, &question);
    const double *like = signs[60 - 30].of, *other = signs[61 - 30].of;
    assert_true(like[SIGN_LIKE_SUBJECT] == 1.0 && other[SIGN_LIKE_SUBJECT] < 1.0);
    assert_true(like[SIGN_LIKE_MESSAGE] > other[SIGN_LIKE_MESSAGE]);

    question.to = 25; /* before the repair nobody knew */
    question.from = 0;
    signs = signs_measure(arena, &question);
    for (uint32_t i = 0; i < 25; i++)
        assert_true(signs[i].of[SIGN_LIKE_AUTHOR] == 0.0 && signs[i].of[SIGN_LIKE_SUBJECT] == 0.0);
    arena_free(arena);
}

/* Of late culprits lay 4 back; so does the likeliest candidate, by place and by age. */
static void culprits_are_looked_for_where_they_lay_of_late(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    char message[64];
    for (uint32_t i = 0; i < 200; i += 5) {
        add_dull(history, i, i + 4);
        snprintf(message, sizeof message, "Repair\n\nBroken since %07xabc.", i);
        add(history, i + 4, message, "src/repair.c");
    }
    const struct clues clues = clues_read(arena, STR("nothing that anybody said"));
    struct question question = ask(history, &clues, history->count);
    question.at_ns = NOON_NS + 200 * 3600 * NS_PER_S;
    const struct signs *signs = signs_measure(arena, &question);
    for (uint32_t i = 0; i < 200; i++) {
        assert_true(signs[i].of[SIGN_HABIT_RECENT] <= signs[196].of[SIGN_HABIT_RECENT]);
        assert_true(signs[i].of[SIGN_HABIT_AGE] <= signs[196].of[SIGN_HABIT_AGE]);
        assert_true(isfinite(signs[i].of[SIGN_LIKE_PLACE]) && isfinite(signs[i].of[SIGN_LIKE_AGE]));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_culprit_is_named_with_its_reasons),
        cmocka_unit_test(what_lands_later_changes_nothing),
        cmocka_unit_test(few_candidates_and_none_are_ranked_too),
        cmocka_unit_test(a_deploy_and_its_commit_are_one_candidate),
        cmocka_unit_test(a_deploy_brings_what_landed_since_the_last_one),
        cmocka_unit_test(what_is_old_and_deployed_now_is_a_candidate),
        cmocka_unit_test(who_is_called_counts_more_than_a_stranger),
        cmocka_unit_test(a_model_of_another_program_is_refused),
        cmocka_unit_test(what_was_behind_an_alert_like_it_is_looked_for),
        cmocka_unit_test(culprits_are_looked_for_where_they_lay_of_late),
    };
    return cmocka_run_group_tests_name("ranking", tests, NULL, NULL);
}
