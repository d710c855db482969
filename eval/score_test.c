/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as right, what the shares are, and how they are shown. */
#include "base/arena.h"
#include "eval/board.h"
#include "eval/causes.h"
#include "eval/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new("test");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct {
    const char *why;
    const char *truth;
    const char *hypotheses; /* of the report */
    uint32_t rank;
    bool all_three;
} judgements[] = {
    {"the service, first", "{\"service\":\"cart\"}",
     "[{\"subject\":\"cart\"},{\"subject\":\"db\"}]", 1, false},
    {"the service, third", "{\"service\":\"cart\"}",
     "[{\"subject\":\"a\"},{\"subject\":\"b\"},{\"subject\":\"cart\"}]", 3, false},
    {"a place in the list is a place, whoever stands before", "{\"service\":\"cart\"}",
     "[{\"subject\":\"a\"},{\"subject\":\"a\"},{\"subject\":\"cart\"}]", 3, false},
    {"names are not parts of names", "{\"service\":\"cart\"}", "[{\"subject\":\"cartservice\"}]", 0,
     false},
    {"no hypothesis", "{\"service\":\"cart\"}", "[]", 0, false},
    {"the instance of the truth", "{\"service\":\"cart\",\"instance\":\"cart-7\"}",
     "[{\"subject\":\"node-1\",\"instance\":\"cart-7\"}]", 1, false},
    {"the truth names an instance where we name a service", "{\"service\":\"cart-v1\"}",
     "[{\"subject\":\"cart\",\"instance\":\"cart-v1\"}]", 1, false},
    {"two empty instances are not the same", "{\"service\":\"cart\",\"instance\":\"\"}",
     "[{\"subject\":\"db\",\"instance\":\"\"}]", 0, false},
    {"what stands behind the slash counts", "{\"service\":null,\"object\":\"node/worker-1\"}",
     "[{\"subject\":\"worker-1\"}]", 1, false},
    {"so does the whole object", "{\"service\":null,\"object\":\"node/worker-1\"}",
     "[{\"subject\":\"node/worker-1\"}]", 1, false},
    {"another kind of object is another object", "{\"object\":\"node/worker-1\"}",
     "[{\"subject\":\"service/worker-1\"}]", 0, false},
    {"of an object the instance does not count", "{\"object\":\"node/worker-1\"}",
     "[{\"subject\":\"cart\",\"instance\":\"worker-1\"}]", 0, false},
    {"object, cause and taxonomy",
     "{\"object\":\"service/cart\",\"fault\":\"node_selector_mismatch\","
     "\"taxonomy\":\"Scheduling_Fault\"}",
     "[{\"subject\":\"cart\",\"cause\":\"the node selector matches no node\"}]", 1, true},
    {"a right cause of the wrong object is wrong",
     "{\"object\":\"service/cart\",\"fault\":\"node_selector_mismatch\","
     "\"taxonomy\":\"Scheduling_Fault\"}",
     "[{\"subject\":\"db\",\"cause\":\"the node selector matches no "
     "node\"},{\"subject\":\"cart\"}]",
     2, false},
    {"a cause without a name in the set",
     "{\"object\":\"service/cart\",\"fault\":\"node_selector_mismatch\","
     "\"taxonomy\":\"Scheduling_Fault\"}",
     "[{\"subject\":\"cart\",\"cause\":\"it restarted\"}]", 1, false},
    {"only the first hypothesis has its cause looked at",
     "{\"object\":\"service/cart\",\"fault\":\"node_selector_mismatch\","
     "\"taxonomy\":\"Scheduling_Fault\"}",
     "[{\"subject\":\"cart\",\"cause\":\"it restarted\"},"
     "{\"subject\":\"cart\",\"cause\":\"the node selector matches no node\"}]",
     1, false},
};

static void judges_by_rank_and_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(judgements); i++) {
        struct err err = {0};
        struct truth truth;
        struct answer answer;
        struct outcome outcome = {0};
        const struct str report =
            str_printf(arena, "{\"verdict\":{\"known\":true,\"confidence\":0.5},\"hypotheses\":%s}",
                       judgements[i].hypotheses);
        if (!truth_parse(arena, str_of(judgements[i].truth), &truth, &err) ||
            !answer_parse(arena, report, &answer, &err))
            fail_msg("%s: %s", judgements[i].why, err.text);
        outcome_judge(&outcome, &truth, &answer);
        if (outcome.rank != judgements[i].rank || outcome.all_three != judgements[i].all_three)
            fail_msg("%s: rank %u, all three %d", judgements[i].why, outcome.rank,
                     outcome.all_three);
    }
}

static const struct {
    const char *text;
    const char *want; /* the error, or "" */
} answers[] = {
    {"{\"verdict\":{\"known\":false},\"hypotheses\":[]}", ""},
    {"{\"verdict\":{\"known\":true,\"confidence\":7},\"hypotheses\":[7]}", ""},
    {"", "no JSON: line 1, column 0: '[' or '{' expected near end of file"},
    {"[]", "JSON, but no object"},
    {"{\"hypotheses\":[]}", "the report has no `verdict.known`"},
    {"{\"verdict\":{\"known\":true}}", "the report has no `hypotheses`"},
};

static void says_what_is_wrong_with_an_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct err err = {0};
        struct answer answer;
        const bool ok = answer_parse(arena, str_of(answers[i].text), &answer, &err);
        assert_int_equal(ok, answers[i].want[0] == '\0');
        assert_string_equal(err.text, answers[i].want);
        assert_false(ok && answer.confidence > 1.0);
    }
}

/* Of a control, where nothing was broken, only a withheld verdict is right. */
static void nobody_is_right_only_without_a_verdict(void **state)
{
    (void)state;
    for (int known = 0; known < 2; known++) {
        struct err err = {0};
        struct truth truth;
        struct outcome outcome = {0};
        const struct answer answer = {.known = known == 1};
        assert_true(truth_parse(arena, STR("{\"service\":\"\",\"instance\":\"\"}"), &truth, &err));
        outcome_judge(&outcome, &truth, &answer);
        assert_int_equal(outcome.rank, known ? 0 : 1);
        assert_string_equal(truth_name(&truth).ptr, "(nobody)");
    }
}

static void wants_a_truth_that_names_something(void **state)
{
    (void)state;
    struct err err = {0};
    struct truth truth;
    assert_false(truth_parse(arena, STR("{\"service\":null}"), &truth, &err));
    assert_string_equal(err.text,
                        "truth.json: none of `service`, `instance` and `object` is given");
}

/* Ranks 1, 2, 4, none and a failure: the shares at 1 to 5 are .2 .4 .4 .6 .6. */
static void make_outcomes(struct outcome out[5])
{
    const uint32_t ranks[5] = {1, 2, 4, 0, 0};
    for (uint32_t i = 0; i < 5; i++)
        out[i] = (struct outcome){
            .set = STR("shop"),
            .id = str_printf(arena, "case-%u", i),
            .truth = {.service = STR("cart")},
            .top = {.subject = STR("cart"), .cause = STR("a\ttab")},
            .rank = ranks[i],
            .known = i != 2,
            .confidence = i < 2 ? 0.85 : 0.35,
            .wall_ms = 10.0 * (5 - i),
            .rss_mb = 100 + i,
        };
    out[4].failed = true;
    out[4].known = false;
    out[4].top = (struct suspect){0};
    out[4].reason = STR("exit status 1");
}

static void counts_shares_and_times(void **state)
{
    (void)state;
    struct outcome outcomes[5];
    make_outcomes(outcomes);
    const struct scorecard card = scorecard_of(arena, outcomes, 5);
    assert_int_equal(card.cases, 5);
    assert_int_equal(card.failed, 1);
    assert_int_equal(card.withheld, 1);
    assert_int_equal(card.confident_wrong, 2);
    assert_false(card.has_objects);
    assert_float_equal(card.ac1, 0.2, 1e-9);
    assert_float_equal(card.ac3, 0.4, 1e-9);
    assert_float_equal(card.ac5, 0.6, 1e-9);
    assert_float_equal(card.avg5, 0.44, 1e-9);
    assert_float_equal(card.p50_ms, 30, 1e-9);
    assert_float_equal(card.p95_ms, 50, 1e-9);
    assert_float_equal(card.peak_rss_mb, 104, 1e-9);
}

static void means_weigh_each_set_the_same(void **state)
{
    (void)state;
    const struct scorecard cards[] = {
        {.cases = 100, .ac1 = 0.9, .failed = 1},
        {.cases = 10, .ac1 = 0.3, .has_objects = true, .all_three = 0.25, .failed = 2},
    };
    const struct scorecard mean = scorecard_mean(cards, 2);
    assert_int_equal(mean.cases, 110);
    assert_int_equal(mean.failed, 3);
    assert_float_equal(mean.ac1, 0.6, 1e-9);
    assert_float_equal(mean.all_three, 0.25, 1e-9); /* only of sets that have objects */
}

/* At .85: one of two is right; at .35: none of two; the failure had no confidence. */
static void compares_confidence_with_accuracy(void **state)
{
    (void)state;
    struct outcome outcomes[5];
    make_outcomes(outcomes);
    const struct reliability reliability = reliability_of(outcomes, 5);
    assert_int_equal(reliability.cases, 4);
    assert_int_equal(reliability.bins[8].cases, 2);
    assert_float_equal(reliability.bins[8].confidence_mean, 0.85, 1e-9);
    assert_float_equal(reliability.bins[8].accuracy, 0.5, 1e-9);
    assert_int_equal(reliability.bins[3].cases, 2);
    assert_float_equal(reliability.ece, 0.35, 1e-9);

    outcomes[0].confidence = 1.0; /* the last bin has its upper end too */
    assert_int_equal(reliability_of(outcomes, 5).bins[9].cases, 1);
}

static void shows_tables(void **state)
{
    (void)state;
    struct outcome outcomes[5];
    make_outcomes(outcomes);
    struct board board = board_new(arena, outcomes, 5);
    board.per_case = true;
    struct buf out = buf_new(arena);
    board_text(&board, &out);
    const char *text = buf_str(&out).ptr;
    const char *const shop = "\nshop                5  0.200  0.400  0.600  0.440            - "
                             "0.350        1         2      1       30";
    const char *const parts[] = {
        "shop\tcase-1\t2\tcart\tcart\t0.850\ttrue\t40\t\ta tab\t\t\n",
        shop,
        "expected calibration error 0.350 over 4 cases",
        "failed, and counted as wrong:\n  shop/case-4: exit status 1\n",
    };
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (!strstr(text, parts[i]))
            fail_msg("`%s` is not in\n%s", parts[i], text);
    assert_null(strstr(text, "mean over sets")); /* of one set it would say nothing */
}

static void shows_json(void **state)
{
    (void)state;
    struct outcome outcomes[5];
    make_outcomes(outcomes);
    outcomes[3].set = STR("other"); /* the sets need not be one stretch each */
    const struct board board = board_new(arena, outcomes, 5);
    struct buf out = buf_new(arena);
    board_json(&board, &out);

    json_t *json = json_loads(buf_str(&out).ptr, 0, NULL);
    const char *set = NULL;
    int cases = 0;
    double ac1 = -1.0;
    assert_int_equal(
        json_unpack(json, "{s:{s:{s:i,s:f}}}", "sets", "shop", "cases", &cases, "ac1", &ac1), 0);
    assert_int_equal(cases, 4);
    assert_float_equal(ac1, 0.25, 1e-9);
    assert_int_equal(json_unpack(json, "{s:[{s:s}]}", "failures", "set", &set), 0);
    assert_string_equal(set, "shop");
    assert_null(json_object_get(json, "cases"));
    json_decref(json);
}

static void judges_the_kind_where_it_is_known(void **state)
{
    (void)state;
    assert_true(kind_is_known(STR("cpu_hog")));
    assert_true(kind_fits(STR("cpu_hog"), STR("cpu")));
    assert_false(kind_fits(STR("cpu_hog"), STR("memory")));
    assert_false(kind_is_known(STR("")));
    assert_false(kind_fits(STR(""), STR("")));
    for (size_t i = 0; causes[i].phrase; i++) /* a set's closed list is known whole */
        assert_true(kind_is_known(str_of(causes[i].name)));

    const struct truth truth = {.service = STR("cart"), .fault = STR("cpu_hog")};
    struct suspect suspects[] = {{.subject = STR("cart"), .kind = STR("cpu")}};
    const struct answer answer = {.suspects = suspects, .suspects_count = 1};
    struct outcome outcome = {0};
    outcome_judge(&outcome, &truth, &answer);
    assert_true(outcome.has_kind && outcome.kind_right);
    suspects[0].subject = STR("db"); /* the right kind at the wrong place is wrong */
    outcome = (struct outcome){0};
    outcome_judge(&outcome, &truth, &answer);
    assert_true(outcome.has_kind && !outcome.kind_right);
}

/* A phrase with two meanings, or a cause told twice in other letters, would make all3 a lottery. */
static void names_each_cause(void **state)
{
    (void)state;
    size_t names = 0;
    for (size_t i = 0; causes[i].phrase; i++) {
        bool first = true;
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(causes[i].phrase, causes[j].phrase);
            if (strcmp(causes[i].name, causes[j].name) == 0) {
                first = false;
                assert_string_equal(causes[i].taxonomy, causes[j].taxonomy);
            }
        }
        names += first;
    }
    assert_int_equal(names, 40);
    assert_null(cause_find(STR("it restarted")));
}

static void a_truth_may_tell_kind_onset_and_recut(void **state)
{
    (void)state;
    struct err err = {0};
    struct truth truth;
    struct answer answer;
    struct outcome outcome = {0};
    assert_true(truth_parse(arena,
                            STR("{\"service\":\"cart\",\"kind\":\"memory\",\"t_inject\":100.5e7,"
                                "\"recut\":[{\"transformation\":\"late\"},"
                                "{\"transformation\":\"thin\"}]}"),
                            &truth, &err));
    assert_string_equal(truth.recut.ptr, "late+thin");
    assert_true(answer_parse(arena,
                             STR("{\"verdict\":{\"known\":true,\"confidence\":0.5},"
                                 "\"hypotheses\":[{\"subject\":\"cart\",\"kind\":\"memory\","
                                 "\"since\":\"2001-11-05T22:40:02Z\"}]}"),
                             &answer, &err));
    outcome_judge(&outcome, &truth, &answer);
    assert_true(outcome.has_kind && outcome.kind_right && outcome.has_onset);
    assert_true(outcome.onset_error_s == 2.0); /* 1005000000 is 22:40:00 */
    answer.suspects[0].kind = STR("cpu");
    answer.suspects[0].has_since = false;
    outcome_judge(&outcome, &truth, &answer);
    assert_true(outcome.has_kind && !outcome.kind_right && !outcome.has_onset);
    answer.suspects[0].subject = STR("shop"); /* another place: its onset says nothing */
    answer.suspects[0].has_since = true;
    outcome_judge(&outcome, &truth, &answer);
    assert_false(outcome.has_onset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(judges_by_rank_and_cause, setup, teardown),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_an_answer, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_is_right_only_without_a_verdict, setup, teardown),
        cmocka_unit_test_setup_teardown(wants_a_truth_that_names_something, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_shares_and_times, setup, teardown),
        cmocka_unit_test_setup_teardown(means_weigh_each_set_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(compares_confidence_with_accuracy, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(shows_json, setup, teardown),
        cmocka_unit_test(judges_the_kind_where_it_is_known),
        cmocka_unit_test(names_each_cause),
        cmocka_unit_test_setup_teardown(a_truth_may_tell_kind_onset_and_recut, setup, teardown),
    };
    return cmocka_run_group_tests_name("eval score", tests, NULL, NULL);
}
