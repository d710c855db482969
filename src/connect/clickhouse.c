/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs, spans and metrics out of ClickHouse, in the tables of the OpenTelemetry collector's
 * exporter: SQL over HTTP, read-only, each statement with bounds of time, rows and seconds. The
 * newest rows come first, so that where a bound cuts something off it is the hour before.
 */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/url.h"

#include "base/arena.h"
#include "store/clickhouse.h"

#define LINES_MAX 400000 /* 100 MB at most; the courier's limit is what counts */
#define SPANS_MAX 200000
#define POINTS_MAX 500000
#define SECONDS_MAX 15 /* of one statement */

static const struct field settings[] = {
    {"database", TYPE_TEXT, FIELD_OPTIONAL, "default", NULL},
    {"prefix", TYPE_TEXT, FIELD_OPTIONAL,
     "of the tables: PREFIX_logs, PREFIX_traces, PREFIX_metrics_gauge, ...; otel", NULL},
    {0},
};

/* ---- asking ---- */

static void put_table(struct buf *out, const struct source *source, const char *which)
{
    struct buf name = buf_new(out->arena);
    buf_add(&name, source_text(source, "prefix", STR("otel")));
    buf_printf(&name, "_%s", which);
    clickhouse_put_name(out, buf_str(&name));
}

static void put_window(struct buf *out, const char *column, struct window window)
{
    buf_printf(out,
               " WHERE %s >= fromUnixTimestamp64Nano(toInt64(%lld)) AND %s <= "
               "fromUnixTimestamp64Nano(toInt64(%lld))",
               column, (long long)window.start_ns, column, (long long)window.end_ns);
}

static void put_end(struct buf *out, const char *column, int64_t rows)
{
    buf_printf(out, " ORDER BY %s DESC LIMIT %lld FORMAT JSONEachRow", column, (long long)rows);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void put_lines(struct buf *out, const struct source *source, const struct question *question)
{
    buf_add(out, STR("SELECT toUnixTimestamp64Nano(Timestamp) AS time, ServiceName AS service, "
                     "SeverityText AS level, Body AS message, TraceId AS trace_id, SpanId AS "
                     "span_id, ResourceAttributes AS resource, LogAttributes AS attributes FROM "));
    put_table(out, source, "logs");
    put_window(out, "Timestamp", question->window);
    put_end(out, "Timestamp", least(question->rows_max, LINES_MAX));
}

static void put_spans(struct buf *out, const struct source *source, const struct question *question)
{
    buf_add(out, STR("SELECT toUnixTimestamp64Nano(Timestamp) AS time, Duration AS duration, "
                     "TraceId AS trace_id, SpanId AS span_id, ParentSpanId AS parent_id, "
                     "ServiceName AS service, SpanName AS operation, SpanKind AS kind, StatusCode "
                     "AS status, ResourceAttributes AS resource, SpanAttributes AS attributes "
                     "FROM "));
    put_table(out, source, "traces");
    put_window(out, "Timestamp", question->window);
    put_end(out, "Timestamp", least(question->rows_max, SPANS_MAX));
}

/* The cursor is the kind of metric: gauge, sum, histogram. */
static void put_samples(struct buf *out, const struct source *source,
                        const struct question *question)
{
    const bool is_histogram = str_eq(question->cursor, STR("histogram"));
    buf_printf(out,
               "SELECT toUnixTimestamp64Nano(TimeUnix) AS time, ServiceName AS service, "
               "MetricName AS metric, %s, ResourceAttributes AS resource, Attributes AS "
               "attributes FROM ",
               is_histogram ? "Count AS count, Sum AS sum" : "Value AS value");
    put_table(out, source, str_printf(out->arena, "metrics_%.*s", STR_ARG(question->cursor)).ptr);
    put_window(out, "TimeUnix", question->window);
    if (question->service.len > 0) {
        buf_add(out, STR(" AND ServiceName = "));
        clickhouse_put_text(out, question->service);
    }
    put_end(out, "TimeUnix", least(question->rows_max, POINTS_MAX));
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct buf sql = buf_new(arena);
    struct url url = url_begin(arena, source->url, "/");
    switch (question->wanted) {
    case WANT_LINES:
        put_lines(&sql, source, question);
        break;
    case WANT_TRACES:
        put_spans(&sql, source, question);
        break;
    case WANT_NAMES: /* which kinds of metrics there are */
        buf_add(&sql, STR("SELECT name FROM system.tables WHERE database = "));
        clickhouse_put_text(&sql, source_text(source, "database", STR("default")));
        buf_add(&sql, STR(" LIMIT 10000 FORMAT JSONEachRow"));
        break;
    case WANT_SAMPLES:
        put_samples(&sql, source, question);
        break;
    default:
        return err_set(err, ERR_USAGE, "ClickHouse has no %s", wanted_name(question->wanted));
    }
    url_param(&url, "database", source_text(source, "database", STR("default")));
    url_param(&url, "readonly", STR("2")); /* 1 would refuse the limits beside it */
    url_param_int(&url, "max_execution_time", SECONDS_MAX);
    url_param_int(&url, "output_format_json_quote_64bit_integers", 0);
    out->url = url_text(&url);
    out->body = buf_str(&sql);
    return true;
}

/* ---- reading ---- */

static struct more more_of(struct arena *scratch, const json_t *row)
{
    const struct labelled labels = answer_labels(scratch, json_object_get(row, "attributes"));
    return (struct more){.labels = labels.labels, .count = labels.count};
}

static struct str instance_of(struct arena *scratch, const struct source *source, const json_t *row)
{
    const struct labelled around = answer_labels(scratch, json_object_get(row, "resource"));
    return mapping_value(&source->mapping, MAPPED_INSTANCE, &around, NULL);
}

static int64_t time_of(const json_t *row)
{
    return answer_integer(json_object_get(row, "time"), 0);
}

static void decode_line(struct arena *scratch, const struct source *source, const json_t *row,
                        struct gathered *out)
{
    const struct log_row log = {.time_ns = time_of(row),
                                .service = answer_text(row, "service"),
                                .instance = instance_of(scratch, source, row),
                                .level = answer_text(row, "level"),
                                .message = answer_text(row, "message"),
                                .trace_id = answer_text(row, "trace_id"),
                                .span_id = answer_text(row, "span_id"),
                                .more = more_of(scratch, row)};
    rows_log(&out->rows, &log);
}

static void decode_span(struct arena *scratch, const struct source *source, const json_t *row,
                        struct gathered *out)
{
    const struct str status = answer_text(row, "status");
    const bool failed = str_find_no_case(status, STR("error")) != STR_NPOS;
    const struct labelled attributes = answer_labels(scratch, json_object_get(row, "attributes"));
    const struct span_row span = {
        .start_ns = time_of(row),
        .duration_ns = answer_integer(json_object_get(row, "duration"), 0),
        .trace_id = answer_text(row, "trace_id"),
        .span_id = answer_text(row, "span_id"),
        .parent_id = answer_text(row, "parent_id"),
        .service = answer_text(row, "service"),
        .instance = instance_of(scratch, source, row),
        .operation = answer_text(row, "operation"),
        .status = failed ? STR("ERROR")
                         : mapping_value(&source->mapping, MAPPED_STATUS, &attributes, NULL),
        .kind = str_lower(scratch, answer_text(row, "kind")),
        .more = more_of(scratch, row)};
    rows_span(&out->rows, &span);
}

static void put_point(struct arena *scratch, const struct series_row *series, const json_t *row,
                      const char *name, struct gathered *out)
{
    const json_t *value = json_object_get(row, name);
    if (!json_is_number(value))
        return;
    rows_series(&out->rows, series);
    rows_sample(&out->rows, time_of(row), str_printf(scratch, "%.17g", json_number_value(value)));
}

static void decode_point(struct arena *scratch, const struct source *source, const json_t *row,
                         struct gathered *out)
{
    const struct labelled labels = answer_labels(scratch, json_object_get(row, "attributes"));
    const struct str name = answer_text(row, "metric");
    struct series_row series = {.service = answer_text(row, "service"),
                                .instance = instance_of(scratch, source, row),
                                .metric = name,
                                .labels = labels_as_json(scratch, &labels, NULL, 0)};
    put_point(scratch, &series, row, "value", out);
    series.metric = str_printf(scratch, "%.*s.count", STR_ARG(name));
    put_point(scratch, &series, row, "count", out);
    series.metric = str_printf(scratch, "%.*s.sum", STR_ARG(name));
    put_point(scratch, &series, row, "sum", out);
}

/* A table of metrics that is there is asked. */
static void decode_table(const struct source *source, const struct question *question,
                         const json_t *row, struct gathered *out)
{
    static const char *const kinds[] = {"gauge", "sum", "histogram"};
    const struct str prefix = source_text(source, "prefix", STR("otel"));
    const struct str name = answer_text(row, "name");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct question next = *question;
        next.wanted = WANT_SAMPLES;
        next.cursor = str_of(kinds[i]);
        if (str_starts(name, prefix) && str_ends(name, next.cursor) &&
            str_contains(name, STR("_metrics_")) && !str_contains(name, STR("exponential")))
            gathered_ask(out, &next);
    }
}

static int64_t limit_of(const struct question *question)
{
    switch (question->wanted) {
    case WANT_LINES:
        return least(question->rows_max, LINES_MAX);
    case WANT_TRACES:
        return least(question->rows_max, SPANS_MAX);
    default:
        return least(question->rows_max, POINTS_MAX);
    }
}

static void decode_row(struct arena *scratch, const struct source *source,
                       const struct question *question, const json_t *row, struct gathered *out)
{
    switch (question->wanted) {
    case WANT_LINES:
        decode_line(scratch, source, row, out);
        break;
    case WANT_TRACES:
        decode_span(scratch, source, row, out);
        break;
    case WANT_NAMES:
        decode_table(source, question, row, out);
        break;
    default:
        decode_point(scratch, source, row, out);
    }
}

/* An object a line. An error in the middle of an answer is a line that is none. */
static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    struct str rest = body, line;
    int64_t rows = 0;
    (void)scratch;
    while (str_split(&rest, '\n', &line)) {
        struct arena *own;
        json_t *row;
        if (str_trim(line).len == 0)
            continue;
        own = arena_new("row");
        const bool ok = answer_json(own, line, &row, err);
        if (ok)
            decode_row(own, source, question, row, out);
        arena_free(own);
        if (!ok)
            return err_context(err, "row %lld", (long long)rows + 1);
        rows++;
    }
    if (rows >= limit_of(question) && question->wanted != WANT_NAMES)
        gathered_left_out(out, "of the %s only the newest %lld rows were read",
                          wanted_name(question->wanted), (long long)rows);
    return true;
}

const struct connector connector_clickhouse = {
    .name = "clickhouse",
    .summary = "logs, traces and metrics of ClickHouse, in the tables of OpenTelemetry's exporter",
    .signal = SIGNAL_LOGS,
    .port = ":8123",
    .settings = settings,
    .first = {{WANT_LINES, true}, {WANT_TRACES, true}, {WANT_NAMES, false}},
    .first_count = 3,
    .encode = encode,
    .decode = decode,
};
