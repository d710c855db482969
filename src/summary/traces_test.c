/* SPDX-License-Identifier: Apache-2.0 */
/* Flame graphs whose summary is known, word by word. */
#include "summary/summary.h"

#include "agent/fixture_for_tests.h"

#include <stdio.h>

#define BEFORE (-60.0)

/* Requests a second each from `at_s` on: a root of `web`, below it `shop`, and below that `db`. */
struct load {
    const char *operation;
    double at_s;
    int count, failed; /* of those, so many fail in db, and all above with them */
    int db_us, own_us;
    bool cut; /* the failed ones end in shop */
};

static void add(struct fixture *fix, const struct load *load)
{
    for (int k = 0; k < load->count; k++) {
        const char *status = k < load->failed ? "ERROR" : "OK";
        const double at = load->at_s + k;
        const char *trace =
            str_printf(fix->arena, "%s %d %d", load->operation, k, load->at_s < 0).ptr;
        const int64_t shop_us = load->db_us + load->own_us;
        fixture_add_span(fix, &(struct fixture_span){at, trace, "r", "", "web", load->operation,
                                                     shop_us + 1000, status});
        fixture_add_span(fix, &(struct fixture_span){at + 0.0005, trace, "s", "r", "shop", "serve",
                                                     shop_us, status});
        if (!load->cut || k >= load->failed)
            fixture_add_span(fix, &(struct fixture_span){at + 0.0006, trace, "d", "s", "db",
                                                         "SELECT", load->db_us, status});
    }
}

static const char *told(struct fixture *fix, bool known)
{
    struct summary out;
    struct err err = {0};
    fixture_seal(fix);
    fix->casefile->incident.start_ns = fixture_time(0);
    if (!summary_of_traces(&fix->call, fixture_time(0), &out, &err))
        fail_msg("%s", err.text);
    assert_int_equal(out.known, known);
    assert_string_equal(out.withheld.ptr ? out.withheld.ptr : "", "");
    assert_in_range(out.words_count, 1, SUMMARY_TRACES_WORDS_MAX);
    assert_in_range(out.sentences_count, 1, SUMMARY_TRACES_SENTENCES_MAX);
    const struct str text = summary_text(fix->arena, &out);
    assert_string_equal(summary_text(fix->arena, &out).ptr, text.ptr);
    return text.ptr;
}

static void failures_and_time_are_followed_to_where_they_arise(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", BEFORE, 30, 0, 2000, 1000, false});
    add(fix, &(struct load){"GET /b", BEFORE, 30, 0, 3000, 1000, false});
    add(fix, &(struct load){"GET /a", 1, 20, 10, 300000, 1000, false});
    add(fix, &(struct load){"GET /b", 1, 20, 0, 3000, 1000, false});
    assert_string_equal(
        told(fix, true),
        "web GET /a fails in 10 of 20 requests (0 of 30 before) and slowed from 4 ms to 302 ms "
        "per request. The time and the failures arise in db SELECT (2 ms to 300 ms per request). "
        "They reach web through shop serve; other requests are unchanged.");
    fixture_close(fix);
}

static void of_few_failures_the_time_comes_first(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", BEFORE, 30, 0, 2000, 1000, false});
    add(fix, &(struct load){"GET /a", 1, 20, 1, 2000, 41000, true});
    assert_string_equal(
        told(fix, true),
        "web GET /a slowed from 4 ms to 44 ms per request and fails in 1 of 20 requests (0 of 30 "
        "before). The time and the failures arise in shop serve (1 ms to 41 ms per request). "
        "Other requests are unchanged.");
    fixture_close(fix);
}

static void requests_that_are_gone_are_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", BEFORE, 30, 0, 2000, 1000, false});
    add(fix, &(struct load){"GET /b", BEFORE, 20, 0, 2000, 1000, false});
    fixture_run(fix, STR("INSERT INTO traces (time, trace_id, span_id, service, operation, "
                         "duration_us) SELECT make_timestamp_ns(1795312800000000000 + (n - 30) * "
                         "1000000000), 'j' || n, 'j', 'job', 'tick', 5000 FROM range(60) r(n)"));
    assert_string_equal(
        told(fix, true),
        "All requests to web are gone: 50 before, 0 since, among them 30 GET /a "
        "and 20 GET /b. Only job tick (5 ms to 5 ms) still runs, and does not fail. "
        "The flame graphs show no slow or failing frame, so no more can be told.");
    fixture_close(fix);
}

static void where_nothing_is_to_be_seen_that_is_said(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", BEFORE, 30, 1, 2000, 1000, false});
    add(fix, &(struct load){"GET /a", 1, 30, 1, 2500, 1000, false});
    assert_string_equal(
        told(fix, false),
        "The flame graphs do not show the fault: no request fails more than before or became much "
        "slower. web GET /a went from 4 ms to 4.5 ms per request. No more can be told from "
        "them.");
    fixture_close(fix);
}

static void calls_at_the_same_time_count_each(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 20; k++) {
        const char *trace = str_printf(fix->arena, "%d", k).ptr;
        const double at = k < 10 ? k - 60 : k;
        const int64_t us = k < 10 ? 1000 : 10000;
        fixture_add_span(fix, &(struct fixture_span){at, trace, "r", "", "web", "GET", us, NULL});
        for (int child = 0; child < 3; child++)
            fixture_add_span(fix, &(struct fixture_span){at, trace,
                                                         str_printf(fix->arena, "c%d", child).ptr,
                                                         "r", "db", "SELECT", us, NULL});
    }
    assert_true(str_contains(str_of(told(fix, true)),
                             STR("slowed from 3 ms to 30 ms per request. The time is spent in db "
                                 "SELECT (3 ms to 30 ms per request).")));
    fixture_close(fix);
}

static void more_calls_a_request_are_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 40; k++) {
        const char *trace = str_printf(fix->arena, "%d", k).ptr;
        const double at = k < 20 ? k - 60 : k - 20;
        const int calls = k < 20 ? 1 : 30;
        fixture_add_span(
            fix, &(struct fixture_span){at, trace, "r", "", "web", "GET", calls * 1000, NULL});
        for (int c = 0; c < calls; c++)
            fixture_add_span(fix, &(struct fixture_span){at + c / 1e3, trace,
                                                         str_printf(fix->arena, "c%d", c).ptr, "r",
                                                         "db", "SELECT", 1000, NULL});
    }
    assert_true(str_contains(str_of(told(fix, true)),
                             STR("The time is spent in db SELECT (1 ms to 30 ms per request, 30 "
                                 "calls instead of 1).")));
    fixture_close(fix);
}

static void many_more_requests_are_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", BEFORE, 30, 0, 2000, 1000, false});
    for (int k = 0; k < 10; k++)
        add(fix,
            &(struct load){str_printf(fix->arena, "GET /%d", k).ptr, 1, 30, 0, 2000, 1000, false});
    assert_true(str_starts(str_of(told(fix, false)),
                           STR("Requests to web rose from 30 to 300, but no request fails more "
                               "than before or became much slower. ")));
    fixture_close(fix);
}

static void the_reference_stands_for_a_baseline_that_is_too_short(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET /a", 1, 30, 0, 90000, 1000, false});
    fixture_run(fix, STR("INSERT INTO reference_traces (time, trace_id, span_id, service, "
                         "operation, duration_us) SELECT make_timestamp_ns(1795312000000000000 + "
                         "n), 'r' || n, 'r', 'web', 'GET /a', 4000 FROM range(40) r(n)"));
    assert_true(str_starts(str_of(told(fix, true)),
                           STR("web GET /a slowed from 4 ms to 92 ms per request. ")));
    fixture_close(fix);
}

/* The tool is asked by operation; frames of another service's requests are not told as ours. */
static void roots_of_one_name_are_told_apart(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, &(struct load){"GET", BEFORE, 30, 0, 2000, 1000, false});
    add(fix, &(struct load){"GET", 1, 30, 0, 20000, 1000, false});
    fixture_run(fix, STR("INSERT INTO traces (time, trace_id, span_id, service, operation, "
                         "duration_us) SELECT make_timestamp_ns(1795312800000000000 + (n - 30) * "
                         "1000000000), 'o' || n, 'o', 'other', 'GET', CASE WHEN n < 30 THEN 5000 "
                         "ELSE 9000000 END FROM range(60) r(n)"));
    const struct str text = str_of(told(fix, true));
    assert_true(str_contains(text, STR("The time is spent in other GET itself (5 ms to 9 s per "
                                       "request) and db SELECT (2 ms to 20 ms).")));
    fixture_close(fix);
}

static void names_of_strangers_are_no_danger(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 20; k++)
        fixture_add_span(fix, &(struct fixture_span){
                                  k < 10 ? k - 60 : k, str_printf(fix->arena, "%d", k).ptr, "r", "",
                                  "we`b''; 7", "%s > a:`b", k < 10 ? 10 : INT64_MAX, NULL});
    struct summary out;
    struct err err = {0};
    fixture_seal(fix);
    assert_true(summary_of_traces(&fix->call, fixture_time(0), &out, &err));
    fixture_close(fix);
}

static void without_traces_there_is_nothing_to_tell(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct summary out;
    struct err err = {0};
    fixture_seal(fix);
    assert_false(summary_of_traces(&fix->call, fixture_time(0), &out, &err));
    assert_string_equal(err.text, "there are no traces to tell of");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_and_time_are_followed_to_where_they_arise),
        cmocka_unit_test(of_few_failures_the_time_comes_first),
        cmocka_unit_test(requests_that_are_gone_are_told),
        cmocka_unit_test(where_nothing_is_to_be_seen_that_is_said),
        cmocka_unit_test(calls_at_the_same_time_count_each),
        cmocka_unit_test(more_calls_a_request_are_told),
        cmocka_unit_test(many_more_requests_are_told),
        cmocka_unit_test(the_reference_stands_for_a_baseline_that_is_too_short),
        cmocka_unit_test(roots_of_one_name_are_told_apart),
        cmocka_unit_test(names_of_strangers_are_no_danger),
        cmocka_unit_test(without_traces_there_is_nothing_to_tell),
    };
    return cmocka_run_group_tests_name("traces", tests, NULL, NULL);
}
