/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source of the tables: open-telemetry/opentelemetry-collector-contrib,
 * exporter/clickhouseexporter. Statement and rows go in one body; all that comes from outside is
 * JSON there, or a text in quotes.
 */
#include "intake/clickhouse.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "net/courier.h"
#include "store/clickhouse.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define INSERT_BYTES ((size_t)256 << 10)   /* what the courier takes, less the longest row */
#define BODY_BYTES_MAX ((size_t)64 << 10)  /* of a line; escaped it may be six times that */
#define NAME_BYTES_MAX ((size_t)4 << 10)   /* of any other text */
#define EXPORT_BYTES_MAX ((size_t)1 << 30) /* of a Parquet file */
#define WRITE_SPAN_NS (20 * NS_PER_S)
#define EXPORT_SPAN_NS (120 * NS_PER_S)

struct clickhouse {
    const struct intake_clickhouse *settings;
    struct str host;
    pthread_mutex_t writing, reading;
};

/* ---- one statement ---- */

static bool send(struct clickhouse *clickhouse, struct arena *arena, struct str body,
                 int64_t span_ns, struct str *out, struct err *err)
{
    const struct intake_clickhouse *settings = clickhouse->settings;
    struct courier courier = {
        .transport = settings->transport ? *settings->transport : transport_network(),
        .clock = clock_system(),
        .hosts = &clickhouse->host,
        .hosts_count = 1,
    };
    struct request request = {
        .url = settings->url, .body = body, .reply_bytes_max = EXPORT_BYTES_MAX};
    request.headers[request.headers_count++] =
        (struct header){.name = "X-ClickHouse-User", .value = settings->user};
    request.headers[request.headers_count++] =
        (struct header){.name = "X-ClickHouse-Key", .value = settings->password, .secret = true};
    if (settings->user.len == 0)
        request.headers_count = 0;
    struct reply reply = {0};
    const bool ok =
        courier_send(&courier, arena, &request, deadline_in(courier.clock, span_ns), &reply, err);
    if (!ok && reply.status != 0 && reply.body.len > 0)
        err_set(err, ERR_IO, "%.*s: status %d: %.*s", STR_ARG(clickhouse->host), reply.status,
                STR_ARG(str_slice(reply.body, 0, 300)));
    *out = reply.body;
    return ok;
}

static bool run(struct clickhouse *clickhouse, struct arena *arena, struct str statement,
                struct err *err)
{
    struct str ignored;
    return send(clickhouse, arena, statement, WRITE_SPAN_NS, &ignored, err);
}

/* 'it\'s': backslashes mean something in ClickHouse's texts. */
/* `name`, or database.name; what could end a name is not in one. */
static struct str table_name(const struct clickhouse *clickhouse, struct arena *arena,
                             const char *name)
{
    const struct str named = clickhouse->settings->database;
    const struct str database = named.len > 0 ? named : STR("default");
    struct buf out = buf_new(arena);
    clickhouse_put_name(&out, database);
    buf_printf(&out, ".%s", name);
    return buf_str(&out);
}

/* ---- tables ---- */

#define MAP "Map(LowCardinality(String), String) CODEC(ZSTD(1))"
#define TEXT "String CODEC(ZSTD(1))"
#define NAME "LowCardinality(String) CODEC(ZSTD(1))"
#define RESOURCE "ResourceAttributes " MAP ", ResourceSchemaUrl " TEXT ", "
#define SCOPE                                                                                      \
    "ScopeName " TEXT ", ScopeVersion " TEXT ", ScopeAttributes " MAP                              \
    ", ScopeDroppedAttrCount UInt32, ScopeSchemaUrl " TEXT ", "
#define POINT                                                                                      \
    RESOURCE SCOPE "ServiceName " NAME ", MetricName " TEXT ", MetricDescription " TEXT            \
                   ", MetricUnit " TEXT ", Attributes " MAP ", StartTimeUnix DateTime64(9), "      \
                   "TimeUnix DateTime64(9) CODEC(Delta, ZSTD(1)), Value Float64 CODEC(ZSTD(1)), "  \
                   "Flags UInt32"

static const struct {
    const char *name, *columns, *order, *time;
} tables[] = {
    {"otel_logs",
     "Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId " TEXT ", SpanId " TEXT
     ", TraceFlags UInt8, SeverityText " NAME ", SeverityNumber UInt8, ServiceName " NAME
     ", Body " TEXT ", " RESOURCE "ScopeSchemaUrl " TEXT ", ScopeName " TEXT ", ScopeVersion " TEXT
     ", ScopeAttributes " MAP ", LogAttributes " MAP,
     "(ServiceName, toDateTime(Timestamp), Timestamp)", "Timestamp"},
    {"otel_traces",
     "Timestamp DateTime64(9) CODEC(Delta, ZSTD(1)), TraceId " TEXT ", SpanId " TEXT
     ", ParentSpanId " TEXT ", TraceState " TEXT ", SpanName " NAME ", SpanKind " NAME
     ", ServiceName " NAME ", "
     "ResourceAttributes " MAP ", ScopeName " TEXT ", ScopeVersion " TEXT ", SpanAttributes " MAP
     ", Duration UInt64 CODEC(ZSTD(1)), StatusCode " NAME ", StatusMessage " TEXT,
     "(ServiceName, SpanName, toDateTime(Timestamp))", "Timestamp"},
    {"otel_metrics_gauge", POINT,
     "(ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))", "TimeUnix"},
    {"otel_metrics_sum", POINT ", AggregationTemporality Int32, IsMonotonic Bool",
     "(ServiceName, MetricName, Attributes, toUnixTimestamp64Nano(TimeUnix))", "TimeUnix"},
};

static bool make_tables(struct clickhouse *clickhouse, struct arena *arena, int64_t retention_ns,
                        struct err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof tables / sizeof *tables; i++)
        ok = run(clickhouse, arena,
                 str_printf(arena,
                            "CREATE TABLE IF NOT EXISTS %s (%s) ENGINE = MergeTree PARTITION BY "
                            "toDate(%s) ORDER BY %s TTL toDateTime(%s) + toIntervalSecond(%lld) "
                            "SETTINGS index_granularity = 8192, ttl_only_drop_parts = 1",
                            table_name(clickhouse, arena, tables[i].name).ptr, tables[i].columns,
                            tables[i].time, tables[i].order, tables[i].time,
                            (long long)(retention_ns / NS_PER_S)),
                 err);
    return ok;
}

/* ---- in ---- */

/* Rows on their way into one table. */
struct inserting {
    struct clickhouse *clickhouse;
    struct arena *arena; /* of one statement: it is reset with each */
    const char *table;
    struct buf body;
    size_t head_len; /* of the body, before its first row */
};

static void begin_insert(struct inserting *inserting)
{
    arena_reset(inserting->arena);
    inserting->body = buf_new(inserting->arena);
    buf_printf(&inserting->body,
               "INSERT INTO %s SETTINGS input_format_json_read_numbers_as_strings = 1, "
               "input_format_json_read_bools_as_strings = 1, "
               "input_format_json_read_arrays_as_strings = 1, "
               "input_format_json_read_objects_as_strings = 1 FORMAT JSONEachRow\n",
               table_name(inserting->clickhouse, inserting->arena, inserting->table).ptr);
    inserting->head_len = inserting->body.len;
}

static bool end_insert(struct inserting *inserting, struct err *err)
{
    return inserting->body.len == inserting->head_len ||
           run(inserting->clickhouse, inserting->arena, buf_str(&inserting->body), err);
}

static struct str text_at(const struct batch *rows, const char *name, size_t row)
{
    const struct column *column = batch_column(rows, name);
    return column->known[row] ? column->texts[row] : STR("");
}

static void put_text(struct buf *out, const char *name, struct str text)
{
    json_put_key(out, name);
    json_put_text(out, str_slice(text, 0, NAME_BYTES_MAX));
}

static void put_time(struct buf *out, const char *name, int64_t time_ns)
{
    json_put_key(out, name);
    buf_printf(out, "\"%" PRId64 ".%09" PRId64 "\"", time_ns / NS_PER_S, time_ns % NS_PER_S);
}

/* An object as it is kept, or {}. */
static void put_map(struct buf *out, const char *name, struct str object)
{
    json_put_key(out, name);
    buf_add(out, object.len > 0 ? object : STR("{}"));
}

static void put_origin(struct buf *out, const struct batch *rows, size_t row)
{
    const struct str instance = text_at(rows, "instance", row);
    put_text(out, "ServiceName", text_at(rows, "service", row));
    json_put_key(out, "ResourceAttributes");
    buf_add_char(out, '{');
    if (instance.len > 0)
        put_text(out, "service.instance.id", instance);
    buf_add_char(out, '}');
}

static void put_log(struct buf *out, const struct batch *rows, size_t row)
{
    put_time(out, "Timestamp", batch_column(rows, "time")->integers[row]);
    put_origin(out, rows, row);
    put_text(out, "SeverityText", text_at(rows, "level", row));
    json_put_key(out, "Body");
    json_put_text(out, str_slice(text_at(rows, "message", row), 0, BODY_BYTES_MAX));
    put_text(out, "TraceId", text_at(rows, "trace_id", row));
    put_text(out, "SpanId", text_at(rows, "span_id", row));
    put_map(out, "LogAttributes", text_at(rows, "attributes", row));
}

/* "Server", as the exporter has it. */
static void put_capital(struct buf *out, const char *name, struct str text)
{
    char word[16] = {0};
    memcpy(word, text.ptr, text.len < sizeof word ? text.len : sizeof word - 1);
    if (word[0] >= 'a' && word[0] <= 'z')
        word[0] = (char)(word[0] - 'a' + 'A');
    put_text(out, name, str_of(word));
}

static void put_span(struct buf *out, const struct batch *rows, size_t row)
{
    const struct column *duration = batch_column(rows, "duration_us");
    const struct str status = text_at(rows, "status", row);
    put_time(out, "Timestamp", batch_column(rows, "time")->integers[row]);
    put_origin(out, rows, row);
    put_text(out, "TraceId", text_at(rows, "trace_id", row));
    put_text(out, "SpanId", text_at(rows, "span_id", row));
    put_text(out, "ParentSpanId", text_at(rows, "parent_id", row));
    put_text(out, "SpanName", text_at(rows, "operation", row));
    put_capital(out, "SpanKind", text_at(rows, "kind", row));
    put_text(out, "StatusCode",
             str_eq(status, STR("ERROR")) ? STR("Error")
             : status.len > 0             ? STR("Ok")
                                          : STR("Unset"));
    const int64_t us = duration->known[row] ? duration->integers[row] : 0;
    json_put_key(out, "Duration");
    buf_printf(out, "%" PRId64, us > 0 && us < INT64_MAX / 1000 ? us * 1000 : 0);
    put_map(out, "SpanAttributes", text_at(rows, "attributes", row));
}

static void put_point(struct buf *out, const struct batch *rows, size_t row)
{
    put_time(out, "TimeUnix", batch_column(rows, "time")->integers[row]);
    put_origin(out, rows, row);
    put_text(out, "MetricName", text_at(rows, "metric", row));
    json_put_key(out, "Value");
    json_put_real(out, batch_column(rows, "value")->reals[row]);
    put_map(out, "Attributes", text_at(rows, "labels", row));
}

static void put_counter(struct buf *out, const struct batch *rows, size_t row)
{
    put_point(out, rows, row);
    buf_add(out, STR(",\"AggregationTemporality\":2,\"IsMonotonic\":true"));
}

static bool is_any(const struct batch *rows, size_t row)
{
    (void)rows, (void)row;
    return true;
}

static bool is_counter(const struct batch *rows, size_t row)
{
    return text_at(rows, "kind", row).len > 0;
}

static bool is_level(const struct batch *rows, size_t row)
{
    return !is_counter(rows, row);
}

static const struct {
    enum harvest_table from;
    const char *table;
    bool (*is_of_it)(const struct batch *rows, size_t row);
    void (*put)(struct buf *out, const struct batch *rows, size_t row);
} inserts[] = {
    {HARVEST_LOGS, "otel_logs", is_any, put_log},
    {HARVEST_TRACES, "otel_traces", is_any, put_span},
    {HARVEST_METRICS, "otel_metrics_gauge", is_level, put_point},
    {HARVEST_METRICS, "otel_metrics_sum", is_counter, put_counter},
};

static bool write_table(struct clickhouse *clickhouse, struct arena *arena, size_t insert,
                        const struct harvest *const *harvests, size_t count, struct err *err)
{
    struct inserting inserting = {
        .clickhouse = clickhouse, .arena = arena, .table = inserts[insert].table};
    begin_insert(&inserting);
    for (size_t i = 0; i < count; i++) {
        const struct batch *rows = harvests[i]->rows[inserts[insert].from];
        for (size_t row = 0; row < rows->rows; row++) {
            if (!inserts[insert].is_of_it(rows, row))
                continue;
            buf_add_char(&inserting.body, '{');
            inserts[insert].put(&inserting.body, rows, row);
            buf_add(&inserting.body, STR("}\n"));
            if (inserting.body.len < INSERT_BYTES)
                continue;
            if (!end_insert(&inserting, err))
                return false;
            begin_insert(&inserting);
        }
    }
    return end_insert(&inserting, err);
}

static bool write_rows(void *state, const struct harvest *const *harvests, size_t count,
                       int64_t now_ns, struct err *err)
{
    (void)now_ns;
    struct clickhouse *clickhouse = state;
    struct arena *arena = arena_new("clickhouse");
    bool ok = true;
    pthread_mutex_lock(&clickhouse->writing);
    for (size_t i = 0; ok && i < sizeof inserts / sizeof *inserts; i++)
        ok = write_table(clickhouse, arena, i, harvests, count, err);
    pthread_mutex_unlock(&clickhouse->writing);
    arena_free(arena);
    return ok;
}

/* ---- out ---- */

/* What is selected, in the columns of the bundle, from which table by which time. */
struct reading {
    const char *columns, *table, *time;
};

#define INSTANCE                                                                                   \
    "nullIf(multiIf(ResourceAttributes['service.instance.id'] != '', "                             \
    "ResourceAttributes['service.instance.id'], ResourceAttributes['k8s.pod.name'] != '', "        \
    "ResourceAttributes['k8s.pod.name'], ResourceAttributes['host.name']), '') AS instance, "
#define SERVICE "nullIf(toString(ServiceName), '') AS service, "
#define OF_SPAN                                                                                    \
    "mapFilter((k, v) -> k NOT IN ('service.name', 'service.instance.id'), "                       \
    "mapUpdate(ResourceAttributes, SpanAttributes))"
#define OF_POINT                                                                                   \
    "toUnixTimestamp64Nano(TimeUnix) AS timestamp, " SERVICE INSTANCE                              \
    "MetricName AS metric, Value AS value, "                                                       \
    "if(empty(Attributes), NULL, toJSONString(Attributes)) AS labels, "

static const char of_line[] =
    "toUnixTimestamp64Nano(Timestamp) AS timestamp, " SERVICE INSTANCE
    "nullIf(toString(SeverityText), '') AS level, nullIf(toString(Body), '') AS message, "
    "nullIf(toString(TraceId), '') AS trace_id, nullIf(toString(SpanId), '') AS span_id, "
    "if(empty(LogAttributes), NULL, toJSONString(LogAttributes)) AS attributes";

static const char of_span[] =
    "toUnixTimestamp64Nano(Timestamp) AS start_us, "
    "toInt64(intDiv(Duration, 1000)) AS duration_us, "
    "nullIf(toString(TraceId), '') AS trace_id, nullIf(toString(SpanId), '') AS span_id, "
    "nullIf(toString(ParentSpanId), '') AS parent_id, " SERVICE INSTANCE
    "nullIf(toString(SpanName), '') AS operation, "
    "multiIf(positionCaseInsensitive(StatusCode, 'error') > 0, 'ERROR', "
    "positionCaseInsensitive(StatusCode, 'ok') > 0, 'OK', NULL) AS status, "
    "lower(replaceOne(SpanKind, 'SPAN_KIND_', '')) AS kind, "
    "if(empty(" OF_SPAN "), NULL, toJSONString(" OF_SPAN ")) AS attributes";

static const char of_gauge[] = OF_POINT "CAST(NULL, 'Nullable(String)') AS kind";
static const char of_sum[] =
    OF_POINT "if(IsMonotonic AND AggregationTemporality = 2, 'counter', NULL) AS kind";

static const struct reading readings[HARVEST_TABLES][2] = {
    [HARVEST_LOGS] = {{of_line, "otel_logs", "Timestamp"}},
    [HARVEST_TRACES] = {{of_span, "otel_traces", "Timestamp"}},
    [HARVEST_METRICS] = {{of_gauge, "otel_metrics_gauge", "TimeUnix"},
                         {of_sum, "otel_metrics_sum", "TimeUnix"}},
};

static long long bounded(int64_t time_ns)
{
    return time_ns < 0 ? 0 : time_ns > INTAKE_TIME_MAX_NS ? INTAKE_TIME_MAX_NS : time_ns;
}

static struct str select_sql(const struct clickhouse *clickhouse, struct arena *arena,
                             const struct intake_window *window)
{
    struct buf sql = buf_new(arena);
    for (size_t i = 0; i < 2 && readings[window->table][i].table; i++) {
        const struct reading *reading = &readings[window->table][i];
        buf_printf(&sql,
                   "%sSELECT %s FROM %s WHERE %s >= fromUnixTimestamp64Nano(toInt64(%lld)) AND %s "
                   "< fromUnixTimestamp64Nano(toInt64(%lld))",
                   i > 0 ? " UNION ALL " : "", reading->columns,
                   table_name(clickhouse, arena, reading->table).ptr, reading->time,
                   bounded(window->from_ns), reading->time, bounded(window->to_ns));
        for (uint32_t k = 0; k < window->services_count; k++) {
            buf_printf(&sql, "%s", k == 0 ? " AND ServiceName IN (" : ", ");
            clickhouse_put_text(&sql, window->services[k]);
        }
        if (window->services_count > 0)
            buf_add_char(&sql, ')');
    }
    return buf_str(&sql);
}

static bool write_file(struct str path, struct arena *arena, struct str bytes, struct err *err)
{
    FILE *file = fopen(str_copy(arena, path).ptr, "wbe");
    bool ok = file && fwrite(bytes.ptr, 1, bytes.len, file) == bytes.len;
    if (file)
        ok = fclose(file) == 0 && ok;
    return ok || err_set(err, ERR_IO, "%.*s: %s", STR_ARG(path), strerror(errno));
}

static bool export_window(struct clickhouse *clickhouse, struct arena *arena,
                          const struct intake_window *window, struct str path, int64_t *rows,
                          bool *cut, struct err *err)
{
    const int64_t rows_max = window->rows_max > 0 ? window->rows_max : INTAKE_EXPORT_ROWS_MAX;
    const char *select = select_sql(clickhouse, arena, window).ptr;
    struct str reply;
    if (!send(clickhouse, arena, str_printf(arena, "SELECT count() FROM (%s) FORMAT TSV", select),
              EXPORT_SPAN_NS, &reply, err))
        return false;
    if (!str_to_int(str_trim(reply), rows))
        return err_set(err, ERR_PROTOCOL, "%.*s: a number was expected, not: %.*s",
                       STR_ARG(clickhouse->host), STR_ARG(str_slice(reply, 0, 100)));
    *cut = *rows > rows_max;
    *rows = *cut ? rows_max : *rows;
    const char *time = window->table == HARVEST_TRACES ? "start_us" : "timestamp";
    return send(clickhouse, arena,
                str_printf(arena,
                           "SELECT * FROM (SELECT * FROM (%s) ORDER BY %s DESC LIMIT %lld) ORDER "
                           "BY ALL FORMAT Parquet SETTINGS output_format_parquet_string_as_string "
                           "= 1",
                           select, time, (long long)*rows),
                EXPORT_SPAN_NS, &reply, err) &&
           write_file(path, arena, reply, err);
}

static bool export_rows(void *state, const struct intake_window *window, struct str path,
                        int64_t *rows, bool *cut, struct err *err)
{
    struct clickhouse *clickhouse = state;
    struct arena *arena = arena_new("clickhouse");
    pthread_mutex_lock(&clickhouse->reading);
    const bool ok = export_window(clickhouse, arena, window, path, rows, cut, err);
    pthread_mutex_unlock(&clickhouse->reading);
    arena_free(arena);
    return ok;
}

/* ---- the rest is its own business ---- */

static bool tend(void *state, int64_t now_ns, int64_t retention_ns, int64_t size_bytes,
                 struct err *err)
{
    (void)state, (void)now_ns, (void)retention_ns, (void)size_bytes, (void)err;
    return true;
}

static void count(void *state, struct intake_counts *out)
{
    (void)state, (void)out;
}

static void close_clickhouse(void *thing)
{
    struct clickhouse *clickhouse = thing;
    pthread_mutex_destroy(&clickhouse->writing);
    pthread_mutex_destroy(&clickhouse->reading);
}

bool clickhouse_open(struct arena *arena, const struct intake_settings *settings,
                     struct keeper *out, struct err *err)
{
    struct clickhouse *clickhouse = arena_push(arena, struct clickhouse);
    clickhouse->settings = &settings->clickhouse;
    pthread_mutex_init(&clickhouse->writing, NULL);
    pthread_mutex_init(&clickhouse->reading, NULL);
    arena_defer(arena, close_clickhouse, clickhouse);
    *out = (struct keeper){.state = clickhouse,
                           .write = write_rows,
                           .tend = tend,
                           .export = export_rows,
                           .count = count};
    if (!url_host(arena, settings->clickhouse.url, &clickhouse->host, err))
        return false;
    return make_tables(clickhouse, arena, settings->retention_ns, err);
}
