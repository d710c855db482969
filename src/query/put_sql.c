/* SPDX-License-Identifier: Apache-2.0 */
/* Over the tables of docs/bundle.md, in DuckDB's dialect. */
#include "query/query.h"

#include "base/arena.h"
#include "query/sql_where.h"
#include "store/telemetry.h"

/* What a table calls it. */
static struct str column_of(const struct wish *wish, struct str by)
{
    if (wish->table == WISH_EVENTS && (str_eq(by, STR("instance")) || str_eq(by, STR("service"))))
        return STR("object");
    return wish->table == WISH_ALERTS && str_eq(by, STR("level")) ? STR("severity") : by;
}

#define STRETCHES "minute|hour|day|bucket"

static bool is_in(struct str column, const char *columns)
{
    struct str rest = str_of(columns), one;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, column))
            return true;
    return false;
}

static bool has_column(enum wish_table table, struct str column)
{
    static const char *const columns[] = {
        [WISH_NONE] = "",
        [WISH_LOGS] = "service|instance|level|message",
        [WISH_TRACES] = "service|instance|operation|status|kind|trace_id",
        [WISH_METRICS] = "service|instance|metric",
        [WISH_CHANGES] = "service|instance|kind|author|message",
        [WISH_EVENTS] = "object|reason|type|message",
        [WISH_TOPOLOGY] = "",
        [WISH_ALERTS] = "service|name|severity|status",
    };
    return is_in(column, columns[table]) ||
           (table != WISH_TOPOLOGY && table != WISH_NONE && is_in(column, STRETCHES));
}

/* What a row has in a column: a stretch of time is worked out. */
static struct str value_in(const struct select *select, struct str column)
{
    const struct wish *wish = select->wish;
    const struct str name = column_of(wish, column);
    if (str_eq(name, STR("bucket")))
        return str_printf(select->arena, "time_bucket(INTERVAL %lld MILLISECOND, time)",
                          (long long)(wish->bucket_ns / (NS_PER_S / 1000)));
    return is_in(name, STRETCHES)
               ? str_printf(select->arena, "date_trunc('%.*s', time)", STR_ARG(name))
               : name;
}

/* ---- what is told ---- */

static bool put_rate(const struct wish *wish, struct buf *out, struct err *err)
{
    const int64_t bucket = str_eq(wish->by, STR("minute"))   ? 60 * NS_PER_S
                           : str_eq(wish->by, STR("hour"))   ? 3600 * NS_PER_S
                           : str_eq(wish->by, STR("day"))    ? NS_PER_DAY
                           : str_eq(wish->by, STR("bucket")) ? wish->bucket_ns
                                                             : 0;
    const int64_t span = bucket                         ? bucket
                         : wish->span_ns                ? wish->span_ns
                         : wish->head_ns                ? wish->head_ns
                         : wish->from_ns && wish->to_ns ? wish->to_ns - wish->from_ns
                                                        : 0;
    if (span > 0)
        buf_printf(out, "count(*) / %.17g::DOUBLE", (double)span / (double)NS_PER_S);
    else
        buf_add(
            out,
            STR("count(*) / nullif(date_diff('millisecond', min(time), max(time)) / 1000.0, 0)"));
    return wish->table != WISH_METRICS ||
           err_set(err, ERR_USAGE, "a rate of a metric that is no counter; ask for its mean");
}

/* The number that each row has; empty: it has none. */
static struct str value_of(const struct select *select)
{
    const struct wish *wish = select->wish;
    if (wish->is_of_counts)
        return STR("n");
    if (wish->table == WISH_METRICS)
        return STR("value");
    if (wish->table != WISH_TRACES)
        return STR("");
    return wish->unit_ns == 0
               ? STR("duration_us")
               : str_printf(select->arena, "duration_us / %.1f", (double)wish->unit_ns / 1000);
}

/* Functions of the number of each row. */
static const struct {
    enum wish_what what;
    const char *call; /* %s is the number */
} functions[] = {
    {WANT_SUM, "sum(%s)"},
    {WANT_MEAN, "avg(%s)"},
    {WANT_MAX, "max(%s)"},
    {WANT_MIN, "min(%s)"},
    {WANT_STDDEV, "stddev_samp(%s)"},
    {WANT_SPREAD, "max(%s) - min(%s)"},
    {WANT_NEWEST, "arg_max(%s, time)"},
    {WANT_INCREASE, "arg_max(%s, time) - arg_min(%s, time)"},
    {WANT_SLOPE, "regr_slope(%s, epoch_ns(time) / 1e9)"},
};

static bool put_function(enum wish_what what, struct str value, struct buf *out)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions && value.len > 0; i++) {
        if (functions[i].what != what)
            continue;
        for (const char *c = functions[i].call; *c; c++)
            if (*c == '%')
                buf_add(out, value), c++;
            else
                buf_add_char(out, *c);
        return true;
    }
    return false;
}

static bool put_value(const struct select *select, struct wish_value asked, struct buf *out,
                      struct err *err)
{
    const struct wish *wish = select->wish;
    const struct str value = value_of(select), part = sql_where_part(select);
    switch (asked.what) {
    case WANT_ROWS:
        if (wish->table != WISH_METRICS)
            break;
        buf_add(out, STR("avg(value)")); /* of a level by the minute, its mean */
        return true;
    case WANT_COUNT:
        buf_add(out, STR("count(*)"));
        return true;
    case WANT_RATE:
        return put_rate(wish, out, err);
    case WANT_SHARE:
        if (part.len == 0)
            break;
        buf_printf(out, "%savg(coalesce(%s, false)::INTEGER)", wish->is_percent ? "100.0 * " : "",
                   part.ptr);
        return true;
    case WANT_DISTINCT: {
        const struct str of = value_in(select, wish->of);
        buf_printf(out, "count(DISTINCT %.*s)", STR_ARG(of));
        return true;
    }
    case WANT_BYTES:
        if (wish->table != WISH_LOGS)
            break;
        buf_add(out, STR("sum(strlen(message))"));
        return true;
    case WANT_FIRST_TIME:
    case WANT_LAST_TIME:
        buf_printf(out, "%s(time)", asked.what == WANT_FIRST_TIME ? "min" : "max");
        return true;
    case WANT_QUANTILE:
        if (value.len == 0)
            break;
        buf_printf(out, "quantile_cont(%s, %.12g)", value.ptr, asked.quantile);
        return true;
    default:
        if (put_function(asked.what, value, out))
            return true;
    }
    return err_set(err, ERR_USAGE, "of %s that cannot be worked out", wish_table_name(wish->table));
}

/* "before and after the alert": the value of the rows before, and of those since. */
static bool put_split(const struct select *select, struct buf *out, struct err *err)
{
    static const char *const sides[] = {"<", ">="};
    const struct wish *wish = select->wish;
    const struct wish_value asked = {
        wish->what == WANT_ROWS && wish->table == WISH_METRICS ? WANT_MEAN : wish->what,
        wish->quantile};
    if (asked.what == WANT_RATE || asked.what == WANT_INCREASE || asked.what == WANT_SPREAD)
        return err_set(err, ERR_USAGE,
                       "before and after cannot be told at once of that; ask one after the other");
    for (size_t i = 0; i < 2; i++) {
        buf_add(out, i ? STR(", ") : STR(""));
        if (!put_value(select, asked, out, err))
            return false;
        buf_printf(out, " FILTER (WHERE time %s %s)", sides[i],
                   sql_time(select->arena, wish->split_ns).ptr);
    }
    return true;
}

static bool put_aggregate(const struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    if (wish->split_ns > 0)
        return put_split(select, out, err);
    bool ok = put_value(select, (struct wish_value){wish->what, wish->quantile}, out, err);
    for (uint32_t i = 0; ok && i < wish->also_count; i++) {
        buf_add(out, STR(", "));
        ok = put_value(select, wish->also[i], out, err);
    }
    return ok;
}

static void put_order(const struct wish *wish, bool is_grouped, bool is_bucket, struct buf *out)
{
    if (is_grouped && (wish->is_top || wish->is_bottom || (wish->limit > 0 && !is_bucket)))
        buf_printf(out, " ORDER BY %d%s, 1", wish->by_too.len > 0 ? 3 : 2,
                   wish->is_bottom ? "" : " DESC");
    else if (is_grouped)
        buf_add(out, wish->by_too.len > 0 ? STR(" ORDER BY 1, 2") : STR(" ORDER BY 1"));
    else
        buf_printf(out, " ORDER BY %stime%s",
                   wish->table != WISH_TRACES ? ""
                   : wish->is_top             ? "duration_us DESC, "
                   : wish->is_bottom          ? "duration_us, "
                                              : "",
                   wish->is_newest ? " DESC" : "");
}

/* The columns that rows are kept apart by, each with a comma behind it. */
static void put_columns(const struct select *select, struct buf *out)
{
    const struct wish *wish = select->wish;
    const struct str by[] = {column_of(wish, wish->by), column_of(wish, wish->by_too)};
    for (size_t i = 0; i < 2; i++)
        if (is_in(by[i], STRETCHES))
            buf_printf(out, "%s AS %.*s, ", value_in(select, by[i]).ptr, STR_ARG(by[i]));
        else if (by[i].len > 0)
            buf_printf(out, "%.*s, ", STR_ARG(by[i]));
}

static bool put_grouped(struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    buf_add(out, STR("SELECT "));
    put_columns(select, out);
    if (!put_aggregate(select, out, err))
        return false;
    buf_printf(out, " FROM %s", select->table);
    buf_add(out, buf_str(&select->where));
    if (wish->by.len > 0)
        buf_add(out, wish->by_too.len > 0 ? STR(" GROUP BY 1, 2") : STR(" GROUP BY 1"));
    if (wish->compare && !sql_is_of_samples(wish)) {
        buf_add(out, STR(" HAVING "));
        if (!put_value(select, (struct wish_value){wish->what, wish->quantile}, out, err))
            return false;
        buf_printf(out, " %s %.15g", wish_compare_mark(wish->compare), wish->bound);
    }
    if (wish->by.len > 0)
        put_order(wish, true, is_in(wish->by, STRETCHES), out);
    return true;
}

/* "the average number of errors per minute": of how many there are in each, one number. */
static bool put_of_counts(struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    const struct str apart = column_of(wish, wish->by_too);
    buf_add(out, STR("SELECT "));
    if (apart.len > 0)
        buf_printf(out, "%.*s, ", STR_ARG(apart));
    if (!put_aggregate(select, out, err))
        return false;
    buf_add(out, STR(" FROM (SELECT "));
    put_columns(select, out);
    buf_printf(out, "count(*) AS n FROM %s%s GROUP BY ALL)", select->table,
               buf_str(&select->where).ptr);
    if (apart.len > 0)
        buf_add(out, STR(" GROUP BY 1 ORDER BY 1"));
    return true;
}

/* The different values of a column; of those that never have such a row, what is left of all. */
static void put_which(struct select *select, struct buf *out)
{
    const struct str by = value_in(select, select->wish->by);
    buf_printf(out, "SELECT DISTINCT %.*s FROM %s", STR_ARG(by), select->table);
    if (select->wish->is_never) {
        struct select all = *select;
        all.where = buf_new(select->arena);
        sql_where_names(&all);
        buf_printf(out, "%s EXCEPT SELECT %.*s FROM %s", buf_str(&all.where).ptr, STR_ARG(by),
                   select->table);
    }
    buf_printf(out, "%s ORDER BY 1", buf_str(&select->where).ptr);
}

/* "how many services logged more than 100 errors": of those that have so many. */
static void put_bounded(struct select *select, struct buf *out)
{
    const struct wish *wish = select->wish;
    const struct str of = value_in(select, wish->of);
    buf_printf(out,
               "SELECT count(*) FROM (SELECT %.*s FROM %s%s GROUP BY 1 HAVING count(*) %s %.15g)",
               STR_ARG(of), select->table, buf_str(&select->where).ptr,
               wish_compare_mark(wish->compare), wish->bound);
}

static bool check_columns(const struct wish *wish, struct err *err)
{
    const struct str used[] = {column_of(wish, wish->by), column_of(wish, wish->by_too),
                               column_of(wish, wish->of)};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        if (used[i].len > 0 && !has_column(wish->table, used[i]))
            return err_set(err, ERR_USAGE, "%s have no %.*s", wish_table_name(wish->table),
                           STR_ARG(used[i]));
    return true;
}

static bool put_select(struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    if (!check_columns(wish, err))
        return false;
    if (wish->what == WANT_WHICH && wish->by.len > 0 &&
        (!wish->compare || wish->table == WISH_METRICS))
        put_which(select, out);
    else if (wish->what == WANT_DISTINCT && wish->compare && !sql_is_of_samples(wish) &&
             wish->by.len == 0)
        put_bounded(select, out);
    else if (wish->what == WANT_WHICH) {
        struct wish counted = *wish;
        counted.what = WANT_COUNT;
        struct select of_counted = *select;
        of_counted.wish = &counted;
        return put_grouped(&of_counted, out, err);
    } else if (wish->what == WANT_ROWS && wish->by.len == 0 &&
               (wish->split_ns == 0 || wish->table != WISH_METRICS)) {
        buf_printf(out, "SELECT * FROM %s%s", select->table, buf_str(&select->where).ptr);
        put_order(wish, false, false, out);
    } else if (!(wish->is_of_counts ? put_of_counts(select, out, err)
                                    : put_grouped(select, out, err)))
        return false;
    if (wish->limit > 0)
        buf_printf(out, " LIMIT %u", wish->limit);
    return true;
}

static void put_calls(struct select *select, struct buf *out)
{
    const struct wish *wish = select->wish;
    const bool is_caller = str_eq(wish->calls, STR("caller"));
    const bool is_counted = wish->what == WANT_COUNT || wish->what == WANT_DISTINCT;
    sql_where_in(select, is_caller ? "callee" : "caller", wish->services, wish->services_count,
                 wish->is_service_not);
    buf_printf(out,
               is_counted ? "SELECT count(DISTINCT %.*s) FROM topology%s"
                          : "SELECT DISTINCT %.*s FROM topology%s ORDER BY 1",
               STR_ARG(wish->calls), buf_str(&select->where).ptr);
}

bool query_put_sql(struct arena *arena, const struct wish *wish, struct str *out, struct err *err)
{
    struct buf text = buf_new(arena);
    struct select select = {
        .arena = arena,
        .wish = wish,
        .table = wish->metrics[0] && wish->metrics[0]->is_counter ? "counters"
                                                                  : wish_table_name(wish->table),
        .where = buf_new(arena),
    };
    if ((wish->metrics[1] && wish->pair != PAIR_BOTH) || wish->ago_ns > 0)
        return err_set(err, ERR_USAGE,
                       "two metrics, or a time `ago`, are for PromQL; in SQL, name one "
                       "metric and its times");
    if (wish->table == WISH_ALERTS && wish->instances_count > 0)
        return err_set(err, ERR_USAGE, "alerts have no instance; name a service");
    struct wish each = *wish;
    if (wish->pair == PAIR_BOTH && wish->metrics[1] && wish->by_too.len == 0) {
        each.by_too = wish->by;
        each.by = STR("metric");
        select.wish = &each;
    }
    if (wish->table == WISH_TOPOLOGY)
        put_calls(&select, &text);
    else {
        sql_where(&select);
        if (!put_select(&select, &text, err))
            return false;
    }
    *out = buf_str(&text);
    return true;
}
