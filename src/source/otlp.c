/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three INSERTs that take a request apart; the shapes are those of the OTLP specification 1.x:
 * resourceLogs/scopeLogs/logRecords, resourceSpans/scopeSpans/spans,
 * resourceMetrics/scopeMetrics/metrics/(gauge|sum|histogram)/dataPoints.
 */
#include "source/otlp.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "source/rawlines.h"
#include "store/telemetry.h"

static const char macros[] =
    "CREATE OR REPLACE TEMP MACRO otlp_attribute(attributes, name) AS "
    "coalesce(list_filter(attributes, lambda a: (a->>'key') = name)[1]->>'$.value.stringValue', "
    "list_filter(attributes, lambda a: (a->>'key') = name)[1]->>'$.value.intValue');"
    "CREATE OR REPLACE TEMP MACRO otlp_time(t) AS CASE WHEN TRY_CAST(t AS BIGINT) BETWEEN "
    "0 AND 9200000000000000000 THEN make_timestamp_ns(TRY_CAST(t AS BIGINT)) END;"
    "CREATE OR REPLACE TEMP MACRO otlp_text(v) AS "
    "coalesce(v->>'stringValue', v->>'intValue', v->>'doubleValue', v->>'boolValue', v::VARCHAR);";

static const char logs_sql[] =
    "INSERT INTO logs BY NAME "
    "WITH resources AS (SELECT unnest(line->'$.resourceLogs[*]') AS r FROM staging),"
    "scopes AS (SELECT r->'$.resource.attributes[*]' AS res, unnest(r->'$.scopeLogs[*]') AS s "
    "FROM resources),"
    "records AS (SELECT res, unnest(s->'$.logRecords[*]') AS l FROM scopes) "
    "SELECT otlp_time(coalesce(nullif(l->>'timeUnixNano', '0'), l->>'observedTimeUnixNano')) "
    "AS time, otlp_attribute(res, 'service.name') AS service, "
    "otlp_attribute(res, 'service.instance.id') AS instance, l->>'severityText' AS level, "
    "otlp_text(l->'body') AS message, l->>'traceId' AS trace_id, l->>'spanId' AS span_id, "
    "(l->'attributes')::VARCHAR AS attributes FROM records";

static const char traces_sql[] =
    "INSERT INTO traces BY NAME "
    "WITH resources AS (SELECT unnest(line->'$.resourceSpans[*]') AS r FROM staging),"
    "scopes AS (SELECT r->'$.resource.attributes[*]' AS res, unnest(r->'$.scopeSpans[*]') AS s "
    "FROM resources),"
    "spans AS (SELECT res, unnest(s->'$.spans[*]') AS p FROM scopes) "
    "SELECT otlp_time(p->>'startTimeUnixNano') AS time, TRY_CAST((TRY_CAST(p->>'endTimeUnixNano' "
    "AS "
    "HUGEINT) - TRY_CAST(p->>'startTimeUnixNano' AS BIGINT)) // 1000 AS BIGINT) AS duration_us, "
    "p->>'traceId' AS trace_id, p->>'spanId' AS span_id, nullif(p->>'parentSpanId', '') AS "
    "parent_id, otlp_attribute(res, 'service.name') AS service, "
    "otlp_attribute(res, 'service.instance.id') AS instance, p->>'name' AS operation, "
    "CASE p->>'$.status.code' WHEN '2' THEN 'ERROR' WHEN 'STATUS_CODE_ERROR' THEN 'ERROR' "
    "WHEN '1' THEN 'OK' WHEN 'STATUS_CODE_OK' THEN 'OK' END AS status, "
    "CASE p->>'kind' WHEN '2' THEN 'server' WHEN 'SPAN_KIND_SERVER' THEN 'server' WHEN '3' THEN "
    "'client' WHEN 'SPAN_KIND_CLIENT' THEN 'client' WHEN '4' THEN 'producer' WHEN '5' THEN "
    "'consumer' ELSE 'internal' END AS kind, "
    "nullif(to_json(list_concat(p->'$.attributes[*]', list_filter(res, lambda a: "
    "coalesce((a->>'key') NOT IN ('service.name', 'service.instance.id'), false))))::VARCHAR, "
    "'[]') "
    "AS attributes FROM spans";

static const char metrics_sql[] =
    "INSERT INTO metrics BY NAME "
    "WITH resources AS (SELECT unnest(line->'$.resourceMetrics[*]') AS r FROM staging),"
    "scopes AS (SELECT r->'$.resource.attributes[*]' AS res, unnest(r->'$.scopeMetrics[*]') AS s "
    "FROM resources),"
    "named AS (SELECT res, unnest(s->'$.metrics[*]') AS m FROM scopes),"
    "points AS (SELECT res, m->>'name' AS name, unnest(list_concat(coalesce(m->'$.gauge."
    "dataPoints[*]', []), coalesce(m->'$.sum.dataPoints[*]', []), coalesce(m->'$.histogram."
    "dataPoints[*]', []))) AS d FROM named),"
    "numbers AS (SELECT res, name, d, TRY_CAST(coalesce(d->>'asDouble', d->>'asInt') AS DOUBLE) "
    "AS value FROM points WHERE (d->'count') IS NULL "
    "UNION ALL SELECT res, name || '.count', d, TRY_CAST(d->>'count' AS DOUBLE) FROM points "
    "WHERE (d->'count') IS NOT NULL "
    "UNION ALL SELECT res, name || '.sum', d, TRY_CAST(d->>'sum' AS DOUBLE) FROM points "
    "WHERE (d->'sum') IS NOT NULL) "
    "SELECT otlp_time(d->>'timeUnixNano') AS time, otlp_attribute(res, 'service.name') AS service,"
    " otlp_attribute(res, 'service.instance.id') AS instance, name AS metric, value, "
    "(d->'attributes')::VARCHAR AS labels, (d->'attributes')::VARCHAR AS attributes FROM numbers";

/* What counts up since its start, by the source's own word. */
static const char counters_sql[] =
    "INSERT INTO counter_names SELECT DISTINCT unnest(CASE WHEN is_histogram THEN [name || "
    "'.count', name || '.sum'] ELSE [name] END) FROM (SELECT m->>'name' AS name, (m->'histogram') "
    "IS NOT NULL AS is_histogram, coalesce(m->>'$.sum.isMonotonic', 'false') = 'true' AS rises, "
    "coalesce(m->>'$.sum.aggregationTemporality', m->>'$.histogram.aggregationTemporality') AS "
    "temporality FROM (SELECT unnest(line->'$.resourceMetrics[*].scopeMetrics[*].metrics[*]') AS m "
    "FROM staging)) WHERE temporality IN ('2', 'AGGREGATION_TEMPORALITY_CUMULATIVE') AND "
    "(is_histogram OR rises) AND name IS NOT NULL";

static bool read_lines(struct telemetry *telemetry, struct arena *arena, struct str path,
                       struct table_load *out, struct err *err)
{
    struct rawlines lines;
    if (!rawlines_load(telemetry, arena, path, &lines, err))
        return false;
    out->refused = lines.refused;
    out->note = lines.note;
    return telemetry_run(telemetry,
                         "CREATE TEMP TABLE staging AS SELECT line::JSON AS line FROM lines WHERE "
                         "good ORDER BY number; DROP TABLE lines",
                         err);
}

static bool count_all(struct telemetry *telemetry, struct arena *arena, int64_t *out,
                      struct err *err)
{
    struct batch *count;
    if (!telemetry_rows(telemetry, arena,
                        STR("SELECT (SELECT count(*) FROM logs) + (SELECT count(*) FROM traces) + "
                            "(SELECT count(*) FROM metrics) AS n"),
                        &count, err))
        return false;
    *out = batch_column(count, "n")->integers[0];
    return true;
}

bool otlp_load(struct telemetry *telemetry, struct arena *arena, struct str path,
               struct table_load *out, struct err *err)
{
    *out = (struct table_load){0};
    int64_t rows_before = 0, rows_after = 0;
    bool ok =
        count_all(telemetry, arena, &rows_before, err) && telemetry_run(telemetry, macros, err) &&
        read_lines(telemetry, arena, path, out, err) && telemetry_run(telemetry, logs_sql, err) &&
        telemetry_run(telemetry, traces_sql, err) && telemetry_run(telemetry, metrics_sql, err) &&
        telemetry_run(telemetry, counters_sql, err) &&
        count_all(telemetry, arena, &rows_after, err);
    out->rows = rows_after - rows_before;
    struct err ignored = {0};
    return telemetry_run(telemetry, "DROP TABLE IF EXISTS staging; DROP TABLE IF EXISTS lines",
                         &ignored) &&
           ok;
}
