/* SPDX-License-Identifier: Apache-2.0 */
/* Over the tables of docs/bundle.md, in DuckDB's dialect. */
#include "query/query.h"

#include "base/arena.h"
#include "base/buf.h"

struct select {
    struct arena *arena;
    const struct wish *wish;
    const char *table;
    struct buf where;
};

static struct str column_of(const struct wish *wish, struct str by)
{
    return wish->table == WISH_EVENTS && (str_eq(by, STR("instance")) || str_eq(by, STR("service")))
               ? STR("object")
               : by;
}

static bool has_column(enum wish_table table, struct str column)
{
    static const char *const columns[] = {
        [WISH_NONE] = "",
        [WISH_LOGS] = "minute|hour|service|instance|level",
        [WISH_TRACES] = "minute|hour|service|instance|operation|status|kind|trace_id",
        [WISH_METRICS] = "minute|hour|service|instance|metric",
        [WISH_CHANGES] = "minute|hour|service|instance|kind|author",
        [WISH_EVENTS] = "minute|hour|object|reason|type",
        [WISH_TOPOLOGY] = "",
        [WISH_ALERTS] = "minute|hour|service|name|severity|status",
    };
    struct str rest = str_of(columns[table]), one;
    while (str_split(&rest, '|', &one))
        if (str_eq(one, column))
            return true;
    return false;
}

/* ---- conditions ---- */

static void and (struct select * select)
{
    buf_add(&select->where, select->where.len ? STR(" AND ") : STR(" WHERE "));
}

static void put_in(struct select *select, const char *column, const struct str *texts,
                   uint32_t count)
{
    if (count == 0)
        return;
    and(select);
    buf_printf(&select->where, count == 1 ? "%s = " : "%s IN (", column);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&select->where, "%s%s", i ? ", " : "", sql_quote(select->arena, texts[i]).ptr);
    if (count > 1)
        buf_add_char(&select->where, ')');
}

static void put_time(struct select *select, const char *compare, int64_t time_ns)
{
    if (time_ns == 0)
        return;
    and(select);
    buf_printf(&select->where, "time %s %s", compare, sql_time(select->arena, time_ns).ptr);
}

static void put_longer(struct select *select, const char *compare, int64_t ns)
{
    if (ns == 0)
        return;
    and(select);
    buf_printf(&select->where, "duration_us %s %lld", compare, (long long)(ns / 1000));
}

/* % and _ are what they are, not marks of a pattern. */
static struct str pattern_of(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    buf_add_char(&out, '%');
    for (size_t i = 0; i < text.len; i++) {
        if (strchr("%_\\", text.ptr[i]) && text.ptr[i])
            buf_add_char(&out, '\\');
        buf_add_char(&out, text.ptr[i]);
    }
    buf_add_char(&out, '%');
    return buf_str(&out);
}

/* As servers write it: behind the request in quotes, or after the word. */
#define STATUS_BEFORE "(\" |[Ss]tatus([_ ]?[Cc]ode)?[\"'']?[=: ]+[\"'']?)"

static void put_text(struct select *select, const struct wish_text *text)
{
    struct arena *arena = select->arena;
    struct buf *out = &select->where;
    const enum wish_table table = select->wish->table;
    const char *column = table == WISH_TRACES    ? "operation"
                         : table == WISH_ALERTS  ? "name"
                         : table == WISH_METRICS ? "metric"
                                                 : "message";
    switch (text->kind) {
    case WISH_QUOTED:
        buf_printf(out, "%scontains(%s, %s)", text->is_not ? "NOT " : "", column,
                   sql_quote(arena, text->text).ptr);
        break;
    case WISH_BARE:
        buf_printf(out, "%s %sILIKE %s ESCAPE '\\'", column, text->is_not ? "NOT " : "",
                   sql_quote(arena, pattern_of(arena, text->text)).ptr);
        break;
    case WISH_STATUS: /* digits and classes of digits alone */
        buf_printf(out, "regexp_matches(%s, '" STATUS_BEFORE "%s\\b')", column, text->text.ptr);
        break;
    }
}

/* One after the other; those that are an alternative of the one before stand in brackets with it.
 */
static void put_texts(struct select *select)
{
    const struct wish *wish = select->wish;
    for (uint32_t i = 0, end; i < wish->texts_count; i = end) {
        for (end = i + 1; end < wish->texts_count && wish->texts[end].is_or; end++)
            ;
        and(select);
        for (uint32_t k = i; k < end; k++) {
            if (end > i + 1)
                buf_add(&select->where, k == i                  ? STR("(")
                                        : wish->texts[k].is_not ? STR(" AND ")
                                                                : STR(" OR "));
            put_text(select, &wish->texts[k]);
        }
        if (end > i + 1)
            buf_add_char(&select->where, ')');
    }
}

static const char *levels_of(struct str level)
{
    return str_eq(level, STR("ERROR"))   ? "level IN ('ERROR', 'FATAL')"
           : str_eq(level, STR("FATAL")) ? "level = 'FATAL'"
           : str_eq(level, STR("WARN"))  ? "level = 'WARN'"
           : str_eq(level, STR("INFO"))  ? "level = 'INFO'"
                                         : "level = 'DEBUG'";
}

#define FAILED "(status = 'ERROR' OR try_cast(status AS INTEGER) >= 500)"

/* What a share is counted of is no condition of its own. */
static const char *part_of(const struct wish *wish)
{
    return wish->is_failed ? FAILED : wish->level.len ? levels_of(wish->level) : NULL;
}

static void put_values(struct select *select)
{
    const struct wish *wish = select->wish;
    for (uint32_t i = 0; i < wish->values_count; i++) {
        struct str texts[WISH_NAMES_MAX];
        uint32_t count = 0;
        bool is_first = true;
        for (uint32_t k = 0; k < wish->values_count; k++)
            if (str_eq(wish->values[k]->column, wish->values[i]->column)) {
                is_first &= k >= i;
                texts[count++] = wish->values[k]->text;
            }
        if (is_first)
            put_in(select, wish->values[i]->column.ptr, texts, count);
    }
}

static void put_where(struct select *select)
{
    const struct wish *wish = select->wish;
    if (wish->metrics[0])
        put_in(select, "metric",
               (struct str[]){wish->metrics[0]->name,
                              wish->metrics[1] ? wish->metrics[1]->name : STR("")},
               wish->metrics[1] ? 2 : 1);
    put_in(select, "service", wish->services, wish->services_count);
    put_in(select, wish->table == WISH_EVENTS ? "object" : "instance", wish->instances,
           wish->instances_count);
    put_values(select);
    if (part_of(wish) && wish->what != WANT_SHARE) {
        and(select);
        buf_printf(&select->where, wish->is_level_not ? "NOT (%s)" : "%s", part_of(wish));
    }
    put_texts(select);
    if (wish->table == WISH_TRACES) {
        put_longer(select, ">", wish->longer_ns);
        put_longer(select, "<", wish->shorter_ns);
    }
    put_time(select, ">=", wish->from_ns);
    put_time(select, "<", wish->to_ns);
    if (wish->span_ns > 0) {
        and(select);
        buf_printf(&select->where, "time >= (SELECT max(time) FROM %s) - INTERVAL %lld MILLISECOND",
                   select->table, (long long)(wish->span_ns / (NS_PER_S / 1000)));
    }
}

/* ---- what is told ---- */

static bool put_rate(const struct wish *wish, struct buf *out, struct err *err)
{
    const int64_t span = wish->span_ns                  ? wish->span_ns
                         : wish->from_ns && wish->to_ns ? wish->to_ns - wish->from_ns
                                                        : 0;
    if (str_eq(wish->by, STR("minute")) || str_eq(wish->by, STR("hour")))
        buf_printf(out, "count(*) / %d.0", str_eq(wish->by, STR("hour")) ? 3600 : 60);
    else if (span > 0)
        buf_printf(out, "count(*) / %.17g::DOUBLE", (double)span / (double)NS_PER_S);
    else
        buf_add(
            out,
            STR("count(*) / nullif(date_diff('millisecond', min(time), max(time)) / 1000.0, 0)"));
    return wish->table != WISH_METRICS ||
           err_set(err, ERR_USAGE, "a rate of a metric that is no counter; ask for its mean");
}

static bool put_value(const struct wish *wish, struct wish_value asked, struct buf *out,
                      struct err *err)
{
    static const char *const functions[] = {
        [WANT_SUM] = "sum", [WANT_MEAN] = "avg", [WANT_MAX] = "max", [WANT_MIN] = "min"};
    const char *value = wish->table == WISH_METRICS  ? "value"
                        : wish->table == WISH_TRACES ? "duration_us"
                                                     : NULL;
    switch (asked.what) {
    case WANT_ROWS:
        if (wish->table != WISH_METRICS)
            break;
        buf_add(out, STR("avg(value)")); /* of a level by the minute, its mean */
        return true;
    case WANT_WHICH:
        break;
    case WANT_COUNT:
        buf_add(out, STR("count(*)"));
        return true;
    case WANT_RATE:
        return put_rate(wish, out, err);
    case WANT_SHARE:
        if (!part_of(wish))
            break;
        buf_printf(out, "%savg(coalesce(%s%s, false)::INTEGER)", wish->is_percent ? "100.0 * " : "",
                   wish->is_level_not ? "NOT " : "", part_of(wish));
        return true;
    case WANT_DISTINCT: {
        const struct str by = column_of(wish, wish->by);
        buf_printf(out, "count(DISTINCT %.*s)", STR_ARG(by));
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
    case WANT_INCREASE:
        if (!value)
            break;
        buf_printf(out, "arg_max(%s, time) - arg_min(%s, time)", value, value);
        return true;
    case WANT_QUANTILE:
        if (!value)
            break;
        buf_printf(out, "quantile_cont(%s, %.12g)", value, asked.quantile);
        return true;
    case WANT_SUM:
    case WANT_MEAN:
    case WANT_MAX:
    case WANT_MIN:
        if (!value)
            break;
        buf_printf(out, "%s(%s)", functions[asked.what], value);
        return true;
    }
    return err_set(err, ERR_USAGE, "of %s that cannot be worked out", wish_table_name(wish->table));
}

static bool put_aggregate(const struct wish *wish, struct buf *out, struct err *err)
{
    if (!put_value(wish, (struct wish_value){wish->what, wish->quantile}, out, err))
        return false;
    if (wish->too.what == WANT_ROWS)
        return true;
    buf_add(out, STR(", "));
    return put_value(wish, wish->too, out, err);
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

/* The bound is one of each sample, not of what is worked out of them. */
static bool is_of_samples(const struct wish *wish)
{
    return wish->has_bound && wish->table == WISH_METRICS &&
           ((wish->what == WANT_ROWS && wish->by.len == 0) || wish->what == WANT_WHICH ||
            wish->what == WANT_FIRST_TIME || wish->what == WANT_LAST_TIME);
}

static bool put_grouped(struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    const struct str by = column_of(wish, wish->by), by_too = column_of(wish, wish->by_too);
    const bool is_bucket = str_eq(by, STR("minute")) || str_eq(by, STR("hour"));
    buf_add(out, STR("SELECT "));
    if (is_bucket)
        buf_printf(out, "date_trunc('%.*s', time) AS %.*s, ", STR_ARG(by), STR_ARG(by));
    else if (by.len > 0)
        buf_printf(out, "%.*s, ", STR_ARG(by));
    if (by_too.len > 0)
        buf_printf(out, "%.*s, ", STR_ARG(by_too));
    if (!put_aggregate(wish, out, err))
        return false;
    buf_printf(out, " FROM %s", select->table);
    buf_add(out, buf_str(&select->where));
    if (by.len > 0)
        buf_add(out, by_too.len > 0 ? STR(" GROUP BY 1, 2") : STR(" GROUP BY 1"));
    if (wish->has_bound && !is_of_samples(wish)) {
        buf_add(out, STR(" HAVING "));
        if (!put_aggregate(wish, out, err))
            return false;
        buf_printf(out, " %c %.15g", wish->is_below ? '<' : '>', wish->bound);
    }
    if (by.len > 0)
        put_order(wish, true, is_bucket, out);
    return true;
}

static bool put_select(struct select *select, struct buf *out, struct err *err)
{
    const struct wish *wish = select->wish;
    const struct str by = column_of(wish, wish->by);
    const bool is_list = wish->what == WANT_ROWS && by.len == 0;
    const struct str by_too = column_of(wish, wish->by_too);
    const bool is_known = by.len == 0 || has_column(wish->table, by);
    if (!is_known || (by_too.len > 0 && !has_column(wish->table, by_too)))
        return err_set(err, ERR_USAGE, "%s have no %.*s", wish_table_name(wish->table),
                       STR_ARG(is_known ? by_too : by));
    if (is_of_samples(wish)) {
        and(select);
        buf_printf(&select->where, "value %c %.15g", wish->is_below ? '<' : '>', wish->bound);
    }
    if (wish->what == WANT_WHICH && wish->has_bound && wish->table != WISH_METRICS) {
        struct wish counted = *wish;
        struct select of_counted = *select;
        counted.what = WANT_COUNT;
        of_counted.wish = &counted;
        return put_grouped(&of_counted, out, err);
    }
    if (wish->what == WANT_WHICH)
        buf_printf(out, "SELECT DISTINCT %.*s FROM %s%s ORDER BY 1", STR_ARG(by), select->table,
                   buf_str(&select->where).ptr);
    else if (is_list) {
        buf_printf(out, "SELECT * FROM %s%s", select->table, buf_str(&select->where).ptr);
        put_order(wish, false, false, out);
    } else if (wish->what == WANT_DISTINCT) {
        buf_add(out, STR("SELECT "));
        if (!put_aggregate(wish, out, err))
            return false;
        buf_printf(out, " FROM %s%s", select->table, buf_str(&select->where).ptr);
    } else if (!put_grouped(select, out, err))
        return false;
    if (wish->limit > 0)
        buf_printf(out, " LIMIT %u", wish->limit);
    return true;
}

static void put_calls(struct select *select, struct buf *out)
{
    const struct wish *wish = select->wish;
    const bool is_caller = str_eq(wish->calls, STR("caller"));
    put_in(select, is_caller ? "callee" : "caller", wish->services, wish->services_count);
    buf_printf(out, "SELECT DISTINCT %.*s FROM topology%s ORDER BY 1", STR_ARG(wish->calls),
               buf_str(&select->where).ptr);
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
        put_where(&select);
        if (!put_select(&select, &text, err))
            return false;
    }
    *out = buf_str(&text);
    return true;
}
