/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields by their numbers in opentelemetry-proto 1.x. Each message is walked where it lies; a
 * resource and a metric are walked twice, for what stands in them counts for what stands beside,
 * and the order of fields is free.
 */
#include "otlp/decode.h"

#include "otlp/attributes.h"
#include "otlp/wire.h"

struct decoding {
    struct harvest *harvest;
    struct harvest_origin origin;
    struct err *err;
};

static bool damaged(struct decoding *decoding, const char *what)
{
    return err_set(decoding->err, ERR_PROTOCOL,
                   "the request is cut short or damaged: in %s a field does not end", what);
}

/* ---- values ---- */

static bool put_any(struct decoding *decoding, struct buf *out, struct str message, int depth);

static bool put_key_value(struct decoding *decoding, struct buf *out, struct str message, int depth)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct str key = STR(""), value = STR("");
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            key = field.bytes;
        else if (wire_is(&field, 2, WIRE_BYTES))
            value = field.bytes;
    if (wire.damaged)
        return damaged(decoding, "an attribute");
    attributes_put_key(out, key);
    return put_any(decoding, out, value, depth);
}

/* An ArrayValue, or a KeyValueList: their items are field 1. */
static bool put_items(struct decoding *decoding, struct buf *out, struct str message, bool is_map,
                      int depth)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    bool ok = true;
    buf_add_char(out, is_map ? '{' : '[');
    while (ok && attributes_have_room(out) && wire_next(&wire, &field)) {
        if (!wire_is(&field, 1, WIRE_BYTES))
            continue;
        if (!is_map)
            attributes_put_comma(out);
        ok = is_map ? put_key_value(decoding, out, field.bytes, depth)
                    : put_any(decoding, out, field.bytes, depth);
    }
    buf_add_char(out, is_map ? '}' : ']');
    return ok && (!wire.damaged || damaged(decoding, "a list"));
}

/* The field of an AnyValue that holds the value; number 0: there is none. */
static bool take_any(struct decoding *decoding, struct str message, struct wire_field *out)
{
    static const enum wire_type types[] = {
        [1] = WIRE_BYTES, [2] = WIRE_VARINT, [3] = WIRE_VARINT, [4] = WIRE_64,
        [5] = WIRE_BYTES, [6] = WIRE_BYTES,  [7] = WIRE_BYTES};
    struct wire wire = wire_of(message);
    struct wire_field field;
    *out = (struct wire_field){0};
    while (wire_next(&wire, &field))
        if (field.number >= 1 && field.number <= 7 && field.type == types[field.number])
            *out = field; /* of a oneof the last counts */
    return !wire.damaged || damaged(decoding, "a value");
}

static bool put_any(struct decoding *decoding, struct buf *out, struct str message, int depth)
{
    struct wire_field field;
    if (!take_any(decoding, message, &field))
        return false;
    const bool is_deeper = field.number == 5 || field.number == 6;
    if (field.number == 0 || (is_deeper && depth >= ATTRIBUTE_DEPTH_MAX)) {
        buf_add(out, STR("null"));
        return true;
    }
    switch (field.number) {
    case 1:
        attributes_put_text(out, field.bytes);
        return true;
    case 2:
        attributes_put_truth(out, field.integer != 0);
        return true;
    case 3:
        attributes_put_int(out, (int64_t)field.integer);
        return true;
    case 4:
        attributes_put_real(out, wire_real(&field));
        return true;
    case 7:
        attributes_put_bytes(out, field.bytes);
        return true;
    default:
        return put_items(decoding, out, field.bytes, field.number == 6, depth + 1);
    }
}

/* A value as a text: a string as it stands, all else as it would be written. */
static bool any_text(struct decoding *decoding, struct str message, struct str *out)
{
    struct wire_field field;
    if (!take_any(decoding, message, &field))
        return false;
    *out = field.number == 1 ? field.bytes : STR("");
    if (field.number <= 1)
        return true;
    struct buf text = buf_new(decoding->harvest->arena);
    if (!put_any(decoding, &text, message, 0))
        return false;
    *out = attributes_bare(buf_str(&text));
    return true;
}

/* The attributes of one record, written into harvest->text as they come by. */
struct listing {
    struct buf *out;
    int count;
};

static struct listing listing_start(struct decoding *decoding)
{
    decoding->harvest->text.len = 0;
    return (struct listing){.out = &decoding->harvest->text};
}

static bool list(struct decoding *decoding, struct listing *listing, struct str key_value)
{
    return listing->count++ >= ATTRIBUTES_MAX || !attributes_have_room(listing->out) ||
           put_key_value(decoding, listing->out, key_value, 0);
}

static struct str listed(struct listing *listing)
{
    return listing->out->len > 0 ? buf_str(listing->out) : STR("");
}

/* ---- who sent it ---- */

static bool take_origin_attribute(struct decoding *decoding, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct str key = STR(""), value = STR(""), text;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            key = field.bytes;
        else if (wire_is(&field, 2, WIRE_BYTES))
            value = field.bytes;
    if (wire.damaged)
        return damaged(decoding, "an attribute of a resource");
    return any_text(decoding, value, &text) &&
           (harvest_origin_take(&decoding->origin, key, text) ||
            put_key_value(decoding, &decoding->harvest->rest, message, 0));
}

static bool take_resource(struct decoding *decoding, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    int count = 0;
    while (count < ATTRIBUTES_MAX && attributes_have_room(&decoding->harvest->rest) &&
           wire_next(&wire, &field)) {
        if (!wire_is(&field, 1, WIRE_BYTES))
            continue;
        count++;
        if (!take_origin_attribute(decoding, field.bytes))
            return false;
    }
    return !wire.damaged || damaged(decoding, "a resource");
}

static bool find_origin(struct decoding *decoding, struct str resource_items)
{
    decoding->origin = (struct harvest_origin){0};
    decoding->harvest->rest.len = 0;
    struct wire wire = wire_of(resource_items);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES) && !take_resource(decoding, field.bytes))
            return false;
    decoding->origin.attributes = buf_str(&decoding->harvest->rest);
    return !wire.damaged || damaged(decoding, "what a resource sent");
}

/* ---- logs ---- */

static bool take_log_field(struct decoding *decoding, const struct wire_field *field,
                           struct harvest_log *log, struct listing *listing)
{
    struct arena *arena = decoding->harvest->arena;
    if (wire_is(field, 1, WIRE_64))
        log->time_ns = field->integer;
    else if (wire_is(field, 11, WIRE_64))
        log->observed_ns = field->integer;
    else if (wire_is(field, 2, WIRE_VARINT))
        log->severity_number = field->integer;
    else if (wire_is(field, 3, WIRE_BYTES))
        log->severity = field->bytes;
    else if (wire_is(field, 9, WIRE_BYTES))
        log->trace_id = harvest_hex(arena, field->bytes);
    else if (wire_is(field, 10, WIRE_BYTES))
        log->span_id = harvest_hex(arena, field->bytes);
    else if (wire_is(field, 12, WIRE_BYTES))
        log->event = field->bytes;
    else if (wire_is(field, 5, WIRE_BYTES))
        return any_text(decoding, field->bytes, &log->message);
    else if (wire_is(field, 6, WIRE_BYTES))
        return list(decoding, listing, field->bytes);
    return true;
}

static bool take_log(struct decoding *decoding, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct harvest_log log = {0};
    struct listing listing = listing_start(decoding);
    while (wire_next(&wire, &field))
        if (!take_log_field(decoding, &field, &log, &listing))
            return false;
    if (wire.damaged)
        return damaged(decoding, "a log record");
    log.attributes = listed(&listing);
    harvest_log(decoding->harvest, &decoding->origin, &log);
    return true;
}

/* ---- traces ---- */

static uint64_t status_of(struct str message, bool *is_damaged)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    uint64_t code = 0;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 3, WIRE_VARINT))
            code = field.integer;
    *is_damaged = wire.damaged;
    return code;
}

static bool take_span_field(struct decoding *decoding, const struct wire_field *field,
                            struct harvest_span *span, struct listing *listing)
{
    struct arena *arena = decoding->harvest->arena;
    bool is_damaged = false;
    if (wire_is(field, 1, WIRE_BYTES))
        span->trace_id = harvest_hex(arena, field->bytes);
    else if (wire_is(field, 2, WIRE_BYTES))
        span->span_id = harvest_hex(arena, field->bytes);
    else if (wire_is(field, 4, WIRE_BYTES))
        span->parent_id = harvest_hex(arena, field->bytes);
    else if (wire_is(field, 5, WIRE_BYTES))
        span->name = field->bytes;
    else if (wire_is(field, 6, WIRE_VARINT))
        span->kind = field->integer;
    else if (wire_is(field, 7, WIRE_64))
        span->start_ns = field->integer;
    else if (wire_is(field, 8, WIRE_64))
        span->end_ns = field->integer;
    else if (wire_is(field, 15, WIRE_BYTES))
        span->status = status_of(field->bytes, &is_damaged);
    else if (wire_is(field, 9, WIRE_BYTES))
        return list(decoding, listing, field->bytes);
    return !is_damaged || damaged(decoding, "a span's status");
}

static bool take_span(struct decoding *decoding, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct harvest_span span = {0};
    struct listing listing = listing_start(decoding);
    while (wire_next(&wire, &field))
        if (!take_span_field(decoding, &field, &span, &listing))
            return false;
    if (wire.damaged)
        return damaged(decoding, "a span");
    span.attributes = listed(&listing);
    harvest_span(decoding->harvest, &decoding->origin, &span);
    return true;
}

/* ---- metrics ---- */

/* The numbers of the fields of the five kinds of points that are read; 0: it has none such. */
struct point_fields {
    uint32_t metric; /* of the kind's message in Metric */
    uint32_t attributes, count, sum, real, integer, flags;
    bool sum_is_optional;
};

static const struct point_fields point_kinds[] = {
    {.metric = 5, .attributes = 7, .real = 4, .integer = 6, .flags = 8},
    {.metric = 7, .attributes = 7, .real = 4, .integer = 6, .flags = 8},
    {.metric = 9, .attributes = 9, .count = 4, .sum = 5, .flags = 10, .sum_is_optional = true},
    {.metric = 10, .attributes = 1, .count = 4, .sum = 5, .flags = 10, .sum_is_optional = true},
    {.metric = 11, .attributes = 7, .count = 4, .sum = 5, .flags = 8},
};

struct metric {
    const struct point_fields *kind;
    struct harvest_measure measure;
};

static bool take_point(struct decoding *decoding, const struct metric *metric, struct str message)
{
    const struct point_fields *kind = metric->kind;
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct harvest_point point = {.is_distribution = kind->count != 0,
                                  .has_sum = kind->sum != 0 && !kind->sum_is_optional};
    struct listing listing = listing_start(decoding);
    while (wire_next(&wire, &field)) {
        if (wire_is(&field, kind->attributes, WIRE_BYTES)) {
            if (!list(decoding, &listing, field.bytes))
                return false;
        } else if (wire_is(&field, kind->flags, WIRE_VARINT)) {
            point.flags = field.integer;
        } else if (field.type == WIRE_64) {
            if (field.number == 3)
                point.time_ns = field.integer;
            else if (field.number == kind->count)
                point.count = (double)field.integer;
            else if (field.number == kind->sum)
                point.sum = wire_real(&field), point.has_sum = true;
            else if (field.number == kind->real)
                point.value = wire_real(&field), point.has_value = true;
            else if (field.number == kind->integer)
                point.value = (double)(int64_t)field.integer, point.has_value = true;
        }
    }
    if (wire.damaged)
        return damaged(decoding, "a data point");
    point.labels = listed(&listing);
    harvest_point(decoding->harvest, &decoding->origin, &metric->measure, &point);
    return true;
}

/* Gauge, Sum, Histogram, ...: points are field 1, temporality 2, monotonic 3. */
static bool take_points(struct decoding *decoding, struct metric *metric, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    uint64_t temporality = 0;
    bool rises = false;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 2, WIRE_VARINT))
            temporality = field.integer;
        else if (wire_is(&field, 3, WIRE_VARINT))
            rises = field.integer != 0;
    const uint32_t kind = metric->kind->metric;
    metric->measure.is_counter = kind == 7   ? temporality == 2 && rises
                                 : kind == 5 ? false
                                             : kind == 11 || temporality == 2;
    bool ok = !wire.damaged || damaged(decoding, "the points of a metric");
    wire = wire_of(message);
    while (ok && wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            ok = take_point(decoding, metric, field.bytes);
    return ok;
}

static bool take_metric(struct decoding *decoding, struct str message)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    struct metric metric = {.measure = {.name = STR("")}};
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES))
            metric.measure.name = field.bytes;
    if (wire.damaged)
        return damaged(decoding, "a metric");
    wire = wire_of(message);
    while (wire_next(&wire, &field))
        for (size_t i = 0; i < sizeof point_kinds / sizeof *point_kinds; i++) {
            metric.kind = &point_kinds[i];
            if (wire_is(&field, metric.kind->metric, WIRE_BYTES) &&
                !take_points(decoding, &metric, field.bytes))
                return false;
        }
    return true;
}

/* ---- the request ---- */

typedef bool take_fn(struct decoding *decoding, struct str message);

/* ScopeLogs, ScopeSpans, ScopeMetrics: their items are field 2. */
static bool take_scope(struct decoding *decoding, struct str message, take_fn *take)
{
    struct wire wire = wire_of(message);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 2, WIRE_BYTES) && !take(decoding, field.bytes))
            return false;
    return !wire.damaged || damaged(decoding, "a scope");
}

/* ResourceLogs and the others: the resource is field 1, the scopes are field 2. */
static bool take_resource_items(struct decoding *decoding, struct str message, take_fn *take)
{
    if (!find_origin(decoding, message))
        return false;
    struct wire wire = wire_of(message);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 2, WIRE_BYTES) && !take_scope(decoding, field.bytes, take))
            return false;
    return true;
}

bool otlp_decode_proto(enum decode_signal signal, struct str body, struct harvest *harvest,
                       struct err *err)
{
    static take_fn *const takes[] = {
        [DECODE_LOGS] = take_log, [DECODE_TRACES] = take_span, [DECODE_METRICS] = take_metric};
    struct decoding decoding = {.harvest = harvest, .err = err};
    struct wire wire = wire_of(body);
    struct wire_field field;
    while (wire_next(&wire, &field))
        if (wire_is(&field, 1, WIRE_BYTES) &&
            !take_resource_items(&decoding, field.bytes, takes[signal]))
            return false;
    if (wire.damaged)
        return damaged(&decoding, "the request");
    return harvest_fits(harvest, err);
}
