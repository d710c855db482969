/* SPDX-License-Identifier: Apache-2.0 */
/* The tools of this agent, on one log: who waits for whom, what took long, what was refused. */
#include "agent/fixture_for_tests.h"

static void add(struct fixture *fix, double at_s, const char *service, const char *message)
{
    fixture_add_line(fix, FIXTURE_LOGS, at_s, service, "", message);
}

/* `orders` holds, `web` waits for it, and another session of `web` waits for that one. */
static struct fixture *filled(void)
{
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("web"), STR("db"));
    topology_add(&fix->casefile->topology, STR("orders"), STR("db"));
    add(fix, -60, "db",
        "[10] x@y LOG:  connection authorized: user=shop application_name=orders-1 job");
    add(fix, -60, "db", "[20] x@y LOG:  connection authorized: user=web database=shop");
    add(fix, -60, "db", "[21] x@y LOG:  connection authorized: user=web database=shop");
    add(fix, -50, "db", "[20] web@shop LOG:  duration: 10 ms  statement: SELECT 1 FROM t");
    for (int i = 0; i < 4; i++) {
        const double at = 10.0 * i;
        add(fix, at, "db",
            "[20] web@shop LOG:  process 20 still waiting for ShareLock on transaction 7 after "
            "1000.1 ms");
        add(fix, at, "db", "[20] web@shop DETAIL:  Process holding the lock: 10. Wait queue: 20.");
        add(fix, at + 1, "db",
            "[21] web@shop LOG:  process 21 still waiting for ShareLock on transaction 8 after "
            "1000.2 ms");
        add(fix, at + 1, "db",
            "[21] web@shop DETAIL:  Process holding the lock: 20. Wait queue: 21.");
        add(fix, at + 2, "db", "[20] web@shop LOG:  duration: 2000 ms  statement: SELECT 1 FROM t");
    }
    add(fix, 50, "db", "[10] x@y LOG:  disconnection: session time: 0:01:50");
    /* the process id is another's now */
    add(fix, 51, "db", "[10] x@y LOG:  connection authorized: user=shop application_name=web-2");
    add(fix, 52, "db", "[21] web@shop DETAIL:  Process holding the lock: 10. Wait queue: 21.");
    add(fix, 60, "db", "[30] x@y FATAL:  sorry, too many clients already");
    add(fix, 60, "web", "PSQLException: FATAL: sorry, too many clients already");
    add(fix, 60, "web", "cannot write: No space left on device");
    fixture_seal(fix);
    return fix;
}

static struct record at_onset(struct fixture *fix, const char *tool, double at_s)
{
    const struct record in = fixture_input(fix, tool);
    in.values[0] = value_time(fixture_time(at_s));
    return in;
}

static void the_end_of_a_chain_holds_the_lock(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct record in = at_onset(fix, "databases.locks", -1);
    const struct record out = fixture_use(fix, "databases.locks", &in);
    const struct batch *rows = record_at(&out, "holders")->rows;
    assert_int_equal(rows->rows, 2);
    assert_string_equal(fixture_text(rows, 0, "application").ptr, "orders-1 job");
    assert_string_equal(fixture_text(rows, 0, "holder").ptr, "orders");
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "db");
    assert_string_equal(fixture_text(rows, 0, "processes").ptr, "10");
    assert_int_equal(batch_column(rows, "held_since")->integers[0], 4);
    assert_int_equal(batch_column(rows, "held_before")->integers[0], 0);
    assert_int_equal(batch_column(rows, "first")->integers[0], FIXTURE_T0);
    assert_string_equal(fixture_text(rows, 1, "holder").ptr, "web");
    assert_int_equal(batch_column(rows, "held_since")->integers[1], 1);
    fixture_close(fix);
}

static void statements_are_compared(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct record in = at_onset(fix, "databases.statements", -1);
    const struct record out = fixture_use(fix, "databases.statements", &in);
    const struct batch *rows = record_at(&out, "statements")->rows;
    assert_int_equal(rows->rows, 1);
    assert_string_equal(fixture_text(rows, 0, "statement").ptr, "SELECT ? FROM t");
    assert_string_equal(fixture_text(rows, 0, "sender").ptr, "web");
    assert_int_equal(batch_column(rows, "since")->integers[0], 4);
    assert_int_equal(batch_column(rows, "before")->integers[0], 1);
    assert_true(batch_column(rows, "total_since_ms")->reals[0] == 8000);
    assert_true(batch_column(rows, "median_before_ms")->reals[0] == 10);
    fixture_close(fix);
}

static void sessions_are_counted_as_they_were(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    static const struct {
        double at_s;
        int64_t web, orders, of;
    } times[] = {{0, 2, 1, 3}, {50, 2, 0, 2}, {51, 3, 0, 3}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        const struct record in = fixture_input(fix, "databases.sessions");
        *record_at(&in, "at") = value_time(fixture_time(times[i].at_s));
        *record_at(&in, "since") = value_time(fixture_time(-1));
        const struct record out = fixture_use(fix, "databases.sessions", &in);
        const struct batch *rows = record_at(&out, "sessions")->rows;
        assert_int_equal(rows->rows, 2);
        assert_string_equal(fixture_text(rows, 0, "owner").ptr, "web");
        assert_int_equal(batch_column(rows, "open")->integers[0], times[i].web);
        assert_int_equal(batch_column(rows, "open")->integers[1], times[i].orders);
        assert_int_equal(batch_column(rows, "open_of")->integers[0], times[i].of);
        assert_int_equal(batch_column(rows, "opened")->integers[0], 1);
        assert_int_equal(batch_column(rows, "opened_before")->integers[0], 2);
        assert_int_equal(batch_column(rows, "opened_of")->integers[1], 1);
    }
    fixture_close(fix);
}

static void what_was_refused_is_counted_by_who_says_it(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const struct record in = at_onset(fix, "databases.troubles", -1);
    const struct record out = fixture_use(fix, "databases.troubles", &in);
    const struct batch *rows = record_at(&out, "troubles")->rows;
    assert_int_equal(rows->rows, 2); /* a client's full disk is its own */
    for (size_t row = 0; row < rows->rows; row++) {
        assert_string_equal(fixture_text(rows, row, "trouble").ptr, "connections");
        assert_int_equal(batch_column(rows, "since")->integers[row], 1);
        assert_int_equal(batch_column(rows, "of_server")->integers[row],
                         str_eq(fixture_text(rows, row, "service"), STR("db")));
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_end_of_a_chain_holds_the_lock),
        cmocka_unit_test(statements_are_compared),
        cmocka_unit_test(sessions_are_counted_as_they_were),
        cmocka_unit_test(what_was_refused_is_counted_by_who_says_it),
    };
    return cmocka_run_group_tests_name("databases", tests, NULL, NULL);
}
