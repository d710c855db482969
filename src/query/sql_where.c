/* SPDX-License-Identifier: Apache-2.0 */
#include "query/sql_where.h"

#include "base/arena.h"
#include "query/status.h"
#include "store/telemetry.h"

static void and (struct select * select)
{
    buf_add(&select->where, select->where.len ? STR(" AND ") : STR(" WHERE "));
}

void sql_where_in(struct select *select, const char *column, const struct str *texts,
                  uint32_t count, bool is_not)
{
    if (count == 0)
        return;
    and(select);
    buf_printf(&select->where, "%s%s", column,
               count > 1 ? is_not ? " NOT IN (" : " IN ("
               : is_not  ? " <> "
                         : " = ");
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&select->where, "%s%s", i ? ", " : "", sql_quote(select->arena, texts[i]).ptr);
    if (count > 1)
        buf_add_char(&select->where, ')');
}

/* Those whose name has the name of a service in it. */
static void put_objects(struct select *select)
{
    const struct wish *wish = select->wish;
    if (wish->services_count == 0)
        return;
    and(select);
    buf_add(&select->where, wish->is_service_not ? STR("NOT (") : STR("("));
    for (uint32_t i = 0; i < wish->services_count; i++)
        buf_printf(&select->where, "%scontains(object, %s)", i ? " OR " : "",
                   sql_quote(select->arena, wish->services[i]).ptr);
    buf_add_char(&select->where, ')');
}

void sql_where_names(struct select *select)
{
    const struct wish *wish = select->wish;
    /* an event has an object of some kind, such as pods/cart-1 or service/cart */
    if (wish->table == WISH_EVENTS) {
        put_objects(select);
        sql_where_in(select, "split_part(object, '/', -1)", wish->instances, wish->instances_count,
                     wish->is_instance_not);
        return;
    }
    sql_where_in(select, "service", wish->services, wish->services_count, wish->is_service_not);
    sql_where_in(select, "instance", wish->instances, wish->instances_count, wish->is_instance_not);
}

static void put_time(struct select *select, const char *compare, int64_t time_ns)
{
    if (time_ns == 0)
        return;
    and(select);
    buf_printf(&select->where, "time %s %s", compare, sql_time(select->arena, time_ns).ptr);
}

/* The newest rows, or the oldest, that lie in so long. */
static void put_end(struct select *select, bool is_newest, int64_t ns)
{
    if (ns == 0)
        return;
    and(select);
    buf_printf(&select->where, "time %s (SELECT %s(time) FROM %s) %c INTERVAL %lld MILLISECOND",
               is_newest ? ">=" : "<", is_newest ? "max" : "min", select->table,
               is_newest ? '-' : '+', (long long)(ns / (NS_PER_S / 1000)));
}

static void put_lasting(struct select *select)
{
    const struct wish *wish = select->wish;
    if (wish->table != WISH_TRACES)
        return;
    if (wish->longer_ns > 0) {
        and(select);
        buf_printf(&select->where, "duration_us %s %lld", wish->is_longer_or ? ">=" : ">",
                   (long long)(wish->longer_ns / 1000));
    }
    if (wish->shorter_ns > 0) {
        and(select);
        buf_printf(&select->where, "duration_us %s %lld", wish->is_shorter_or ? "<=" : "<",
                   (long long)(wish->shorter_ns / 1000));
    }
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
        buf_printf(
            out, "%sregexp_matches(%s, %s)", text->is_not ? "NOT " : "", column,
            sql_quote(arena, str_printf(arena, STATUS_BEFORE "%s" STATUS_BEHIND, text->text.ptr))
                .ptr);
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

static void put_levels(struct select *select)
{
    const struct wish *wish = select->wish;
    struct buf names = buf_new(select->arena);
    uint32_t count = 0;
    if (wish->levels_count == 0)
        return;
    for (uint32_t i = 0; i < wish->levels_count; i++, count++) {
        const bool is_error = str_eq(wish->levels[i], STR("ERROR"));
        buf_printf(&names, "%s'%.*s'%s", i ? ", " : "", STR_ARG(wish->levels[i]),
                   is_error ? ", 'FATAL'" : "");
        count += is_error;
    }
    and(select);
    /* a line without a level is none of them */
    buf_printf(&select->where, wish->is_level_not ? "NOT coalesce(" : "");
    buf_printf(&select->where, count > 1 ? "level IN (%s)" : "level = %s", buf_str(&names).ptr);
    buf_printf(&select->where, wish->is_level_not ? ", false)" : "");
}

#define FAILED "(status = 'ERROR' OR try_cast(status AS INTEGER) >= 500)"

static void put_failed(struct select *select)
{
    if (!select->wish->is_failed)
        return;
    and(select);
    buf_add(&select->where,
            select->wish->is_failed_not ? STR("NOT coalesce(" FAILED ", false)") : STR(FAILED));
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
            sql_where_in(select, wish->values[i]->column.ptr, texts, count, wish->is_value_not);
    }
}

/* What a share can be counted of. */
static const struct {
    enum wish_part part;
    void (*put)(struct select *select);
} parts[] = {
    {PART_VALUES, put_values}, {PART_LEVEL, put_levels},    {PART_FAILED, put_failed},
    {PART_TEXTS, put_texts},   {PART_LASTING, put_lasting},
};

struct str sql_where_part(const struct select *select)
{
    struct select alone = *select;
    alone.where = buf_new(select->arena);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].part == select->wish->part)
            parts[i].put(&alone);
    const struct str where = buf_str(&alone.where);
    return str_slice(where, strlen(" WHERE "), where.len);
}

bool sql_is_of_samples(const struct wish *wish)
{
    return wish->compare && wish->table == WISH_METRICS &&
           ((wish->what == WANT_ROWS && wish->by.len == 0) || wish->what == WANT_WHICH ||
            wish->what == WANT_COUNT || wish->what == WANT_DISTINCT ||
            wish->what == WANT_FIRST_TIME || wish->what == WANT_LAST_TIME);
}

void sql_where(struct select *select)
{
    const struct wish *wish = select->wish;
    if (wish->metrics[0])
        sql_where_in(select, "metric",
                     (struct str[]){wish->metrics[0]->name,
                                    wish->metrics[1] ? wish->metrics[1]->name : STR("")},
                     wish->metrics[1] ? 2 : 1, false);
    sql_where_names(select);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (wish->what != WANT_SHARE || parts[i].part != wish->part)
            parts[i].put(select);
    put_time(select, ">=", wish->from_ns);
    put_time(select, "<", wish->to_ns);
    put_end(select, true, wish->span_ns);
    put_end(select, false, wish->head_ns);
    if (sql_is_of_samples(wish)) {
        and(select);
        buf_printf(&select->where, "value %s %.15g", wish_compare_mark(wish->compare), wish->bound);
    }
}
