/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What slow or failing requests have in common and good ones have not: attributes of spans,
 * versions, instances, operations.
 *
 * All requests since the onset are bad (their root failed, or took over twice what nineteen of
 * twenty of its operation took before, and a millisecond) or good. A feature is "a span of this
 * service has this value of this attribute". Each is tested by the G-test of two proportions
 * (Dunning, 1993); as many are tested, only those are told whose false discovery rate is below a
 * twentieth (Benjamini and Hochberg, Controlling the false discovery rate, 1995). An attribute with
 * many values is an id or a measurement, and is left out.
 */
#include "agent/traces/shape.h"
#include "agent/trials.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/rates.h"
#include "stats/robust.h"
#include "store/telemetry.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 50
#define VALUES_MAX 50      /* of one attribute; more are ids */
#define TEXT_BYTES_MAX 120 /* of a name or a value; what is longer is no label */
#define KEYS_MAX 64        /* attributes of one span */
#define SPANS_MAX 200000   /* since the onset; the oldest are looked at */
#define FALSE_DISCOVERIES 0.05
#define BAD_MIN 3 /* bad requests; of fewer nothing is common */
#define SLOW_QUANTILE 0.95
#define SLOW_FACTOR 2
#define SLOW_US_MIN 1000

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "whose spans carry it", NULL},
    {"attribute", TYPE_TEXT, 0, "its name; instance and operation are among them", NULL},
    {"value", TYPE_TEXT, 0, "its value", NULL},
    {"bad_with", TYPE_INT, 0, "bad requests with such a span", NULL},
    {"all_with", TYPE_INT, 0, "all requests with such a span", NULL},
    {"bad_without", TYPE_INT, 0, "bad requests that have none", NULL},
    {"all_without", TYPE_INT, 0, "all requests that have none", NULL},
    {"support", TYPE_REAL, 0, "share of the bad requests that have it", NULL},
    {"lift", TYPE_REAL, 0, "how many times as often bad as requests at large", NULL},
    {"chance", TYPE_REAL, 0, "false discovery rate at which it is still told", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1: how different the two rates are", NULL},
    {0},
};

static const struct field output[] = {
    {"bad", TYPE_INT, 0, "requests since that failed or were slow", NULL},
    {"all", TYPE_INT, 0, "requests since", NULL},
    {"tested", TYPE_INT, 0, "values that were tested", NULL},
    {"attributes", TYPE_ROWS, 0, "what bad requests have in common, clearest first", columns},
    {0},
};

/* ---- which requests are bad ---- */

struct requests {
    uint32_t *number; /* by trace: among the requests since; SPAN_NONE: not one of them */
    bool *bad;        /* by that number */
    uint32_t count, bad_count;
};

struct root {
    uint32_t span, service, operation;
    bool before;
    double duration_us;
};

static int compare_roots(const void *a, const void *b)
{
    const struct root *x = a, *y = b;
    if (x->service != y->service)
        return x->service < y->service ? -1 : 1;
    if (x->operation != y->operation)
        return x->operation < y->operation ? -1 : 1;
    if (x->before != y->before)
        return x->before ? -1 : 1;
    if (x->before && x->duration_us != y->duration_us)
        return x->duration_us < y->duration_us ? -1 : 1;
    return (x->span > y->span) - (x->span < y->span);
}

/* Roots of one kind: those before first, in the order of their durations. */
static void judge_kind(const struct forest *forest, const struct root *roots, size_t count,
                       struct requests *out, struct arena *scratch)
{
    double *usual = arena_push_many(scratch, double, count);
    size_t before = 0;
    for (; before < count && roots[before].before; before++)
        usual[before] = roots[before].duration_us;
    const double limit_us =
        before >= TRIAL_BASELINE_MIN
            ? SLOW_FACTOR * stats_quantile_sorted(usual, before, SLOW_QUANTILE) + SLOW_US_MIN
            : INFINITY;
    for (size_t i = before; i < count; i++) {
        const struct span *span = &forest->spans[roots[i].span];
        uint32_t *number = &out->number[span->trace];
        if (*number == SPAN_NONE)
            *number = out->count++;
        out->bad[*number] |= span->failed || span->duration_us > limit_us;
    }
}

static struct requests judge_requests(const struct shape *shape, int64_t onset_ns,
                                      struct arena *arena)
{
    const struct forest *forest = &shape->forest;
    struct requests out = {.number = arena_push_many(arena, uint32_t, forest->traces.count),
                           .bad = arena_push_many(arena, bool, forest->traces.count)};
    memset(out.number, 0xff, forest->traces.count * sizeof *out.number);
    struct root *roots = arena_push_many(arena, struct root, shape->order_count);
    size_t count = 0;
    for (uint32_t at = 0; at < shape->order_count; at++) {
        const uint32_t i = shape->order[at];
        const struct span *span = &forest->spans[i];
        if (span->parent == SPAN_NONE)
            roots[count++] = (struct root){i, span->service, span->operation,
                                           shape_period_of(shape, i, onset_ns) != SHAPE_SINCE,
                                           span->duration_us};
    }
    qsort(roots, count, sizeof *roots, compare_roots);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && roots[to].service == roots[from].service &&
                        roots[to].operation == roots[from].operation;)
            to++;
        judge_kind(forest, roots + from, to - from, &out, arena);
    }
    for (uint32_t i = 0; i < out.count; i++)
        out.bad_count += out.bad[i];
    return out;
}

/* ---- what their spans carry ---- */

struct attribute {
    uint32_t service;
    struct str name;
    uint32_t values; /* how many it has; over VALUES_MAX: it is an id */
};

struct feature {
    uint32_t attribute;
    struct str value;
    uint32_t all, bad;
    uint32_t last; /* the request that was counted last, + 1: spans stand in the order of traces */
};

struct reading {
    struct arena *arena;
    const struct forest *forest;
    const struct requests *requests;
    struct map keys; /* service and name: beside attributes */
    struct attribute *attributes;
    uint32_t attributes_room;
    struct map feature_keys; /* attribute and value: beside features */
    struct feature *features;
    uint32_t features_room;
};

/* A number and a text, as the key of a map. */
struct key {
    char bytes[sizeof(uint32_t) + TEXT_BYTES_MAX];
};

static struct str key_of(struct key *key, uint32_t number, struct str text)
{
    memcpy(key->bytes, &number, sizeof number);
    memcpy(key->bytes + sizeof number, text.ptr, text.len);
    return (struct str){.ptr = key->bytes, .len = sizeof number + text.len};
}

static uint32_t attribute_of(struct reading *read, uint32_t service, struct str name)
{
    struct key key;
    const uint32_t before = read->keys.count;
    const uint32_t number = map_add(&read->keys, key_of(&key, service, name));
    if (number < before)
        return number;
    if (number >= read->attributes_room) {
        const uint32_t room = read->attributes_room > 0 ? 2 * read->attributes_room : 64;
        read->attributes = arena_grow(read->arena, read->attributes,
                                      read->attributes_room * sizeof *read->attributes,
                                      room * sizeof *read->attributes);
        read->attributes_room = room;
    }
    read->attributes[number] =
        (struct attribute){.service = service, .name = str_copy(read->arena, name)};
    return number;
}

/* NULL: it is no label. */
static struct feature *feature_of(struct reading *read, uint32_t service, struct str name,
                                  struct str value)
{
    if (name.len == 0 || value.len == 0 || name.len > TEXT_BYTES_MAX || value.len > TEXT_BYTES_MAX)
        return NULL;
    const uint32_t attribute = attribute_of(read, service, name);
    struct key key;
    const struct str text = key_of(&key, attribute, value);
    uint32_t number = map_find(&read->feature_keys, text);
    if (number != MAP_NONE)
        return &read->features[number];
    if (read->attributes[attribute].values++ >= VALUES_MAX)
        return NULL;
    number = map_add(&read->feature_keys, text);
    if (number >= read->features_room) {
        const uint32_t room = read->features_room > 0 ? 2 * read->features_room : 64;
        read->features =
            arena_grow(read->arena, read->features, read->features_room * sizeof *read->features,
                       room * sizeof *read->features);
        read->features_room = room;
    }
    read->features[number] =
        (struct feature){.attribute = attribute, .value = str_copy(read->arena, value)};
    return &read->features[number];
}

static void count_feature(struct reading *read, uint32_t request, uint32_t service, struct str name,
                          struct str value)
{
    struct feature *feature = feature_of(read, service, name, value);
    if (!feature || feature->last == request + 1)
        return;
    feature->last = request + 1;
    feature->all++;
    feature->bad += read->requests->bad[request];
}

/* A text, a whole number or a truth as text; else empty. */
static struct str json_label(const json_t *value, struct arena *arena)
{
    if (json_is_string(value))
        return (struct str){.ptr = json_string_value(value), .len = json_string_length(value)};
    if (json_is_integer(value))
        return str_printf(arena, "%lld", (long long)json_integer_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? STR("true") : STR("false");
    return STR("");
}

/* {"name": value, ...}, or OpenTelemetry's [{"key": name, "value": {"stringValue": value}}, ...].
 */
static void count_attributes(struct reading *read, uint32_t request, uint32_t service,
                             struct str text)
{
    json_t *all = json_loadb(text.ptr, text.len, 0, NULL);
    int keys = 0;
    if (json_is_object(all)) {
        const char *name;
        const json_t *value;
        json_object_foreach(all, name, value) if (keys++ < KEYS_MAX)
            count_feature(read, request, service, str_of(name), json_label(value, read->arena));
    }
    for (size_t i = 0; i < json_array_size(all) && i < KEYS_MAX; i++) {
        const json_t *item = json_array_get(all, i);
        const char *name = json_string_value(json_object_get(item, "key"));
        json_t *typed = json_object_get(item, "value"); /* {"stringValue": "x"} */
        if (name && json_object_size(typed) == 1)
            count_feature(read, request, service, str_of(name),
                          json_label(json_object_iter_value(json_object_iter(typed)), read->arena));
    }
    json_decref(all);
}

static bool read_features(struct reading *read, struct telemetry *telemetry, int64_t onset_ns,
                          struct err *err)
{
    struct arena *arena = read->arena;
    struct batch *rows;
    const struct str sql = str_printf(
        arena,
        "SELECT trace_id, service, coalesce(instance, '') AS instance, coalesce(operation, '') AS "
        "operation, coalesce(attributes, '') AS attributes FROM traces WHERE time >= %s AND "
        "trace_id <> '' AND service <> '' ORDER BY trace_id, time, rowid LIMIT %d",
        sql_time(arena, onset_ns).ptr, SPANS_MAX);
    if (!telemetry_rows(telemetry, arena, sql, &rows, err))
        return false;
    const struct column *attributes = batch_column(rows, "attributes");
    for (size_t row = 0; row < rows->rows; row++) {
        const uint32_t trace =
            map_find(&read->forest->traces, batch_column(rows, "trace_id")->texts[row]);
        const uint32_t request = trace != MAP_NONE ? read->requests->number[trace] : SPAN_NONE;
        const uint32_t service =
            map_find(&read->forest->services, batch_column(rows, "service")->texts[row]);
        if (request == SPAN_NONE || service == MAP_NONE) /* the forest has left it out */
            continue;
        count_feature(read, request, service, STR("instance"),
                      batch_column(rows, "instance")->texts[row]);
        count_feature(read, request, service, STR("operation"),
                      batch_column(rows, "operation")->texts[row]);
        if (attributes->texts[row].len > 0)
            count_attributes(read, request, service, attributes->texts[row]);
    }
    return true;
}

/* ---- what separates ---- */

struct contrast {
    const struct feature *feature;
    uint32_t number;
    double g, chance, strength;
};

static int clearest_first(const void *a, const void *b)
{
    const struct contrast *x = a, *y = b;
    if (x->g != y->g)
        return x->g < y->g ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Both sides tested; what is rarer among the bad is tested, too, but not told. */
static uint32_t test_features(const struct reading *read, struct contrast *contrasts)
{
    const uint32_t all = read->requests->count, bad = read->requests->bad_count;
    uint32_t count = 0;
    for (uint32_t i = 0; i < read->feature_keys.count; i++) {
        const struct feature *it = &read->features[i];
        if (read->attributes[it->attribute].values > VALUES_MAX || it->all == all)
            continue;
        struct contrast *contrast = &contrasts[count++];
        *contrast = (struct contrast){.feature = it, .number = i};
        contrast->strength =
            trial_difference(it->bad, it->all, bad - it->bad, all - it->all, &contrast->g);
    }
    qsort(contrasts, count, sizeof *contrasts, clearest_first);
    double chance = 1;
    for (uint32_t rank = count; rank > 0; rank--) { /* steps up, as the method has it */
        chance = fmin(chance, stats_p_of_g(contrasts[rank - 1].g) * count / rank);
        contrasts[rank - 1].chance = chance;
    }
    return count;
}

static struct batch *rows_of(const struct reading *read, const struct contrast *contrasts,
                             uint32_t count)
{
    const uint32_t all = read->requests->count, bad = read->requests->bad_count;
    struct batch *rows = batch_new(read->arena, columns);
    for (uint32_t i = 0; i < count && rows->rows < ROWS_MAX; i++) {
        const struct feature *it = contrasts[i].feature;
        const bool more = (double)it->bad * (all - it->all) > (double)(bad - it->bad) * it->all;
        if (!more || contrasts[i].chance > FALSE_DISCOVERIES || contrasts[i].strength <= 0)
            continue;
        const struct attribute *attribute = &read->attributes[it->attribute];
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service",
                  value_text(forest_service(read->forest, attribute->service)));
        batch_set(rows, row, "attribute", value_text(attribute->name));
        batch_set(rows, row, "value", value_text(it->value));
        batch_set(rows, row, "bad_with", value_int(it->bad));
        batch_set(rows, row, "all_with", value_int(it->all));
        batch_set(rows, row, "bad_without", value_int(bad - it->bad));
        batch_set(rows, row, "all_without", value_int(all - it->all));
        batch_set(rows, row, "support", value_real((double)it->bad / bad));
        batch_set(rows, row, "lift", value_real((double)it->bad * all / ((double)bad * it->all)));
        batch_set(rows, row, "chance", value_real(contrasts[i].chance));
        batch_set(rows, row, "strength", value_real(contrasts[i].strength));
    }
    return rows;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct shape shape;
    if (!shape_load(call, &shape, err))
        return false;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    const struct requests requests = judge_requests(&shape, onset_ns, call->scratch);
    struct reading read = {
        .arena = call->scratch,
        .forest = &shape.forest,
        .requests = &requests,
        .keys = map_new(call->scratch),
        .feature_keys = map_new(call->scratch),
    };
    const bool enough = requests.bad_count >= BAD_MIN && requests.bad_count < requests.count;
    if (enough && !read_features(&read, call->services->telemetry, onset_ns, err))
        return false;
    struct contrast *contrasts =
        arena_push_many(call->scratch, struct contrast, read.feature_keys.count);
    const uint32_t tested = test_features(&read, contrasts);
    *record_at(out, "bad") = value_int(requests.bad_count);
    *record_at(out, "all") = value_int(requests.count);
    *record_at(out, "tested") = value_int(tested);
    *record_at(out, "attributes") = value_rows(rows_of(&read, contrasts, tested));
    return true;
}

const struct tool tool_traces_attributes = {
    .sig = {.name = "attributes",
            .summary = "Tell what slow or failing requests have in common and good ones have not",
            .input = input,
            .output = output},
    .run = run,
};
