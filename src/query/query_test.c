/* SPDX-License-Identifier: Apache-2.0 */
#include "query/query.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ALERT_NS (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */

static const char tables[] =
    "CREATE TABLE metrics (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, metric VARCHAR, "
    "value DOUBLE);"
    "CREATE TABLE counters AS SELECT * FROM metrics;"
    "CREATE TABLE logs (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, level VARCHAR, "
    "message VARCHAR);"
    "CREATE TABLE traces (time TIMESTAMP_NS, duration_us BIGINT, service VARCHAR, instance "
    "VARCHAR, operation VARCHAR, status VARCHAR, kind VARCHAR, trace_id VARCHAR);"
    "CREATE TABLE changes (time TIMESTAMP_NS, service VARCHAR, kind VARCHAR, author VARCHAR, "
    "message VARCHAR);"
    "CREATE TABLE events (time TIMESTAMP_NS, type VARCHAR, reason VARCHAR, object VARCHAR);"
    "CREATE TABLE alerts (time TIMESTAMP_NS, name VARCHAR, service VARCHAR, severity VARCHAR, "
    "status VARCHAR);"
    "CREATE TABLE topology (caller VARCHAR, callee VARCHAR);"
    "INSERT INTO metrics VALUES ('2026-11-22 01:59:00', 'cart', 'cart-1', 'heap_used_bytes', 1), "
    "('2026-11-22 01:59:00', 'stock', 'stock-1', 'heap_used_bytes', 2), "
    "('2026-11-22 01:59:00', 'cart', 'cart-1', 'rate(calls_total)', 3);"
    "INSERT INTO counters VALUES ('2026-11-22 01:59:00', 'cart', 'cart-1', 'calls_total', 3);"
    "INSERT INTO logs VALUES ('2026-11-22 01:58:10', 'cart', 'cart-1', 'ERROR', '100% it''s "
    "full'), "
    "('2026-11-22 01:59:10', 'stock', 'stock-1', 'INFO', 'fine');"
    "INSERT INTO traces VALUES ('2026-11-22 01:59:00', 900, 'cart', 'cart-1', 'POST /pay', '503', "
    "'s', 't');"
    "INSERT INTO changes VALUES ('2026-11-22 01:57:00', 'cart', 'deploy', 'Ada Berg', 'cart 2');"
    "INSERT INTO events VALUES ('2026-11-22 01:57:00', 'Normal', 'Started', 'pods/cart-1');"
    "INSERT INTO alerts VALUES ('2026-11-22 02:00:00', 'Slow', 'cart', 'warning', 'firing');"
    "INSERT INTO topology VALUES ('cart', 'stock');";

struct bench {
    struct arena *arena;
    struct telemetry *telemetry;
};

static struct bench bench_open(bool is_filled)
{
    struct bench bench = {.arena = arena_new("test")};
    struct err err = {0};
    if (!telemetry_open(bench.arena, &(struct telemetry_limits){.memory_mb = 128, .threads = 1},
                        &bench.telemetry, &err) ||
        !telemetry_run(bench.telemetry, tables, &err) ||
        (!is_filled &&
         !telemetry_run(bench.telemetry,
                        "DELETE FROM metrics; DELETE FROM counters; DELETE FROM logs; "
                        "DELETE FROM traces; DELETE FROM changes; DELETE FROM events; "
                        "DELETE FROM topology; DELETE FROM alerts",
                        &err)) ||
        !telemetry_seal(bench.telemetry, &err))
        fail_msg("%s", err.text);
    return bench;
}

static void check(const struct bench *bench, enum query_language language, const char *words,
                  const char *wanted)
{
    struct query query;
    struct err err = {0};
    struct batch *rows;
    bool cut;
    if (!query_of_words(bench->arena, bench->telemetry, ALERT_NS, str_of(words), language, &query,
                        &err))
        fail_msg("%s: %s", words, err.text);
    if (!str_eq(query.text, str_of(wanted)))
        fail_msg("%s: %s, not %s", words, query.text.ptr, wanted);
    if (language == QUERY_SQL &&
        !telemetry_query(bench->telemetry, bench->arena, query.text,
                         &(struct query_limits){10, NS_PER_S}, &rows, &cut, &err))
        fail_msg("%s: %s", wanted, err.text);
}

static void words_become_sql_that_runs(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    check(&bench, QUERY_SQL, "how many error lines of cart per minute",
          "SELECT date_trunc('minute', time) AS minute, count(*) FROM logs WHERE service = 'cart' "
          "AND level IN ('ERROR', 'FATAL') GROUP BY 1 ORDER BY 1");
    check(&bench, QUERY_SQL, "p95 duration of failed spans by route",
          "SELECT operation, quantile_cont(duration_us, 0.95) FROM traces WHERE (status = 'ERROR' "
          "OR try_cast(status AS INTEGER) >= 500) GROUP BY 1 ORDER BY 1");
    check(&bench, QUERY_SQL, "which pods started since 01:50",
          "SELECT DISTINCT object FROM events WHERE reason = 'Started' AND time >= TIMESTAMP_NS "
          "'2026-11-22 01:50:00.000000000' ORDER BY 1");
    check(&bench, QUERY_SQL, "highest heap in the 2 minutes before the alert",
          "SELECT max(value) FROM metrics WHERE metric = 'heap_used_bytes' AND time >= "
          "TIMESTAMP_NS '2026-11-22 01:58:00.000000000' AND time < TIMESTAMP_NS "
          "'2026-11-22 02:00:00.000000000'");
    check(&bench, QUERY_SQL, "who calls stock",
          "SELECT DISTINCT caller FROM topology WHERE callee = 'stock' ORDER BY 1");
    arena_free(bench.arena);
}

/* Quotes, marks of patterns and regular expressions are text. */
static void it_is_put_as_people_put_it(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    check(&bench, QUERY_SQL, "errs per instance, pls",
          "SELECT instance, count(*) FROM logs WHERE level IN ('ERROR', 'FATAL') GROUP BY 1 ORDER "
          "BY 1");
    check(&bench, QUERY_SQL, "lines of cart that aren't errors",
          "SELECT * FROM logs WHERE service = 'cart' AND NOT coalesce(level IN ('ERROR', 'FATAL'), "
          "false) ORDER BY time");
    check(&bench, QUERY_SQL, "how many distinct traces are there?",
          "SELECT count(DISTINCT trace_id) FROM traces");
    check(&bench, QUERY_SQL, "median and p99 of spans by kind",
          "SELECT kind, quantile_cont(duration_us, 0.5), quantile_cont(duration_us, 0.99) FROM "
          "traces GROUP BY 1 ORDER BY 1");
    check(&bench, QUERY_SQL, "the 3 slowest spans, longest first",
          "SELECT * FROM traces ORDER BY duration_us DESC, time LIMIT 3");
    check(&bench, QUERY_SQL, "busiest minute of cart's log",
          "SELECT date_trunc('minute', time) AS minute, count(*) FROM logs WHERE service = 'cart' "
          "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1");
    check(&bench, QUERY_SQL, "alerts with severity warning",
          "SELECT * FROM alerts WHERE severity = 'warning' ORDER BY time");
    check(&bench, QUERY_SQL, "what percentage of payments failed? pay is meant",
          "SELECT 100.0 * avg(coalesce((status = 'ERROR' OR try_cast(status AS INTEGER) >= 500), "
          "false)::INTEGER) FROM traces WHERE operation = 'POST /pay'");
    check(&bench, QUERY_SQL, "did anything start?",
          "SELECT * FROM events WHERE reason = 'Started' ORDER BY time");
    check(&bench, QUERY_SQL, "how many 5xx answers did cart give",
          "SELECT count(*) FROM logs WHERE service = 'cart' AND regexp_matches(message, '(\" "
          "|[Ss]tatus([_ ]?[Cc]ode)?[\"'']?[=: ]+[\"'']?)5[0-9][0-9]\\b')");
    check(&bench, QUERY_SQL, "lines with full or empty in the past half hour",
          "SELECT * FROM logs WHERE (message ILIKE '%full%' ESCAPE '\\' OR message ILIKE "
          "'%empty%' ESCAPE '\\') AND time >= (SELECT max(time) FROM logs) - INTERVAL 1800000 "
          "MILLISECOND ORDER BY time");
    check(&bench, QUERY_SQL, "how often did cart fill a disk",
          "SELECT count(*) FROM logs WHERE service = 'cart' AND message ILIKE '%fill%' ESCAPE '\\' "
          "AND message ILIKE '%disk%' ESCAPE '\\'");
    check(&bench, QUERY_SQL, "refund lines of cart in the 30 seconds leading up to the alert",
          "SELECT * FROM logs WHERE service = 'cart' AND message ILIKE '%refund%' ESCAPE '\\' AND "
          "time >= TIMESTAMP_NS '2026-11-22 01:59:30.000000000' AND time < TIMESTAMP_NS "
          "'2026-11-22 02:00:00.000000000' ORDER BY time");
    check(&bench, QUERY_SQL, "when was heap_used_bytes of cart above 0.5 for the first time",
          "SELECT min(time) FROM metrics WHERE metric = 'heap_used_bytes' AND service = 'cart' AND "
          "value > 0.5");
    check(&bench, QUERY_SQL, "fastest 3 spans",
          "SELECT * FROM traces ORDER BY duration_us, time LIMIT 3");
    check(&bench, QUERY_SQL, "most recent deploy",
          "SELECT * FROM changes WHERE kind = 'deploy' ORDER BY time DESC LIMIT 1");
    check(&bench, QUERY_SQL, "services that cart depends on",
          "SELECT DISTINCT callee FROM topology WHERE caller = 'cart' ORDER BY 1");
    check(&bench, QUERY_PROMQL, "which instance has the lowest heap",
          "bottomk(1, sum by (instance) (heap_used_bytes))");
    check(&bench, QUERY_PROMQL, "heap_used_bytes of cart one minute ago",
          "heap_used_bytes{service=\"cart\"} offset 1m");
    check(&bench, QUERY_LOGQL, "what fraction of cart's lines were errors in the last 3 minutes",
          "sum(count_over_time({service=\"cart\", level=\"error\"}[3m])) / "
          "sum(count_over_time({service=\"cart\"}[3m]))");
    check(&bench, QUERY_LOGQL, "lines of cart a second over two minutes",
          "sum(rate({service=\"cart\"}[2m]))");
    check(&bench, QUERY_PROMQL, "heap_used_bytes of cart minus heap_used_bytes of stock by service",
          "sum by (service) (heap_used_bytes{service=~\"cart|stock\"}) - sum by (service) "
          "(heap_used_bytes{service=~\"cart|stock\"})");
    check(&bench, QUERY_PROMQL, "the 2 instances using the most heap",
          "topk(2, sum by (instance) (heap_used_bytes))");
    check(&bench, QUERY_PROMQL, "how many instances have heap_used_bytes above 1.5",
          "count(heap_used_bytes > 1.5)");
    check(&bench, QUERY_LOGQL, "lines of cart by instance and level over half an hour",
          "sum by (instance, level) (count_over_time({service=\"cart\"}[30m]))");
    check(&bench, QUERY_LOGQL, "search all services for deadlock",
          "{service=~\".+\"} |~ \"(?i)deadlock\"");
    check(&bench, QUERY_LOGQL, "cart lines that don't mention disks",
          "{service=\"cart\"} !~ \"(?i)disks\"");
    arena_free(bench.arena);
}

/* Each construct once, in words that docs/query.md does not have. */
static void other_words_ask_the_same(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    static const struct {
        enum query_language language;
        const char *words, *wanted;
    } rows[] = {
        /* what is taken away */
        {QUERY_SQL, "errors not from cart",
         "SELECT * FROM logs WHERE service <> 'cart' AND level IN ('ERROR', 'FATAL') ORDER BY "
         "time"},
        {QUERY_SQL, "all changes other than deploys",
         "SELECT * FROM changes WHERE kind <> 'deploy' ORDER BY time"},
        {QUERY_PROMQL, "heap of everything except cart and stock",
         "heap_used_bytes{service!~\"cart|stock\"}"},
        {QUERY_LOGQL, "errors from anything but cart", "{service!=\"cart\", level=\"error\"}"},
        {QUERY_SQL, "spans of cart that did not fail",
         "SELECT * FROM traces WHERE service = 'cart' AND NOT coalesce((status = 'ERROR' OR "
         "try_cast(status AS INTEGER) >= 500), false) ORDER BY time"},
        {QUERY_SQL, "which services never logged an error",
         "SELECT DISTINCT service FROM logs EXCEPT SELECT service FROM logs WHERE level IN "
         "('ERROR', 'FATAL') ORDER BY 1"},
        {QUERY_LOGQL, "cart lines mentioning deadlock but not rollback",
         "{service=\"cart\"} |~ \"(?i)deadlock\" !~ \"(?i)rollback\""},
        /* bounds */
        {QUERY_SQL, "how many spans took at least 2 seconds",
         "SELECT count(*) FROM traces WHERE duration_us >= 2000000"},
        {QUERY_SQL, "spans that lasted between 1 and 2 seconds",
         "SELECT * FROM traces WHERE duration_us >= 1000000 AND duration_us < 2000000 ORDER BY "
         "time"},
        {QUERY_SQL, "spans longer than half a second",
         "SELECT * FROM traces WHERE duration_us > 500000 ORDER BY time"},
        {QUERY_PROMQL, "instances with at most four heap", "heap_used_bytes <= 4"},
        {QUERY_PROMQL, "is heap_used_bytes zero", "heap_used_bytes == 0"},
        {QUERY_LOGQL, "instances with 20 or more errors in the last 2 minutes",
         "sum by (instance) (count_over_time({service=~\".+\", level=\"error\"}[2m])) >= 20"},
        /* stretches */
        {QUERY_SQL, "cart errors in 10 second buckets",
         "SELECT time_bucket(INTERVAL 10000 MILLISECOND, time) AS bucket, count(*) FROM logs WHERE "
         "service = 'cart' AND level IN ('ERROR', 'FATAL') GROUP BY 1 ORDER BY 1"},
        {QUERY_LOGQL, "errors of cart per 30 seconds",
         "sum(count_over_time({service=\"cart\", level=\"error\"}[30s]))"},
        {QUERY_SQL, "how many lines within one minute after the alert",
         "SELECT count(*) FROM logs WHERE time >= TIMESTAMP_NS '2026-11-22 02:00:00.000000000' AND "
         "time < TIMESTAMP_NS '2026-11-22 02:01:00.000000000'"},
        {QUERY_SQL, "average heap before and after the alert",
         "SELECT avg(value) FILTER (WHERE time < TIMESTAMP_NS '2026-11-22 02:00:00.000000000'), "
         "avg(value) FILTER (WHERE time >= TIMESTAMP_NS '2026-11-22 02:00:00.000000000') FROM "
         "metrics WHERE metric = 'heap_used_bytes'"},
        {QUERY_SQL, "when did the last deploy happen",
         "SELECT max(time) FROM changes WHERE kind = 'deploy'"},
        /* rankings */
        {QUERY_SQL, "operations ordered by average duration, slowest first",
         "SELECT operation, avg(duration_us) FROM traces GROUP BY 1 ORDER BY 2 DESC, 1"},
        {QUERY_SQL, "which operation is slowest on average",
         "SELECT operation, avg(duration_us) FROM traces GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"},
        {QUERY_SQL, "most common error message",
         "SELECT message, count(*) FROM logs WHERE level IN ('ERROR', 'FATAL') GROUP BY 1 ORDER BY "
         "2 DESC, 1 LIMIT 1"},
        {QUERY_PROMQL, "instances sorted by heap, highest first",
         "sort_desc(sum by (instance) (heap_used_bytes))"},
        /* counts */
        {QUERY_SQL, "average number of errors per minute",
         "SELECT avg(n) FROM (SELECT date_trunc('minute', time) AS minute, count(*) AS n FROM logs "
         "WHERE level IN ('ERROR', 'FATAL') GROUP BY ALL)"},
        {QUERY_SQL, "how many distinct operations does each service have",
         "SELECT service, count(DISTINCT operation) FROM traces GROUP BY 1 ORDER BY 1"},
        {QUERY_SQL, "how many services logged more than 100 errors",
         "SELECT count(*) FROM (SELECT service FROM logs WHERE level IN ('ERROR', 'FATAL') GROUP "
         "BY "
         "1 HAVING count(*) > 100)"},
        {QUERY_SQL, "mean, p50 and p99 duration of cart spans",
         "SELECT avg(duration_us), quantile_cont(duration_us, 0.5), quantile_cont(duration_us, "
         "0.99) FROM traces WHERE service = 'cart'"},
        /* shares */
        {QUERY_SQL, "share of spans over one second",
         "SELECT avg(coalesce(duration_us > 1000000, false)::INTEGER) FROM traces"},
        {QUERY_LOGQL, "what fraction of cart lines mention timeout in the last 5 minutes",
         "sum(count_over_time({service=\"cart\"} |~ \"(?i)timeout\" [5m])) / "
         "sum(count_over_time({service=\"cart\"}[5m]))"},
        /* its own past */
        {QUERY_PROMQL, "heap_used_bytes of cart compared to 3 minutes ago",
         "heap_used_bytes{service=\"cart\"} - heap_used_bytes{service=\"cart\"} offset 3m"},
        {QUERY_PROMQL, "was heap_used_bytes above 5 at any time in the last 5 minutes",
         "max_over_time(heap_used_bytes[5m]) > 5"},
        {QUERY_PROMQL, "standard deviation of heap_used_bytes of cart over the last 5 minutes",
         "stddev_over_time(heap_used_bytes{service=\"cart\"}[5m])"},
        /* names */
        {QUERY_SQL, "who deployed cart",
         "SELECT DISTINCT author FROM changes WHERE service = 'cart' AND kind = 'deploy' ORDER BY "
         "1"},
        {QUERY_SQL, "what did Ada Berg change",
         "SELECT * FROM changes WHERE author = 'Ada Berg' ORDER BY time"},
        {QUERY_SQL, "how often was POST /pay called",
         "SELECT count(*) FROM traces WHERE operation = 'POST /pay'"},
        {QUERY_SQL, "restarts per instance",
         "SELECT object, count(*) FROM events WHERE reason = 'Started' GROUP BY 1 ORDER BY 1"},
        {QUERY_SQL, "what services does cart talk to",
         "SELECT DISTINCT callee FROM topology WHERE caller = 'cart' ORDER BY 1"},
        {QUERY_SQL, "requests that cart answered with 504",
         "SELECT * FROM logs WHERE service = 'cart' AND regexp_matches(message, '(\" "
         "|[Ss]tatus([_ ]?[Cc]ode)?[\"'']?[=: ]+[\"'']?)504\\b') ORDER BY time"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check(&bench, rows[i].language, rows[i].words, rows[i].wanted);
    arena_free(bench.arena);
}

static void texts_cannot_leave_their_quotes(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    check(&bench, QUERY_SQL, "lines with \"it's\"",
          "SELECT * FROM logs WHERE contains(message, 'it''s') ORDER BY time");
    check(&bench, QUERY_SQL, "lines with 100% full",
          "SELECT * FROM logs WHERE message ILIKE '%100\\% full%' ESCAPE '\\' ORDER BY time");
    check(&bench, QUERY_LOGQL, "lines of cart with a.b but not `\"} or vector(1)`",
          "{service=\"cart\"} != \"\\\"} or vector(1)\" |~ \"(?i)a\\\\.b\"");
    arena_free(bench.arena);
}

static void a_counter_becomes_a_rate(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    check(&bench, QUERY_PROMQL, "rate of calls by instance over the last 10 minutes",
          "sum by (instance) (rate(calls_total[10m]))");
    check(&bench, QUERY_PROMQL, "heap of cart and stock",
          "heap_used_bytes{service=~\"cart|stock\"}");
    check(&bench, QUERY_PROMQL, "peak heap of cart over 90s",
          "max_over_time(heap_used_bytes{service=\"cart\"}[90s])");
    check(&bench, QUERY_LOGQL, "errors of cart per second over the last 2 minutes",
          "sum(rate({service=\"cart\", level=\"error\"}[2m]))");
    arena_free(bench.arena);
}

static void refuse(const struct bench *bench, enum query_language language, struct str words)
{
    struct query query;
    struct err err = {0};
    if (query_of_words(bench->arena, bench->telemetry, ALERT_NS, words, language, &query, &err))
        fail_msg("%.*s: %s", STR_ARG(words), query.text.ptr);
    assert_true(err.text[0]);
}

static void what_cannot_be_asked_is_refused(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    static char much[WISH_BYTES_MAX + 1];
    memset(much, 'a', sizeof much);
    refuse(&bench, QUERY_SQL, STR(""));
    refuse(&bench, QUERY_SQL, STR("\"\" , . \xff\x01"));
    refuse(&bench, QUERY_SQL, STR("lines with \xc3("));
    refuse(&bench, QUERY_SQL, STR("the weather tomorrow"));
    refuse(&bench, QUERY_SQL, STR("p99 of lines"));
    refuse(&bench, QUERY_SQL, (struct str){much, sizeof much});
    refuse(&bench, QUERY_PROMQL, STR("price of gold"));
    refuse(&bench, QUERY_PROMQL, STR("heap by route"));
    refuse(&bench, QUERY_LOGQL, STR("median of lines"));
    arena_free(bench.arena);
}

static void a_case_without_rows_has_no_names(void **state)
{
    (void)state;
    const struct bench bench = bench_open(false);
    refuse(&bench, QUERY_PROMQL, STR("heap of cart"));
    check(&bench, QUERY_SQL, "count lines by service",
          "SELECT service, count(*) FROM logs GROUP BY 1 ORDER BY 1");
    arena_free(bench.arena);
}

static void what_is_not_understood_is_told(void **state)
{
    (void)state;
    const struct bench bench = bench_open(true);
    struct query query;
    struct err err = {0};
    assert_true(query_of_words(bench.arena, bench.telemetry, 0,
                               STR("error lines of cart by moonlight"), QUERY_SQL, &query, &err));
    assert_string_equal(query.left.ptr, "moonlight");
    assert_false(query_of_words(bench.arena, bench.telemetry, 0, STR("lines since the alert"),
                                QUERY_SQL, &query, &err));
    arena_free(bench.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_sql_that_runs),
        cmocka_unit_test(it_is_put_as_people_put_it),
        cmocka_unit_test(other_words_ask_the_same),
        cmocka_unit_test(texts_cannot_leave_their_quotes),
        cmocka_unit_test(a_counter_becomes_a_rate),
        cmocka_unit_test(what_cannot_be_asked_is_refused),
        cmocka_unit_test(a_case_without_rows_has_no_names),
        cmocka_unit_test(what_is_not_understood_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
