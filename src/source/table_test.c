/* SPDX-License-Identifier: Apache-2.0 */
#include "source/table.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/batch.h"
#include "source/otlp.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static char path[] = "/tmp/warroom-table-XXXXXX";

struct bench {
    struct arena *arena;
    struct telemetry *telemetry;
};

static struct bench open_tables(void)
{
    struct bench bench = {.arena = arena_new("test")};
    struct err err = {0};
    if (!telemetry_open(bench.arena, &(struct telemetry_limits){.memory_mb = 256, .threads = 2},
                        &bench.telemetry, &err) ||
        !table_create_all(bench.telemetry, &err))
        fail_msg("%s", err.text);
    return bench;
}

static void write_file(struct str bytes)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static const struct table *table_named(const char *name)
{
    for (const struct table *table = tables; table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    fail_msg("no table %s", name);
    return NULL;
}

static void add_value(struct buf *text, struct value value)
{
    if (!value.known)
        buf_add_char(text, '?');
    else if (value.type == TYPE_TEXT)
        buf_add(text, value.text);
    else if (value.type == TYPE_REAL)
        buf_printf(text, "%g", value.real);
    else
        buf_printf(text, "%lld", (long long)value.integer);
}

/* All rows of the query as "a|b;c|?", with ? for what is not known. */
static struct str asked(const struct bench *bench, const char *sql)
{
    struct batch *rows;
    struct err err = {0};
    if (!telemetry_rows(bench->telemetry, bench->arena, str_of(sql), &rows, &err))
        fail_msg("%s", err.text);
    struct buf text = buf_new(bench->arena);
    for (size_t row = 0; row < rows->rows; row++)
        for (uint32_t column = 0; column < rows->columns_count; column++) {
            buf_add(&text, column > 0 ? STR("|") : row > 0 ? STR(";") : STR(""));
            add_value(&text, batch_value(rows, row, column));
        }
    return buf_str(&text);
}

#define METRICS "SELECT epoch_ns(time) // 1000000, service, instance, metric, value FROM metrics"
#define LOGS "SELECT epoch_ns(time) // 1000000, service, level, message, attributes FROM logs"
#define TRACES                                                                                     \
    "SELECT epoch_ns(time) // 1000, duration_us, trace_id, span_id, parent_id, service, "          \
    "operation, status, kind FROM traces"
#define CHANGES "SELECT epoch_ns(time) // 1000000, id, service, kind, message FROM changes"

static const struct {
    const char *why;
    const char *table;
    enum table_format format;
    struct str file;
    const char *query;
    const char *want;
    int64_t refused;
    const char *note; /* a part of it; "": there is none */
} files[] = {
    {"a CSV", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800,cart,cpu,0.5\n1795312860,cart,cpu,0.6\n"),
     METRICS, "1795312800000|cart|?|cpu|0.5;1795312860000|cart|?|cpu|0.6", 0, ""},
    {"columns in any order and case, aliases, more of them", "metrics", TABLE_CSV,
     STR("value,Name,zone,SERVICE,time\n1,cpu,eu,cart,1795312800.25\n"),
     METRICS " WHERE attributes = '{\"zone\":\"eu\"}'", "1795312800250|cart|?|cpu|1", 0, ""},
    {"milliseconds are told", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800007,cart,cpu,1\n"), METRICS,
     "1795312800007|cart|?|cpu|1", 0, "milliseconds"},
    {"nanoseconds are exact", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800000000007,cart,cpu,1\n"),
     "SELECT epoch_ns(time) FROM metrics", "1795312800000000007", 0, "nanoseconds"},
    {"points in time", "logs", TABLE_CSV,
     STR("timestamp,service,message\n2026-11-22T04:00:00+02:00,cart,\"a, \"\"b\"\"\nc\"\n"), LOGS,
     "1795312800000|cart|?|a, \"b\"\nc|?", 0, ""},
    {"a bad value costs its line, which is named", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800,cart,cpu,1\n1795312801,cart,cpu,much\n"
         "1795312802,cart,cpu,3\n"),
     METRICS, "1795312800000|cart|?|cpu|1;1795312802000|cart|?|cpu|3", 1, "line 3, column 4"},
    {"a short line, too", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800,cart,cpu,1\n1795312801,cart\n"), METRICS,
     "1795312800000|cart|?|cpu|1", 1, "line 3"},
    {"a value that is no number is left aside", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800,cart,cpu,nan\n1795312801,cart,cpu,2\n"),
     METRICS, "1795312800000|cart|?|cpu|nan;1795312801000|cart|?|cpu|2", 0, "1 value that"},
    {"a wild time costs its own row only", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\n1795312800,cart,cpu,1\n99999999999,cart,cpu,2\n"
         "1e300,cart,cpu,3\n99999999999999,cart,cpu,4\n-5,cart,cpu,5\n"),
     METRICS " WHERE time IS NOT NULL", "1795312800000|cart|?|cpu|1", 0, "4 rows without"},
    {"and among points in time", "logs", TABLE_CSV,
     STR("timestamp,service,message\n2026-11-22T02:00:00Z,cart,a\n9999-12-31T00:00:00Z,cart,b\n"
         "2026-11-22T02:00:01Z,cart,c\n"),
     LOGS " WHERE time IS NOT NULL", "1795312800000|cart|?|a|?;1795312801000|cart|?|c|?", 0,
     "1 row without"},
    {"spans", "traces", TABLE_CSV,
     STR("trace_id,span_id,parent_id,service,operation,start_us,duration_us,status\n"
         "t,s,,cart,GET,1795312800000007,1500,OK\n"),
     TRACES, "1795312800000007|1500|t|s|?|cart|GET|OK|?", 0, ""},
    {"lines of Windows", "metrics", TABLE_CSV,
     STR("timestamp,service,metric,value\r\n1795312800,cart,cpu,1\r\n"), METRICS,
     "1795312800000|cart|?|cpu|1", 0, ""},
    {"a header alone", "metrics", TABLE_CSV, STR("timestamp,service,metric,value\n"), METRICS, "",
     0, ""},
    {"JSON lines", "logs", TABLE_JSON_LINES,
     STR("{\"timestamp\": 1795312800.5, \"service\": \"cart\", \"message\": \"a\\nb\", \"pod\": "
         "\"c-1\"}\n{\"time\": \"2026-11-22T02:00:01Z\", \"severity\": \"WARN\", \"message\": "
         "\"c\"}"),
     LOGS, "1795312800500|cart|?|a\nb|{\"pod\":\"c-1\"};1795312801000|?|WARN|c|?", 0, ""},
    {"a broken line costs itself, and is named", "logs", TABLE_JSON_LINES,
     STR("{\"timestamp\": 1795312800, \"message\": \"a\"}\n{\"timestamp\": 1795312801, "
         "\"message\"\n{\"timestamp\": 1795312802, \"message\": \"c\"}\n"),
     LOGS, "1795312800000|?|?|a|?;1795312802000|?|?|c|?", 1, "line 2, column 35"},
    {"what is no object is no line", "logs", TABLE_JSON_LINES,
     STR("[1]\n7\n{\"timestamp\": 1795312800, \"message\": \"a\"}\n"), LOGS,
     "1795312800000|?|?|a|?", 2, "the first is line 1, column 1"},
    {"empty lines are counted as lines", "logs", TABLE_JSON_LINES,
     STR("\n{\"timestamp\": 1795312800, \"message\": \"a\"}\n\nx\n"), LOGS, "1795312800000|?|?|a|?",
     1, "line 4"},
    {"JSON lines of Windows", "logs", TABLE_JSON_LINES,
     STR("{\"timestamp\": 1795312800, \"message\": \"a\"}\r\n{\"timestamp\": 1795312801, "
         "\"message\": \"b\"}\r\n"),
     LOGS, "1795312800000|?|?|a|?;1795312801000|?|?|b|?", 0, ""},
    {"a wild time in JSON", "logs", TABLE_JSON_LINES,
     STR("{\"timestamp\": 1e18, \"message\": \"a\"}\n{\"timestamp\": 99999999999, \"message\": "
         "\"b\"}\n{\"timestamp\": \"9999-12-31T00:00:00Z\", \"message\": \"c\"}\n{\"timestamp\": "
         "1795312800, \"message\": \"d\"}\n{\"message\": \"e\"}\n"),
     LOGS " WHERE message = 'd'", "1795312800000|?|?|d|?", 0, "3 rows without"},
    {"changes by another name of their id", "changes", TABLE_JSON_LINES,
     STR("{\"time\": 1795312800, \"change_id\": 17, \"service\": \"cart\", \"kind\": "
         "\"deploy\"}\n"),
     CHANGES, "1795312800000|17|cart|deploy|?", 0, ""},
};

static void files_become_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        const struct bench bench = open_tables();
        struct table_load load = {0};
        struct err err = {0};
        write_file(files[i].file);
        if (!table_load(bench.telemetry, bench.arena, table_named(files[i].table), str_of(path),
                        files[i].format, &load, &err))
            fail_msg("%s: %s", files[i].why, err.text);
        const struct str got = asked(&bench, files[i].query);
        if (!str_eq(got, str_of(files[i].want)))
            fail_msg("%s: `%.*s`", files[i].why, STR_ARG(got));
        if (load.refused != files[i].refused ||
            (files[i].note[0] ? !str_contains(load.note, str_of(files[i].note))
                              : load.note.len > 0))
            fail_msg("%s: %lld refused: %.*s", files[i].why, (long long)load.refused,
                     STR_ARG(load.note));
        arena_free(bench.arena);
    }
}

static const struct {
    const char *why;
    enum table_format format;
    struct str file;
    const char *error;
} useless[] = {
    {"a column that must be there", TABLE_CSV, STR("timestamp,service,value\n1,a,2\n"),
     "no column `metric`; the columns are: timestamp, service, value"},
    {"no Parquet", TABLE_PARQUET, STR("PAR0 and so on"), ""},
    {"half a Parquet", TABLE_PARQUET, STR("PAR1"), ""},
};

static void a_useless_file_is_an_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(useless); i++) {
        const struct bench bench = open_tables();
        struct table_load load = {0};
        struct err err = {0};
        write_file(useless[i].file);
        if (table_load(bench.telemetry, bench.arena, table_named("metrics"), str_of(path),
                       useless[i].format, &load, &err))
            fail_msg("%s: was taken", useless[i].why);
        if (err.kind == ERR_NONE || !strstr(err.text, useless[i].error))
            fail_msg("%s: %s", useless[i].why, err.text);
        assert_string_equal(asked(&bench, METRICS).ptr, ""); /* and the store goes on */
        arena_free(bench.arena);
    }
}

static void parquet_is_read_with_any_time(void **state)
{
    (void)state;
    static const char *const times[] = {"1795312800",
                                        "1795312800.0::DOUBLE",
                                        "1795312800000000000",
                                        "TIMESTAMP '2026-11-22 02:00:00'",
                                        "TIMESTAMP_NS '2026-11-22 02:00:00'",
                                        "'2026-11-22T02:00:00Z'"};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        const struct bench bench = open_tables();
        struct table_load load = {0};
        struct err err = {0};
        const struct str sql = str_printf(
            bench.arena,
            "COPY (SELECT %s AS timestamp, 'cart' AS service, 'cpu' AS metric, 3 AS value, 'eu' AS "
            "zone) TO '%s' (FORMAT parquet)",
            times[i], path);
        if (!telemetry_run(bench.telemetry, sql.ptr, &err) ||
            !table_load(bench.telemetry, bench.arena, table_named("metrics"), str_of(path),
                        TABLE_PARQUET, &load, &err))
            fail_msg("%s: %s", times[i], err.text);
        assert_int_equal(load.rows, 1);
        const struct str got = asked(&bench, METRICS);
        if (!str_eq(got, STR("1795312800000|cart|?|cpu|3")))
            fail_msg("%s: %s", times[i], got.ptr);
        arena_free(bench.arena);
    }
}

/* Shapes of the OTLP/JSON specification 1.x. */
#define RESOURCE                                                                                   \
    "\"resource\":{\"attributes\":[{\"key\":\"host.name\",\"value\":{\"stringValue\":\"h\"}},"     \
    "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"cart\"}},{\"key\":"                    \
    "\"service.instance.id\",\"value\":{\"stringValue\":\"cart-1\"}}]}"
#define OTLP_LOGS                                                                                  \
    "{\"resourceLogs\":[{" RESOURCE ",\"scopeLogs\":[{\"scope\":{\"name\":\"x\"},\"logRecords\":[" \
    "{\"timeUnixNano\":\"1795312800000000001\",\"severityNumber\":17,\"severityText\":\"ERROR\","  \
    "\"body\":{\"stringValue\":\"pool full\"},\"traceId\":\"5b8e\",\"spanId\":\"eee1\"},"          \
    "{\"timeUnixNano\":\"0\",\"observedTimeUnixNano\":\"1795312801000000000\",\"body\":"           \
    "{\"intValue\":\"5\"}}]}]}]}"
#define OTLP_TRACES                                                                                \
    "{\"resourceSpans\":[{" RESOURCE ",\"scopeSpans\":[{\"spans\":["                               \
    "{\"traceId\":\"5b8e\",\"spanId\":\"eee1\",\"parentSpanId\":\"\",\"name\":\"GET /\","          \
    "\"kind\":2,\"startTimeUnixNano\":\"1795312800000000000\",\"endTimeUnixNano\":"                \
    "\"1795312800001500000\",\"status\":{\"code\":2}},"                                            \
    "{\"traceId\":\"5b8e\",\"spanId\":\"eee2\",\"parentSpanId\":\"eee1\",\"name\":\"q\","          \
    "\"kind\":3,\"startTimeUnixNano\":\"1795312800000000000\",\"endTimeUnixNano\":"                \
    "\"1795312800000500000\",\"status\":{}}]}]}]}"
#define OTLP_METRICS                                                                               \
    "{\"resourceMetrics\":[{" RESOURCE ",\"scopeMetrics\":[{\"metrics\":["                         \
    "{\"name\":\"mem\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"1795312800000000000\","      \
    "\"asDouble\":0.5},{\"timeUnixNano\":\"1795312860000000000\",\"asDouble\":0.75}]}},"           \
    "{\"name\":\"req\",\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,"                \
    "\"dataPoints\":[{\"timeUnixNano\":\"1795312800000000000\",\"asInt\":\"9\"}]}},"               \
    "{\"name\":\"lat\",\"histogram\":{\"dataPoints\":[{\"timeUnixNano\":"                          \
    "\"1795312800000000000\",\"count\":\"4\",\"sum\":2.5,\"bucketCounts\":[\"1\",\"3\"],"          \
    "\"explicitBounds\":[1]}]}}]}]}]}"

static const struct {
    const char *why;
    const char *query;
    const char *want;
} otlp[] = {
    {"log records", LOGS " ORDER BY time",
     "1795312800000|cart|ERROR|pool full|?;1795312801000|cart|?|5|?"},
    {"their links", "SELECT instance, trace_id, span_id FROM logs ORDER BY time LIMIT 1",
     "cart-1|5b8e|eee1"},
    {"spans", TRACES " ORDER BY span_id",
     "1795312800000000|1500|5b8e|eee1|?|cart|GET /|ERROR|server;"
     "1795312800000000|500|5b8e|eee2|eee1|cart|q|?|client"},
    {"data points", METRICS " ORDER BY metric, time",
     "1795312800000|cart|cart-1|lat.count|4;1795312800000|cart|cart-1|lat.sum|2.5;"
     "1795312800000|cart|cart-1|mem|0.5;1795312860000|cart|cart-1|mem|0.75;"
     "1795312800000|cart|cart-1|req|9"},
};

static void otlp_requests_become_rows_of_three_tables(void **state)
{
    (void)state;
    const struct bench bench = open_tables();
    struct table_load load = {0};
    struct err err = {0};
    write_file(STR(OTLP_LOGS "\n" OTLP_TRACES "\n\n{\"resourceLogs\": [\n" OTLP_METRICS
                             "\n{}\n{\"resourceSpans\":[]}\n"));
    if (!otlp_load(bench.telemetry, bench.arena, str_of(path), &load, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < COUNT_OF(otlp); i++) {
        const struct str got = asked(&bench, otlp[i].query);
        if (!str_eq(got, str_of(otlp[i].want)))
            fail_msg("%s: `%.*s`", otlp[i].why, STR_ARG(got));
    }
    assert_int_equal(load.rows, 9);
    assert_int_equal(load.refused, 1);
    assert_true(str_contains(load.note, STR("line 4")));
    arena_free(bench.arena);
}

static void arranged_metrics_lie_series_by_series(void **state)
{
    (void)state;
    const struct bench bench = open_tables();
    struct table_load load = {0};
    struct err err = {0};
    write_file(STR("timestamp,service,metric,value\n1795312860,b,x,2\n1795312800,b,x,1\n"
                   "1795312800,a,y,3\n1795312800,,x,4\n1795312800,a,x,5\n"));
    assert_true(table_load(bench.telemetry, bench.arena, table_named("metrics"), str_of(path),
                           TABLE_CSV, &load, &err));
    if (!table_arrange_metrics(bench.telemetry, &err))
        fail_msg("%s", err.text);
    assert_string_equal(
        asked(&bench, "SELECT service::VARCHAR, metric::VARCHAR, value FROM metrics").ptr,
        "|x|4;a|x|5;a|y|3;b|x|1;b|x|2");
    arena_free(bench.arena);
}

int main(void)
{
    const int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_become_rows),
        cmocka_unit_test(a_useless_file_is_an_error),
        cmocka_unit_test(parquet_is_read_with_any_time),
        cmocka_unit_test(otlp_requests_become_rows_of_three_tables),
        cmocka_unit_test(arranged_metrics_lie_series_by_series),
    };
    const int failed = cmocka_run_group_tests_name("table", tests, NULL, NULL);
    unlink(path);
    return failed;
}
