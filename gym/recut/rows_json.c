/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/rows_inside.h"

#include "base/clock.h"

#include <string.h>

bool walk_asks(struct walk *walk, const struct row_facts *facts, int64_t *move_s)
{
    const bool keep = walk->visitor->keep(walk->visitor->state, facts, move_s);
    *(keep ? &walk->count->kept : &walk->count->dropped) += 1;
    return keep;
}

struct str walk_tells(struct walk *walk, struct str text, int64_t move_s)
{
    struct buf told = buf_new(walk->scratch);
    walk->visitor->tell(walk->visitor->state, text, move_s, &told);
    return buf_str(&told);
}

/* ---- texts and times of a value ---- */

static bool is_time_key(const char *key)
{
    static const char *const keys[] = {"timestamp", "time",     "startsAt",
                                       "endsAt",    "start_us", "t_inject"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return str_ends(str_of(key), STR("UnixNano"));
}

/* A number since 1970, whatever its unit; others stay. */
static json_t *move_number(const json_t *number, int64_t move_s)
{
    const int64_t unit_ns = time_unit_of(json_number_value(number));
    if (unit_ns == 0 || move_s == 0)
        return NULL;
    const int64_t steps = move_s * (NS_PER_S / unit_ns);
    return json_is_integer(number) ? json_integer(json_integer_value(number) + steps)
                                   : json_real(json_real_value(number) + (double)steps);
}

static void edit_inside(struct walk *walk, json_t *value, int64_t move_s);

/* What takes the place of `value`, or NULL: it stays, with what is inside of it edited. */
static json_t *edited(struct walk *walk, json_t *value, const char *key, int64_t move_s)
{
    if (json_is_string(value)) {
        const struct str text = {json_string_value(value), json_string_length(value)};
        const struct str told = walk_tells(walk, text, move_s);
        return str_eq(text, told) ? NULL : json_stringn(told.ptr, told.len);
    }
    if (json_is_number(value))
        return is_time_key(key) ? move_number(value, move_s) : NULL;
    edit_inside(walk, value, move_s);
    return NULL;
}

static void edit_inside(struct walk *walk, json_t *value, int64_t move_s)
{
    if (json_is_object(value)) {
        for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
            json_t *instead =
                edited(walk, json_object_iter_value(at), json_object_iter_key(at), move_s);
            if (instead)
                json_object_iter_set_new(value, at, instead);
        }
        return;
    }
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *instead = edited(walk, json_array_get(value, i), "", move_s);
        if (instead)
            json_array_set_new(value, i, instead);
    }
}

/* ---- flat rows ---- */

static struct str text_of(const json_t *value)
{
    return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)}
                                 : (struct str){0};
}

static bool time_of(const json_t *value, int64_t *out_ns)
{
    if (json_is_integer(value))
        return time_from_integer(json_integer_value(value), out_ns);
    if (json_is_real(value))
        return time_from_real(json_real_value(value), out_ns);
    return json_is_string(value) && time_parse(text_of(value), out_ns);
}

static struct row_facts facts_of(const struct walk *walk, const json_t *row)
{
    static const char *const times[] = {"timestamp", "time", "start_us", "startsAt"};
    struct row_facts facts = {
        .matter = walk->matter,
        .service = text_of(json_object_get(row, "service")),
        .instance = text_of(json_object_get(row, "instance")),
        .trace_id = text_of(json_object_get(row, "trace_id")),
    };
    for (size_t i = 0; i < sizeof times / sizeof *times && !facts.has_time; i++)
        facts.has_time = time_of(json_object_get(row, times[i]), &facts.time_ns);
    return facts;
}

bool walk_object(struct walk *walk, json_t *row)
{
    const struct row_facts facts = facts_of(walk, row);
    int64_t move_s = 0;
    if (!walk_asks(walk, &facts, &move_s))
        return false;
    if (walk->out)
        edit_inside(walk, row, move_s);
    return true;
}

/* ---- OTLP ---- */

struct resource {
    struct row_facts facts;
    int64_t move_s; /* of the row that was kept last: the same for all of an instance */
};

static struct str attribute(const json_t *resource, const char *key)
{
    const json_t *list = json_object_get(resource, "attributes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *it = json_array_get(list, i);
        if (str_eq(text_of(json_object_get(it, "key")), str_of(key)))
            return text_of(json_object_get(json_object_get(it, "value"), "stringValue"));
    }
    return (struct str){0};
}

/* Log records, spans or data points: drops and edits. */
static void walk_records(struct walk *walk, json_t *records, struct resource *of)
{
    static const char *const times[] = {"timeUnixNano", "startTimeUnixNano",
                                        "observedTimeUnixNano"};
    for (size_t i = 0; i < json_array_size(records);) {
        json_t *record = json_array_get(records, i);
        struct row_facts facts = of->facts;
        facts.trace_id = text_of(json_object_get(record, "traceId"));
        for (size_t j = 0; j < sizeof times / sizeof *times && !facts.has_time; j++)
            facts.has_time = time_of(json_object_get(record, times[j]), &facts.time_ns);
        if (!walk_asks(walk, &facts, &of->move_s)) {
            json_array_remove(records, i);
            continue;
        }
        if (walk->out)
            edit_inside(walk, record, of->move_s);
        i++;
    }
}

/* A metric is left where one of its points is. */
static void walk_metrics(struct walk *walk, json_t *metrics, struct resource *of)
{
    static const char *const forms[] = {"gauge", "sum", "histogram", "exponentialHistogram",
                                        "summary"};
    for (size_t i = 0; i < json_array_size(metrics);) {
        size_t left = 0;
        for (size_t j = 0; j < sizeof forms / sizeof *forms; j++) {
            json_t *points = json_object_get(json_object_get(json_array_get(metrics, i), forms[j]),
                                             "dataPoints");
            walk_records(walk, points, of);
            left += json_array_size(points);
        }
        if (left == 0)
            json_array_remove(metrics, i);
        else
            i++;
    }
}

static const struct {
    const char *resources, *scopes, *records;
    enum matter matter;
} requests[] = {
    {"resourceLogs", "scopeLogs", "logRecords", MATTER_LOGS},
    {"resourceSpans", "scopeSpans", "spans", MATTER_TRACES},
    {"resourceMetrics", "scopeMetrics", "metrics", MATTER_METRICS},
};

static size_t walk_scopes(struct walk *walk, json_t *scopes, const char *records_key,
                          struct resource *of)
{
    size_t left = 0;
    for (size_t i = 0; i < json_array_size(scopes); i++) {
        json_t *records = json_object_get(json_array_get(scopes, i), records_key);
        if (of->facts.matter == MATTER_METRICS)
            walk_metrics(walk, records, of);
        else
            walk_records(walk, records, of);
        left += json_array_size(records);
    }
    return left;
}

bool walk_otlp(struct walk *walk, json_t *request)
{
    size_t left = 0;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        json_t *resources = json_object_get(request, requests[i].resources);
        for (size_t j = 0; j < json_array_size(resources); j++) {
            json_t *item = json_array_get(resources, j);
            json_t *resource = json_object_get(item, "resource");
            struct resource of = {
                .facts = {.matter = requests[i].matter,
                          .service = attribute(resource, "service.name"),
                          .instance = attribute(resource, "service.instance.id")}};
            left += walk_scopes(walk, json_object_get(item, requests[i].scopes),
                                requests[i].records, &of);
            if (walk->out)
                edit_inside(walk, resource, 0);
        }
    }
    return left > 0;
}
