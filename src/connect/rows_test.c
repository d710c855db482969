/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/rows.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define T0 INT64_C(1795312800000000000)

struct fix {
    struct arena *arena;
    struct rows rows;
};

static struct fix open_rows(bool redact)
{
    struct arena *arena = arena_new("test");
    return (struct fix){.arena = arena, .rows = rows_new(arena, redact)};
}

static void expect(struct fix *fix, enum row_file file, const char *want)
{
    assert_string_equal(buf_str(&fix->rows.text[file]).ptr, want);
    arena_free(fix->arena);
}

static void what_is_no_number_is_no_sample(void **state)
{
    static const char *const values[] = {"1e+06", "NaN", "+Inf", "", "7,8", "-0.5"};
    struct fix fix = open_rows(true);
    (void)state;
    rows_series(&fix.rows, &(struct series_row){.service = STR("a,b"),
                                                .metric = STR("m"),
                                                .labels = STR("{\"q\":\"x\ny\"}")});
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        rows_sample(&fix.rows, T0 + (int64_t)i * 1500000, str_of(values[i]));
    assert_int_equal(fix.rows.counts[ROWS_METRICS], 2);
    expect(&fix, ROWS_METRICS,
           "1795312800.000,\"a,b\",,m,1e+06,\"{\"\"q\"\":\"\"x y\"\"}\"\n"
           "1795312800.007500,\"a,b\",,m,-0.5,\"{\"\"q\"\":\"\"x y\"\"}\"\n");
}

static void secrets_are_masked_and_counted(void **state)
{
    struct fix fix = open_rows(true);
    (void)state;
    rows_log(&fix.rows,
             &(struct log_row){.time_ns = T0,
                               .message = STR("password=abc to a@b.example"),
                               .more = {(const struct label[]){{STR("uri"), STR("http://u:p@h/")},
                                                               {STR("service"), STR("forged")}},
                                        2}});
    assert_int_equal(fix.rows.masked.secrets, 2);
    assert_int_equal(fix.rows.masked.emails, 1);
    expect(&fix, ROWS_LOGS,
           "{\"timestamp\":1795312800.000,\"message\":\"password=[secret] to [email]\","
           "\"uri\":\"http://[secret]@h/\"}\n");
}

static void who_does_not_want_it_gets_it_as_it_is(void **state)
{
    struct fix fix = open_rows(false);
    (void)state;
    rows_log(&fix.rows, &(struct log_row){.time_ns = T0, .message = STR("password=abc")});
    expect(&fix, ROWS_LOGS, "{\"timestamp\":1795312800.000,\"message\":\"password=abc\"}\n");
}

static void a_change_has_its_files_and_no_words_that_are_secrets(void **state)
{
    struct fix fix = open_rows(true);
    struct change_file files[] = {{.path = STR("a.c"), .added = 1, .removed = 2}};
    struct change_word words[] = {{STR("AKIAABCDEFGHIJKLMNOP"), 1}, {STR("pool"), 3}};
    const struct change seen = {.files = files, .files_count = 1, .words = words, .words_count = 2};
    (void)state;
    rows_change(&fix.rows, &(struct change_row){.time_ns = T0,
                                                .id = STR("4be1"),
                                                .seen = &seen,
                                                .detail = STR("+token: abcdef")});
    expect(&fix, ROWS_CHANGES,
           "{\"timestamp\":1795312800.000,\"id\":\"4be1\",\"files\":[[\"a.c\",1,2]],\"words\":"
           "{\"pool\":3},\"scopes\":{},\"detail\":\"+token: [secret]\"}\n");
}

static void an_edge_has_two_ends(void **state)
{
    struct fix fix = open_rows(true);
    (void)state;
    rows_edge(&fix.rows, STR("web"), STR("cart"));
    rows_edge(&fix.rows, STR("web"), STR("web"));
    rows_edge(&fix.rows, STR(""), STR("cart"));
    assert_int_equal(rows_total(&fix.rows), 1);
    expect(&fix, ROWS_TOPOLOGY, "{\"caller\":\"web\",\"callee\":\"cart\"}\n");
}

static void others_are_as_the_bundle_wants_them(void **state)
{
    struct fix fix = open_rows(true);
    (void)state;
    rows_span(&fix.rows, &(struct span_row){.start_ns = T0 + 1500,
                                            .duration_ns = 2500000,
                                            .trace_id = STR("a"),
                                            .span_id = STR("b"),
                                            .service = STR("cart"),
                                            .operation = STR("GET /")});
    assert_string_equal(buf_str(&fix.rows.text[ROWS_TRACES]).ptr,
                        "{\"start_us\":1795312800000001,\"duration_us\":2500,\"trace_id\":\"a\","
                        "\"span_id\":\"b\",\"service\":\"cart\",\"operation\":\"GET /\"}\n");
    rows_state(&fix.rows, &(struct state_row){.kind = STR("pods"), .text = STR("x")});
    assert_string_equal(buf_str(&fix.rows.text[ROWS_STATE]).ptr,
                        "{\"kind\":\"pods\",\"text\":\"x\"}\n");
    rows_event(&fix.rows, &(struct event_row){.time_ns = T0, .reason = STR("BackOff"), .count = 3});
    expect(&fix, ROWS_EVENTS,
           "{\"timestamp\":1795312800.000,\"reason\":\"BackOff\",\"count\":3}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_number_is_no_sample),
        cmocka_unit_test(secrets_are_masked_and_counted),
        cmocka_unit_test(who_does_not_want_it_gets_it_as_it_is),
        cmocka_unit_test(a_change_has_its_files_and_no_words_that_are_secrets),
        cmocka_unit_test(an_edge_has_two_ends),
        cmocka_unit_test(others_are_as_the_bundle_wants_them),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
