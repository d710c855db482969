/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/series.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

static int64_t time_at(const struct batch *rows, const char *name, size_t row)
{
    const struct column *column = batch_column(rows, name);
    return column->known[row] ? column->integers[row] : 0;
}

struct series_shift series_shift_of(const struct batch *rows, size_t row, int64_t onset_ns)
{
    return (struct series_shift){
        .name = {.service = batch_column(rows, "service")->texts[row],
                 .instance = batch_column(rows, "instance")->texts[row],
                 .metric = batch_column(rows, "metric")->texts[row]},
        .falls = batch_column(rows, "falls")->integers[row] != 0,
        .onset_ns = onset_ns,
        .before = batch_column(rows, "before")->reals[row],
        .after = batch_column(rows, "after")->reals[row],
        .shape = batch_column(rows, "shape")->texts[row],
        .changed_ns = time_at(rows, "changed", row),
        .earliest_ns = time_at(rows, "earliest", row),
        .latest_ns = time_at(rows, "latest", row),
        .back_ns = time_at(rows, "back", row),
        .usual = {time_at(rows, "usual_from", row), time_at(rows, "usual_to", row)},
        .then = batch_column(rows, "usual")->reals[row],
    };
}

static bool is_elsewhere(const struct series_shift *shift)
{
    return shift->changed_ns != 0 &&
           (shift->onset_ns > shift->latest_ns || shift->onset_ns < shift->earliest_ns);
}

/* The first sample from that time on: the time stands in the data, not only in the query. */
static void add_moment(struct buf *sql, struct arena *arena, int64_t time_ns, const char *name)
{
    buf_printf(sql, "min(time) FILTER (WHERE time >= %s) AS %s, ", sql_time(arena, time_ns).ptr,
               name);
}

struct str series_shift_query(struct arena *arena, const struct series_shift *shift)
{
    const struct str onset = sql_time(arena, shift->onset_ns);
    const char *quartile = shift->falls ? "0.25" : "0.75";
    struct buf sql = buf_new(arena);
    buf_printf(&sql, "SELECT service, metric, instance, %s AS onset, ", onset.ptr);
    if (is_elsewhere(shift) || str_eq(shift->shape, STR("frozen")))
        add_moment(&sql, arena, shift->changed_ns, "changed");
    if (shift->back_ns != 0)
        add_moment(&sql, arena, shift->back_ns, "back");
    if (shift->usual.start_ns != 0)
        buf_printf(&sql,
                   "quantile_cont(value, %s) FILTER (WHERE time >= %s AND time < %s) AS usual, ",
                   quartile, sql_time(arena, shift->usual.start_ns).ptr,
                   sql_time(arena, shift->usual.end_ns).ptr);
    buf_printf(&sql,
               "median(value) FILTER (WHERE time < %s) AS before, quantile_cont(value, %s) FILTER "
               "(WHERE time >= %s) AS after FROM metrics WHERE service = %s AND metric = %s AND "
               "instance = %s AND isfinite(value) GROUP BY ALL",
               onset.ptr, quartile, onset.ptr, sql_quote(arena, shift->name.service).ptr,
               sql_quote(arena, shift->name.metric).ptr,
               sql_quote(arena, shift->name.instance).ptr);
    return buf_str(&sql);
}

struct str series_quoted(struct arena *arena, const struct series_name *name)
{
    return str_printf(arena, "`%s` of `%s`%s%s%s", name->metric.ptr, name->service.ptr,
                      name->instance.len > 0 ? " (`" : "", name->instance.ptr,
                      name->instance.len > 0 ? "`)" : "");
}

/* How it went, before the numbers: up, and down. */
static const char *verb(const struct series_shift *shift)
{
    static const struct {
        const char *shape, *up, *down;
    } verbs[] = {
        {"step", "jumped", "dropped"},
        {"trend", "climbed steadily", "sank steadily"},
        {"spike", "shot up", "dipped"},
        {"drift", "went on climbing as before,", "went on sinking as before,"},
        {"erratic", "became erratic: it went", "became erratic: it went"},
        {"calm", "became calm: it went", "became calm: it went"},
    };
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (str_eq(shift->shape, str_of(verbs[i].shape)))
            return shift->falls ? verbs[i].down : verbs[i].up;
    return shift->falls ? "fell" : "rose";
}

struct str series_shift_claim(struct arena *arena, const struct series_shift *shift)
{
    struct buf claim = buf_new(arena);
    buf_printf(&claim, "%s %s from %s (median before %s) to %s (%s quartile since)",
               series_quoted(arena, &shift->name).ptr, verb(shift),
               claim_number(arena, shift->before).ptr,
               time_format_short(arena, shift->onset_ns).ptr, claim_number(arena, shift->after).ptr,
               shift->falls ? "lower" : "upper");
    const struct str changed = time_format_short(arena, shift->changed_ns);
    if (str_eq(shift->shape, STR("frozen")))
        buf_printf(&claim, ", and froze there at %s", changed.ptr);
    else if (is_elsewhere(shift))
        buf_printf(&claim, ", %s at %s",
                   shift->changed_ns < shift->onset_ns ? "already" : "but only", changed.ptr);
    if (shift->back_ns != 0)
        buf_printf(&claim, ", and was back at %s", time_format_short(arena, shift->back_ns).ptr);
    if (shift->usual.start_ns != 0)
        buf_printf(&claim, "; %s earlier, at this time, it was at %s too",
                   shift->onset_ns - shift->usual.start_ns > 2 * NS_PER_DAY ? "a week" : "a day",
                   claim_number(arena, shift->then).ptr);
    buf_add_char(&claim, '.');
    return buf_str(&claim);
}

struct str series_young_query(struct arena *arena, const struct series_shift *shift)
{
    const struct str onset = sql_time(arena, shift->onset_ns);
    const struct str instance = sql_quote(arena, shift->name.instance);
    return str_printf(
        arena,
        "SELECT service, metric, %s AS instance, median(value) FILTER (WHERE instance <> %s AND "
        "first < %s) AS siblings, quantile_cont(value, %s) FILTER (WHERE instance = %s AND time >= "
        "%s) AS after FROM (SELECT *, min(time) OVER (PARTITION BY instance) AS first FROM metrics "
        "WHERE service = %s AND metric = %s AND isfinite(value)) GROUP BY service, metric",
        instance.ptr, instance.ptr, onset.ptr, shift->falls ? "0.25" : "0.75", instance.ptr,
        onset.ptr, sql_quote(arena, shift->name.service).ptr,
        sql_quote(arena, shift->name.metric).ptr);
}

struct str series_young_claim(struct arena *arena, const struct series_shift *shift)
{
    return str_printf(arena,
                      "%s was at %s (%s quartile) where its older siblings were at %s (median).",
                      series_quoted(arena, &shift->name).ptr, claim_number(arena, shift->after).ptr,
                      shift->falls ? "lower" : "upper", claim_number(arena, shift->before).ptr);
}
