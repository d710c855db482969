/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces of Jaeger, and of what speaks its query API (VictoriaTraces). It gives traces by service
 * only, the newest first and no more than a limit; so the window is cut into slices, of which the
 * one with the alert and those next to it come first, and each service is asked for a few traces of
 * each. A trace that several services take part in is taken once.
 */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/url.h"

#include "base/arena.h"

#define SERVICES_MAX 40
#define SLICES 10         /* of the window: 6 minutes of an hour */
#define TRACES_PER_ASK 20 /* at 40 spans a trace, 200 kB */

static const struct field settings[] = {
    {"traces", TYPE_INT, FIELD_OPTIONAL, "of a service in a tenth of the time; 20", NULL},
    {0},
};

/* ---- asking ---- */

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url;
    switch (question->wanted) {
    case WANT_NAMES:
        url = url_begin(arena, source->url, "/api/services");
        break;
    case WANT_EDGES:
        url = url_begin(arena, source->url, "/api/dependencies");
        url_param_int(&url, "endTs", question->window.end_ns / NS_PER_MS);
        url_param_int(&url, "lookback",
                      (question->window.end_ns - question->window.start_ns) / NS_PER_MS);
        break;
    case WANT_TRACES:
        url = url_begin(arena, source->url, "/api/traces");
        url_param(&url, "service", question->service);
        url_param_int(&url, "start", question->window.start_ns / NS_PER_US);
        url_param_int(&url, "end", question->window.end_ns / NS_PER_US);
        url_param_int(&url, "limit", source_integer(source, "traces", TRACES_PER_ASK));
        break;
    default:
        return err_set(err, ERR_USAGE, "Jaeger has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    return true;
}

/* ---- reading ---- */

/* [{"key": "http.status_code", "value": 500}] */
static struct labelled tags_of(struct arena *scratch, const json_t *tags)
{
    json_t *object = json_object(), *tag;
    size_t i;
    json_array_foreach(tags, i, tag)
    {
        if (json_is_string(json_object_get(tag, "key")))
            json_object_set(object, json_string_value(json_object_get(tag, "key")),
                            json_object_get(tag, "value"));
    }
    const struct labelled labels = answer_labels(scratch, object);
    for (uint32_t k = 0; k < labels.count; k++) { /* they must not go with the object */
        struct label *label = (struct label *)(uintptr_t)&labels.labels[k];
        label->value = str_copy(scratch, label->value);
    }
    json_decref(object);
    return labels;
}

static struct str parent_of(const json_t *span)
{
    const json_t *reference;
    size_t i;
    json_array_foreach(json_object_get(span, "references"), i, reference)
    {
        if (str_eq(answer_text(reference, "refType"), STR("CHILD_OF")))
            return answer_text(reference, "spanID");
    }
    return answer_text(span, "parentSpanID");
}

/* `error: true` says that it failed, whatever its status is. */
static struct str status_of(const struct source *source, const struct labelled *tags)
{
    if (str_eq(labelled_value(tags, STR("error")), STR("true")))
        return STR("ERROR");
    const struct str status = mapping_value(&source->mapping, MAPPED_STATUS, tags, NULL);
    return str_eq(status, STR("false")) ? STR("OK") : status;
}

/* Microseconds, in ns; 0 where the other side says what cannot be. */
static int64_t micros(const json_t *span, const char *name)
{
    const int64_t us = answer_integer(json_object_get(span, name), 0);
    return us > 0 && us <= INT64_MAX / NS_PER_US ? us * NS_PER_US : 0;
}

static void decode_span(struct arena *scratch, const struct source *source, const json_t *span,
                        const json_t *processes, struct gathered *out)
{
    const struct str id = answer_text(span, "processID");
    const json_t *process = json_object_getn(processes, id.ptr ? id.ptr : "", id.len);
    const struct labelled tags = tags_of(scratch, json_object_get(span, "tags"));
    const struct labelled around = tags_of(scratch, json_object_get(process, "tags"));
    const struct span_row row = {
        .start_ns = micros(span, "startTime"),
        .duration_ns = micros(span, "duration"),
        .trace_id = answer_text(span, "traceID"),
        .span_id = answer_text(span, "spanID"),
        .parent_id = parent_of(span),
        .service = answer_text(process, "serviceName"),
        .instance = mapping_value(&source->mapping, MAPPED_INSTANCE, &around, NULL),
        .operation = answer_text(span, "operationName"),
        .status = status_of(source, &tags),
        .kind = mapping_value(&source->mapping, MAPPED_KIND, &tags, NULL),
        .more = {.labels = tags.labels, .count = tags.count}};
    if (row.start_ns > 0)
        rows_span(&out->rows, &row);
}

static void decode_traces(struct arena *scratch, const struct source *source, const json_t *traces,
                          struct gathered *out)
{
    const json_t *trace, *span;
    size_t i, j;
    json_array_foreach(traces, i, trace)
    {
        if (!gathered_is_new(out, answer_text(trace, "traceID")))
            continue;
        json_array_foreach(json_object_get(trace, "spans"), j, span)
            decode_span(scratch, source, span, json_object_get(trace, "processes"), out);
    }
}

static struct window slice_of(struct window window, int number)
{
    const int64_t span = (window.end_ns - window.start_ns) / SLICES;
    const int64_t start = window.start_ns + span * number;
    return (struct window){start, number == SLICES - 1 ? window.end_ns : start + span};
}

/* The last slice first: the incident is at the end of the window. */
static void decode_services(const struct question *question, const json_t *services,
                            struct gathered *out)
{
    const size_t all = json_array_size(services);
    const size_t count = all < SERVICES_MAX ? all : SERVICES_MAX;
    if (all > count)
        gathered_left_out(out, "of %zu services %zu were asked for traces", all, count);
    for (int slice = SLICES - 1; slice >= 0; slice--)
        for (size_t i = 0; i < count; i++) {
            struct question next = *question;
            next.wanted = WANT_TRACES;
            next.service = answer_string(json_array_get(services, i));
            next.window = slice_of(question->window, slice);
            gathered_ask(out, &next);
        }
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    const json_t *edge;
    size_t i;
    if (!answer_json(scratch, body, &root, err))
        return false;
    const json_t *data = json_object_get(root, "data");
    if (!data)
        return err_set(err, ERR_PROTOCOL, "the answer has no `data`; is it Jaeger's query API?");
    switch (question->wanted) {
    case WANT_NAMES:
        decode_services(question, data, out);
        return true;
    case WANT_EDGES:
        json_array_foreach(data, i, edge)
            rows_edge(&out->rows, answer_text(edge, "parent"), answer_text(edge, "child"));
        return true;
    default:
        decode_traces(scratch, source, data, out);
        return true;
    }
}

const struct connector connector_jaeger = {
    .name = "jaeger",
    .summary = "traces of Jaeger or VictoriaTraces",
    .signal = SIGNAL_TRACES,
    .port = ":16686",
    .settings = settings,
    .first = {{WANT_EDGES, true}, {WANT_NAMES, false}},
    .first_count = 2,
    .encode = encode,
    .decode = decode,
};
