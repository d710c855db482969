/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of Loki is a set of labels and lines with a time; structured metadata belongs to a line
 * and tells what labels would tell. The candidates are the labels that promtail, Alloy, Fluent Bit
 * and Vector put there by themselves, the most telling first.
 * Source: grafana/loki pkg/push/push.proto, and its page on the HTTP API.
 */
#include "otlp/decode.h"

#include "base/arena.h"
#include "base/clock.h"
#include "otlp/attributes.h"
#include "otlp/parse.h"
#include "otlp/wire.h"

#include <string.h>

#define LABELS_MAX 64 /* of a line; Loki itself takes 15 of a stream, and 128 of metadata */

enum { FIELD_SERVICE, FIELD_INSTANCE, FIELD_LEVEL, FIELD_TRACE, FIELD_SPAN, FIELDS };

static const char *const candidates[FIELDS][8] = {
    [FIELD_SERVICE] = {"service_name", "service", "app", "app_kubernetes_io_name", "container",
                       "job"},
    [FIELD_INSTANCE] = {"service_instance_id", "instance", "pod", "k8s_pod_name", "host",
                        "hostname"},
    [FIELD_LEVEL] = {"level", "severity", "severity_text", "detected_level"},
    [FIELD_TRACE] = {"trace_id", "traceID", "traceId", "traceid"},
    [FIELD_SPAN] = {"span_id", "spanID", "spanId", "spanid"},
};

struct label {
    struct str name, value;
};

struct labels {
    struct label items[LABELS_MAX];
    uint32_t count;
};

static void add(struct labels *labels, struct str name, struct str value)
{
    if (labels->count < LABELS_MAX && name.len > 0)
        labels->items[labels->count++] = (struct label){.name = name, .value = value};
}

static const struct label *find(const struct labels *labels, const char *const *names)
{
    for (int i = 0; i < 8 && names[i]; i++)
        for (uint32_t k = 0; k < labels->count; k++)
            if (str_eq(labels->items[k].name, str_of(names[i])))
                return &labels->items[k];
    return NULL;
}

static struct str attributes_of(struct harvest *harvest, const struct labels *labels,
                                const struct label *const *told)
{
    struct buf *out = &harvest->text;
    out->len = 0;
    for (uint32_t i = 0; i < labels->count && attributes_have_room(out); i++) {
        bool is_told = false;
        for (int k = 0; k < FIELDS; k++)
            is_told = is_told || told[k] == &labels->items[i];
        if (is_told)
            continue;
        attributes_put_key(out, labels->items[i].name);
        attributes_put_text(out, labels->items[i].value);
    }
    return out->len > 0 ? buf_str(out) : STR("");
}

static struct str id_of(struct harvest *harvest, struct str text)
{
    return text.len <= (size_t)2 * HARVEST_ID_BYTES_MAX
               ? str_lower(harvest->arena, harvest_text(harvest->arena, text))
               : STR("");
}

static void take_line(struct harvest *harvest, const struct labels *labels, uint64_t time_ns,
                      struct str line)
{
    const struct label *told[FIELDS];
    struct str texts[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        told[i] = find(labels, candidates[i]);
        texts[i] = told[i] ? told[i]->value : STR("");
    }
    const struct harvest_origin origin = {.service = texts[FIELD_SERVICE],
                                          .instance = texts[FIELD_INSTANCE]};
    const struct harvest_log log = {
        .time_ns = time_ns,
        .severity = texts[FIELD_LEVEL],
        .message = line,
        .trace_id = id_of(harvest, texts[FIELD_TRACE]),
        .span_id = id_of(harvest, texts[FIELD_SPAN]),
        .attributes = attributes_of(harvest, labels, told),
    };
    harvest_log(harvest, &origin, &log);
}

/* ---- JSON ---- */

static struct str text_of(const json_t *value)
{
    return (struct str){.ptr = json_string_value(value), .len = json_string_length(value)};
}

static void add_members(struct labels *labels, const json_t *object)
{
    const char *name;
    size_t len;
    json_t *value;
    json_object_keylen_foreach((json_t *)(uintptr_t)object, name, len, value)
        add(labels, (struct str){.ptr = name, .len = len}, text_of(value));
}

static void take_value(struct harvest *harvest, const struct labels *stream, const json_t *value)
{
    const struct str time = text_of(json_array_get(value, 0));
    int64_t time_ns = 0;
    struct labels labels = *stream;
    add_members(&labels, json_array_get(value, 2));
    take_line(harvest, &labels, str_to_int(time, &time_ns) && time_ns > 0 ? (uint64_t)time_ns : 0,
              text_of(json_array_get(value, 1)));
}

bool loki_decode_json(struct str body, struct harvest *harvest, struct err *err)
{
    const json_t *push;
    struct parse_place place;
    if (!parse_json(harvest->arena, body, &push, &place, err))
        return err_context(err, "line %d, column %d", place.line, place.column);
    const json_t *streams = json_object_get(push, "streams");
    if (!json_is_array(streams))
        return err_set(err, ERR_PROTOCOL, "a push has `streams`, an array; this has none");
    for (size_t s = 0; s < json_array_size(streams); s++) {
        const json_t *stream = json_array_get(streams, s);
        struct labels labels = {.count = 0};
        add_members(&labels, json_object_get(stream, "stream"));
        const json_t *values = json_object_get(stream, "values");
        for (size_t v = 0; v < json_array_size(values); v++)
            take_value(harvest, &labels, json_array_get(values, v));
    }
    return harvest_fits(harvest, err);
}

/* ---- protobuf ---- */

static bool damaged(struct err *err)
{
    return err_set(err, ERR_PROTOCOL, "the push is cut short or damaged: a field does not end");
}

/* A text in Go's quotes; what it escapes becomes what it means. */
static bool take_quoted(struct arena *arena, struct str *rest, struct str *out)
{
    if (!str_starts(*rest, STR("\"")))
        return false;
    struct buf text = buf_new(arena);
    size_t at = 1;
    for (; at < rest->len && rest->ptr[at] != '"'; at++) {
        const bool is_escape = rest->ptr[at] == '\\' && at + 1 < rest->len;
        const char c = rest->ptr[is_escape ? ++at : at];
        buf_add_char(&text, !is_escape ? c : c == 'n' ? '\n' : c == 't' ? '\t' : c);
    }
    *out = buf_str(&text);
    *rest = str_slice(*rest, at + 1, rest->len);
    return true;
}

/* {app="cart", pod="cart-1"} */
static void take_selector(struct arena *arena, struct str text, struct labels *out)
{
    text = str_trim(text);
    text = str_slice(text, str_starts(text, STR("{")) ? 1 : 0, text.len);
    struct str name, value;
    while (out->count < LABELS_MAX) {
        const char *equals = text.len > 0 ? memchr(text.ptr, '=', text.len) : NULL;
        if (!equals)
            return;
        name = str_trim(str_slice(text, 0, (size_t)(equals - text.ptr)));
        text = str_trim(str_slice(text, (size_t)(equals - text.ptr) + 1, text.len));
        if (!take_quoted(arena, &text, &value))
            return;
        add(out, name, value);
        text = str_trim(text);
        text = str_slice(text, str_starts(text, STR(",")) ? 1 : 0, text.len);
    }
}

static uint64_t time_of(struct str message, bool *is_damaged)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    uint64_t seconds = 0, nanos = 0;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_VARINT))
            seconds = field.integer;
        else if (wire_is(&field, 2, WIRE_VARINT))
            nanos = field.integer;
    *is_damaged = wire.damaged;
    return seconds < INT64_MAX / NS_PER_S && nanos < NS_PER_S ? seconds * NS_PER_S + nanos : 0;
}

static bool take_pair(struct str message, struct labels *out)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct str name = STR(""), value = STR("");
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            name = field.bytes;
        else if (wire_is(&field, 2, WIRE_BYTES))
            value = field.bytes;
    add(out, name, value);
    return !wire.damaged;
}

/* timestamp = 1, line = 2, structuredMetadata = 3 */
static bool take_entry(struct harvest *harvest, const struct labels *stream, struct str message,
                       struct err *err)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct labels labels = *stream;
    struct str line = STR("");
    uint64_t time_ns = 0;
    bool is_damaged = false;
    while (!is_damaged && wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            time_ns = time_of(field.bytes, &is_damaged);
        else if (wire_is(&field, 2, WIRE_BYTES))
            line = field.bytes;
        else if (wire_is(&field, 3, WIRE_BYTES))
            is_damaged = !take_pair(field.bytes, &labels);
    if (is_damaged || wire.damaged)
        return damaged(err);
    take_line(harvest, &labels, time_ns, line);
    return true;
}

/* labels = 1, entries = 2 */
static bool take_stream(struct harvest *harvest, struct str message, struct err *err)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct labels labels = {.count = 0};
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            take_selector(harvest->arena, field.bytes, &labels);
    if (wire.damaged)
        return damaged(err);
    wire = wire_of(message);
    while (wire_next(&wire, &field))
        if (wire_is(&field, 2, WIRE_BYTES) && !take_entry(harvest, &labels, field.bytes, err))
            return false;
    return true;
}

bool loki_decode_proto(struct str body, struct harvest *harvest, struct err *err)
{
    struct wire wire = wire_of(body);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES) && !take_stream(harvest, field.bytes, err))
            return false;
    return wire.damaged ? damaged(err) : harvest_fits(harvest, err);
}
