/* SPDX-License-Identifier: Apache-2.0 */
/* Each rule on a database as it is told, and on one that is just short of it. */
#include "agent/databases/rules.h"

#include "base/arena.h"
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define WAITS "pid\twaited_ms\tend_pid\tend_application\tend_state\tend_open_s\tend_started\n"
#define TRANSACTIONS "pid\tapplication\tstate\topen_s\tstate_s\ttransactions_since\n"
#define TABLES                                                                                     \
    "table\tlive\tdead\tplanned_rows\tbytes\texpected_bytes\tchanged\tanalyzed\tvacuumed_s\t"      \
    "autovacuum_off\tvacuum_at\tanalyze_at\n"
#define INDEXES "index\ttable\tvalid\tpartial\tcolumns\n"
#define RUNNING "pid\tapplication\tran_ms\tstatement\tsince\twaits_for\tusual\n"
#define STATEMENTS "id\tcalls\tmean_ms\ttotal_ms\trows\tstatement\n"
#define PLANS "of\tnumber\tparent\tnode\ttable\talias\trows\tfilter\tcondition\tjoin\tsort\n"
#define SERVER "database\troom\tsessions\tasked_at\n"
#define SESSIONS "application\trole\tdatabase\tstate\tsessions\n"
#define KEYS "table\tparent\tcolumns\n"

#define ORDERS "s.orders\t50000\t0\t50000\t8000000\t7000000\t0\t1\t\tf\t10050\t5050\n"
#define LOOKED_UP "5\t100\t20\t2000\t500\tSELECT 1 FROM orders WHERE customer = $1\n"
#define READ_IN_FULL "5\t0\t-1\tSeq Scan\ts.orders\torders\t50\t(orders.customer = $1)\t\t\t\n"

struct told {
    enum census_part part;
    const char *text;
};

static const struct {
    const char *why;
    struct told told[6];
    const char *ailment, *object; /* the surest; "": none */
    const char *columns;
} cases[] = {
    {"nothing is told", {{0, NULL}}, "", "", NULL},
    {"a table without its names", {{CENSUS_TABLES, ""}}, "", "", NULL},

    {"two wait for one that works",
     {{CENSUS_WAITS, WAITS "8\t4000\t9\tbatch\tactive\t60\tx\n7\t3000\t9\tbatch\tactive\t60\tx\n"}},
     "lock_chain",
     "batch/9",
     NULL},
    {"or for one that is idle",
     {{CENSUS_WAITS, WAITS "8\t4000\t9\tweb\tidle in transaction\t60\tx\n"}},
     "idle_holder",
     "web/9",
     NULL},
    {"but not for long", {{CENSUS_WAITS, WAITS "8\t900\t9\tbatch\tactive\t60\tx\n"}}, "", "", NULL},

    {"dead rows stay while a transaction is idle",
     {{CENSUS_TRANSACTIONS, TRANSACTIONS "9\tetl\tidle in transaction\t60\t50\t4\n"},
      {CENSUS_TABLES, TABLES "s.t\t1000\t9000\t1000\t1\t1\t0\t1\t5\tf\t250\t150\n"}},
     "idle_snapshot",
     "etl/9",
     NULL},
    {"but not where nothing was vacuumed since",
     {{CENSUS_TRANSACTIONS, TRANSACTIONS "9\tetl\tidle in transaction\t60\t50\t4\n"},
      {CENSUS_TABLES, TABLES "s.t\t1000\t9000\t1000\t1\t1\t0\t1\t90\tf\t250\t150\n"}},
     "bloated",
     "s.t",
     NULL},
    {"idle for an hour",
     {{CENSUS_TRANSACTIONS, TRANSACTIONS "9\tetl\tidle in transaction\t3600\t3600\t\n"}},
     "idle_long",
     "etl/9",
     NULL},
    {"idle for a minute",
     {{CENSUS_TRANSACTIONS, TRANSACTIONS "9\tetl\tidle in transaction\t60\t60\t\n"}},
     "",
     "",
     NULL},

    {"hardly a session is left",
     {{CENSUS_SERVER, SERVER "shop\t97\t95\tx\n"},
      {CENSUS_SESSIONS, SESSIONS "worker\tr\tshop\tidle\t80\nweb\tr\tshop\tidle\t15\n"}},
     "connections",
     "worker",
     NULL},
    {"half of them are",
     {{CENSUS_SERVER, SERVER "shop\t97\t50\tx\n"},
      {CENSUS_SESSIONS, SESSIONS "worker\tr\tshop\tidle\t50\n"}},
     "",
     "",
     NULL},
    {"those that wait for a lock fill it",
     {{CENSUS_SERVER, SERVER "shop\t4\t4\tx\n"},
      {CENSUS_SESSIONS, SESSIONS "web\tr\tshop\tactive\t4\n"},
      {CENSUS_WAITS, WAITS "1\t9000\t9\tjob\tactive\t60\tx\n2\t9000\t9\tjob\tactive\t60\tx\n"
                           "3\t9000\t9\tjob\tactive\t60\tx\n"}},
     "lock_chain",
     "job/9",
     NULL},

    {"dead rows",
     {{CENSUS_TABLES, TABLES "s.t\t1000\t9000\t1000\t1\t1\t0\t1\t\tt\t250\t150\n"}},
     "bloated",
     "s.t",
     NULL},
    {"fewer than autovacuum comes for",
     {{CENSUS_TABLES, TABLES "s.t\t100000\t9000\t100000\t1\t1\t0\t1\t\tf\t20050\t150\n"}},
     "",
     "",
     NULL},
    {"space without rows",
     {{CENSUS_TABLES, TABLES "s.t\t1000\t0\t1000\t90000000\t1000000\t0\t1\t\tf\t250\t150\n"}},
     "hollow",
     "s.t",
     NULL},
    {"whose rows may not be seen",
     {{CENSUS_TABLES, TABLES "s.t\t1000\t0\t1000\t90000000\t\t0\t1\t\tf\t250\t150\n"}},
     "",
     "",
     NULL},

    {"no index",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS READ_IN_FULL}},
     "no_index",
     "s.orders",
     "customer"},
    {"one that is not valid",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS READ_IN_FULL},
      {CENSUS_INDEXES, INDEXES "s.i\ts.orders\tf\tf\tcustomer, at\n"}},
     "invalid_index",
     "s.i",
     NULL},
    {"one that is",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS READ_IN_FULL},
      {CENSUS_INDEXES, INDEXES "s.i\ts.orders\tt\tf\tcustomer\n"}},
     "",
     "",
     NULL},
    {"a small table",
     {{CENSUS_TABLES, TABLES "s.orders\t900\t0\t900\t1\t1\t0\t1\t\tf\t250\t150\n"},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS READ_IN_FULL}},
     "",
     "",
     NULL},
    {"a statement that takes little of all time",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP "6\t100\t900\t90000\t500\tSELECT 2\n"},
      {CENSUS_PLANS, PLANS READ_IN_FULL}},
     "",
     "",
     NULL},
    {"most rows are wanted",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tSeq Scan\ts.orders\to\t20000\t(o.at > $1)\t\t\t\n"}},
     "",
     "",
     NULL},
    {"by a join",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tHash Join\t\t\t12\t\t\t(o.customer = c.id)\t\n"
                           "5\t1\t0\tSeq Scan\ts.orders\to\t50000\t\t\t\t\n"
                           "5\t2\t0\tHash\t\t\t1\t\t\t\t\n"}},
     "no_index",
     "s.orders",
     "customer"},
    {"by an order",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tLimit\t\t\t5000\t\t\t\t\n"
                           "5\t1\t0\tSort\t\t\t50000\t\t\t\to.at DESC\n"
                           "5\t2\t1\tSeq Scan\ts.orders\to\t50000\t\t\t\t\n"}},
     "no_index",
     "s.orders",
     "at DESC"},
    {"a name that SQL keeps for itself",
     {{CENSUS_TABLES, TABLES "s.\"order\"\t50000\t0\t50000\t8\t7\t0\t1\t\tf\t10050\t5050\n"},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tSeq Scan\ts.order\to\t50\t(o.customer = $1)\t\t\t\n"}},
     "no_index",
     "s.\"order\"",
     "customer"},
    {"what points at what is deleted",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_FOREIGN_KEYS, KEYS "s.orders\ts.customers\tcustomer\n"},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tDelete\ts.customers\tcustomers\t0\t\t\t\t\n"}},
     "no_index",
     "s.orders",
     "customer"},

    {"statistics of yesterday",
     {{CENSUS_TABLES, TABLES "s.t\t90000\t0\t30000\t8\t7\t60000\t1\t\tf\t10050\t3050\n"},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tIndex Scan\ts.t\tt\t1\t\t(t.at > $1)\t\t\n"}},
     "stale_statistics",
     "s.t",
     NULL},
    {"of a table that hardly changed",
     {{CENSUS_TABLES, TABLES "s.t\t90000\t0\t90000\t8\t7\t7000\t1\t\tf\t10050\t9050\n"},
      {CENSUS_STATEMENTS, STATEMENTS LOOKED_UP},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tIndex Scan\ts.t\tt\t1\t\t(t.at > $1)\t\t\n"}},
     "",
     "",
     NULL},
    {"columns that go together",
     {{CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_STATEMENTS, STATEMENTS "5\t100\t20\t2000\t500000\tSELECT 1\n"},
      {CENSUS_PLANS, PLANS "5\t0\t-1\tIndex Scan\ts.orders\to\t2\t(o.b = 2)\t(o.a = 1)\t\t\n"}},
     "misestimate",
     "s.orders",
     "b, a"},
    {"a setting of a role",
     {{CENSUS_SETTINGS, "name\tvalue\tusual\trole\tdatabase\nenable_nestloop\toff\ton\tclerk\t\n"}},
     "planner_setting",
     "enable_nestloop",
     NULL},
    {"one that is nobody's business",
     {{CENSUS_SETTINGS, "name\tvalue\tusual\trole\tdatabase\nrandom_page_cost\t1.1\t4\t\td\n"}},
     "",
     "",
     NULL},

    {"a statement that runs and runs",
     {{CENSUS_RUNNING, RUNNING "9\tweb\t60000\tSELECT 1\tx\t\tf\n"}},
     "slow_statement",
     "web/9",
     NULL},
    {"as it always does",
     {{CENSUS_RUNNING, RUNNING "9\tweb\t60000\tSELECT 1\tx\t\tt\n"}},
     "",
     "",
     NULL},
    {"and sleeps",
     {{CENSUS_RUNNING, RUNNING "9\tweb\t60000\tSELECT 1\tx\tTimeout\tf\n"}},
     "",
     "",
     NULL},
    {"for want of an index",
     {{CENSUS_RUNNING, RUNNING "5\tweb\t60000\tSELECT 1\tx\t\tf\n"},
      {CENSUS_TABLES, TABLES ORDERS},
      {CENSUS_PLANS, PLANS READ_IN_FULL}},
     "no_index",
     "s.orders",
     "customer"},
};

static void the_surest_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new("test");
        struct census census = {.service = STR("db")};
        struct ailments *found = arena_push(arena, struct ailments);
        for (const struct told *told = cases[i].told; told->text; told++)
            census.tables[told->part] = census_parse(arena, str_of(told->text));
        rules_find(arena, &census, found);
        const struct ailment none = {.object = STR("")},
                             *first = found->count > 0 ? found->items : &none;
        const char *name = found->count > 0 ? ailment_name(first->cause) : "";
        if (!str_eq(str_of(name), str_of(cases[i].ailment)) ||
            !str_eq(first->object, str_of(cases[i].object)))
            fail_msg("%s: %s of %.*s", cases[i].why, name, STR_ARG(first->object));
        if (cases[i].columns)
            assert_string_equal(first->columns.ptr, cases[i].columns);
        arena_free(arena);
    }
}

/* Tables come from outside: numbers that are none, parents that lead in a ring, rows cut short. */
static void nonsense_is_survived(void **state)
{
    (void)state;
    static const char *const texts[] = {
        PLANS "5\t0\t0\tSeq Scan\ts.orders\torders\t50\t\t\t(x.a = orders.b)\to.a\n",
        PLANS "5\t0\t99\tSeq Scan\ts.orders\torders\tnan\t(((\t\t\t\n5\n\n5\t1\n",
        PLANS "5\t0\t1\tSort\t\t\t1\t\t\t\to.a\n5\t1\t0\tSeq Scan\ts.orders\to\t1\n",
        PLANS "5\t0\t-1\tSeq Scan\ts.orders\torders\t-1e300\t(orders.a = 1)\t\t\t\n",
        "of\n5\n",
        "\n\n\n",
        "\t\t\t\n\t\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct arena *arena = arena_new("test");
        struct census census = {.service = STR("db")};
        struct ailments *found = arena_push(arena, struct ailments);
        for (int part = 0; part < CENSUS_TABLES_COUNT; part++)
            census.tables[part] = census_parse(arena, str_of(texts[i]));
        census.tables[CENSUS_TABLES] = census_parse(arena, STR(TABLES ORDERS));
        census.tables[CENSUS_STATEMENTS] = census_parse(arena, STR(STATEMENTS LOOKED_UP));
        rules_find(arena, &census, found);
        for (uint32_t k = 0; k < found->count; k++)
            assert_true(found->items[k].strength >= 0 && found->items[k].strength <= 1);
        arena_free(arena);
    }
}

static void more_than_there_is_room_for_is_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct census census = {.service = STR("db")};
    struct ailments *found = arena_push(arena, struct ailments);
    struct buf text = buf_new(arena);
    buf_add(&text, STR(RUNNING));
    for (int i = 0; i < CENSUS_ROWS_MAX + 5; i++)
        buf_printf(&text, "%d\tweb\t60000\tSELECT 1\tx\t\tf\n", i);
    census.tables[CENSUS_RUNNING] = census_parse(arena, buf_str(&text));
    assert_int_equal(census_rows(&census, CENSUS_RUNNING), CENSUS_ROWS_MAX);
    rules_find(arena, &census, found);
    assert_int_equal(found->count, AILMENTS_MAX);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_surest_is_found),
        cmocka_unit_test(nonsense_is_survived),
        cmocka_unit_test(more_than_there_is_room_for_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
