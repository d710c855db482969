/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many calls of each instance of a service failed, and how many were slow: over twice the 95th
 * percentile that the operation had before, of all instances, and over a millisecond.
 */
#include "agent/siblings.h"
#include "agent/traces/forest.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define ROWS_MAX 1000
#define FAILED SPAN_FAILED_SQL("s")

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose instance", NULL},
    {"instance", TYPE_TEXT, 0, "which one", NULL},
    {"failed_since", TYPE_INT, 0, "calls that failed since the onset", NULL},
    {"slow_since", TYPE_INT, 0, "calls that were slow since", NULL},
    {"tries_since", TYPE_INT, 0, "all calls since", NULL},
    {"failed_before", TYPE_INT, 0, "calls that failed before", NULL},
    {"slow_before", TYPE_INT, 0, "calls that were slow before", NULL},
    {"tries_before", TYPE_INT, 0, "all calls before", NULL},
    {0},
};

static const struct field output[] = {
    {"instances", TYPE_ROWS, 0, "of services that have several, by service and name", columns},
    {0},
};

static const char replicas_sql[] =
    "WITH calls AS (SELECT service, instance, operation, duration_us, " FAILED " AS failed, "
    "time >= %s AS since FROM traces s WHERE service IN (%s) AND coalesce(instance, '') <> '' AND "
    "time IS NOT NULL), usual AS (SELECT service, operation, greatest(2 * "
    "quantile_cont(duration_us, 0.95), 1000) AS slow FROM calls WHERE NOT since GROUP BY service, "
    "operation HAVING count(*) >= 10) SELECT service, instance, count(*) FILTER (WHERE failed AND "
    "since) AS failed_since, count(*) FILTER (WHERE duration_us > slow AND since) AS slow_since, "
    "count(*) FILTER (WHERE since) AS tries_since, count(*) FILTER (WHERE failed AND NOT since) AS "
    "failed_before, count(*) FILTER (WHERE duration_us > slow AND NOT since) AS slow_before, "
    "count(*) FILTER (WHERE NOT since) AS tries_before FROM calls LEFT JOIN usual USING (service, "
    "operation) GROUP BY service, instance ORDER BY service, instance LIMIT %d";

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *rows = batch_new(arena, columns);
    struct str services;
    if (!siblings_services(call, "traces", &services, err))
        return false;
    const struct str onset = sql_time(arena, record_at(in, "onset")->integer);
    if (services.len > 0 &&
        !telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, replicas_sql, onset.ptr, services.ptr, ROWS_MAX), &rows,
                        err))
        return false;
    *record_at(out, "instances") = value_rows(rows);
    return true;
}

const struct tool tool_traces_replicas = {
    .sig = {.name = "replicas",
            .summary = "Tell how many calls of each instance of a service failed or were slow",
            .input = input,
            .output = output},
    .run = run,
};
