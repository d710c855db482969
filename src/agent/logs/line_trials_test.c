/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ONSET_S (-150)

/* When a service writes a line, every ten seconds. */
enum when { BEFORE, SINCE, ALWAYS };

struct writing {
    enum when when;
    const char *service;
    bool linked; /* each line carries the trace of its request */
    const char *message;
};

static const struct writing writings[] = {
    {ALWAYS, "linked", true, "order 17 sent"},
    {SINCE, "linked", true, "pool exhausted, waited 5 s"},
    {BEFORE, "linked", true, "cache warm"},
    {ALWAYS, "unlinked", false, "tick 99"},
    {SINCE, "unlinked", false, "cannot reach db"},
    {BEFORE, "unlinked", false, "flushed 12 rows"},
};

static const struct {
    const char *service, *template;
    bool more;
} wanted[] = {
    {"linked", "pool exhausted, waited <number> s", true},
    {"linked", "cache warm", false},
    {"unlinked", "cannot reach db", true},
    {"unlinked", "flushed <number> rows", false},
};

static bool is_written(enum when when, int at_s)
{
    return when == ALWAYS || (when == SINCE) == (at_s >= ONSET_S);
}

static struct fixture *filled(void)
{
    struct fixture *fix = fixture_open();
    for (int at_s = -900; at_s < 60; at_s += 10)
        for (size_t i = 0; i < COUNT_OF(writings); i++)
            if (is_written(writings[i].when, at_s))
                fixture_add_line(fix, FIXTURE_LOGS, at_s + 1, writings[i].service,
                                 writings[i].linked ? str_printf(fix->arena, "t%d", at_s).ptr : "",
                                 writings[i].message);
    return fix;
}

static const struct batch *shifts(struct fixture *fix)
{
    struct record in = fixture_input(fix, "logs.shifts");
    *record_at(&in, "alert") = value_time(FIXTURE_T0);
    *record_at(&in, "onset") = value_time(fixture_time(ONSET_S));
    const struct record out = fixture_use(fix, "logs.shifts", &in);
    return record_at(&out, "templates")->rows;
}

static void assert_wanted(const char *why, const struct batch *rows)
{
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        const size_t row =
            fixture_row(rows, "service", wanted[i].service, "template", wanted[i].template);
        if (row == rows->rows)
            fail_msg("%s: not found: %s", why, wanted[i].template);
        if (batch_column(rows, "more")->integers[row] != wanted[i].more ||
            batch_column(rows, "strength")->reals[row] < 0.5)
            fail_msg("%s: %s: %g", why, wanted[i].template,
                     batch_column(rows, "strength")->reals[row]);
    }
    if (rows->rows != COUNT_OF(wanted))
        fail_msg("%s: %zu rows", why, rows->rows);
}

static void what_is_new_or_gone_is_found(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    assert_wanted("plain", rows);
    assert_true(fixture_same(rows, shifts(fix)));
    fixture_close(fix);
}

/* The same lines with a reference that lacks what is new, two days earlier. */
static void a_reference_is_the_baseline(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_run(fix,
                str_printf(fix->arena,
                           "INSERT INTO reference_logs SELECT * REPLACE (time - INTERVAL 2 DAY "
                           "AS time) FROM logs WHERE time < make_timestamp_ns(%lld)",
                           (long long)fixture_time(ONSET_S)));
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    assert_wanted("with a reference", rows);
    for (size_t row = 0; row < rows->rows; row++)
        assert_true(batch_column(rows, "by_reference")->integers[row]);
    fixture_close(fix);
}

static const struct {
    const char *why;
    enum fixture_table table;
    double at_s;
} wild[] = {
    {"long ago", FIXTURE_LOGS, -1.7e9},
    {"far ahead", FIXTURE_LOGS, 7e9},
    {"a reference line long ago", FIXTURE_REFERENCE_LOGS, -1.7e9},
    {"a reference line far ahead", FIXTURE_REFERENCE_LOGS, 7e9},
};

static void one_wild_time_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(wild); i++) {
        struct fixture *fix = filled();
        if (wild[i].table == FIXTURE_REFERENCE_LOGS)
            fixture_run(fix, str_printf(fix->arena,
                                        "INSERT INTO reference_logs SELECT * FROM logs WHERE time "
                                        "< make_timestamp_ns(%lld)",
                                        (long long)fixture_time(ONSET_S)));
        fixture_add_line(fix, wild[i].table, wild[i].at_s, "unlinked", "", "tick 5");
        fixture_seal(fix);
        const struct batch *rows = shifts(fix);
        assert_wanted(wild[i].why, rows);
        fixture_close(fix);
    }
}

static void lines_may_lack_everything(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(fix, STR("INSERT INTO logs (time, service, message) VALUES (NULL, 'a', 'b'), "
                         "(make_timestamp_ns(1795312800000000000), NULL, NULL), "
                         "(make_timestamp_ns(1795312800000000000), '', '')"));
    fixture_seal(fix);
    assert_int_equal(shifts(fix)->rows, 0);
    fixture_close(fix);
    fix = fixture_open();
    fixture_seal(fix);
    assert_int_equal(shifts(fix)->rows, 0);
    fixture_close(fix);
}

static void the_onset_is_where_lines_begin_to_differ(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_seal(fix);
    struct record in = fixture_input(fix, "logs.onset");
    *record_at(&in, "alert") = value_time(FIXTURE_T0);
    const struct record out = fixture_use(fix, "logs.onset", &in);
    const struct batch *rows = record_at(&out, "candidates")->rows;
    const double *weights = batch_column(rows, "weight")->reals;
    size_t best = 0;
    for (size_t row = 1; row < rows->rows; row++)
        best = weights[row] > weights[best] ? row : best;
    assert_int_equal(batch_column(rows, "onset")->integers[best], fixture_time(ONSET_S));
    fixture_close(fix);
}

/* Who is silent as long as all goes well: its requests are known from traces alone. */
static void who_logs_only_failures_is_held_against_its_silence(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int at_s = -900; at_s < 60; at_s += 10) {
        const char *trace = str_printf(fix->arena, "t%d", at_s).ptr;
        fixture_add_span(fix, &(struct fixture_span){.at_s = at_s,
                                                     .trace = trace,
                                                     .span = trace,
                                                     .parent = "",
                                                     .service = "pages",
                                                     .operation = "GET /",
                                                     .duration_us = 1000});
        if (at_s >= ONSET_S)
            fixture_add_line(fix, FIXTURE_LOGS, at_s + 1, "pages", trace, "error: no connection");
    }
    fixture_seal(fix);
    const struct batch *rows = shifts(fix);
    assert_int_equal(rows->rows, 1);
    assert_true(batch_column(rows, "more")->integers[0]);
    assert_true(batch_column(rows, "strength")->reals[0] > 0.5);
    fixture_close(fix);
}

static void an_exception_is_told_once_with_its_root(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_line(fix, FIXTURE_LOGS, -500, "a", "", "x OldException: again");
    fixture_add_line(fix, FIXTURE_LOGS, -100, "a", "", "x OldException: again");
    fixture_add_line(fix, FIXTURE_LOGS, -90, "a", "",
                     "org.NewException: no\n  at X\nCaused by: IOException: refused\n  at Y\n"
                     "Caused by: java.net.ConnectException: db:5432\n  at Z");
    fixture_add_line(fix, FIXTURE_LOGS, -80, "a", "", "org.NewException: later");
    fixture_add_line(fix, FIXTURE_LOGS, -70, "b", "", "org.NewException: elsewhere");
    fixture_add_line(fix, FIXTURE_LOGS, -60, "b", "", "an Error happened");
    fixture_seal(fix);
    struct record in = fixture_input(fix, "logs.exceptions");
    *record_at(&in, "onset") = value_time(fixture_time(ONSET_S));
    const struct record out = fixture_use(fix, "logs.exceptions", &in);
    const struct batch *rows = record_at(&out, "exceptions")->rows;
    assert_int_equal(rows->rows, 3);
    static const struct {
        const char *service, *exception, *cause;
        bool before;
        int at_s;
    } want[] = {
        {"a", "OldException", "x OldException: again", true, -100},
        {"a", "org.NewException", "Caused by: java.net.ConnectException: db:5432", false, -90},
        {"b", "org.NewException", "org.NewException: elsewhere", false, -70},
    };
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_string_equal(fixture_text(rows, i, "service").ptr, want[i].service);
        assert_string_equal(fixture_text(rows, i, "exception").ptr, want[i].exception);
        assert_string_equal(fixture_text(rows, i, "cause_line").ptr, want[i].cause);
        assert_int_equal(batch_column(rows, "before")->integers[i], want[i].before);
        assert_int_equal(batch_column(rows, "time")->integers[i], fixture_time(want[i].at_s));
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_new_or_gone_is_found),
        cmocka_unit_test(a_reference_is_the_baseline),
        cmocka_unit_test(one_wild_time_changes_nothing),
        cmocka_unit_test(lines_may_lack_everything),
        cmocka_unit_test(the_onset_is_where_lines_begin_to_differ),
        cmocka_unit_test(who_logs_only_failures_is_held_against_its_silence),
        cmocka_unit_test(an_exception_is_told_once_with_its_root),
    };
    return cmocka_run_group_tests_name("line_trials", tests, NULL, NULL);
}
