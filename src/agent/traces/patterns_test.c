/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <stdio.h>

/* `calls` of one span to the db, each of 10 ms, `step_ms` apart; the first `failed` of them fail.
 */
struct work {
    int calls, step_ms, failed;
};

static void add_requests(struct fixture *fix, int from, int count, double at_s, struct work work)
{
    for (int k = from; k < from + count; k++) {
        char *trace = arena_alloc(fix->arena, 16);
        snprintf(trace, 16, "t%d", k);
        const double at = at_s + (k - from);
        fixture_add_span(fix,
                         &(struct fixture_span){at, trace, "r", "", "shop", "list", 900000, NULL});
        for (int i = 0; i < work.calls; i++) {
            char *span = arena_alloc(fix->arena, 16);
            snprintf(span, 16, "c%d", i);
            fixture_add_span(fix, &(struct fixture_span){at + i * work.step_ms / 1e3, trace, span,
                                                         "r", "db", "select", 10000,
                                                         i < work.failed ? "ERROR" : "OK"});
        }
    }
}

static const struct batch *ask(struct fixture *fix)
{
    struct record in = fixture_input(fix, "traces.patterns");
    *record_at(&in, "alert") = value_time(fixture_time(120));
    *record_at(&in, "onset") = value_time(fixture_time(0));
    const struct record out = fixture_use(fix, "traces.patterns", &in);
    return record_at(&out, "patterns")->rows;
}

static const struct {
    const char *why;
    struct work before, since;
    const char *kinds[3];
    int limit;
} cases[] = {
    {"as before", {3, 20, 0}, {3, 20, 0}, {0}, 0},
    {"a few more are no pattern", {1, 20, 0}, {4, 20, 0}, {0}, 0},
    {"a query for each row", {1, 20, 0}, {9, 20, 0}, {"n_plus_one"}, 4},
    {"there were many before", {9, 20, 0}, {9, 20, 0}, {0}, 0},
    {"there were many, and they are many more", {9, 20, 0}, {30, 20, 0}, {"n_plus_one"}, 18},
    {"all at once", {1, 20, 0}, {9, 1, 0}, {"fan_out"}, 4},
    {"again, after it failed", {1, 20, 0}, {3, 20, 2}, {"retry"}, 0},
    {"the last one failed, and nobody tried again", {1, 20, 0}, {1, 20, 1}, {0}, 0},
    {"it failed beside others", {1, 1, 0}, {3, 1, 3}, {0}, 0},
    {"many times, and each failed", {1, 20, 0}, {9, 20, 9}, {"retry", "n_plus_one"}, 0},
};

static void what_is_new_or_grew_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        add_requests(fix, 0, 40, -4000, cases[i].before);
        add_requests(fix, 40, 40, 0, cases[i].since);
        fixture_seal(fix);
        const struct batch *rows = ask(fix);
        size_t wanted = 0;
        while (wanted < 3 && cases[i].kinds[wanted])
            wanted++;
        if (rows->rows != wanted)
            fail_msg("%s: %zu patterns", cases[i].why, rows->rows);
        for (size_t row = 0; row < wanted; row++) {
            if (!str_eq(fixture_text(rows, row, "kind"), str_of(cases[i].kinds[row])))
                fail_msg("%s: %s", cases[i].why, fixture_text(rows, row, "kind").ptr);
            assert_string_equal(fixture_text(rows, row, "caller").ptr, "shop");
            assert_string_equal(fixture_text(rows, row, "operation").ptr, "select");
            assert_int_equal(batch_column(rows, "hits_since")->integers[row], 40);
            assert_int_equal(batch_column(rows, "hits_base")->integers[row], 0);
            assert_int_equal(batch_column(rows, "tries_base")->integers[row], 40);
            assert_int_equal(batch_column(rows, "most")->integers[row], cases[i].since.calls);
        }
        if (wanted == 1)
            assert_int_equal(batch_column(rows, "limit")->integers[0], cases[i].limit);
        fixture_close(fix);
    }
}

/* "GET" alone says nothing: what is called by it does. */
static void a_clients_span_stands_for_whom_it_calls(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int k = 0; k < 80; k++) {
        char *trace = arena_alloc(fix->arena, 16);
        snprintf(trace, 16, "t%d", k);
        const double at = k < 40 ? k - 4000 : k - 40;
        fixture_add_span(fix,
                         &(struct fixture_span){at, trace, "r", "", "shop", "list", 900000, NULL});
        for (int i = 0; i < 8; i++) { /* to eight services before, to one since */
            char *ids = arena_alloc(fix->arena, 32);
            snprintf(ids, 16, "g%d", i);
            snprintf(ids + 16, 16, "s%d", k < 40 ? i : 0);
            char *below = arena_alloc(fix->arena, 16);
            snprintf(below, 16, "b%d", i);
            fixture_add_span(fix, &(struct fixture_span){at + i * 0.02, trace, ids, "r", "shop",
                                                         "GET", 10000, NULL});
            fixture_add_span(fix, &(struct fixture_span){at + i * 0.02, trace, below, ids, ids + 16,
                                                         "/x", 9000, NULL});
        }
    }
    fixture_seal(fix);
    const struct batch *rows = ask(fix);
    assert_int_equal(rows->rows, 1);
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "s0");
    assert_string_equal(fixture_text(rows, 0, "operation").ptr, "/x");
    fixture_close(fix);
}

static void nothing_and_circles_are_no_pattern(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_span(fix, &(struct fixture_span){0, "t", "a", "b", "web", "GET", 0, NULL});
    fixture_add_span(fix, &(struct fixture_span){0, "t", "b", "a", "web", "GET", 0, NULL});
    fixture_seal(fix);
    assert_int_equal(ask(fix)->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_new_or_grew_is_told),
        cmocka_unit_test(a_clients_span_stands_for_whom_it_calls),
        cmocka_unit_test(nothing_and_circles_are_no_pattern),
    };
    return cmocka_run_group_tests_name("patterns", tests, NULL, NULL);
}
