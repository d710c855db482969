/* SPDX-License-Identifier: Apache-2.0 */
/* How questions are read, and that those that are shipped do not give their answers away. */
#include "eval/suite/questions.h"

#include "base/arena.h"
#include "base/map.h"
#include "eval/suite/lookup.h"
#include "text/terms.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define FEWEST 100      /* questions in a file */
#define LENGTH_MAX 0.35 /* what a guess by the length may reach; chance is .25 */
#define GUESS_MAX 0.40  /* any other guess */
#define LIKE_MAX 0.5    /* what two questions may have in common (Jaccard, three words in a row) */

#define ONE(id, options, answer)                                                                   \
    "{\"id\":\"" id "\",\"kind\":\"choice\",\"question\":\"q?\",\"options\":" options              \
    ",\"answer\":" answer ",\"explanation\":\"e\",\"source\":\"s\"}\n"
#define ABCD "[\"a\",\"b\",\"c\",\"d\"]"

static void a_question_is_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct exam_questions all;
    struct err err = {0};
    assert_true(
        questions_read(arena, "f", STR(ONE("1", ABCD, "3") "\n" ONE("2", ABCD, "0")), &all, &err));
    assert_int_equal(all.count, 2);
    assert_int_equal(all.items[0].right, 3);
    assert_string_equal(all.items[0].options[3].ptr, "d");
    assert_string_equal(all.items[1].id.ptr, "2");
    assert_true(questions_read(arena, "f", STR(""), &all, &err) && all.count == 0);
    arena_free(arena);
}

static void mistakes_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } wrong[] = {
        {"{", "f:1: is no JSON"},
        {"[]", "f:1: wants `id`, a text"},
        {"\xff\n", "f:1: is no JSON"},
        {ONE("1", ABCD, "0") "\n" ONE("2", ABCD, "4"), "f:3: wants `answer`"},
        {ONE("1", ABCD, "-1"), "f:1: wants `answer`"},
        {ONE("1", ABCD, "1.0"), "f:1: wants `answer`"},
        {ONE("1", ABCD, "\"A\""), "f:1: wants `answer`"},
        {ONE("1", "[\"a\",\"b\",\"c\"]", "0"), "f:1: wants `options`, a list of 4 texts"},
        {ONE("1", "[\"a\",\"b\",\"c\",\"d\",\"e\"]", "0"), "f:1: wants `options`"},
        {ONE("1", "[\"a\",\"b\",\"c\",\"\"]", "0"), "f:1: wants `options`"},
        {ONE("1", "[\"a\",\"b\",\"c\",\"b\"]", "0"), "f:1: has the option `b` twice"},
        {ONE("1", ABCD, "0") ONE("1", ABCD, "0"), "f:2: the id `1` is that of an earlier line"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct exam_questions all;
        struct err err = {0};
        assert_false(questions_read(arena, "f", str_of(wrong[i].text), &all, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        if (!str_starts(str_of(err.text), str_of(wrong[i].error)))
            fail_msg("%s instead of %s", err.text, wrong[i].error);
    }
    struct exam_questions all;
    struct err err = {0};
    assert_false(questions_load(arena, "no/such.jsonl", &all, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    arena_free(arena);
}

static void guesses_know_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct exam_question question = {.text = STR("Which lock does a writer take?"),
                                           .options = {STR("none"), STR("the lock of the writers"),
                                                       STR("every one that there is"),
                                                       STR("locks")}};
    assert_int_equal(questions_longest(&question), 1); /* the first of equal ones */
    assert_int_equal(questions_most_shared(arena, &question), 1);
    const struct exam_question odd = {.text = STR("\xff\0?"), .options = {STR("")}};
    assert_int_equal(questions_most_shared(arena, &odd), 0);
    assert_int_equal(questions_longest(&odd), 0);
    arena_free(arena);
}

static void words_are_looked_up_without_endings(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str passage = STR("Restart the pods, then look at pool_size.");
    assert_true(fabs(lookup_share(arena, STR("restarting a pod"), passage) - 1.0) < 1e-12);
    assert_true(fabs(lookup_share(arena, STR("pool of lions"), passage) - 0.5) < 1e-12);
    assert_true(lookup_share(arena, STR("the"), passage) == 0.0); /* no word that counts */
    assert_true(lookup_share(arena, STR(""), passage) == 0.0);
    arena_free(arena);
}

/* ---- what is shipped ---- */

static uint32_t shortest(const struct exam_question *question)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < OPTIONS; i++)
        if (question->options[i].len < question->options[best].len)
            best = i;
    return best;
}

static void expect_no_guess_helps(struct arena *arena, const struct exam_questions *all,
                                  const char *kind)
{
    double places[OPTIONS] = {0}, count = 0, longest = 0, least = 0, shared = 0;
    for (uint32_t i = 0; i < all->count; i++) {
        const struct exam_question *question = &all->items[i];
        if (!str_eq(question->kind, str_of(kind)))
            continue;
        count++;
        places[question->right]++;
        longest += questions_longest(question) == question->right;
        least += shortest(question) == question->right;
        shared += questions_most_shared(arena, question) == question->right;
    }
    assert_true(longest <= LENGTH_MAX * count && least <= LENGTH_MAX * count);
    assert_true(shared <= GUESS_MAX * count);
    for (int i = 0; i < OPTIONS; i++)
        assert_true(fabs(places[i] - count / OPTIONS) < 1.0);
}

/* All runs of three words. */
static struct map shingles(struct arena *arena, struct str text)
{
    struct map all = map_new(arena);
    struct terms terms = {.rest = text};
    struct term term;
    struct str last[2] = {{0}};
    while (terms_next(&terms, &term)) {
        const struct str word = str_copy(arena, term.text);
        map_add(&all, str_printf(arena, "%.*s %.*s %.*s", STR_ARG(last[0]), STR_ARG(last[1]),
                                 STR_ARG(word)));
        last[0] = last[1];
        last[1] = word;
    }
    return all;
}

static double likeness(const struct map *a, const struct map *b)
{
    uint32_t both = 0;
    for (uint32_t i = 0; i < a->count; i++)
        both += map_find(b, a->keys[i]) != MAP_NONE;
    return (double)both / (a->count + b->count - both);
}

static void shipped_questions_are_sound(void **state)
{
    (void)state;
    static const char *const paths[] = {"eval/questions/engineering.jsonl",
                                        "eval/questions/cloud.jsonl"};
    struct arena *arena = arena_new("test");
    struct map *seen = arena_push_many(arena, struct map, 1000);
    struct str *ids = arena_push_many(arena, struct str, 1000);
    uint32_t count = 0;
    for (size_t file = 0; file < COUNT_OF(paths); file++) {
        struct exam_questions all;
        struct err err = {0};
        if (!questions_load(arena, paths[file], &all, &err))
            fail_msg("%s", err.text);
        assert_true(all.count >= FEWEST && count + all.count < 1000);
        expect_no_guess_helps(arena, &all, "choice");
        expect_no_guess_helps(arena, &all, "scenario");
        for (uint32_t i = 0; i < all.count; i++, count++) {
            seen[count] = shingles(arena, all.items[i].text);
            ids[count] = all.items[i].id;
            for (uint32_t k = 0; k < count; k++)
                if (likeness(&seen[k], &seen[count]) > LIKE_MAX || str_eq(ids[k], ids[count]))
                    fail_msg("%s is nearly %s", ids[count].ptr, ids[k].ptr);
        }
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_read),
        cmocka_unit_test(mistakes_name_file_and_line),
        cmocka_unit_test(guesses_know_nothing),
        cmocka_unit_test(words_are_looked_up_without_endings),
        cmocka_unit_test(shipped_questions_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
