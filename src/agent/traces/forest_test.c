/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/traces/forest.h"

#include "agent/fixture_for_tests.h"
#include "agent/trials.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    struct fixture_span span;
    const char *parent; /* the id of the span above; "": a root */
    const char *entry;
    double self_us;
    bool calls_out, child_failed;
} spans[] = {
    {"a root", {1, "t", "a", "", "web", "GET", 1000, "OK"}, "", "a", 0, true, false},
    {"a call", {2, "t", "b", "a", "cart", "Get", 600, "OK"}, "a", "b", 100, false, true},
    {"inside of it", {3, "t", "c", "b", "cart", "sql", 500, "ERROR"}, "b", "b", 500, false, false},
    {"beside it, and they overlap",
     {3, "t", "d", "a", "pay", "Pay", 900, NULL},
     "a",
     "d",
     900,
     false,
     false},
    {"whose parent is missing",
     {4, "t", "e", "lost", "pay", "Pay", 10, NULL},
     "",
     "e",
     10,
     false,
     false},
    {"its own parent", {5, "t", "f", "f", "pay", "Pay", 10, NULL}, "", "f", 10, false, false},
    {"one of a circle", {6, "t", "g", "h", "pay", "Pay", 10, NULL}, "h", NULL, 0, false, false},
    {"the other", {6, "t", "h", "g", "pay", "Pay", 10, NULL}, "g", NULL, 0, false, false},
    {"the same id in another trace",
     {7, "u", "a", "b", "web", "GET", 70, NULL},
     "",
     "a",
     70,
     false,
     false},
};

static struct forest load(struct fixture *fix)
{
    struct forest forest;
    struct err err = {0};
    if (!forest_load(&fix->call, &forest, &err))
        fail_msg("%s", err.text);
    return forest;
}

static void what_was_recorded_becomes_a_forest(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        fixture_add_span(fix, &spans[i].span);
    for (size_t i = 0; i < COUNT_OF(spans); i++) { /* all once more, a little later: duplicates */
        struct fixture_span copy = spans[i].span;
        copy.at_s += 100;
        copy.duration_us += 5;
        fixture_add_span(fix, &copy);
    }
    fixture_seal(fix);
    const struct forest forest = load(fix);
    assert_int_equal(forest.count, COUNT_OF(spans));
    for (uint32_t i = 0; i < forest.count; i++) { /* in the order of time, which is ours */
        const struct span *got = &forest.spans[i];
        const uint32_t parent = got->parent;
        if (parent == SPAN_NONE ? spans[i].parent[0] != '\0'
                                : strcmp(spans[parent].span.span, spans[i].parent) != 0)
            fail_msg("%s: its parent", spans[i].why);
        if (spans[i].entry && strcmp(spans[got->entry].span.span, spans[i].entry) != 0)
            fail_msg("%s: its entry", spans[i].why);
        assert_true(got->entry < forest.count);
        if (got->self_us != spans[i].self_us || got->calls_out != spans[i].calls_out ||
            got->child_failed != spans[i].child_failed ||
            got->duration_us != (double)spans[i].span.duration_us)
            fail_msg("%s: %g us", spans[i].why, got->self_us);
        assert_true(str_eq(forest_service(&forest, got->service), str_of(spans[i].span.service)));
        assert_true(
            str_eq(forest_operation(&forest, got->operation), str_of(spans[i].span.operation)));
    }
    fixture_close(fix);
}

static void rows_without_time_duration_or_service_are_left_out(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(fix,
                STR("INSERT INTO traces (time, trace_id, span_id, service, duration_us) VALUES "
                    "(NULL, 't', '1', 'a', 1), (make_timestamp_ns(1), 't', '2', NULL, 1), "
                    "(make_timestamp_ns(1), 't', '3', '', 1), "
                    "(make_timestamp_ns(1), 't', '4', 'a', NULL), "
                    "(make_timestamp_ns(1), 't', '5', 'a', -1), "
                    "(make_timestamp_ns(1), NULL, NULL, 'a', 0)"));
    fixture_seal(fix);
    const struct forest forest = load(fix);
    assert_int_equal(forest.count, 1);
    fixture_close(fix);
}

static void the_reference_is_a_forest_of_its_own(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_span(fix, &(struct fixture_span){1, "t", "a", "", "web", "GET", 10, NULL});
    fixture_run(fix, STR("INSERT INTO reference_traces SELECT * REPLACE ('b' AS span_id, 'a' AS "
                         "parent_id) FROM traces"));
    fixture_run(fix, STR("INSERT INTO reference_traces SELECT * FROM traces"));
    fixture_seal(fix);
    const struct forest forest = load(fix);
    assert_int_equal(forest.count, 3);
    for (uint32_t i = 0; i < forest.count; i++) {
        const struct span *span = &forest.spans[i];
        if (span->parent != SPAN_NONE)
            assert_int_equal(forest.spans[span->parent].of_reference, span->of_reference);
        assert_int_equal(forest_place(span, FIXTURE_T0) == TRIAL_REFERENCE, span->of_reference);
    }
    fixture_close(fix);
}

static void a_long_circle_ends(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(fix, STR("INSERT INTO traces (time, trace_id, span_id, parent_id, service, "
                         "operation, duration_us) SELECT make_timestamp_ns(1 + range), 't', range, "
                         "(range + 1) % 20000, 'a', 'x', 1 FROM range(20000)"));
    fixture_seal(fix);
    const struct forest forest = load(fix);
    assert_int_equal(forest.count, 20000);
    for (uint32_t i = 0; i < forest.count; i++)
        assert_true(forest.spans[i].entry < forest.count);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_recorded_becomes_a_forest),
        cmocka_unit_test(rows_without_time_duration_or_service_are_left_out),
        cmocka_unit_test(the_reference_is_a_forest_of_its_own),
        cmocka_unit_test(a_long_circle_ends),
    };
    return cmocka_run_group_tests_name("forest", tests, NULL, NULL);
}
