/* SPDX-License-Identifier: Apache-2.0 */
#include "source/table.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "source/counters.h"
#include "source/labels.h"
#include "store/telemetry.h"

static const struct table_column metrics_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"service", NULL, COLUMN_TEXT, true},
    {"instance", NULL, COLUMN_TEXT, false},
    {"metric", "name", COLUMN_TEXT, true},
    {"value", NULL, COLUMN_REAL, true},
    {"labels", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false}, /* `counter`, or nothing */
    {},
};

static const struct table_column logs_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true}, {"service", NULL, COLUMN_TEXT, false},
    {"instance", NULL, COLUMN_TEXT, false},   {"level", "severity", COLUMN_TEXT, false},
    {"message", NULL, COLUMN_TEXT, true},     {"trace_id", NULL, COLUMN_TEXT, false},
    {"span_id", NULL, COLUMN_TEXT, false},    {},
};

static const struct table_column traces_columns[] = {
    {"start_us", "timestamp", COLUMN_TIME, true},
    {"duration_us", NULL, COLUMN_INT, true},
    {"trace_id", NULL, COLUMN_TEXT, true},
    {"span_id", NULL, COLUMN_TEXT, true},
    {"parent_id", NULL, COLUMN_TEXT, false},
    {"service", NULL, COLUMN_TEXT, true},
    {"instance", NULL, COLUMN_TEXT, false},
    {"operation", "name", COLUMN_TEXT, true},
    {"status", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column changes_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"id", "change_id", COLUMN_TEXT, true},
    {"service", NULL, COLUMN_TEXT, false},
    {"kind", NULL, COLUMN_TEXT, false},
    {"instance", NULL, COLUMN_TEXT, false},
    {"author", NULL, COLUMN_TEXT, false},
    {"message", NULL, COLUMN_TEXT, false},
    {"files", NULL, COLUMN_TEXT, false},
    {"detail", NULL, COLUMN_TEXT, false},
    {"parents", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column events_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true}, {"type", NULL, COLUMN_TEXT, false},
    {"reason", NULL, COLUMN_TEXT, false},     {"object", NULL, COLUMN_TEXT, false},
    {"source", NULL, COLUMN_TEXT, false},     {"count", NULL, COLUMN_INT, false},
    {"message", NULL, COLUMN_TEXT, false},    {},
};

static const struct table_column state_columns[] = {
    {"kind", NULL, COLUMN_TEXT, true},       {"name", NULL, COLUMN_TEXT, false},
    {"namespace", NULL, COLUMN_TEXT, false}, {"format", NULL, COLUMN_TEXT, false},
    {"text", NULL, COLUMN_TEXT, true},       {},
};

static const struct table_column topology_columns[] = {
    {"caller", NULL, COLUMN_TEXT, true},
    {"callee", NULL, COLUMN_TEXT, true},
    {},
};

static const struct table_column alerts_columns[] = {
    {"startsAt", "timestamp", COLUMN_TIME, false}, {"name", "alertname", COLUMN_TEXT, false},
    {"service", NULL, COLUMN_TEXT, false},         {"severity", NULL, COLUMN_TEXT, false},
    {"status", NULL, COLUMN_TEXT, false},          {},
};

static const struct table_column incidents_columns[] = {
    {"timestamp", "time", COLUMN_TIME, true},
    {"id", NULL, COLUMN_TEXT, true},
    {"alert", NULL, COLUMN_TEXT, true},
    {"service", NULL, COLUMN_TEXT, true},
    {"cause", NULL, COLUMN_TEXT, false},
    {"fix", NULL, COLUMN_TEXT, false},
    {"alert_service", NULL, COLUMN_TEXT, false},
    {"signature", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column services_columns[] = {
    {"service", NULL, COLUMN_TEXT, true},
    {"paths", NULL, COLUMN_TEXT, false},
    {"calls", NULL, COLUMN_TEXT, false},
    {},
};

static const struct table_column sources_columns[] = {
    {"source", NULL, COLUMN_TEXT, true},
    {"state", NULL, COLUMN_TEXT, true},
    {"kind", NULL, COLUMN_TEXT, false},
    {"signal", NULL, COLUMN_TEXT, false},
    {"rows", NULL, COLUMN_INT, false},
    {"note", NULL, COLUMN_TEXT, false},
    {},
};

const struct table tables[] = {
    {"metrics", metrics_columns},     {"logs", logs_columns},
    {"traces", traces_columns},       {"changes", changes_columns},
    {"events", events_columns},       {"state", state_columns},
    {"topology", topology_columns},   {"alerts", alerts_columns},
    {"reference_logs", logs_columns}, {"reference_traces", traces_columns},
    {"incidents", incidents_columns}, {"services", services_columns},
    {"sources", sources_columns},     {},
};

/* SQL functions that the loading statements share. The limits are those of time_unit_of(). */
static const char macros[] =
    "CREATE MACRO time_of_number(n) AS make_timestamp_ns(CASE "
    "WHEN n >= 1e17 AND n < 9.2e18 THEN n::BIGINT "
    "WHEN n >= 1e14 AND n < 9.2e15 THEN n::BIGINT * 1000 "
    "WHEN n >= 1e11 AND n < 9.2e12 THEN round(n * 1e3)::BIGINT * 1000 "
    "WHEN n >= 0 AND n < 9.2e9 THEN round(n * 1e6)::BIGINT * 1000 END);"
    "CREATE MACRO time_of_point(p) AS CASE WHEN p >= TIMESTAMP '1970-01-01' AND "
    "p < TIMESTAMP '2261-01-01' THEN p::TIMESTAMP_NS END;"
    "CREATE MACRO time_of_text(t) AS CASE "
    "WHEN TRY_CAST(t AS BIGINT) >= 100000000000000 THEN time_of_number(TRY_CAST(t AS BIGINT)) "
    "WHEN TRY_CAST(t AS DOUBLE) IS NOT NULL THEN time_of_number(TRY_CAST(t AS DOUBLE)) "
    "ELSE time_of_point(TRY_CAST(t AS TIMESTAMPTZ)::TIMESTAMP) END;";

const char *table_column_type(const struct table_column *column)
{
    switch (column->kind) {
    case COLUMN_TIME:
        return "TIMESTAMP_NS";
    case COLUMN_REAL:
        return "DOUBLE";
    case COLUMN_INT:
        return "BIGINT";
    case COLUMN_TEXT:
        break;
    }
    return "VARCHAR";
}

const char *table_column_name(const struct table_column *column)
{
    return column->kind == COLUMN_TIME ? "time" : column->name;
}

bool table_create_all(struct telemetry *telemetry, struct err *err)
{
    if (!telemetry_run(telemetry, macros, err) || !counters_create(telemetry, err))
        return false;
    struct arena *arena = arena_new("tables");
    bool ok = true;
    for (const struct table *table = tables; ok && table->name; table++) {
        struct buf sql = buf_new(arena);
        buf_printf(&sql, "CREATE TABLE %s (", table->name);
        for (const struct table_column *column = table->columns; column->name; column++)
            buf_printf(&sql, "\"%s\" %s, ", table_column_name(column), table_column_type(column));
        buf_printf(&sql, "attributes VARCHAR)");
        ok = telemetry_run(telemetry, buf_str(&sql).ptr, err);
    }
    arena_free(arena);
    return ok;
}

/* What counts up since its start, by the source's own word. */
static const char told_counters[] =
    "INSERT INTO counter_names SELECT DISTINCT metric FROM metrics WHERE kind = 'counter' AND "
    "metric IS NOT NULL";

/* Most bundles have neither labels nor counters, and pay for one look. */
static bool settle_series(struct telemetry *telemetry, struct err *err)
{
    struct arena *arena = arena_new("arrange");
    struct batch *rows;
    bool ok = telemetry_rows(
        telemetry, arena,
        STR("SELECT coalesce(bool_or(labels <> '' OR metric LIKE '_%{%}'), false) AS labels, "
            "coalesce(bool_or(regexp_matches(metric, '[._](total|count)([:{]|$)')), false) OR "
            "(SELECT count(*) FROM counter_names) > 0 AS counters FROM (SELECT DISTINCT metric, "
            "labels FROM metrics)"),
        &rows, err);
    const bool labels = ok && batch_column(rows, "labels")->integers[0] != 0;
    const bool counters = ok && batch_column(rows, "counters")->integers[0] != 0;
    arena_free(arena);
    return ok && (!labels || labels_settle(telemetry, err)) &&
           (!counters || counters_to_rates(telemetry, err)) &&
           (!labels || labels_into_names(telemetry, err)) &&
           telemetry_run(telemetry, "DROP TABLE counter_names", err);
}

/*
 * Of several values of one series at one time the last stays that is a number: told twice it must
 * not weigh twice in a median, and what is measured and what a claim's SQL sees must be the same.
 * An enum cannot hold NUL, and no SQL that a claim cites could ask for it.
 */
bool table_arrange_metrics(struct telemetry *telemetry, struct err *err)
{
    if (!telemetry_run(telemetry, told_counters, err) || !settle_series(telemetry, err))
        return false;
    return telemetry_run(
        telemetry,
        "CREATE TEMP MACRO name_of(n) AS CASE WHEN contains(n, chr(0)) THEN replace(n, chr(0), '') "
        "ELSE coalesce(n, '') END;"
        "CREATE TYPE service_name AS ENUM (SELECT name_of(service) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TYPE instance_name AS ENUM (SELECT name_of(instance) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TYPE metric_name AS ENUM (SELECT name_of(metric) FROM metrics UNION "
        "SELECT '' ORDER BY 1);"
        "CREATE TABLE arranged AS SELECT * FROM (SELECT time, name_of(service)::service_name AS "
        "service, name_of(instance)::instance_name AS instance, name_of(metric)::metric_name AS "
        "metric, value, attributes FROM metrics "
        "ORDER BY service, instance, metric, time, coalesce(isfinite(value), false), "
        "metrics.rowid) QUALIFY NOT coalesce(lead(time) OVER () = time AND lead(metric) OVER () = "
        "metric AND lead(instance) OVER () = instance AND lead(service) OVER () = service, false);"
        "DROP TABLE metrics;"
        "ALTER TABLE arranged RENAME TO metrics",
        err);
}
