/* SPDX-License-Identifier: Apache-2.0 */
/* What else was firing: one row an alert that names a service, oldest first. */
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"name", TYPE_TEXT, 0, "of the alert", NULL},
    {"service", TYPE_TEXT, 0, "whom it is about", NULL},
    {"severity", TYPE_TEXT, 0, "as its source says; may be empty", NULL},
    {"time", TYPE_TIME, 0, "when it began to fire", NULL},
    {0},
};

static const struct field output[] = {
    {"alerts", TYPE_ROWS, 0, "oldest first", columns},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct batch *rows;
    if (!telemetry_rows(
            call->services->telemetry, call->scratch,
            STR("SELECT coalesce(name, '') AS name, service, coalesce(severity, '') AS "
                "severity, \"time\" FROM alerts WHERE service <> '' AND \"time\" IS NOT "
                "NULL ORDER BY \"time\", name, service LIMIT 1000"),
            &rows, err))
        return false;
    *record_at(out, "alerts") = value_rows(rows);
    return true;
}

const struct tool tool_events_alerts = {
    .sig = {.name = "alerts",
            .summary = "List what else was firing",
            .input = input,
            .output = output},
    .run = run,
};
