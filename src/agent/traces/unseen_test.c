/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

/* A call a second from `caller` to each of two peers, since `from_s`; the second is fine. */
struct calls {
    double from_s, to_s;
    const char *caller, *peer;
    int64_t us;
    bool failed, answered;
    const char *status_code;
};

static void add_calls(struct fixture *fix, struct calls it)
{
    for (double at_s = it.from_s; at_s < it.to_s; at_s += 1) {
        const char *trace = str_printf(fix->arena, "%s-%s-%g", it.caller, it.peer, at_s).ptr;
        fixture_run(
            fix, str_printf(
                     fix->arena,
                     "INSERT INTO traces (time, trace_id, span_id, service, operation, kind, "
                     "duration_us, status, attributes) VALUES (make_timestamp_ns(%lld), '%s', "
                     "'1', '%s', 'call', 'client', %lld, '%s', '{\"peer.service\": \"%s\", "
                     "\"http.status_code\": \"%s\"}')",
                     (long long)fixture_time(at_s), trace, it.caller, (long long)it.us,
                     it.failed ? "ERROR" : "OK", it.peer, it.status_code ? it.status_code : "200"));
        if (it.answered)
            fixture_add_span(fix, &(struct fixture_span){at_s, trace, "2", "1", it.peer, "serve",
                                                         it.us / 2, "OK"});
    }
}

static const struct batch *unseen(struct fixture *fix)
{
    fixture_seal(fix);
    struct record in = fixture_input(fix, "traces.unseen");
    *record_at(&in, "onset") = value_time(fixture_time(0));
    const struct record out = fixture_use(fix, "traces.unseen", &in);
    return record_at(&out, "calls")->rows;
}

static const struct {
    const char *why;
    struct calls since[3];
    const char *kind, *callee; /* NULL: nobody */
} cases[] = {
    {"all as before", {{0, 30, "web", "bank", 2000, false, false, NULL}}, NULL, NULL},
    {"a third party fails",
     {{0, 30, "web", "bank", 2000, true, false, "503"}},
     "unanswered",
     "bank"},
    {"it may not ask now",
     {{0, 30, "web", "bank", 2000, true, false, "429"}},
     "unanswered",
     "bank"},
    {"it asks wrongly", {{0, 30, "web", "bank", 2000, true, false, "401"}}, NULL, NULL},
    {"it answers late", {{0, 30, "web", "bank", 90000, false, false, NULL}}, "late", "bank"},
    {"a service is gone", {{0, 30, "web", "cart", 2000, true, false, ""}}, "unanswered", "cart"},
    {"a service answers, and the caller fails",
     {{0, 30, "web", "cart", 2000, true, true, ""}},
     NULL,
     NULL},
    {"a service that shows itself is late",
     {{0, 30, "web", "cart", 90000, false, true, NULL}},
     NULL,
     NULL},
    {"who fails to reach anybody is at fault itself",
     {{0, 30, "web", "bank", 2000, true, false, ""}, {0, 30, "web", "cart", 2000, true, false, ""}},
     NULL,
     NULL},
};

static void who_shows_nothing_is_told_by_its_callers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        add_calls(fix, (struct calls){-60, 0, "web", "bank", 2000, false, false, NULL});
        add_calls(fix, (struct calls){-60, 0, "web", "cart", 2000, false, true, NULL});
        for (size_t k = 0; k < 3 && cases[i].since[k].caller; k++)
            add_calls(fix, cases[i].since[k]);
        const struct batch *rows = unseen(fix);
        if (rows->rows != (cases[i].kind != NULL))
            fail_msg("%s: %zu rows", cases[i].why, rows->rows);
        if (rows->rows == 1 && (!str_eq(fixture_text(rows, 0, "kind"), str_of(cases[i].kind)) ||
                                !str_eq(fixture_text(rows, 0, "callee"), str_of(cases[i].callee)) ||
                                batch_column(rows, "strength")->reals[0] < 0.5))
            fail_msg("%s: %s of %s", cases[i].why, fixture_text(rows, 0, "kind").ptr,
                     fixture_text(rows, 0, "callee").ptr);
        fixture_close(fix);
    }
}

/* A callee that was called once before, or never: what others did before is what is usual. */
static void a_callee_that_is_new_is_held_against_all_calls(void **state)
{
    (void)state;
    for (int before = 0; before < 2; before++) {
        struct fixture *fix = fixture_open();
        add_calls(fix, (struct calls){-60, 30, "web", "cart", 2000, false, true, NULL});
        add_calls(fix, (struct calls){-before, 0, "web", "bank", 2000, false, false, NULL});
        add_calls(fix, (struct calls){0, 10, "web", "bank", 2000, true, false, "503"});
        const struct batch *rows = unseen(fix);
        assert_int_equal(rows->rows, 1);
        assert_string_equal(fixture_text(rows, 0, "callee").ptr, "bank");
        assert_int_equal(batch_column(rows, "tries_base")->integers[0], before);
        assert_true(batch_column(rows, "strength")->reals[0] > 0.5);
        fixture_close(fix);
    }
}

static void nothing_is_told_of_nothing(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    assert_int_equal(unseen(fix)->rows, 0);
    fixture_close(fix);

    fix = fixture_open(); /* no call before, or none since: nothing to compare with */
    add_calls(fix, (struct calls){0, 30, "web", "bank", 2000, true, false, "503"});
    add_calls(fix, (struct calls){-30, 0, "web", "mail", 2000, true, false, "503"});
    assert_int_equal(unseen(fix)->rows, 0);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_shows_nothing_is_told_by_its_callers),
        cmocka_unit_test(a_callee_that_is_new_is_held_against_all_calls),
        cmocka_unit_test(nothing_is_told_of_nothing),
    };
    return cmocka_run_group_tests_name("unseen", tests, NULL, NULL);
}
