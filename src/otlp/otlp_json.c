/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same in JSON: names in lowerCamelCase, ids in hexadecimal digits, 64-bit numbers as texts or
 * numbers, enums as numbers or, as protobuf's own JSON has them, names.
 */
#include "otlp/decode.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "otlp/attributes.h"
#include "otlp/parse.h"

#include <math.h>
#include <stdlib.h>

struct decoding {
    struct harvest *harvest;
    struct harvest_origin origin;
};

/* ---- values ---- */

static struct str text_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return (struct str){.ptr = json_string_value(value), .len = json_string_length(value)};
}

/* A 64-bit number, as a text or a number; what is none of these, or negative, is 0. */
static uint64_t number_at(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    int64_t number = 0;
    if (json_is_integer(value))
        number = json_integer_value(value);
    else if (!json_is_string(value) || !str_to_int(text_at(object, name), &number))
        return 0;
    return number > 0 ? (uint64_t)number : 0;
}

/* Also "NaN" and "Infinity". */
static bool real_at(const json_t *object, const char *name, double *out)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value)) {
        char *end;
        *out = strtod(json_string_value(value), &end);
        return end > json_string_value(value) && !*end;
    }
    *out = json_number_value(value);
    return json_is_number(value);
}

/* The number of an enum that may be its name: the last word of it counts. */
static uint64_t enum_at(const json_t *object, const char *name, const char *const *words,
                        uint64_t count)
{
    const struct str text = text_at(object, name);
    for (uint64_t i = 0; text.len > 0 && i < count; i++)
        if (str_ends(text, str_of(words[i])))
            return i;
    return number_at(object, name);
}

/* The member of an AnyValue that holds the value. */
static const char *any_kind(const json_t *any)
{
    static const char *const kinds[] = {"stringValue", "boolValue",   "intValue",  "doubleValue",
                                        "arrayValue",  "kvlistValue", "bytesValue"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (json_object_get(any, kinds[i]))
            return kinds[i];
    return "";
}

static void put_any(struct buf *out, const json_t *any, int depth);

static void put_key_value(struct buf *out, const json_t *key_value, int depth)
{
    attributes_put_key(out, text_at(key_value, "key"));
    put_any(out, json_object_get(key_value, "value"), depth);
}

static void put_items(struct buf *out, const json_t *items, bool is_map, int depth)
{
    buf_add_char(out, is_map ? '{' : '[');
    for (size_t i = 0; i < json_array_size(items) && attributes_have_room(out); i++)
        if (is_map) {
            put_key_value(out, json_array_get(items, i), depth);
        } else {
            attributes_put_comma(out);
            put_any(out, json_array_get(items, i), depth);
        }
    buf_add_char(out, is_map ? '}' : ']');
}

static void put_whole(struct buf *out, const json_t *any)
{
    int64_t integer = 0;
    const json_t *value = json_object_get(any, "intValue");
    if (json_is_integer(value))
        integer = json_integer_value(value);
    else if (!str_to_int(text_at(any, "intValue"), &integer)) {
        buf_add(out, STR("null"));
        return;
    }
    attributes_put_int(out, integer);
}

static void put_any(struct buf *out, const json_t *any, int depth)
{
    const char *kind = any_kind(any);
    const json_t *value = json_object_get(any, kind);
    const json_t *items = json_object_get(value, "values");
    double real;
    if (json_is_object(value) && depth < ATTRIBUTE_DEPTH_MAX)
        put_items(out, items, kind[0] == 'k', depth + 1);
    else if (kind[0] == 'i')
        put_whole(out, any);
    else if (kind[0] == 'd' && real_at(any, kind, &real))
        attributes_put_real(out, real);
    else if (json_is_string(value)) /* base64 is one already */
        attributes_put_text(out, text_at(any, kind));
    else if (json_is_boolean(value))
        attributes_put_truth(out, json_is_true(value));
    else
        buf_add(out, STR("null"));
}

static struct str any_text(struct decoding *decoding, const json_t *any)
{
    const char *kind = any_kind(any);
    if (kind[0] == 's' || !*kind)
        return text_at(any, "stringValue");
    struct buf text = buf_new(decoding->harvest->arena);
    put_any(&text, any, 0);
    return attributes_bare(buf_str(&text));
}

/* Members of an object, in harvest->text. */
static struct str list(struct decoding *decoding, const json_t *attributes)
{
    struct buf *out = &decoding->harvest->text;
    out->len = 0;
    for (size_t i = 0; i < json_array_size(attributes) && i < ATTRIBUTES_MAX; i++)
        if (attributes_have_room(out))
            put_key_value(out, json_array_get(attributes, i), 0);
    return out->len > 0 ? buf_str(out) : STR("");
}

/* Of hexadecimal digits; "" where it is none, or all of it 0. */
static struct str id_at(struct decoding *decoding, const json_t *object, const char *name)
{
    const struct str text = text_at(object, name);
    if (text.len == 0 || text.len > (size_t)2 * HARVEST_ID_BYTES_MAX)
        return STR("");
    size_t zeros = 0;
    while (zeros < text.len && text.ptr[zeros] == '0')
        zeros++;
    return zeros < text.len ? str_lower(decoding->harvest->arena, text) : STR("");
}

static void find_origin(struct decoding *decoding, const json_t *resource)
{
    decoding->origin = (struct harvest_origin){0};
    struct buf *rest = &decoding->harvest->rest;
    rest->len = 0;
    const json_t *attributes = json_object_get(resource, "attributes");
    for (size_t i = 0; i < json_array_size(attributes) && i < ATTRIBUTES_MAX; i++) {
        const json_t *item = json_array_get(attributes, i);
        const struct str text = any_text(decoding, json_object_get(item, "value"));
        if (!harvest_origin_take(&decoding->origin, text_at(item, "key"), text) &&
            attributes_have_room(rest))
            put_key_value(rest, item, 0);
    }
    decoding->origin.attributes = buf_str(rest);
}

/* ---- the three signals ---- */

static void take_log(struct decoding *decoding, const json_t *record)
{
    struct harvest_log log = {
        .time_ns = number_at(record, "timeUnixNano"),
        .observed_ns = number_at(record, "observedTimeUnixNano"),
        .severity_number = number_at(record, "severityNumber"),
        .severity = text_at(record, "severityText"),
        .message = any_text(decoding, json_object_get(record, "body")),
        .event = text_at(record, "eventName"),
        .trace_id = id_at(decoding, record, "traceId"),
        .span_id = id_at(decoding, record, "spanId"),
        .attributes = list(decoding, json_object_get(record, "attributes")),
    };
    harvest_log(decoding->harvest, &decoding->origin, &log);
}

static void take_span(struct decoding *decoding, const json_t *record)
{
    static const char *const codes[] = {"_UNSET", "_OK", "_ERROR"};
    static const char *const kinds[] = {"_UNSPECIFIED", "_INTERNAL", "_SERVER",
                                        "_CLIENT",      "_PRODUCER", "_CONSUMER"};
    struct harvest_span span = {
        .trace_id = id_at(decoding, record, "traceId"),
        .span_id = id_at(decoding, record, "spanId"),
        .parent_id = id_at(decoding, record, "parentSpanId"),
        .name = text_at(record, "name"),
        .kind = enum_at(record, "kind", kinds, 6),
        .status = enum_at(json_object_get(record, "status"), "code", codes, 3),
        .start_ns = number_at(record, "startTimeUnixNano"),
        .end_ns = number_at(record, "endTimeUnixNano"),
        .attributes = list(decoding, json_object_get(record, "attributes")),
    };
    harvest_span(decoding->harvest, &decoding->origin, &span);
}

static void take_point(struct decoding *decoding, const struct harvest_measure *measure,
                       const json_t *record, bool is_distribution, bool is_summary)
{
    struct harvest_point point = {
        .time_ns = number_at(record, "timeUnixNano"),
        .flags = number_at(record, "flags"),
        .is_distribution = is_distribution,
        .count = (double)number_at(record, "count"),
        .labels = list(decoding, json_object_get(record, "attributes")),
    };
    point.has_sum = real_at(record, "sum", &point.sum) || is_summary;
    point.has_value =
        real_at(record, "asDouble", &point.value) || real_at(record, "asInt", &point.value);
    harvest_point(decoding->harvest, &decoding->origin, measure, &point);
}

static void take_metric(struct decoding *decoding, const json_t *metric)
{
    static const char *const temporalities[] = {"_UNSPECIFIED", "_DELTA", "_CUMULATIVE"};
    static const char *const kinds[] = {"gauge", "sum", "histogram", "exponentialHistogram",
                                        "summary"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const json_t *data = json_object_get(metric, kinds[i]);
        const bool is_cumulative = enum_at(data, "aggregationTemporality", temporalities, 3) == 2;
        const bool rises = i > 1 || json_is_true(json_object_get(data, "isMonotonic"));
        const struct harvest_measure measure = {
            .name = text_at(metric, "name"),
            .is_counter = i == 4 || (i > 0 && is_cumulative && rises),
        };
        const json_t *points = json_object_get(data, "dataPoints");
        for (size_t k = 0; k < json_array_size(points); k++)
            take_point(decoding, &measure, json_array_get(points, k), i > 1, i == 4);
    }
}

/* ---- the request ---- */

struct signal_names {
    const char *resources, *scopes, *items;
    void (*take)(struct decoding *decoding, const json_t *item);
};

static const struct signal_names names[] = {
    [DECODE_LOGS] = {"resourceLogs", "scopeLogs", "logRecords", take_log},
    [DECODE_TRACES] = {"resourceSpans", "scopeSpans", "spans", take_span},
    [DECODE_METRICS] = {"resourceMetrics", "scopeMetrics", "metrics", take_metric},
};

static void take_signal(struct decoding *decoding, const json_t *request,
                        const struct signal_names *name)
{
    const json_t *resources = json_object_get(request, name->resources);
    for (size_t r = 0; r < json_array_size(resources); r++) {
        const json_t *resource = json_array_get(resources, r);
        find_origin(decoding, json_object_get(resource, "resource"));
        const json_t *scopes = json_object_get(resource, name->scopes);
        for (size_t s = 0; s < json_array_size(scopes); s++) {
            const json_t *items = json_object_get(json_array_get(scopes, s), name->items);
            for (size_t i = 0; i < json_array_size(items); i++)
                name->take(decoding, json_array_get(items, i));
        }
    }
}

bool otlp_decode_json(enum decode_signal signal, struct str body, struct harvest *harvest,
                      struct err *err)
{
    const json_t *request;
    struct parse_place place;
    if (!parse_json(harvest->arena, body, &request, &place, err))
        return err_context(err, "line %d, column %d", place.line, place.column);
    struct decoding decoding = {.harvest = harvest};
    take_signal(&decoding, request, &names[signal]);
    return harvest_fits(harvest, err);
}

bool otlp_decode_line(struct str line, struct harvest *harvest, int *column, struct err *err)
{
    const json_t *request;
    struct parse_place place;
    const bool ok = parse_json(harvest->arena, line, &request, &place, err);
    *column = place.column;
    if (!ok)
        return false;
    struct decoding decoding = {.harvest = harvest};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        take_signal(&decoding, request, &names[i]);
    return harvest_fits(harvest, err);
}
