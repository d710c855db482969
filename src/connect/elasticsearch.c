/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log lines out of Elasticsearch or OpenSearch: the search API, a page at a time, the newest first,
 * so that where the time does not suffice the hour before is what is missing.
 *
 * Pages follow each other by `search_after`; what tells lines of one moment apart is the number
 * that each shard gives its documents.
 */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/url.h"

#include "base/arena.h"

#include <stdlib.h>

#define PAGE_MAX 5000 /* half of what an index allows in one page where nobody has changed it */

static const struct field settings[] = {
    {"index", TYPE_TEXT, FIELD_OPTIONAL, "which indices, with commas and stars; logs-*", NULL},
    {"query", TYPE_TEXT, FIELD_OPTIONAL,
     "in Lucene's syntax, for all searches: kubernetes.namespace:shop", NULL},
    {"time_field", TYPE_TEXT, FIELD_OPTIONAL, "@timestamp", NULL},
    {0},
};

static struct str time_field(const struct source *source)
{
    return source_text(source, "time_field", STR("@timestamp"));
}

/* ---- asking ---- */

static json_t *range_of(struct arena *arena, const struct source *source, struct window window)
{
    json_t *range = json_object();
    json_object_set_new(range, time_field(source).ptr,
                        json_pack("{s:s,s:s,s:s}", "gte",
                                  time_format_rfc3339(arena, window.start_ns).ptr, "lte",
                                  time_format_rfc3339(arena, window.end_ns).ptr, "format",
                                  "strict_date_optional_time"));
    return json_pack("{s:o}", "range", range);
}

static json_t *sort_by(const char *name, const char *order)
{
    json_t *sort = json_object();
    json_object_set_new(sort, name, json_pack("{s:s}", "order", order));
    return sort;
}

static json_t *search_of(struct arena *arena, const struct source *source,
                         const struct question *question)
{
    const struct str query = source_text(source, "query", STR(""));
    json_t *filter = json_array();
    json_array_append_new(filter, range_of(arena, source, question->window));
    if (query.len > 0)
        json_array_append_new(
            filter, json_pack("{s:{s:s%}}", "query_string", "query", query.ptr, (size_t)query.len));
    json_t *search = json_pack("{s:i,s:[o,o],s:b,s:{s:{s:o}}}", "size", PAGE_MAX, "sort",
                               sort_by(time_field(source).ptr, "desc"), sort_by("_seq_no", "desc"),
                               "track_total_hits", 0, "query", "bool", "filter", filter);
    if (question->cursor.len > 0)
        json_object_set_new(search, "search_after",
                            json_loadb(question->cursor.ptr, question->cursor.len, 0, NULL));
    return search;
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    if (question->wanted != WANT_LINES)
        return err_set(err, ERR_USAGE, "Elasticsearch has no %s", wanted_name(question->wanted));
    struct url url = url_begin(arena, source->url, "");
    url_part(&url, source_text(source, "index", STR("logs-*")));
    buf_add(&url.text, STR("/_search?ignore_unavailable=true&allow_no_indices=true"));
    json_t *search = search_of(arena, source, question);
    char *text = json_dumps(search, JSON_COMPACT);
    out->url = url_text(&url);
    out->body = str_copy(arena, str_of(text));
    out->headers[out->headers_count++] =
        (struct header){.name = "Content-Type", .value = STR("application/json")};
    free(text);
    json_decref(search);
    return true;
}

/* ---- reading ---- */

static bool read_time(const struct source *source, const struct labelled *fields, int64_t *out)
{
    const struct str own = labelled_value(fields, time_field(source));
    return time_parse(own, out) ||
           time_parse(mapping_value(&source->mapping, MAPPED_TIME, fields, NULL), out);
}

/* What became a column is no attribute besides. */
static struct more rest_of(struct arena *scratch, const struct labelled *fields,
                           const struct str *told, uint32_t told_count)
{
    struct label *labels = arena_push_many(scratch, struct label, fields->count + 1);
    struct more more = {.labels = labels};
    for (uint32_t i = 0; i < fields->count; i++) {
        bool is_told = false;
        for (uint32_t k = 0; k < told_count; k++)
            is_told = is_told || str_eq(fields->labels[i].name, told[k]);
        if (!is_told)
            labels[more.count++] = fields->labels[i];
    }
    return more;
}

static bool decode_hit(struct arena *scratch, const struct source *source, const json_t *hit,
                       struct gathered *out)
{
    static const enum mapped which[] = {MAPPED_MESSAGE, MAPPED_SERVICE,  MAPPED_INSTANCE,
                                        MAPPED_LEVEL,   MAPPED_TRACE_ID, MAPPED_SPAN_ID};
    const struct labelled fields = answer_labels(scratch, json_object_get(hit, "_source"));
    struct str told[sizeof which / sizeof *which + 1], value[sizeof which / sizeof *which];
    struct log_row row = {0};
    if (!read_time(source, &fields, &row.time_ns))
        return false;
    for (size_t i = 0; i < sizeof which / sizeof *which; i++)
        value[i] = mapping_value(&source->mapping, which[i], &fields, &told[i]);
    told[sizeof which / sizeof *which] = time_field(source);
    row.message = value[0];
    row.service = mapping_service(&source->mapping, &fields);
    row.instance = value[2];
    row.level = value[3];
    row.trace_id = value[4];
    row.span_id = value[5];
    row.more = rest_of(scratch, &fields, told, sizeof told / sizeof *told);
    rows_log(&out->rows, &row);
    return true;
}

static void ask_on(const struct question *question, const json_t *last, struct gathered *out)
{
    struct question next = *question;
    char *cursor = json_dumps(json_object_get(last, "sort"), JSON_COMPACT);
    next.cursor = str_of(cursor);
    if (cursor)
        gathered_ask(out, &next);
    free(cursor);
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    const json_t *hit;
    size_t i, without_time = 0;
    if (!answer_json(scratch, body, &root, err))
        return false;
    const json_t *hits = json_object_get(json_object_get(root, "hits"), "hits");
    if (!json_is_array(hits))
        return err_set(err, ERR_PROTOCOL, "the answer has no `hits`; is it Elasticsearch?");
    json_array_foreach(hits, i, hit) without_time += !decode_hit(scratch, source, hit, out);
    if (without_time > 0)
        gathered_left_out(out, "%zu documents have no time in `%.*s`", without_time,
                          STR_ARG(time_field(source)));
    if (json_is_true(json_object_get(root, "timed_out")) ||
        json_integer_value(json_object_get(json_object_get(root, "_shards"), "failed")) > 0)
        gathered_left_out(out, "not all shards have answered");
    if (json_array_size(hits) == PAGE_MAX)
        ask_on(question, json_array_get(hits, PAGE_MAX - 1), out);
    return true;
}

const struct connector connector_elasticsearch = {
    .name = "elasticsearch",
    .summary = "log lines of Elasticsearch or OpenSearch",
    .signal = SIGNAL_LOGS,
    .port = ":9200",
    .settings = settings,
    .first = {{WANT_LINES, false}},
    .first_count = 1,
    .encode = encode,
    .decode = decode,
};
