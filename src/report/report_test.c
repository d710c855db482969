/* SPDX-License-Identifier: Apache-2.0 */
#include "report/investigated_for_tests.h"

#include <jansson.h>

/* ---- tests ---- */

static void every_form_says_what_was_found(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    const struct report report = report_write(casefile);
    assert_true(report.known);
    assert_int_equal(report.took_ns, 1240 * NS_PER_MS);
    assert_int_equal(fixture_length(report.removed), 0);
    assert_all_forms(&report);

    static const char *const wanted[] = {
        "orders-db",   "its connection pool ran out",   "82", "E2", "02:10:02", "cfg-4471",
        "state.jsonl", "is not in what the query gives"};
    for (const struct renderer *const *it = renderers; *it; it++)
        for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
            assert_has(fixture_rendered(&report, (*it)->name), wanted[i]);

    assert_has(report.summary->text, "The cause most likely lies in `orders-db` (instance "
                                     "`orders-db-0`): its connection pool ran out, since 02:10:02 "
                                     "[E2] [E8] [E1].");
    const struct str html = fixture_rendered(&report, "html");
    assert_has(html, "<a class=\"cite\" href=\"#E2\">E2</a>");
    assert_has(html, "<tr id=\"E2\">");
    assert_has(html, "warroom query BUNDLE &#39;SELECT 0.31 AS cpu&#39;");
    assert_has(html, "LIKE &#39;\\&#39;&#39;%pool");
    assert_has_not(html, "<script");
    assert_has(html, "&lt;script&gt;alert(1)");
    assert_has_not(html, "src=");
    assert_has_not(html, "http://");
    assert_has_not(html, "https://");
    assert_has_not(fixture_rendered(&report, "text"), "\033");

    fixture_write_demo(&report, "");
    casefile_close(casefile);
}

static void colour_is_only_where_it_was_asked_for(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    struct report report = report_write(casefile);
    report.colour = true;
    assert_has(fixture_rendered(&report, "text"), "\033[1m");
    assert_has_not(fixture_rendered(&report, "markdown"), "\033");
    assert_has_not(fixture_rendered(&report, "html"), "\033");
    assert_has_not(fixture_rendered(&report, "json"), "u001b");
    casefile_close(casefile);
}

static void impact_begins_with_what_users_see(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    casefile->subject = STR("frontend");
    const struct report report = report_write(casefile);
    assert_int_equal(fixture_length(report.impact), 3);
    assert_has(report.impact->text, "`frontend`");
    assert_has(report.impact->next->text, "`cart`");
    assert_has(report.impact->next->next->text, "pool exhausted");
    assert_has(report.impact->next->next->text, "[E6].");
    casefile_close(casefile);
}

static void timings_that_are_forgotten_are_not_told_as_none(void **state)
{
    (void)state;
    static const char *const forms[] = {"text", "markdown", "html"};
    struct casefile *casefile = fixture_whole_case();
    struct report report = report_write(casefile);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_has(fixture_rendered(&report, forms[i]), "1.24 s");
    assert_has(fixture_rendered(&report, "html"), "Found in");

    report_forget_timings(&report);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_has_not(fixture_rendered(&report, forms[i]), "µs");
    assert_has(fixture_rendered(&report, "text"), " steps.");
    assert_has_not(fixture_rendered(&report, "html"), "Found in");
    assert_has_not(fixture_rendered(&report, "html"), "warroom took");
    assert_has_not(fixture_rendered(&report, "markdown"), "warroom took");
    casefile_close(casefile);
}

static void what_evidence_does_not_bear_out_is_removed(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    struct hypothesis *best = casefile->hypotheses;
    best->since_ns = T0 + 3 * MINUTE; /* no evidence says so */
    best->cause = STR("all 47 connections ran out");
    struct evidence foreign = *best->cited_for[1];
    foreign.id = 99;
    best->cited_for[2] = &foreign;

    const struct report report = report_write(casefile);
    for (const struct sentence *it = report.summary; it; it = it->next) {
        assert_has_not(it->text, "02:03:00");
        assert_has_not(it->text, "47");
        assert_has_not(it->text, "[E99]");
    }
    assert_true(fixture_length(report.removed) >= 2);
    assert_has(report.removed->text, "is in none of the claims it cites");
    assert_all_forms(&report);

    /* evidence that says nothing of the kind does not become true by being cited */
    best->cited_for_count = 2;
    const struct report second = report_write(casefile);
    assert_has(
        second.summary->text,
        "`orders-db` (instance `orders-db-0`): its connections or its pool filled [E2] [E8].");
    assert_has(second.removed->text, "02:03:00");
    casefile_close(casefile);
}

static void what_counts_is_told_in_every_form(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    const struct report report = report_write(casefile);
    const struct str text = fixture_rendered(&report, "text");
    assert_has(text, "kind: a limit that is reached");
    assert_has(text, "WHAT COUNTS FOR IT");
    assert_has(text, "70%       ############## its connections or its pool filled [E2]");
    assert_has(text, "the way to it became slow, less 38% that checkout explains [E8]");
    assert_has(text, "Its place in the graph leaves 80% of all that.");
    assert_has(fixture_rendered(&report, "markdown"),
               "| 30% | the way to it became slow | 38%, by `checkout` | E8 |");
    assert_has(fixture_rendered(&report, "html"), "<h2>What counts for it</h2>");
    json_t *root = json_loads(fixture_rendered(&report, "json").ptr, JSON_REJECT_DUPLICATES, NULL);
    const json_t *best = json_array_get(json_object_get(root, "hypotheses"), 0);
    const json_t *second = json_array_get(json_object_get(best, "contributions"), 1);
    assert_string_equal(json_string_value(json_object_get(best, "kind")), "capacity");
    assert_string_equal(json_string_value(json_object_get(second, "evidence")), "E8");
    assert_string_equal(json_string_value(json_object_get(second, "explained_by")), "checkout");
    json_decref(root);
    casefile_close(casefile);
}

static void not_known_is_a_report(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_whole_case();
    casefile->hypotheses->confidence = 0.3;
    casefile->hypotheses->next->confidence = 0.28;
    const struct report report = report_write(casefile);
    assert_false(report.known);
    assert_has(report.summary->text, "The cause is not known.");
    assert_has(report.summary->next->text, "The best guess is `orders-db`");
    assert_has(report.summary->next->next->text, "A rival comes too close to it: `checkout`");
    assert_all_forms(&report);
    fixture_write_demo(&report, "_not_known");
    assert_has(fixture_rendered(&report, "text"), "NOT KNOWN");
    assert_has(fixture_rendered(&report, "html"), "The cause is not known");

    json_t *root = json_loads(fixture_rendered(&report, "json").ptr, JSON_REJECT_DUPLICATES, NULL);
    const json_t *verdict = json_object_get(root, "verdict");
    assert_true(json_is_null(json_object_get(verdict, "subject")));
    assert_true(json_is_false(json_object_get(verdict, "known")));
    assert_int_equal(json_array_size(json_object_get(root, "hypotheses")), 3);
    json_decref(root);
    casefile_close(casefile);
}

static void an_empty_case_can_be_told(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_open_case();
    fixture_alert = (struct alert){0};
    casefile->onset_known = false;
    const struct report report = report_write(casefile);
    assert_false(report.known);
    assert_null(report.best);
    assert_int_equal(fixture_length(report.removed), 0);
    assert_all_forms(&report);
    casefile_close(casefile);
}

/* ---- hostile text ---- */

static void hostile_text_does_nothing(void **state)
{
    (void)state;
    struct casefile *casefile = fixture_hostile_investigated_case();
    const struct report report = report_write(casefile);
    assert_all_forms(&report);
    fixture_write_demo(&report, "_hostile");

    const struct str html = fixture_rendered(&report, "html");
    assert_has_not(html, "<script");
    assert_has_not(html, "<b>x");
    static const char *const forms[] = {"html", "text", "markdown", "postmortem"};
    for (size_t i = 0; i < 4; i++) {
        struct str rest = fixture_rendered(&report, forms[i]);
        while (rest.len > 0) {
            const uint32_t code = escape_take(&rest);
            assert_true(code != ESCAPE_INVALID);
            assert_true(code == '\n' || code == '\t' || (code >= 0x20 && code != 0x7f));
            assert_true(!(code >= 0x80 && code < 0xa0) && code != 0x202e);
        }
    }
    const struct str json = fixture_rendered(&report, "json");
    json_t *root = json_loadb(json.ptr, json.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(root);
    json_decref(root);
    casefile_close(casefile);
}

static void models_that_were_asked_are_told_and_no_others(void **state)
{
    (void)state;
    static const char *const forms[] = {"text", "markdown", "html"};
    struct casefile *casefile = fixture_investigated_case();
    struct report report = report_write(casefile);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct str before = fixture_rendered(&report, forms[i]);
        assert_has_not(before, "odels that were asked");
        assert_has_not(before, "MODELS THAT WERE ASKED");
    }
    fixture_add_consultations(casefile);
    report = report_write(casefile);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct str told = fixture_rendered(&report, forms[i]);
        assert_true(str_find_no_case(told, STR("models that were asked")) != STR_NPOS);
        static const char *const words[] = {"cloud",  "1234",           "789",     "HTTP",
                                            "nobody", "0.1000",         "without", "logs",
                                            "first",  "rewrite_summary"};
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            assert_has(told, words[j]);
    }
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_says_what_was_found),
        cmocka_unit_test(colour_is_only_where_it_was_asked_for),
        cmocka_unit_test(impact_begins_with_what_users_see),
        cmocka_unit_test(timings_that_are_forgotten_are_not_told_as_none),
        cmocka_unit_test(what_evidence_does_not_bear_out_is_removed),
        cmocka_unit_test(what_counts_is_told_in_every_form),
        cmocka_unit_test(not_known_is_a_report),
        cmocka_unit_test(an_empty_case_can_be_told),
        cmocka_unit_test(hostile_text_does_nothing),
        cmocka_unit_test(models_that_were_asked_are_told_and_no_others),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
