/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In how many slots of ten seconds each instance of a service logged a failure. Slots rather than
 * lines, for a retry loop writes a thousand lines of one failure.
 */
#include "agent/logs/lines.h"
#include "agent/siblings.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define ROWS_MAX 1000

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose instance", NULL},
    {"instance", TYPE_TEXT, 0, "which one", NULL},
    {"failed_since", TYPE_INT, 0, "slots with a failing line since the onset", NULL},
    {"tries_since", TYPE_INT, 0, "all slots since", NULL},
    {"failed_before", TYPE_INT, 0, "slots with a failing line before", NULL},
    {"tries_before", TYPE_INT, 0, "all slots before", NULL},
    {0},
};

static const struct field output[] = {
    {"instances", TYPE_ROWS, 0, "of services that have several, by service and name", columns},
    {0},
};

/* The slots are those of the service, counted from the onset: an instance that logs nothing fails
 * in none of them, and nothing depends on where the onset falls within ten seconds of the clock. */
static const char replicas_sql[] =
    "WITH said AS (SELECT service, instance, time >= %s AS since, " LINE_SLOT_SQL
    " AS slot, " LINE_FAILED_SQL " AS failed FROM logs WHERE service IN (%s) AND "
    "coalesce(instance, '') <> '' AND time IS NOT NULL), slots AS (SELECT service, count(DISTINCT "
    "slot) FILTER (WHERE since) AS since, count(DISTINCT slot) FILTER (WHERE NOT since) AS before "
    "FROM said GROUP BY service) SELECT service, instance, count(DISTINCT slot) FILTER (WHERE "
    "failed AND said.since) AS failed_since, any_value(slots.since) AS tries_since, count(DISTINCT "
    "slot) FILTER (WHERE failed AND NOT said.since) AS failed_before, any_value(slots.before) AS "
    "tries_before FROM said JOIN slots USING (service) GROUP BY service, instance ORDER BY "
    "service, instance LIMIT %d";

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *rows = batch_new(arena, columns);
    struct str services;
    if (!siblings_services(call, "logs", &services, err))
        return false;
    const struct str onset = sql_time(arena, record_at(in, "onset")->integer);
    if (services.len > 0 && !telemetry_rows(call->services->telemetry, arena,
                                            str_printf(arena, replicas_sql, onset.ptr, onset.ptr,
                                                       services.ptr, ROWS_MAX),
                                            &rows, err))
        return false;
    *record_at(out, "instances") = value_rows(rows);
    return true;
}

const struct tool tool_logs_replicas = {
    .sig = {.name = "replicas",
            .summary = "Tell how often each instance of a service logged a failure",
            .input = input,
            .output = output},
    .run = run,
};
