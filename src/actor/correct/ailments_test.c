/* SPDX-License-Identifier: Apache-2.0 */
/* From what a database told of itself to evidence that bears its claims out, and to the command. */
#include "actor/correct/ailments.h"

#include "actor/fixture_for_tests.h"

#define SERVER "database\troom\tsessions\tasked_at\nshop\t97\t96\t2026-11-22T02:00:00Z\n"
#define TABLES                                                                                     \
    "table\tlive\tdead\tplanned_rows\tbytes\texpected_bytes\tchanged\tanalyzed\tvacuumed_s\t"      \
    "autovacuum_off\tvacuum_at\tanalyze_at\n"
#define STATEMENTS "id\tcalls\ttotal_ms\tmean_ms\trows\tstatement\n"
#define PLANS "of\tnumber\tparent\tnode\ttable\talias\trows\tfilter\tcondition\tjoin\tsort\n"
#define LOOKED_UP "5\t100\t2000\t20\t500\tSELECT `a` FROM orders WHERE x = $1\n"
#define SETTINGS "name\tvalue\tusual\trole\tdatabase\n"

/* Tables of `db` by their names, and the command for the surest ailment. */
static const struct {
    const char *why;
    struct {
        const char *name, *text;
    } tables[4];
    const char *command, *undo; /* command "": none is sure to fit */
} cases[] = {
    {"a session is ended if it still is that one",
     {{"waits", "pid\tapplication\twaited_ms\tlock\tholder\tend_pid\tend_application\tend_state\t"
                "end_open_s\tend_started\n"
                "8\tweb\t4000\tx\t9\t9\tit's\tactive\t60\t2026-11-22 02:00:00+00\n"}},
     "psql -d shop -c 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = 9 AND "
     "backend_start = '\\''2026-11-22 02:00:00+00'\\'''",
     ""},
    {"a process is a number",
     {{"waits", "pid\tapplication\twaited_ms\tlock\tholder\tend_pid\tend_application\tend_state\t"
                "end_open_s\tend_started\n"
                "8\tweb\t4000\tx\t9\t9 OR true\tjob\tactive\t60\tx\n"}},
     "",
     ""},
    {"a statement is cancelled",
     {{"running", "pid\tapplication\tran_ms\tstatement\tsince\twaits_for\tusual\n"
                  "9\tweb\t60000\tSELECT 1\t2026-11-22 02:00:00+00\t\tf\n"}},
     "psql -d shop -c 'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = 9 AND "
     "query_start = '\\''2026-11-22 02:00:00+00'\\'''",
     ""},
    {"sessions that were idle before",
     {{"sessions", "application\trole\tdatabase\tstate\tsessions\njob\tr\tshop\tidle\t90\n"}},
     "psql -d shop -c 'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
     "'\\''job'\\'' IN (application_name, usename) AND state LIKE '\\''idle%'\\'' AND "
     "state_change < '\\''2026-11-22T02:00:00Z'\\'''",
     ""},
    {"autovacuum comes again",
     {{"tables", TABLES "s.t\t1000\t9000\t1000\t1\t1\t0\t1\t\tt\t250\t150\n"}},
     "psql -d shop -c 'ALTER TABLE s.t RESET (autovacuum_enabled)' -c 'VACUUM (ANALYZE) s.t'",
     "psql -d shop -c 'ALTER TABLE s.t SET (autovacuum_enabled = off)'"},
    {"space is given back",
     {{"tables", TABLES "s.t\t1000\t0\t1000\t90000000\t1000000\t0\t1\t\tf\t250\t150\n"}},
     "psql -d shop -c 'VACUUM (FULL, ANALYZE) s.t'",
     ""},
    {"an index, in words of SQL",
     {{"tables", TABLES "s.\"Order\"\t50000\t0\t50000\t8\t7\t0\t1\t\tf\t10050\t5050\n"},
      {"statements", STATEMENTS LOOKED_UP},
      {"plans", PLANS "5\t0\t-1\tSeq Scan\ts.\"Order\"\to\t50\t((o.\"cId\" = 1) AND (lower(o.b) = "
                      "'x'::text) AND (o.at > 5))\t\t\t\n"}},
     "psql -d shop -c 'CREATE INDEX CONCURRENTLY order_cid_lower_b_at_idx ON s.\"Order\" (\"cId\", "
     "lower(b), at)'",
     "psql -d shop -c 'DROP INDEX CONCURRENTLY s.order_cid_lower_b_at_idx'"},
    {"a table that is called what nobody may call one",
     {{"tables", TABLES "s.t; DROP TABLE x\t50000\t0\t50000\t8\t7\t0\t1\t\tf\t10050\t5050\n"},
      {"statements", STATEMENTS LOOKED_UP},
      {"plans", PLANS "5\t0\t-1\tSeq Scan\ts.t; DROP TABLE x\to\t50\t(o.a = 1)\t\t\t\n"}},
     "",
     ""},
    {"an index that is not valid is built again",
     {{"tables", TABLES "s.t\t50000\t0\t50000\t8\t7\t0\t1\t\tf\t10050\t5050\n"},
      {"statements", STATEMENTS LOOKED_UP},
      {"plans", PLANS "5\t0\t-1\tSeq Scan\ts.t\to\t50\t(o.a = 1)\t\t\t\n"},
      {"indexes", "index\ttable\tvalid\tpartial\tcolumns\ns.i\ts.t\tf\tf\ta\n"}},
     "psql -d shop -c 'REINDEX INDEX CONCURRENTLY s.i'",
     ""},
    {"statistics are made",
     {{"tables", TABLES "s.t\t90000\t0\t30000\t8\t7\t60000\t1\t\tf\t10050\t3050\n"},
      {"statements", STATEMENTS LOOKED_UP},
      {"plans", PLANS "5\t0\t-1\tIndex Scan\ts.t\tt\t1\t\t(t.at > $1)\t\t\n"}},
     "psql -d shop -c 'ANALYZE s.t'",
     ""},
    {"also of columns that go together",
     {{"tables", TABLES "s.t\t90000\t0\t90000\t8\t7\t0\t1\t\tf\t10050\t3050\n"},
      {"statements", STATEMENTS "5\t10\t2000\t20\t50000\tSELECT 1\n"},
      {"plans", PLANS "5\t0\t-1\tIndex Scan\ts.t\tt\t1\t\t((t.a = 1) AND (t.b = 2))\t\t\n"}},
     "psql -d shop -c 'CREATE STATISTICS s.t_a_b_stat ON a, b FROM s.t' -c 'ANALYZE s.t'",
     "psql -d shop -c 'DROP STATISTICS s.t_a_b_stat'"},
    {"a setting of a role in a database",
     {{"settings", SETTINGS "enable_nestloop\toff\ton\tclerk\tshop\n"}},
     "psql -d shop -c 'ALTER ROLE clerk IN DATABASE shop RESET enable_nestloop'",
     "psql -d shop -c 'ALTER ROLE clerk IN DATABASE shop SET enable_nestloop = '\\''off'\\'''"},
    {"of a database",
     {{"settings", SETTINGS "random_page_cost\t400\t4\t\tshop\n"}},
     "psql -d shop -c 'ALTER DATABASE shop RESET random_page_cost'",
     "psql -d shop -c 'ALTER DATABASE shop SET random_page_cost = '\\''400'\\'''"},
    {"of all",
     {{"settings", SETTINGS "enable_hashjoin\toff\ton\t\t\n"}},
     "psql -d shop -c 'ALTER SYSTEM RESET enable_hashjoin' -c 'SELECT pg_reload_conf()'",
     "psql -d shop -c 'ALTER SYSTEM SET enable_hashjoin = '\\''off'\\''' -c 'SELECT "
     "pg_reload_conf()'"},
    {"of a role that is none",
     {{"settings", SETTINGS "enable_hashjoin\toff\ton\tx; DROP\t\n"}},
     "",
     ""},
};

static void put_table(struct fixture *fix, const char *name, const char *text)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO state (kind, name, format, text) VALUES ('database', "
                                "'db/%s', 'table', %s)",
                                name, sql_quote(fix->arena, str_of(text)).ptr));
}

static void each_ailment_has_its_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = fixture_open();
        struct remedy remedy;
        bool pool = false;
        for (size_t j = 0; j < 4 && cases[i].tables[j].name; j++) {
            put_table(fix, cases[i].tables[j].name, cases[i].tables[j].text);
            pool |= str_eq(str_of(cases[i].tables[j].name), STR("sessions"));
        }
        put_table(fix, "server",
                  pool ? SERVER : "database\troom\tsessions\tasked_at\nshop\t97\t3\tx\n");
        fixture_seal(fix);
        fixture_act_on(fix, "inspect_database", NULL);
        fixture_check_claims(fix);
        const struct evidence *evidence = fixture_evidence(fix, 1);
        assert_string_equal(evidence->subject.ptr, "db");
        assert_true(evidence->instance.len > 0 && evidence->cause.len > 0);
        assert_true(ailment_remedy(&fix->call, evidence, &remedy));
        if (!str_eq(remedy.command, str_of(cases[i].command)) ||
            !str_eq(remedy.undo, str_of(cases[i].undo)))
            fail_msg("%s: %.*s, undone by %.*s", cases[i].why, STR_ARG(remedy.command),
                     STR_ARG(remedy.undo));
        fixture_close(fix);
    }
}

static void what_is_none_has_no_remedy(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    struct remedy remedy;
    const struct evidence evidence = {.query = STR("SELECT 1")};
    put_table(fix, "server", SERVER);
    fixture_seal(fix);
    assert_false(ailment_remedy(&fix->call, &evidence, &remedy));
    fixture_close(fix);
}

/* Nothing is found in a database that is well, and in what is no table. */
static void a_database_that_is_well_has_nothing(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    put_table(fix, "server", "database\troom\tsessions\tasked_at\nshop\t97\t3\tx\n");
    put_table(fix, "tables", TABLES "s.t\t1000\t10\t1000\t9000\t9000\t5\t1\t\tf\t250\t150\n");
    put_table(fix, "plans", "");
    put_table(fix, "waits", "\n\n\t\n");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "inspect_database", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 0);
    fixture_close(fix);
}

/* A service of its own that holds the locks is to blame itself. */
static void a_holder_that_is_a_service_is_the_subject(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("billing"), STR("db"));
    put_table(fix, "server", "database\troom\tsessions\tasked_at\nshop\t97\t3\tx\n");
    put_table(fix, "waits", cases[0].tables[0].text);
    fixture_run(fix, STR("UPDATE state SET text = replace(text, 'it''s', 'billing-7')"));
    fixture_seal(fix);
    fixture_act_on(fix, "inspect_database", NULL);
    const struct evidence *evidence = fixture_evidence(fix, 1);
    assert_string_equal(evidence->subject.ptr, "billing");
    assert_string_equal(evidence->instance.ptr, "billing-7/9");
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ailment_has_its_command),
        cmocka_unit_test(what_is_none_has_no_remedy),
        cmocka_unit_test(a_database_that_is_well_has_nothing),
        cmocka_unit_test(a_holder_that_is_a_service_is_the_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
