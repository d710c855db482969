/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs, events and metrics of Datadog. Keys go into `headers`: DD-API-KEY and DD-APPLICATION-KEY.
 *
 * Of metrics those are asked whose names say what an operator looks at
 * (agent/metrics/vocabulary.h), one by one, as averages by service and host: what the API answers
 * has points at most every 20 s.
 */
#include "agent/metrics/vocabulary.h"
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/url.h"

#include "base/arena.h"

#include <stdlib.h>

#define PAGE_MAX 1000
#define METRICS_MAX 120

static const struct field settings[] = {
    {"query", TYPE_TEXT, FIELD_OPTIONAL, "for logs and events: env:prod; *", NULL},
    {"scope", TYPE_TEXT, FIELD_OPTIONAL, "for metrics: env:prod; *", NULL},
    {"match", TYPE_TEXT, FIELD_OPTIONAL, "only metrics that begin so: shop.", NULL},
    {0},
};

/* ---- asking ---- */

static bool encode_search(struct arena *arena, const struct source *source,
                          const struct question *question, const char *path, struct request *out)
{
    struct url url = url_begin(arena, source->url, path);
    const struct str query = source_text(source, "query", STR("*"));
    json_t *body =
        json_pack("{s:{s:s%,s:s,s:s},s:s,s:{s:i}}", "filter", "query", query.ptr, (size_t)query.len,
                  "from", time_format_rfc3339(arena, question->window.start_ns).ptr, "to",
                  time_format_rfc3339(arena, question->window.end_ns).ptr, "sort", "-timestamp",
                  "page", "limit", PAGE_MAX);
    if (question->cursor.len > 0)
        json_object_set_new(json_object_get(body, "page"), "cursor",
                            json_stringn(question->cursor.ptr, question->cursor.len));
    char *text = json_dumps(body, JSON_COMPACT);
    out->url = url_text(&url);
    out->body = str_copy(arena, str_of(text));
    out->headers[out->headers_count++] =
        (struct header){.name = "Content-Type", .value = STR("application/json")};
    free(text);
    json_decref(body);
    return true;
}

static void encode_samples(struct arena *arena, const struct source *source,
                           const struct question *question, struct request *out)
{
    struct url url = url_begin(arena, source->url, "/api/v1/query");
    url_param_int(&url, "from", question->window.start_ns / NS_PER_S);
    url_param_int(&url, "to", question->window.end_ns / NS_PER_S);
    url_param(&url, "query",
              str_printf(arena, "avg:%.*s{%.*s} by {service,host}", STR_ARG(question->names[0]),
                         STR_ARG(source_text(source, "scope", STR("*")))));
    out->url = url_text(&url);
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url;
    switch (question->wanted) {
    case WANT_LINES:
        return encode_search(arena, source, question, "/api/v2/logs/events/search", out);
    case WANT_EVENTS:
        return encode_search(arena, source, question, "/api/v2/events/search", out);
    case WANT_NAMES:
        url = url_begin(arena, source->url, "/api/v1/metrics");
        url_param_int(&url, "from", question->window.start_ns / NS_PER_S);
        out->url = url_text(&url);
        return true;
    case WANT_SAMPLES:
        encode_samples(arena, source, question, out);
        return true;
    default:
        return err_set(err, ERR_USAGE, "Datadog has no %s", wanted_name(question->wanted));
    }
}

/* ---- reading ---- */

/* ["service:cart", "env:prod"] */
static struct labelled tags_of(struct arena *scratch, const json_t *tags)
{
    struct label *labels = arena_push_many(scratch, struct label, ANSWER_LABELS_MAX);
    struct labelled out = {.labels = labels};
    const json_t *tag;
    size_t i;
    json_array_foreach(tags, i, tag)
    {
        struct str value = answer_string(tag), name;
        if (out.count < ANSWER_LABELS_MAX && str_split(&value, ':', &name) && value.len > 0)
            labels[out.count++] = (struct label){.name = name, .value = value};
    }
    return out;
}

static struct str either(struct str a, struct str b)
{
    return a.len > 0 ? a : b;
}

static void decode_line(struct arena *scratch, const struct source *source, const json_t *one,
                        struct gathered *out)
{
    const json_t *attributes = json_object_get(one, "attributes");
    const struct labelled tags = tags_of(scratch, json_object_get(attributes, "tags"));
    const struct labelled own = answer_labels(scratch, json_object_get(attributes, "attributes"));
    struct log_row row = {
        .service =
            either(answer_text(attributes, "service"), mapping_service(&source->mapping, &tags)),
        .instance = either(mapping_value(&source->mapping, MAPPED_INSTANCE, &tags, NULL),
                           answer_text(attributes, "host")),
        .level = answer_text(attributes, "status"),
        .message = answer_text(attributes, "message"),
        .trace_id = mapping_value(&source->mapping, MAPPED_TRACE_ID, &own, NULL),
        .span_id = mapping_value(&source->mapping, MAPPED_SPAN_ID, &own, NULL),
        .more = {.labels = own.labels, .count = own.count}};
    if (time_parse_rfc3339(answer_text(attributes, "timestamp"), &row.time_ns))
        rows_log(&out->rows, &row);
}

static void decode_event(struct arena *scratch, const struct source *source, const json_t *one,
                         struct gathered *out)
{
    const json_t *attributes = json_object_get(one, "attributes");
    const json_t *own = json_object_get(attributes, "attributes");
    const struct labelled tags = tags_of(scratch, json_object_get(attributes, "tags"));
    const struct str status = answer_text(own, "status");
    struct event_row row = {.type = str_eq(status, STR("error")) || str_eq(status, STR("warn"))
                                        ? STR("Warning")
                                        : STR("Normal"),
                            .reason = answer_text(own, "title"),
                            .object = mapping_service(&source->mapping, &tags),
                            .source = STR("datadog"),
                            .message = answer_text(attributes, "message")};
    if (time_parse_rfc3339(answer_text(attributes, "timestamp"), &row.time_ns))
        rows_event(&out->rows, &row);
}

static bool is_wanted(struct str name, struct str match)
{
    return name.len > 0 && str_starts(name, match) &&
           (match.len > 0 || metric_meaning_of(name).kind != METRIC_OTHER);
}

static void decode_names(const struct source *source, const struct question *question,
                         const json_t *root, struct gathered *out)
{
    const struct str match = source_text(source, "match", STR(""));
    const json_t *one;
    size_t i, asked = 0, wanted = 0;
    json_array_foreach(json_object_get(root, "metrics"), i, one)
    {
        const struct str name = answer_string(one);
        struct question next = *question;
        next.wanted = WANT_SAMPLES;
        next.names = &name;
        next.names_count = 1;
        if (!is_wanted(name, match))
            continue;
        wanted++;
        if (asked < METRICS_MAX) {
            gathered_ask(out, &next);
            asked++;
        }
    }
    if (wanted > asked)
        gathered_left_out(out, "of %zu metrics %zu were asked; `match` says which matter", wanted,
                          asked);
}

static void decode_series(struct arena *scratch, const struct source *source, const json_t *one,
                          struct gathered *out)
{
    const struct labelled tags = tags_of(scratch, json_object_get(one, "tag_set"));
    struct str told[2];
    const struct str service = mapping_service(&source->mapping, &tags);
    (void)mapping_value(&source->mapping, MAPPED_SERVICE, &tags, &told[0]);
    const struct series_row row = {
        .service = service,
        .instance = mapping_value(&source->mapping, MAPPED_INSTANCE, &tags, &told[1]),
        .metric = answer_text(one, "metric"),
        .labels = labels_as_json(scratch, &tags, told, 2)};
    const json_t *point;
    size_t i;
    rows_series(&out->rows, &row);
    json_array_foreach(json_object_get(one, "pointlist"), i, point)
    {
        const json_t *value = json_array_get(point, 1);
        int64_t time_ns;
        if (json_is_number(value) &&
            time_from_real(json_number_value(json_array_get(point, 0)), &time_ns))
            rows_sample(&out->rows, time_ns,
                        str_printf(scratch, "%.17g", json_number_value(value)));
    }
}

static void ask_on(const struct question *question, const json_t *root, struct gathered *out)
{
    const json_t *page = json_object_get(json_object_get(root, "meta"), "page");
    struct question next = *question;
    next.cursor = answer_text(page, "after");
    if (next.cursor.len > 0)
        gathered_ask(out, &next);
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    const json_t *one;
    size_t i;
    if (!answer_json(scratch, body, &root, err))
        return false;
    switch (question->wanted) {
    case WANT_NAMES:
        decode_names(source, question, root, out);
        return true;
    case WANT_SAMPLES:
        json_array_foreach(json_object_get(root, "series"), i, one)
            decode_series(scratch, source, one, out);
        return true;
    default:
        break;
    }
    if (!json_is_array(json_object_get(root, "data")))
        return err_set(err, ERR_PROTOCOL, "the answer has no `data`; is it Datadog's API?");
    json_array_foreach(json_object_get(root, "data"), i, one)
    {
        if (question->wanted == WANT_LINES)
            decode_line(scratch, source, one, out);
        else
            decode_event(scratch, source, one, out);
    }
    ask_on(question, root, out);
    return true;
}

const struct connector connector_datadog = {
    .name = "datadog",
    .summary = "logs, events and metrics of Datadog",
    .signal = SIGNAL_METRICS,
    .settings = settings,
    .first = {{WANT_EVENTS, true}, {WANT_LINES, true}, {WANT_NAMES, true}},
    .first_count = 3,
    .encode = encode,
    .decode = decode,
};
