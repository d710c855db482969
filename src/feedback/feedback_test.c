/* SPDX-License-Identifier: Apache-2.0 */
#include "feedback/feedback.h"

#include "store/ledger_for_tests.h"

/* Of a report that names `web`. */
static struct feedback about_web(enum judgement judgement)
{
    return (struct feedback){.case_key = STR("0123456789abcdef"),
                             .alert = STR("Slow"),
                             .alert_ns = 5,
                             .named = STR("web"),
                             .named_cause = STR("it answered late"),
                             .confidence = 0.75,
                             .lesson = STR("{}"),
                             .judgement = judgement};
}

/* Each with a ledger that is opened anew, as each call of the program does. */
static bool kept(const struct fixture *fixture, const struct feedback *feedback, struct err *err)
{
    struct arena *arena = arena_new("keep");
    struct ledger *ledger;
    *err = (struct err){0};
    const bool ok =
        ledger_open(arena, fixture->path.ptr, &ledger, err) && feedback_keep(ledger, feedback, err);
    arena_free(arena);
    return ok;
}

static void the_last_word_counts_and_all_are_kept(void **state)
{
    struct fixture *fixture = *state;
    struct ledger *ledger;
    struct feedback *all, one = about_web(JUDGEMENT_RIGHT);
    uint32_t count;
    struct err err = {0};
    assert_true(kept(fixture, &one, &err));
    one.case_key = STR("another");
    assert_true(kept(fixture, &one, &err));
    one = about_web(JUDGEMENT_WRONG);
    one.service = STR("db");
    one.note = STR("a \"note\"'); DROP TABLE feedback; -- <b>\n\x1b[31m");
    assert_true(kept(fixture, &one, &err));

    struct arena *arena = fixture->arena;
    assert_true(ledger_open(arena, fixture->path.ptr, &ledger, &err));
    assert_true(feedback_read(ledger, arena, &all, &count, &err));
    assert_int_equal(count, 3);
    assert_true(all[0].is_corrected);
    assert_false(all[1].is_corrected);
    assert_false(all[2].is_corrected);
    assert_true(str_eq(all[2].note, one.note));
    assert_true(str_eq(all[2].named_cause, one.named_cause));
    assert_true(all[2].confidence == 0.75);
    assert_int_equal(all[2].alert_ns, 5);
    assert_true(str_eq(feedback_place(&all[0]), STR("web")));
    assert_true(str_eq(feedback_place(&all[2]), STR("db")));
}

static void nothing_is_read_from_a_new_ledger(void **state)
{
    struct fixture *fixture = *state;
    struct ledger *ledger;
    struct feedback *all;
    uint32_t count = 7;
    struct err err = {0};
    assert_true(ledger_open(fixture->arena, fixture->path.ptr, &ledger, &err));
    assert_true(feedback_read(ledger, fixture->arena, &all, &count, &err));
    assert_int_equal(count, 0);
}

static void what_contradicts_itself_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct err err;
    struct feedback it = about_web(JUDGEMENT_RIGHT);
    it.service = STR("db");
    assert_false(kept(fixture, &it, &err));
    it.service = STR("web");
    assert_true(kept(fixture, &it, &err));
    it.service = STR("");
    it.nothing = true;
    assert_false(kept(fixture, &it, &err));
    it.judgement = JUDGEMENT_PARTLY;
    assert_false(kept(fixture, &it, &err));
    it.judgement = JUDGEMENT_WRONG;
    assert_true(kept(fixture, &it, &err));
    it.service = STR("db");
    assert_false(kept(fixture, &it, &err));
    it.nothing = false;
    it.service = STR("web");
    assert_false(kept(fixture, &it, &err));
    assert_non_null(strstr(err.text, "partly"));
    it.service = STR("\xff");
    assert_false(kept(fixture, &it, &err));
    char *long_text = calloc(1, FEEDBACK_TEXT_BYTES_MAX + 2);
    memset(long_text, 'a', FEEDBACK_TEXT_BYTES_MAX + 1);
    it.service = STR("");
    it.note = str_of(long_text);
    assert_false(kept(fixture, &it, &err));
    assert_non_null(strstr(err.text, "--note"));
    free(long_text);
}

static void who_names_nobody_cannot_be_partly_right(void **state)
{
    struct fixture *fixture = *state;
    struct err err;
    struct feedback it = about_web(JUDGEMENT_PARTLY);
    it.named = STR("");
    assert_false(kept(fixture, &it, &err));
    it.judgement = JUDGEMENT_RIGHT;
    it.nothing = true;
    assert_true(kept(fixture, &it, &err));
}

static void a_case_is_known_by_its_alert(void **state)
{
    struct fixture *fixture = *state;
    static int64_t now_ns;
    struct alert a = {.id = STR("1"), .name = STR("Slow"), .starts_ns = 5}, b = a;
    b.summary = STR("in other words");
    struct casefile *x = casefile_open(&a, clock_fixed(&now_ns), NS_PER_S),
                    *y = casefile_open(&b, clock_fixed(&now_ns), NS_PER_S);
    const struct str key = feedback_about(fixture->arena, x).case_key;
    assert_int_equal(key.len, 16);
    assert_true(str_eq(key, feedback_about(fixture->arena, y).case_key));
    b.starts_ns = 6;
    assert_false(str_eq(key, feedback_about(fixture->arena, y).case_key));
    assert_int_equal(feedback_about(fixture->arena, x).named.len, 0);
    casefile_close(x);
    casefile_close(y);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_word_counts_and_all_are_kept), TEST(nothing_is_read_from_a_new_ledger),
        TEST(what_contradicts_itself_is_refused),    TEST(who_names_nobody_cannot_be_partly_right),
        TEST(a_case_is_known_by_its_alert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
