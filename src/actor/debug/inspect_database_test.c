/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

static void add(struct fixture *fix, double at_s, const char *service, const char *message)
{
    fixture_add_line(fix, FIXTURE_LOGS, at_s, service, "", message);
}

/* Ten minutes before, and five since. */
static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-600), fixture_time(300)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(300)};
    topology_add(&fix->casefile->topology, STR("web"), STR("db"));
    topology_add(&fix->casefile->topology, STR("orders"), STR("db"));
    return fix;
}

static const struct evidence *of(const struct fixture *fix, const char *subject,
                                 enum finding finding)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == finding && str_eq(it->subject, str_of(subject)))
            return it;
    return NULL;
}

static void add_waits(struct fixture *fix, const char *application)
{
    if (application)
        add(fix, -60, "db",
            str_printf(fix->arena,
                       "[10] x@y LOG:  connection authorized: user=shop application_name=%s",
                       application)
                .ptr);
    for (int i = 0; i < 20; i++) {
        add(fix, 5.0 + i, "db",
            "[20] web@shop LOG:  process 20 still waiting for ShareLock on transaction 7 after "
            "1000.1 ms");
        add(fix, 5.0 + i, "db",
            "[20] web@shop DETAIL:  Process holding the lock: 10. Wait queue: 20.");
    }
}

static void who_holds_the_locks_is_named(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_waits(fix, "orders-1 job");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "inspect_database", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 1);
    fixture_expect_text(&out, "holder", "orders");
    const struct evidence *locks = of(fix, "orders", FINDING_LOCKS);
    assert_non_null(locks);
    assert_true(locks->strength > 0.7 && locks->strength < 0.9);
    assert_string_equal(locks->claim.ptr,
                        "`db` logged 20 times since 01:58:00, and 0 times before, that others "
                        "waited for a lock that `orders-1 job` (process `10`) held.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void a_holder_whom_nobody_knows_is_the_databases_own(void **state)
{
    (void)state;
    static const char *const applications[] = {NULL, "psql", "it's \\ \"%\""};
    for (size_t i = 0; i < 3; i++) {
        struct fixture *fix = opened();
        add_waits(fix, applications[i]);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "inspect_database", NULL);
        assert_false(record_at(&out, "holder")->known);
        assert_non_null(of(fix, "db", FINDING_LOCKS));
        assert_true(of(fix, "db", FINDING_LOCKS)->strength < 0.45);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void add_statements(struct fixture *fix, int before, double before_ms, int since,
                           double since_ms)
{
    for (int i = 0; i < before + since; i++)
        add(fix, i < before ? -500.0 + i : i - before, "db",
            str_printf(fix->arena,
                       "[20] web@shop LOG:  duration: %.1f ms  statement: SELECT %d FROM t",
                       i < before ? before_ms : since_ms, i)
                .ptr);
}

static void a_statement_that_became_slow_is_told(void **state)
{
    (void)state;
    static const struct {
        int before;
        double before_ms;
        int since;
        double since_ms;
        bool told;
    } cases[] = {
        {0, 0, 20, 900, true},    /* was not worth a line before */
        {50, 20, 50, 900, true},  /* takes longer */
        {50, 20, 50, 30, false},  /* not by much */
        {50, 1, 50, 4, false},    /* nobody notices */
        {0, 0, 2, 900, false},    /* chance */
        {50, 900, 50, 20, false}, /* better than it was */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = opened();
        add_statements(fix, cases[i].before, cases[i].before_ms, cases[i].since, cases[i].since_ms);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "inspect_database", "db");
        assert_int_equal(record_at(&out, "slow")->integer, cases[i].told);
        assert_int_equal(of(fix, "db", FINDING_QUERIES) != NULL, cases[i].told);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void add_change(struct fixture *fix, double at_s, const char *service)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, kind, service) VALUES "
                                "(make_timestamp_ns(%lld), 'c-%s', 'deploy', '%s')",
                                (long long)fixture_time(at_s), service, service));
}

static void whose_change_made_it_slow_is_to_blame(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        const char *subject;
        struct {
            double at_s;
            const char *service;
        } changes[2];
    } cases[] = {
        {"nobody was changed", "db", {{0, NULL}}},
        {"its sender", "web", {{-30, "web"}}},
        {"another one", "db", {{-30, "orders"}}},
        {"the database, too", "db", {{-30, "web"}, {-60, "db"}}},
        {"the database hours ago", "web", {{-30, "web"}, {-7200, "db"}}},
        {"its sender hours ago", "db", {{-7200, "web"}}},
        {"its sender later", "db", {{200, "web"}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = opened();
        add_statements(fix, 0, 0, 20, 900);
        for (int k = 0; k < 2 && cases[i].changes[k].service; k++)
            add_change(fix, cases[i].changes[k].at_s, cases[i].changes[k].service);
        fixture_seal(fix);
        fixture_act_on(fix, "inspect_database", NULL);
        if (!of(fix, cases[i].subject, FINDING_QUERIES))
            fail_msg("%s: not %s", cases[i].why, cases[i].subject);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void what_waits_for_locks_is_not_slow_by_itself(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_waits(fix, "orders-1");
    add_statements(fix, 0, 0, 20, 900);
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_database", NULL);
    assert_true(of(fix, "db", FINDING_QUERIES)->strength < 0.2);
    fixture_close(fix);
}

static void who_holds_all_sessions_is_named(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    for (int i = 0; i < 10; i++)
        add(fix, -100 + i, "db",
            str_printf(fix->arena,
                       "[%d] x@y LOG:  connection authorized: user=shop database=shop "
                       "application_name=%s",
                       100 + i, i < 8 ? "orders-1" : "web-1")
                .ptr);
    add(fix, -50, "db", "[109] x@y LOG:  disconnection: session time: 0:00:41");
    for (int i = 0; i < 5; i++)
        add(fix, 10 + i, "db", "[200] x@y FATAL:  sorry, too many clients already");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "inspect_database", "db");
    fixture_expect_text(&out, "trouble", "it has no connection left");
    assert_non_null(of(fix, "db", FINDING_CONNECTIONS));
    const struct evidence *owner = of(fix, "orders", FINDING_CONNECTIONS);
    assert_non_null(owner);
    assert_string_equal(owner->claim.ptr, "`orders` held 8 of the 9 sessions of `db` at "
                                          "02:00:10, when one was refused.");
    fixture_check_claims(fix);
    fixture_close(fix);

    fix = opened(); /* without a word about ends, those that are opened are counted */
    for (int i = 0; i < 20; i++)
        add(fix, i < 2 ? -500 : i, "db",
            str_printf(fix->arena, "[%d] x@y LOG:  connection authorized: user=%s database=shop",
                       100 + i, i % 9 == 0 ? "web" : "orders")
                .ptr);
    add(fix, 20, "db", "[200] x@y FATAL:  sorry, too many clients already");
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_database", NULL);
    assert_string_equal(of(fix, "orders", FINDING_CONNECTIONS)->claim.ptr,
                        "`orders` opened 16 of the 18 sessions of `db` since 01:58:00; one was "
                        "refused at 02:00:20.");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void a_database_that_logs_nothing_is_known_by_its_clients(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    for (int i = 0; i < 5; i++) {
        add(fix, 10 + i, "web", "SQLException: Lock wait timeout exceeded; try restarting");
        add(fix, 10 + i, "orders", "SQLException: Lock wait timeout exceeded; try restarting");
    }
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_database", NULL);
    assert_non_null(of(fix, "db", FINDING_LOCKS));
    assert_null(of(fix, "web", FINDING_LOCKS));
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void metrics_tell_what_no_log_says(void **state)
{
    (void)state;
    for (int logged = 0; logged < 2; logged++) {
        struct fixture *fix = opened();
        fixture_add_series(fix, &(struct fixture_series){.service = "db",
                                                         .instance = "db-1",
                                                         .metric = "lock_waiters",
                                                         .from_s = -600,
                                                         .to_s = 300,
                                                         .step_s = 5,
                                                         .after = 12,
                                                         .noise = 0.1});
        if (logged)
            add_waits(fix, "orders-1");
        fixture_seal(fix);
        fixture_act_on(fix, "inspect_database", NULL);
        assert_int_equal(of(fix, "db", FINDING_LOCKS) != NULL, !logged);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void another_service_is_left_alone(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add_waits(fix, "orders-1");
    fixture_seal(fix);
    const struct record web = fixture_act_on(fix, "inspect_database", "web");
    assert_int_equal(record_at(&web, "found")->integer, 0);
    const struct record orders = fixture_act_on(fix, "inspect_database", "orders");
    assert_int_equal(record_at(&orders, "found")->integer, 1);
    fixture_close(fix);
}

/* As many others as there are in a large system wait for locks now and then, of processes that
 * nobody names; and `crowded` of them in one database before the incident. */
static void add_others(struct fixture *fix, uint32_t databases, uint32_t crowded)
{
    for (uint32_t i = 0; i < crowded + 60 * databases; i++) {
        const uint32_t number = i < crowded ? 0 : 1 + (i - crowded) % databases;
        const double at_s = i < crowded ? -500.0 + i * 0.2 : i % 3 == 0 ? -200.0 : 10.0 + i % 50;
        const uint32_t process = i < crowded ? 1000 + i : number;
        add(fix, at_s, str_printf(fix->arena, "db-%u", number).ptr,
            str_printf(fix->arena, "[20] DETAIL:  Process holding the lock: %u. Wait queue: 20.",
                       process)
                .ptr);
    }
    for (uint32_t i = 0; i <= databases; i++)
        topology_add(&fix->casefile->topology, str_printf(fix->arena, "app-%u", i),
                     str_printf(fix->arena, "db-%u", i));
}

static void what_other_systems_say_hides_nothing(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    fix->casefile->subject = STR("web");
    add_others(fix, 30, 1100);
    add_waits(fix, "orders-1 job");
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_database", NULL);
    assert_non_null(of(fix, "orders", FINDING_LOCKS));
    assert_non_null(of(fix, "db-1", FINDING_LOCKS)); /* and they have room of their own */
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_holds_the_locks_is_named),
        cmocka_unit_test(a_holder_whom_nobody_knows_is_the_databases_own),
        cmocka_unit_test(a_statement_that_became_slow_is_told),
        cmocka_unit_test(whose_change_made_it_slow_is_to_blame),
        cmocka_unit_test(what_waits_for_locks_is_not_slow_by_itself),
        cmocka_unit_test(who_holds_all_sessions_is_named),
        cmocka_unit_test(a_database_that_logs_nothing_is_known_by_its_clients),
        cmocka_unit_test(metrics_tell_what_no_log_says),
        cmocka_unit_test(another_service_is_left_alone),
        cmocka_unit_test(what_other_systems_say_hides_nothing),
    };
    return cmocka_run_group_tests_name("inspect_database", tests, NULL, NULL);
}
