/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/code/cause.h"
#include "expert/code/match.h"
#include "expert/code/numbers.h"
#include "expert/small.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct arena *test_arena;

static int begin(void **state)
{
    (void)state;
    test_arena = arena_new("test");
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(test_arena);
    return 0;
}

static void exceptions_of_many_runtimes_tell_their_cause(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum cause cause;
    } cases[] = {
        {"java.lang.NullPointerException: name is null", CAUSE_IS_NULL},
        {"IndexError: list index out of range", CAUSE_IS_INDEX},
        {"System.FormatException: Input string was not in a correct format.", CAUSE_IS_FORMAT},
        {"dial tcp 10.1.2.3:80: connect: connection refused", CAUSE_IS_REFUSED},
        {"context deadline exceeded", CAUSE_IS_TIMEOUT},
        {"Errno::ENOSPC: No space left on device", CAUSE_IS_DISK},
        {"java.lang.OutOfMemoryError: Java heap space", CAUSE_IS_MEMORY},
        {"x509: certificate has expired", CAUSE_IS_CERTIFICATE},
        {"ERROR: deadlock detected", CAUSE_IS_LOCK},
        {"SQLSTATE[HY000] [1040] Too many connections", CAUSE_IS_EXHAUSTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct cause_guess guess = cause_of(str_of(cases[i].text));
        if (guess.cause != cases[i].cause)
            print_error("%s: %s\n", cases[i].text, cause_name(guess.cause));
        assert_int_equal(guess.cause, cases[i].cause);
    }
}

static void any_bytes_have_a_cause(void **state)
{
    (void)state;
    static const char bytes[] = "\0\xff: Exception\0\xc3";
    const struct cause_guess guess = cause_of((struct str){bytes, sizeof bytes - 1});
    assert_true(guess.cause < CAUSES_COUNT && guess.odds > 0.0 && guess.odds <= 1.0);
    assert_true(cause_of(STR("")).odds <= 1.0);
}

/* ---- changes ---- */

static bool ask(const char *task, const char *material, struct opinion *out, struct err *err)
{
    const struct brief brief = {.task = task, .material = str_of(material)};
    *err = (struct err){0};
    return small_infer(small_expert_find(STR("code")), &brief, test_arena, out, err);
}

static void the_change_that_shares_rare_words_is_the_most_relevant(void **state)
{
    (void)state;
    struct opinion opinion;
    struct err err;
    assert_true(ask("match_change",
                    "{\"symptom\": \"crash in parseCookieHeader when the jar is empty\", "
                    "\"changes\": [{\"message\": \"docs: update\", \"paths\": [\"docs/a.md\"]}, "
                    "{\"message\": \"cookie: read the jar lazily\", \"paths\": [\"lib/cookie.c\"], "
                    "\"lines\": \"parse_cookie_header(jar)\"}, {\"message\": \"build: bump\"}]}",
                    &opinion, &err));
    json_t *answer = json_loadb(opinion.text.ptr, opinion.text.len, 0, NULL);
    const json_t *shares = json_object_get(answer, "relevance");
    assert_int_equal(json_array_size(shares), 3);
    const double second = json_number_value(json_array_get(shares, 1));
    assert_true(second > json_number_value(json_array_get(shares, 0)));
    assert_true(second > json_number_value(json_array_get(shares, 2)));
    json_decref(answer);
}

static void words_are_cut_alike_on_either_side(void **state)
{
    (void)state;
    const struct match_change change = {.message = STR("Hold the lock\n\nwhile sending lock"),
                                        .lines = STR("sendLock(sendLock)")};
    const struct match_bag bag = match_bag_of_change(test_arena, &change);
    const struct match_bag symptom = match_bag_of_symptom(test_arena, STR("send_lock"));
    double signs[1][MATCH_SIGNS];
    match_signs(&symptom, &bag, 1, signs);
    assert_true(signs[0][MATCH_COVERED] > 0.2); /* "send" and "lock" of "send_lock" */
    for (uint32_t i = 1; i < bag.count; i++)
        assert_true(bag.terms[i - 1].word < bag.terms[i].word ||
                    (bag.terms[i - 1].word == bag.terms[i].word &&
                     bag.terms[i - 1].part < bag.terms[i].part));
}

static void nothing_is_asked_about_nothing(void **state)
{
    (void)state;
    struct opinion opinion;
    struct err err;
    assert_true(ask("match_change", "{\"symptom\": \"\", \"changes\": []}", &opinion, &err));
    assert_string_equal(opinion.text.ptr, "{\"relevance\": []}");
    assert_true(ask("match_change", "{\"symptom\": \"\", \"changes\": [{\"message\": \"\"}]}",
                    &opinion, &err));
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *task, *material;
    } wrong[] = {{"name_exception", "{"},
                 {"name_exception", "{\"text\": []}"},
                 {"match_change", "{\"symptom\": \"a\"}"},
                 {"match_change", "{\"symptom\": \"a\", \"changes\": [{}]}"},
                 {"sing", "{}"},
                 {NULL, "{}"}};
    struct opinion opinion;
    struct err err;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(ask(wrong[i].task, wrong[i].material, &opinion, &err));
        assert_int_equal(err.kind, ERR_USAGE);
    }
}

static void an_example_is_answered(void **state)
{
    (void)state;
    const struct small_expert *expert = small_expert_find(STR("code"));
    struct opinion opinion;
    struct err err;
    for (const struct small_task *task = expert->tasks; task->name; task++)
        assert_true(ask(task->name, task->material, &opinion, &err));
    json_t *card = json_loadb(expert->card().ptr, expert->card().len, 0, NULL);
    assert_non_null(json_object_get(card, "scores"));
    json_decref(card);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exceptions_of_many_runtimes_tell_their_cause),
        cmocka_unit_test(any_bytes_have_a_cause),
        cmocka_unit_test(the_change_that_shares_rare_words_is_the_most_relevant),
        cmocka_unit_test(words_are_cut_alike_on_either_side),
        cmocka_unit_test(nothing_is_asked_about_nothing),
        cmocka_unit_test(what_cannot_be_read_is_refused),
        cmocka_unit_test(an_example_is_answered),
    };
    return cmocka_run_group_tests_name("code", tests, begin, end);
}
