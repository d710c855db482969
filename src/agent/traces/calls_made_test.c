/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/calls_made.h"

#include "agent/fixture_for_tests.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ONSET_S (-150)

/* A request: web calls cart, cart calls pay. What each takes by itself or on the way, in us. */
struct request {
    int64_t web, to_cart, cart, to_pay, pay;
    const char *pay_status;
    bool audited; /* cart runs one more operation */
};

static void add_request(struct fixture *fix, double at_s, struct request it)
{
    const char *trace = str_printf(fix->arena, "t%g", at_s).ptr;
    const int64_t pay_us = it.pay, cart_us = it.cart + it.to_pay + pay_us;
    const int64_t web_us = it.web + it.to_cart + cart_us;
    const struct fixture_span spans[] = {
        {at_s, trace, "1", "", "web", "GET", web_us, "OK"},
        {at_s, trace, "2", "1", "cart", "Buy", cart_us, "OK"},
        {at_s, trace, "3", "2", "pay", "Pay", pay_us, it.pay_status},
        {at_s, trace, "4", "2", "cart", "audit", 1, "OK"},
    };
    for (size_t i = 0; i < COUNT_OF(spans) - !it.audited; i++)
        fixture_add_span(fix, &spans[i]);
}

static const struct request fine = {2000, 300, 3000, 300, 4000, "OK", false};

static const struct {
    const char *why;
    struct request since;
    const char *kind, *service, *operation, *caller; /* kind NULL: nothing differs */
} faults[] = {
    {"all as before", {2000, 300, 3000, 300, 4000, "OK", false}, NULL, NULL, NULL, NULL},
    {"half as long again", {2000, 300, 3000, 300, 6000, "OK", false}, NULL, NULL, NULL, NULL},
    {"slow in itself", {2000, 300, 3000, 300, 90000, "OK", false}, "slow", "pay", "Pay", ""},
    {"slow on the way", {2000, 300, 3000, 90000, 4000, "OK", false}, "gap", "pay", "Pay", "cart"},
    {"failing", {2000, 300, 3000, 300, 4000, "ERROR", false}, "failed", "pay", "Pay", ""},
    {"another path", {2000, 300, 3000, 300, 4000, "OK", true}, "path", "cart", "audit", ""},
};

static struct fixture *filled(struct request since)
{
    struct fixture *fix = fixture_open();
    for (int at_s = -900; at_s < 60; at_s += 10)
        add_request(fix, at_s, at_s < ONSET_S ? fine : since);
    fixture_seal(fix);
    return fix;
}

static const struct batch *calls(struct fixture *fix)
{
    struct record in = fixture_input(fix, "traces.calls");
    *record_at(&in, "alert") = value_time(FIXTURE_T0);
    *record_at(&in, "onset") = value_time(fixture_time(ONSET_S));
    const struct record out = fixture_use(fix, "traces.calls", &in);
    return record_at(&out, "calls")->rows;
}

static void what_differs_is_named_and_nothing_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        struct fixture *fix = filled(faults[i].since);
        const struct batch *rows = calls(fix);
        const bool slow = faults[i].kind && str_eq(str_of(faults[i].kind), STR("slow"));
        if (rows->rows != (size_t)(faults[i].kind != NULL) + slow)
            fail_msg("%s: %zu rows, the first %s of %s", faults[i].why, rows->rows,
                     rows->rows > 0 ? fixture_text(rows, 0, "kind").ptr : "",
                     rows->rows > 0 ? fixture_text(rows, 0, "service").ptr : "");
        if (slow) { /* so is then the service as a whole */
            assert_string_equal(fixture_text(rows, 1, "kind").ptr, "own");
            assert_string_equal(fixture_text(rows, 1, "service").ptr, faults[i].service);
            assert_string_equal(fixture_text(rows, 1, "operation").ptr, "");
        }
        if (rows->rows >= 1 &&
            (!str_eq(fixture_text(rows, 0, "kind"), str_of(faults[i].kind)) ||
             !str_eq(fixture_text(rows, 0, "service"), str_of(faults[i].service)) ||
             !str_eq(fixture_text(rows, 0, "operation"), str_of(faults[i].operation)) ||
             !str_eq(fixture_text(rows, 0, "caller"), str_of(faults[i].caller)) ||
             !batch_column(rows, "more")->integers[0] ||
             batch_column(rows, "strength")->reals[0] < 0.5))
            fail_msg("%s: %s of %s, from %s", faults[i].why, fixture_text(rows, 0, "kind").ptr,
                     fixture_text(rows, 0, "operation").ptr, fixture_text(rows, 0, "caller").ptr);
        assert_true(fixture_same(rows, calls(fix)));
        fixture_close(fix);
    }
}

static void an_exemplar_is_one_of_the_hits(void **state)
{
    (void)state;
    struct fixture *fix = filled(faults[2].since);
    const struct batch *rows = calls(fix);
    const struct str trace = fixture_text(rows, 0, "trace_id");
    double at_s;
    assert_true(str_to_real(str_slice(trace, 1, trace.len), &at_s));
    assert_true(at_s >= ONSET_S);
    assert_true(batch_column(rows, "hits_since")->integers[0] ==
                batch_column(rows, "tries_since")->integers[0]);
    assert_int_equal(batch_column(rows, "hits_base")->integers[0], 0);
    fixture_close(fix);
}

static void the_onset_is_where_calls_begin_to_differ(void **state)
{
    (void)state;
    struct fixture *fix = filled(faults[2].since);
    struct record in = fixture_input(fix, "traces.onset");
    *record_at(&in, "alert") = value_time(FIXTURE_T0);
    const struct record out = fixture_use(fix, "traces.onset", &in);
    const struct batch *rows = record_at(&out, "candidates")->rows;
    const double *weights = batch_column(rows, "weight")->reals;
    size_t best = 0;
    for (size_t row = 1; row < rows->rows; row++)
        best = weights[row] > weights[best] ? row : best;
    assert_int_equal(batch_column(rows, "onset")->integers[best], fixture_time(ONSET_S));
    fixture_close(fix);
}

static void the_graph_is_who_calls_whom(void **state)
{
    (void)state;
    struct fixture *fix = filled(faults[5].since);
    const struct record in = fixture_input(fix, "traces.graph");
    const struct record out = fixture_use(fix, "traces.graph", &in);
    const struct batch *rows = record_at(&out, "edges")->rows;
    assert_int_equal(rows->rows, 2); /* a service does not call itself */
    assert_int_equal(fixture_row(rows, "caller", "cart", "callee", "pay"), 0);
    assert_int_equal(fixture_row(rows, "caller", "web", "callee", "cart"), 1);
    assert_int_equal(batch_column(rows, "calls")->integers[0], 96);
    fixture_close(fix);
}

static void no_spans_are_no_error(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    assert_int_equal(calls(fix)->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_differs_is_named_and_nothing_else),
        cmocka_unit_test(an_exemplar_is_one_of_the_hits),
        cmocka_unit_test(the_onset_is_where_calls_begin_to_differ),
        cmocka_unit_test(the_graph_is_who_calls_whom),
        cmocka_unit_test(no_spans_are_no_error),
    };
    return cmocka_run_group_tests_name("calls_made", tests, NULL, NULL);
}
