/* SPDX-License-Identifier: Apache-2.0 */
/*
 * LogQL: a stream selector, line filters, and what is counted over a stretch. Streams are told
 * apart by the labels service, instance and level, levels in small letters.
 */
#include "base/arena.h"
#include "data/json.h"
#include "query/labels.h"
#include "query/query.h"
#include "query/status.h"

static void put_selector(struct buf *out, struct arena *arena, const struct wish *wish)
{
    struct str levels[WISH_NAMES_MAX];
    for (uint32_t i = 0; i < wish->levels_count; i++)
        levels[i] = str_lower(arena, wish->levels[i]);
    const bool is_named = (wish->services_count > 0 && !wish->is_service_not) ||
                          (wish->instances_count > 0 && !wish->is_instance_not);
    const bool is_level = wish->levels_count > 0 && !wish->is_level_not;
    buf_add_char(out, '{');
    /* Loki wants one matcher that is not true of an empty text */
    if (!is_named && !(is_level && wish->services_count + wish->instances_count > 0))
        buf_add(out, STR("service=~\".+\""));
    labels_put_matcher(out, "service", wish->services, wish->services_count, wish->is_service_not);
    labels_put_matcher(out, "instance", wish->instances, wish->instances_count,
                       wish->is_instance_not);
    labels_put_matcher(out, "level", levels, wish->levels_count, wish->is_level_not);
    buf_add_char(out, '}');
}

/* `text` as a regular expression of itself. */
static void put_pattern(struct buf *out, struct str text)
{
    for (size_t c = 0; c < text.len; c++) {
        if (strchr(".+*?()[]{}|^$\\", text.ptr[c]) && text.ptr[c])
            buf_add_char(out, '\\');
        buf_add_char(out, text.ptr[c]);
    }
}

/* Texts [from, to) of which any will do. */
static void put_filter(struct buf *out, struct arena *arena, const struct wish *wish, uint32_t from,
                       uint32_t to)
{
    const struct wish_text *text = &wish->texts[from];
    const bool is_plain = text->kind == WISH_QUOTED && to == from + 1;
    struct buf pattern = buf_new(arena);
    buf_printf(out, " %s ", is_plain ? text->is_not ? "!=" : "|=" : text->is_not ? "!~" : "|~");
    if (text->kind == WISH_BARE)
        buf_add(&pattern, STR("(?i)"));
    for (uint32_t i = from; i < to; i++) {
        if (i > from)
            buf_add_char(&pattern, '|');
        if (is_plain)
            buf_add(&pattern, text->text);
        else if (text->kind == WISH_STATUS)
            buf_printf(&pattern, STATUS_BEFORE "%s" STATUS_BEHIND, wish->texts[i].text.ptr);
        else
            put_pattern(&pattern, wish->texts[i].text);
    }
    json_put_text(out, buf_str(&pattern));
}

static void put_filters(struct buf *out, struct arena *arena, const struct wish *wish)
{
    for (uint32_t i = 0, end; i < wish->texts_count; i = end) {
        for (end = i + 1; end < wish->texts_count && wish->texts[end].is_or; end++)
            ;
        put_filter(out, arena, wish, i, end);
    }
}

static bool is_label(struct str by)
{
    return str_eq(by, STR("service")) || str_eq(by, STR("instance")) || str_eq(by, STR("level"));
}

static bool put_counted(struct buf *out, struct arena *arena, const struct wish *wish,
                        struct err *err)
{
    const bool is_minute = str_eq(wish->by, STR("minute")), is_hour = str_eq(wish->by, STR("hour"));
    const bool is_bucket = str_eq(wish->by, STR("bucket"));
    const int64_t range = is_minute           ? 60 * NS_PER_S
                          : is_hour           ? 3600 * NS_PER_S
                          : is_bucket         ? wish->bucket_ns
                          : wish->span_ns > 0 ? wish->span_ns
                                              : LABELS_RANGE_NS;
    const bool is_stretch = is_minute || is_hour || is_bucket;
    const struct str by = is_stretch ? wish->by_too : wish->by;
    const struct str too = is_stretch ? STR("") : wish->by_too;
    if ((by.len > 0 && !is_label(by)) || (too.len > 0 && !is_label(too)))
        return err_set(err, ERR_USAGE, "streams have no label %.*s",
                       STR_ARG(is_label(by) ? too : by));
    const bool is_sorted = wish->limit == 0 && (wish->is_top || wish->is_bottom);
    if (is_sorted)
        buf_add(out, wish->is_top ? STR("sort_desc(") : STR("sort("));
    if (wish->limit > 0)
        buf_printf(out, "%s(%u, ", wish->is_bottom ? "bottomk" : "topk", wish->limit);
    buf_add(out, STR("sum"));
    if (by.len > 0)
        buf_printf(out, " by (%.*s%s%.*s) ", STR_ARG(by), too.len ? ", " : "", STR_ARG(too));
    buf_printf(out, "(%s(",
               wish->what == WANT_BYTES && wish->is_rate ? "bytes_rate"
               : wish->what == WANT_RATE                 ? "rate"
               : wish->what == WANT_BYTES                ? "bytes_over_time"
                                                         : "count_over_time");
    put_selector(out, arena, wish);
    put_filters(out, arena, wish);
    buf_add(out, wish->texts_count ? STR(" [") : STR("["));
    labels_put_duration(out, range);
    buf_add(out, STR("]"));
    if (wish->ago_ns > 0) {
        buf_add(out, STR(" offset "));
        labels_put_duration(out, wish->ago_ns);
    }
    buf_add(out, wish->limit > 0 || is_sorted ? STR(")))") : STR("))"));
    if (wish->compare)
        buf_printf(out, " %s %.15g",
                   wish->compare == COMPARE_EQUAL ? "==" : wish_compare_mark(wish->compare),
                   wish->bound);
    return true;
}

/* Lines of a level, or with a text, among all. */
static bool put_share(struct buf *out, struct arena *arena, const struct wish *wish,
                      struct err *err)
{
    struct wish part = *wish, all = *wish;
    part.what = all.what = WANT_COUNT;
    if (wish->part == PART_LEVEL) {
        all.levels_count = 0;
        all.is_level_not = false;
    } else if (wish->part == PART_TEXTS)
        all.texts_count = 0;
    else
        return err_set(err, ERR_USAGE,
                       "a share of lines is one of a level, such as errors, or with a text");
    if (wish->is_percent)
        buf_add(out, STR("100 * "));
    if (!put_counted(out, arena, &part, err))
        return false;
    buf_add(out, STR(" / "));
    return put_counted(out, arena, &all, err);
}

bool query_put_logql(struct arena *arena, const struct wish *wish, struct str *out, struct err *err)
{
    struct buf text = buf_new(arena);
    if (wish->from_ns || wish->to_ns)
        return err_set(err, ERR_USAGE,
                       "the hours of a query in LogQL are given beside it: say `in "
                       "the last N minutes`, or nothing");
    switch (wish->what) {
    case WANT_ROWS:
        if (wish->by.len == 0 && wish->limit == 0) {
            put_selector(&text, arena, wish);
            put_filters(&text, arena, wish);
            break;
        }
        /* fall through */
    case WANT_WHICH:
    case WANT_COUNT:
    case WANT_SUM:
    case WANT_RATE:
    case WANT_BYTES:
        if (!put_counted(&text, arena, wish, err))
            return false;
        break;
    case WANT_SHARE:
        if (!put_share(&text, arena, wish, err))
            return false;
        break;
    default:
        return err_set(err, ERR_USAGE, "of lines, LogQL counts how many there are, not that");
    }
    *out = buf_str(&text);
    return true;
}
