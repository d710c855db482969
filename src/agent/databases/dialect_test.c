/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/databases/dialect.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *message;
    unsigned says;
    const char *process, *application, *rest; /* rest: holder, statement or relation */
    double took_ms;
} lines[] = {
    {"1795314860.748 [2449] shop@shop catalog-1 LOG:  process 2449 still waiting for ShareLock on "
     "transaction 1417 after 1000.194 ms",
     DATABASE_WAIT | DATABASE_SERVER, "2449", "catalog-1", "", 0},
    {"[7] LOG:  process 7 still waiting for AccessShareLock on relation 16402 of database 5 after "
     "1000.1 ms",
     DATABASE_WAIT | DATABASE_SERVER, "7", "", "", 0},
    {"1795314860.748 [2449] shop@shop catalog-1 DETAIL:  Process holding the lock: 25806. Wait "
     "queue: 2449, 25664.",
     DATABASE_HOLD | DATABASE_SERVER, "2449", "catalog-1", "25806", 0},
    {"DETAIL:  Processes holding the lock: 11, 12. Wait queue: 13.",
     DATABASE_HOLD | DATABASE_SERVER, "", "", "11", 0},
    {"2026-11-22 02:00:00 UTC [11-3] app=orders,user=shop LOG:  process 11 still waiting for "
     "ShareLock on transaction 9 after 1000 ms\n\tDETAIL:  Process holding the lock: 12. Wait "
     "queue: 11.",
     DATABASE_WAIT | DATABASE_HOLD | DATABASE_SERVER, "11", "orders", "12", 0},
    {"DETAIL:  Process 7 waits for ShareLock on transaction 1; blocked by process 9.",
     DATABASE_HOLD | DATABASE_SERVER, "", "", "9", 0},
    {"[25806] shop@shop [unknown] LOG:  connection authorized: user=shop database=shop "
     "application_name=orders-1 reconcile",
     DATABASE_SESSION | DATABASE_SERVER, "25806", "orders-1 reconcile", "", 0},
    {"[25806] shop@shop [unknown] LOG:  connection authorized: user=shop database=shop "
     "application_name=psql SSL enabled (protocol=TLSv1.3, cipher=x, bits=256)",
     DATABASE_SESSION | DATABASE_SERVER, "25806", "psql", "", 0},
    {"[9] [unknown]@[unknown] LOG:  connection authorized: user=orders database=shop",
     DATABASE_SESSION | DATABASE_SERVER, "9", "orders", "", 0},
    {"pid=9 user=orders LOG:  disconnection: session time: 0:00:01 user=orders database=shop",
     DATABASE_SESSION_END | DATABASE_SERVER, "9", "orders", "", 0},
    {"[2436] shop@shop catalog-1 LOG:  duration: 3212.290 ms  execute <unnamed>: UPDATE stock SET "
     "held = 1",
     DATABASE_STATEMENT | DATABASE_SERVER, "2436", "catalog-1", "UPDATE stock SET held = 1",
     3212.29},
    {"LOG:  duration: 12 ms  statement: SELECT 1", DATABASE_STATEMENT | DATABASE_SERVER, "", "",
     "SELECT 1", 12},
    {"duration: 12.5 ms  plan:\nQuery Text: SELECT 2\nSeq Scan",
     DATABASE_STATEMENT | DATABASE_SERVER, "", "", "SELECT 2\nSeq Scan", 12.5},
    {"LOG:  duration: 12 ms  bind <unnamed>: SELECT 1", DATABASE_SERVER, "", "", "", 12},
    {"LOG:  duration: 0.5 ms", DATABASE_SERVER, "", "", "", 0.5},
    {"duration: many ms  statement: SELECT 1", 0, "", "", "", 0},
    {"request took duration: 12 ms statement: none", 0, "", "", "", 0},
    {"# Time: 2026-11-22T02:00:00Z\n# User@Host: orders[orders] @ web [10.0.0.4]\n# Query_time: "
     "3.25  Lock_time: 0.0 Rows_sent: 1\nSET timestamp=1795312800;\nSELECT * FROM t WHERE a = 1;",
     DATABASE_STATEMENT | DATABASE_SERVER, "", "orders", "SELECT * FROM t WHERE a = 1;", 3250},
    {"FATAL:  sorry, too many clients already", DATABASE_TROUBLE, "", "", "", 0},
    {"org.postgresql.util.PSQLException: FATAL: sorry, too many clients already", DATABASE_TROUBLE,
     "", "", "", 0},
    {"SQLTransactionException: Lock wait timeout exceeded; try restarting transaction",
     DATABASE_TROUBLE, "", "", "", 0},
    {"2026-11-22 [Note] [MY-012551] [InnoDB] Initialization has ended.", DATABASE_SERVER, "", "",
     "", 0},
    {"an order for two clients came in", 0, "", "", "", 0},
    {"", 0, "", "", "", 0},
    {"LOG:", 0, "", "", "", 0},
    {"[", 0, "", "", "", 0},
    {"@ LOG:  duration: ", 0, "", "", "", 0},
    {"LOG:  process ", 0, "", "", "", 0},
};

static void assert_text(const char *message, struct str got, const char *want)
{
    if (!str_eq(got, str_of(want)))
        fail_msg("%s: %.*s, not %s", message, STR_ARG(got), want);
}

static void each_line_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct database_line line = database_line_of(str_of(lines[i].message));
        if (line.says != lines[i].says)
            fail_msg("%s: says %#x, not %#x", lines[i].message, line.says, lines[i].says);
        assert_text(lines[i].message, line.process, lines[i].process);
        assert_text(lines[i].message, line.application, lines[i].application);
        assert_text(lines[i].message,
                    line.says & DATABASE_HOLD        ? line.holder
                    : line.says & DATABASE_STATEMENT ? line.statement
                                                     : line.relation,
                    lines[i].rest);
        assert_true(line.took_ms > lines[i].took_ms - 1e-6 &&
                    line.took_ms < lines[i].took_ms + 1e-6);
        assert_int_equal(line.trouble != DATABASE_TROUBLE_NONE,
                         (lines[i].says & DATABASE_TROUBLE) != 0);
    }
}

static void a_line_may_be_cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        const struct str whole = str_of(lines[i].message);
        for (size_t len = 0; len < whole.len; len++) {
            struct arena *arena = arena_new("cut");
            char *copy = arena_alloc(arena, len + 1); /* so that a sanitizer sees the end */
            for (size_t at = 0; at < len; at++)
                copy[at] = whole.ptr[at];
            const struct database_line line =
                database_line_of((struct str){.ptr = copy, .len = len});
            database_statement_of(arena, line.statement);
            arena_free(arena);
        }
    }
}

static const struct {
    const char *statement, *text, *like;
} statements[] = {
    {"SELECT * FROM stock WHERE sku = 17", "SELECT * FROM stock WHERE sku = ?",
     "%SELECT%*%FROM%stock%WHERE%sku%=%"},
    {"SELECT  *\n\tFROM stock WHERE sku = $1", "SELECT * FROM stock WHERE sku = ?",
     "%SELECT%*%FROM%stock%WHERE%sku%=%"},
    {"UPDATE t2 SET a = 'it\\'s', b = -1.5", "UPDATE t2 SET a = ?, b = -?",
     "%UPDATE%t2%SET%a%=%,%b%=%-%"},
    {"DELETE FROM a WHERE id IN (1, 2,3, 'x')", "DELETE FROM a WHERE id IN (?)",
     "%DELETE%FROM%a%WHERE%id%IN%(%)%"},
    {"/* app:orders */ SELECT 1 -- done", "SELECT ? -- done", "%SELECT%--%done%"},
    {"SELECT a_b, '100%'", "SELECT a_b, ?", "%SELECT%a\\_b,%"},
    {"SELECT 'never closed", "SELECT ?", "%SELECT%"},
    {"/* never closed", "", "%"},
    {"", "", "%"},
};

static void values_are_left_out_of_a_statement(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        const struct database_statement got =
            database_statement_of(arena, str_of(statements[i].statement));
        assert_text(statements[i].statement, got.text, statements[i].text);
        assert_text(statements[i].statement, got.like, statements[i].like);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_read),
        cmocka_unit_test(a_line_may_be_cut_anywhere),
        cmocka_unit_test(values_are_left_out_of_a_statement),
    };
    return cmocka_run_group_tests_name("dialect", tests, NULL, NULL);
}
