/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/saying.h"

#include "agent/fixture_for_tests.h"

/* It points into itself, so it is not handed over by value. */
static struct saying *open_saying(struct fixture *fix, struct summary *out, uint32_t sentences,
                                  uint32_t words)
{
    struct saying *saying = arena_push(fix->arena, struct saying);
    fixture_seal(fix);
    saying_open(saying, &fix->call, out, sentences, words);
    return saying;
}

static void what_rows_do_not_bear_out_is_left_out_with_its_joint(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct summary out;
    struct saying *saying = open_saying(fix, &out, 3, 60);
    const struct str rows = STR("SELECT 'pay' AS service, 39.2 AS ms");
    assert_true(saying_claim(saying, ", ", STR("it is `pay` with 39 ms"), rows));
    assert_false(saying_claim(saying, " and ", STR("`pay` had 40 ms"), rows));
    assert_false(saying_claim(saying, " and ", STR("`shop` too"), rows));
    assert_false(saying_claim(saying, " and ", STR("nothing"), STR("SELECT nothing")));
    assert_true(saying_claim(saying, "; ", STR("others are unchanged"), rows));
    saying_end_sentence(saying);
    saying_end_sentence(saying); /* of which nothing is left is none */
    assert_int_equal(out.sentences_count, 1);
    assert_string_equal(out.sentences->text.ptr, "It is `pay` with 39 ms; others are unchanged.");
    assert_string_equal(summary_text(fix->arena, &out).ptr,
                        "It is pay with 39 ms; others are unchanged.");
    assert_true(str_contains(out.withheld, STR("`pay` had 40 ms (")));
    assert_non_null(out.sentences->claims->next);
    assert_null(out.sentences->claims->next->next);
    fixture_close(fix);
}

static void the_alert_bears_out_what_it_says(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct summary out;
    struct label labels[] = {{STR("description"), STR("7% of answers fail (of all)")}};
    fix->alert.name = STR("Errors");
    fix->alert.labels = labels;
    fix->alert.labels_count = 1;
    struct saying *saying = open_saying(fix, &out, 3, 60);
    assert_true(saying_claim(saying, "", STR("`Errors` fired at 02:00:00"), STR("")));
    assert_true(saying_claim(saying, " and says ", STR("`7% of answers fail`"), STR("")));
    assert_false(saying_claim(saying, " and ", STR("`8% of answers fail`"), STR("")));
    assert_false(saying_claim(saying, " and ", STR("at 02:00:01"), STR("")));
    fixture_close(fix);
}

static void there_is_room_for_so_many_words_and_sentences(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct summary out;
    struct saying *saying = open_saying(fix, &out, 2, 6);
    const struct str rows = STR("SELECT 1 AS one");
    assert_true(saying_claim(saying, "", STR("one two three"), rows));
    assert_false(saying_claim(saying, " and ", STR("five six seven"), rows));
    assert_true(saying_claim(saying, " and ", STR("five"), rows));
    saying_end_sentence(saying);
    assert_int_equal(out.words_count, 5);
    assert_true(saying_claim(saying, "", STR("six"), rows));
    saying_end_sentence(saying);
    assert_false(saying_claim(saying, "", STR(""), rows)); /* a third sentence */
    assert_string_equal(out.withheld.ptr ? out.withheld.ptr : "", "");
    fixture_close(fix);
}

static void json_has_claims_with_their_queries(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct summary out;
    struct buf json = buf_new(fix->arena);
    struct saying *saying = open_saying(fix, &out, 2, 60);
    fix->alert.name = STR("A");
    assert_true(saying_claim(saying, "", STR("`a` is"), STR("SELECT 'a' AS \"n\"")));
    assert_true(saying_claim(saying, " and ", STR("`A` fired"), STR("")));
    saying_end_sentence(saying);
    summary_put_json(&json, &out);
    assert_string_equal(
        buf_str(&json).ptr,
        "{\"known\":false,\"text\":\"a is and A fired.\",\"sentences\":[{\"text\":\"`a` is and "
        "`A` fired.\",\"claims\":[{\"text\":\"`a` is\",\"query\":\"SELECT 'a' AS "
        "\\\"n\\\"\"},{\"text\":\"`A` fired\",\"query\":null}]}],\"withheld\":\"\"}");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rows_do_not_bear_out_is_left_out_with_its_joint),
        cmocka_unit_test(the_alert_bears_out_what_it_says),
        cmocka_unit_test(there_is_room_for_so_many_words_and_sentences),
        cmocka_unit_test(json_has_claims_with_their_queries),
    };
    return cmocka_run_group_tests_name("saying", tests, NULL, NULL);
}
