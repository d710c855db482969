/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warnings, as they stand: one row an object and reason. An event has a count of its own, for
 * Kubernetes folds repeats into one; restarts show as a container that was started more than once.
 */
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

#define ROWS_MAX 1000

static const struct field warnings_input[] = {
    {"object", TYPE_TEXT, FIELD_OPTIONAL, "a part of the object's name; default: all", NULL},
    {},
};

static const struct field warnings_rows[] = {
    {"object", TYPE_TEXT, 0, "as \"pods/cart-5bc9dbdf66-xp6gj\"", NULL},
    {"reason", TYPE_TEXT, 0, "as the controller names it; Restarted: started again", NULL},
    {"count", TYPE_INT, 0, "how often", NULL},
    {"first", TYPE_TIME, FIELD_OPTIONAL, "when it was first seen", NULL},
    {"last", TYPE_TIME, FIELD_OPTIONAL, "when it was last seen", NULL},
    {"message", TYPE_TEXT, 0, "of the last one", NULL},
    {},
};

static const struct field warnings_output[] = {
    {"warnings", TYPE_ROWS, 0, "most frequent first", warnings_rows},
    {},
};

static struct str warnings_sql(struct arena *arena, const struct value *object)
{
    const struct str filter = object->known ? str_printf(arena, " AND contains(object, %s)",
                                                         sql_quote(arena, object->text).ptr)
                                            : STR("");
    return str_printf(
        arena,
        "SELECT object, reason, sum(n)::BIGINT AS \"count\", min(time) AS first, "
        "max(time) AS last, coalesce(left(arg_max(message, (time, message)), 1000), max(message), "
        "'') "
        "AS message FROM ("
        "SELECT object, reason, greatest(coalesce(\"count\", 1), 1) AS n, time, message "
        "FROM events WHERE lower(type) = 'warning'%.*s UNION ALL "
        "SELECT object, 'Restarted', greatest(coalesce(\"count\", 1), 1) - 1, time, message "
        "FROM events WHERE reason = 'Started' AND starts_with(object, 'pod')%.*s) "
        "WHERE n > 0 AND object IS NOT NULL AND reason IS NOT NULL "
        "GROUP BY object, reason ORDER BY \"count\" DESC, object, reason LIMIT %d",
        STR_ARG(filter), STR_ARG(filter), ROWS_MAX);
}

static bool warnings(struct call *call, const struct record *in, struct record *out,
                     struct err *err)
{
    struct batch *found;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        warnings_sql(call->scratch, record_at(in, "object")), &found, err))
        return false;
    struct batch *rows = batch_new(call->scratch, warnings_rows);
    for (size_t from = 0; from < found->rows; from++) {
        const size_t row = batch_add_row(rows);
        for (uint32_t column = 0; column < found->columns_count; column++) {
            const struct value value = batch_value(found, from, column);
            if (value.known)
                batch_set(rows, row, warnings_rows[column].name, value);
        }
    }
    *record_at(out, "warnings") = value_rows(rows);
    return true;
}

const struct tool tool_events_warnings = {
    .sig =
        {
            .name = "warnings",
            .summary = "Count warning events per object and reason, and restarts",
            .input = warnings_input,
            .output = warnings_output,
        },
    .run = warnings,
};
