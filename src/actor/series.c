/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/series.h"

#include "base/arena.h"
#include "store/telemetry.h"

struct str series_shift_query(struct arena *arena, const struct series_name *name, bool falls,
                              int64_t onset_ns)
{
    const struct str onset = sql_time(arena, onset_ns);
    return str_printf(
        arena,
        "SELECT service, metric, instance, %s AS onset, median(value) "
        "FILTER (WHERE time < %s) AS before, quantile_cont(value, %s) FILTER (WHERE time >= %s) AS "
        "after FROM metrics WHERE service = %s AND metric = %s AND instance = %s AND "
        "isfinite(value) GROUP BY ALL",
        onset.ptr, onset.ptr, falls ? "0.25" : "0.75", onset.ptr,
        sql_quote(arena, name->service).ptr, sql_quote(arena, name->metric).ptr,
        sql_quote(arena, name->instance).ptr);
}
