/* SPDX-License-Identifier: Apache-2.0 */
#include "store/telemetry.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct query_limits limits = {.rows_max = 10, .time_max_ns = 30 * NS_PER_S};

static struct telemetry *open_store(struct arena *arena)
{
    struct telemetry *telemetry;
    struct err err = {0};
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 128, .threads = 2},
                        &telemetry, &err))
        fail_msg("%s", err.text);
    return telemetry;
}

static void must_run(struct telemetry *telemetry, const char *sql)
{
    struct err err = {0};
    if (!telemetry_run(telemetry, sql, &err))
        fail_msg("%s: %s", sql, err.text);
}

static struct telemetry *open_sealed(struct arena *arena)
{
    struct telemetry *telemetry = open_store(arena);
    struct err err = {0};
    must_run(telemetry,
             "CREATE TABLE t AS SELECT range AS n, 'row ' || range AS name FROM range(100)");
    assert_true(telemetry_seal(telemetry, &err));
    return telemetry;
}

static struct batch *must_ask(struct telemetry *telemetry, struct arena *arena, const char *sql,
                              bool *cut)
{
    struct batch *rows = NULL;
    struct err err = {0};
    if (!telemetry_query(telemetry, arena, str_of(sql), &limits, &rows, cut, &err))
        fail_msg("%s: %s", sql, err.text);
    return rows;
}

static const struct {
    const char *why;
    const char *sql; /* an expression */
    struct value want;
} values[] = {
    {"bool", "true", {.type = TYPE_BOOL, .known = true, .truth = true}},
    {"tinyint", "-7::TINYINT", {.type = TYPE_INT, .known = true, .integer = -7}},
    {"smallint", "300::SMALLINT", {.type = TYPE_INT, .known = true, .integer = 300}},
    {"integer", "-70000::INTEGER", {.type = TYPE_INT, .known = true, .integer = -70000}},
    {"bigint", "9223372036854775807", {.type = TYPE_INT, .known = true, .integer = INT64_MAX}},
    {"unsigned", "4000000000::UINTEGER", {.type = TYPE_INT, .known = true, .integer = 4000000000}},
    {"double", "0.5::DOUBLE", {.type = TYPE_REAL, .known = true, .real = 0.5}},
    {"float", "0.5::FLOAT", {.type = TYPE_REAL, .known = true, .real = 0.5}},
    {"decimal", "0.25", {.type = TYPE_REAL, .known = true, .real = 0.25}},
    {"huge", "4::HUGEINT", {.type = TYPE_REAL, .known = true, .real = 4}},
    {"short text", "'it''s'", {.type = TYPE_TEXT, .known = true, .text = STR("it's")}},
    {"long text",
     "repeat('xy', 20)",
     {.type = TYPE_TEXT, .known = true, .text = STR("xyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxyxy")}},
    {"empty text", "''", {.type = TYPE_TEXT, .known = true, .text = STR("")}},
    {"time",
     "TIMESTAMP_NS '1970-01-01 00:00:01.000000002'",
     {.type = TYPE_TIME, .known = true, .integer = NS_PER_S + 2}},
    {"coarser time",
     "TIMESTAMP '1970-01-01 00:00:01'",
     {.type = TYPE_TIME, .known = true, .integer = NS_PER_S}},
    {"list as text", "[1, 2]", {.type = TYPE_TEXT, .known = true, .text = STR("[1, 2]")}},
    {"date as text",
     "DATE '2026-11-22'",
     {.type = TYPE_TEXT, .known = true, .text = STR("2026-11-22")}},
    {"no number", "NULL::INTEGER", {.type = TYPE_INT}},
    {"no text", "NULL::VARCHAR", {.type = TYPE_TEXT}},
    {"nothing", "NULL", {.type = TYPE_INT}},
};

static bool value_eq(struct value a, struct value b)
{
    if (a.type != b.type || a.known != b.known || !a.known)
        return a.type == b.type && a.known == b.known;
    switch (a.type) {
    case TYPE_BOOL:
        return a.truth == b.truth;
    case TYPE_REAL:
        return a.real == b.real;
    case TYPE_TEXT:
        return str_eq(a.text, b.text);
    default:
        return a.integer == b.integer;
    }
}

static void values_come_as_our_types(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        bool cut;
        const struct batch *rows = must_ask(
            telemetry, arena, str_printf(arena, "SELECT %s AS x", values[i].sql).ptr, &cut);
        assert_int_equal(rows->rows, 1);
        assert_true(str_eq(rows->columns[0].name, STR("x")));
        if (!value_eq(batch_value(rows, 0, 0), values[i].want))
            fail_msg("%s", values[i].why);
    }
    arena_free(arena);
}

static void many_rows_come_whole_and_in_order(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_store(arena);
    struct batch *rows;
    struct err err = {0};
    assert_true(
        telemetry_rows(telemetry, arena,
                       STR("SELECT range AS n, CASE WHEN range % 3 > 0 THEN 'a long text of "
                           "row ' || range END AS name FROM range(600000)"),
                       &rows, &err));
    assert_int_equal(rows->rows, 600000);
    for (size_t row = 0; row < rows->rows; row++) {
        assert_int_equal(batch_column(rows, "n")->integers[row], row);
        assert_int_equal(batch_column(rows, "name")->known[row], row % 3 > 0);
    }
    assert_true(
        str_eq(batch_column(rows, "name")->texts[599999 - 1], STR("a long text of row 599998")));
    arena_free(arena);
}

static const struct {
    const char *why;
    const char *sql;
    enum err_kind kind; /* ERR_NONE: any */
} refused[] = {
    {"two statements", "SELECT 1; SELECT 2", ERR_DENIED},
    {"a write behind a read", "SELECT 1; DROP TABLE t", ERR_DENIED},
    {"a write", "DELETE FROM t", ERR_DENIED},
    {"another", "INSERT INTO t VALUES (1, 'x')", ERR_DENIED},
    {"a table", "CREATE TABLE u (n INT)", ERR_DENIED},
    {"a table from a table", "CREATE TABLE u AS SELECT * FROM t", ERR_DENIED},
    {"a setting", "SET threads = 9", ERR_DENIED},
    {"a pragma", "PRAGMA memory_limit='1GB'", ERR_DENIED},
    {"a transaction", "BEGIN", ERR_DENIED},
    {"a file written", "COPY t TO '/tmp/warroom-never'", ERR_NONE},
    {"a file read", "SELECT * FROM read_text('/etc/passwd')", ERR_NONE},
    {"a file as a table", "SELECT * FROM '/etc/passwd.csv'", ERR_NONE},
    {"a CSV", "SELECT * FROM read_csv('/etc/passwd')", ERR_NONE},
    {"names of files", "SELECT * FROM glob('/etc/*')", ERR_NONE},
    {"a database", "ATTACH '/tmp/warroom-never.db'", ERR_NONE},
    {"an extension", "LOAD httpfs", ERR_NONE},
    {"an export", "EXPORT DATABASE '/tmp/warroom-never'", ERR_NONE},
    {"a prepared write", "EXECUTE p", ERR_NONE},
    {"a bracket too many", "SELECT 1) AS q(a), (SELECT 2", ERR_USAGE},
    {"an open comment", "SELECT 1 /*", ERR_NONE},
    {"no statement", "", ERR_USAGE},
    {"only a comment", "-- nothing", ERR_USAGE},
    {"no SQL", "what is slow?", ERR_USAGE},
    {"a table that is none", "SELECT * FROM nowhere", ERR_USAGE},
};

static void a_sealed_store_only_selects(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct batch *rows;
        bool cut;
        struct err err = {0};
        if (telemetry_query(telemetry, arena, str_of(refused[i].sql), &limits, &rows, &cut, &err))
            fail_msg("%s was let through", refused[i].why);
        if (err.kind == ERR_NONE || err.text[0] == '\0' || strchr(err.text, '\n') ||
            (refused[i].kind != ERR_NONE && err.kind != refused[i].kind))
            fail_msg("%s: %d %s", refused[i].why, err.kind, err.text);
    }
    bool cut;
    const struct batch *rows = must_ask(telemetry, arena, "SELECT count(*) FROM t", &cut);
    assert_int_equal(rows->columns[0].integers[0], 100);

    struct err err = {0}; /* the seal binds our own statements, too */
    assert_false(telemetry_run(telemetry, "COPY t TO '/tmp/warroom-never'", &err));
    assert_false(telemetry_run(telemetry, "SET enable_external_access = true", &err));
    assert_false(telemetry_run(telemetry, "SET memory_limit = '9GB'", &err));
    assert_int_not_equal(access("/tmp/warroom-never", F_OK), 0);
    arena_free(arena);
}

static void an_open_store_answers_no_strangers(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_store(arena);
    struct batch *rows;
    bool cut;
    struct err err = {0};
    assert_false(telemetry_query(telemetry, arena, STR("SELECT 1"), &limits, &rows, &cut, &err));
    assert_int_equal(err.kind, ERR_DENIED);
    arena_free(arena);
}

static const struct {
    const char *why;
    const char *sql;
    size_t rows;
    bool cut;
} asked[] = {
    {"fewer than may come", "SELECT n FROM t LIMIT 9", 9, false},
    {"just as many", "SELECT n FROM t LIMIT 10", 10, false},
    {"one more", "SELECT n FROM t LIMIT 11", 10, true},
    {"none", "SELECT n FROM t WHERE false", 0, false},
    {"a comment at the end", "SELECT n FROM t LIMIT 3 -- so", 3, false},
    {"semicolons at the end", "SELECT n FROM t LIMIT 3 ; ; ", 3, false},
    {"WITH", "WITH x AS (SELECT 1 AS a) SELECT * FROM x", 1, false},
    {"VALUES", "VALUES (1), (2)", 2, false},
    {"columns of one name", "SELECT n, n, name FROM t LIMIT 2", 2, false},
    {"what a table holds", "DESCRIBE t", 2, false},
};

static void rows_are_cut_and_it_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        bool cut;
        const struct batch *rows = must_ask(telemetry, arena, asked[i].sql, &cut);
        if (rows->rows != asked[i].rows || cut != asked[i].cut)
            fail_msg("%s: %zu rows", asked[i].why, rows->rows);
    }
    bool cut; /* the cut leaves the first rows in their order */
    const struct batch *rows = must_ask(telemetry, arena, "SELECT n FROM t ORDER BY n DESC", &cut);
    for (int64_t row = 0; row < 10; row++)
        assert_int_equal(rows->columns[0].integers[row], 99 - row);
    arena_free(arena);
}

static void a_slow_query_is_ended(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    const struct query_limits brief = {.rows_max = 10, .time_max_ns = 50 * NS_PER_MS};
    struct batch *rows;
    bool cut;
    struct err err = {0};
    assert_false(
        telemetry_query(telemetry, arena,
                        STR("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE "
                            "hash(a.range + b.range) = 1"),
                        &brief, &rows, &cut, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_int_equal(must_ask(telemetry, arena, "SELECT 7 AS n", &cut)->rows, 1); /* it goes on */
    arena_free(arena);
}

static void columns_that_need_a_cast_are_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_store(arena);
    struct batch *rows;
    struct err err = {0};
    assert_false(telemetry_rows(telemetry, arena, STR("SELECT [1] AS odd"), &rows, &err));
    assert_non_null(strstr(err.text, "`odd`"));
    arena_free(arena);
}

static void texts_and_times_survive_quoting(void **state)
{
    (void)state;
    static const struct str texts[] = {STR("it's"), STR("'; DROP TABLE t; --"), STR("a\\'b\n\t"),
                                       STR("\xc3\xa4 $1 ? %"), STR("")};
    static const int64_t times[] = {0, -1, 1, INT64_C(1795312800123456789), -NS_PER_S};
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    bool cut;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const struct str sql = str_printf(arena, "SELECT %s AS x", sql_quote(arena, texts[i]).ptr);
        assert_true(
            str_eq(must_ask(telemetry, arena, sql.ptr, &cut)->columns[0].texts[0], texts[i]));
    }
    assert_true(str_eq(sql_quote(arena, STR("a\0b")), STR("'ab'")));
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        const struct str sql = str_printf(arena, "SELECT %s AS x", sql_time(arena, times[i]).ptr);
        assert_int_equal(must_ask(telemetry, arena, sql.ptr, &cut)->columns[0].integers[0],
                         times[i]);
    }
    arena_free(arena);
}

static void what_was_spilt_is_gone_afterwards(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry;
    struct err err = {0};
    char path[256];
    snprintf(path, sizeof path, "%s/warroom-spill-%ld", getenv("TMPDIR"), (long)getpid());
    assert_true(telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 40, .threads = 1},
                               &telemetry, &err));
    must_run(telemetry,
             "CREATE TABLE big AS SELECT hash(range) AS h, repeat('x', 40) || range AS x "
             "FROM range(2000000)");
    struct stat info;
    assert_int_equal(stat(path, &info), 0); /* or this test shows nothing */
    arena_free(arena);
    assert_int_not_equal(stat(path, &info), 0);
}

#define PIECES 50

struct pieces {
    struct arena *arenas[PIECES];
    int done[PIECES];
    int64_t sums[PIECES];
};

static void sum_up_to(struct telemetry *own, size_t number, void *state)
{
    struct pieces *pieces = state;
    struct batch *rows;
    bool cut;
    struct err err = {0};
    struct arena *arena = pieces->arenas[number];
    const struct str sql =
        str_printf(arena,
                   "SELECT sum(n) AS sum, strftime(to_timestamp(0), '%%H') AS hour FROM t "
                   "WHERE n <= %zu",
                   number);
    pieces->done[number]++;
    if (!telemetry_query(own, arena, sql, &limits, &rows, &cut, &err) ||
        !str_eq(batch_column(rows, "hour")->texts[0], STR("00"))) /* both speak UTC */
        return;
    pieces->sums[number] = (int64_t)batch_column(rows, "sum")->reals[0];
}

static void shared_work_is_done_once_and_sees_the_same_rows(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_sealed(arena);
    struct pieces pieces = {0};
    for (int i = 0; i < PIECES; i++)
        pieces.arenas[i] = arena_new("piece");
    telemetry_share_out(telemetry, 0, sum_up_to, &pieces);
    telemetry_share_out(telemetry, PIECES, sum_up_to, &pieces);
    for (int i = 0; i < PIECES; i++) {
        assert_int_equal(pieces.done[i], 1);
        assert_int_equal(pieces.sums[i], i * (i + 1) / 2);
        arena_free(pieces.arenas[i]);
    }
    arena_free(arena);
}

static void fill_one(struct telemetry *own, size_t number, void *state)
{
    struct pieces *pieces = state;
    struct err err = {0};
    pieces->done[number] = telemetry_run(
        own,
        str_printf(pieces->arenas[number],
                   "CREATE TABLE part_%zu AS SELECT range AS n FROM range(20000)", number)
            .ptr,
        &err);
}

static void two_tables_are_filled_at_a_time(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = open_store(arena);
    struct pieces pieces = {0};
    for (int i = 0; i < 4; i++)
        pieces.arenas[i] = arena_new("piece");
    telemetry_share_out(telemetry, 4, fill_one, &pieces);
    struct batch *rows;
    struct err err = {0};
    assert_true(telemetry_rows(telemetry, arena,
                               STR("SELECT (SELECT count(*) FROM part_0) + (SELECT count(*) FROM "
                                   "part_1) + (SELECT count(*) FROM part_2) + (SELECT count(*) "
                                   "FROM part_3) AS n"),
                               &rows, &err));
    assert_int_equal(batch_column(rows, "n")->integers[0], 80000);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pieces.done[i], 1);
        arena_free(pieces.arenas[i]);
    }
    arena_free(arena);
}

int main(void)
{
    char folder[] = "/tmp/warroom-test-XXXXXX";
    if (!mkdtemp(folder) || setenv("TMPDIR", folder, 1) != 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_as_our_types),
        cmocka_unit_test(many_rows_come_whole_and_in_order),
        cmocka_unit_test(a_sealed_store_only_selects),
        cmocka_unit_test(an_open_store_answers_no_strangers),
        cmocka_unit_test(rows_are_cut_and_it_is_told),
        cmocka_unit_test(a_slow_query_is_ended),
        cmocka_unit_test(columns_that_need_a_cast_are_named),
        cmocka_unit_test(texts_and_times_survive_quoting),
        cmocka_unit_test(what_was_spilt_is_gone_afterwards),
        cmocka_unit_test(shared_work_is_done_once_and_sees_the_same_rows),
        cmocka_unit_test(two_tables_are_filled_at_a_time),
    };
    const int failed = cmocka_run_group_tests_name("telemetry", tests, NULL, NULL);
    return failed + (rmdir(folder) != 0); /* nothing else was left behind */
}
