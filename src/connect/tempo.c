/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces of Grafana Tempo: TraceQL says which there are, and each is fetched by its id. Requests
 * that failed, requests of the alert's service and any at all are asked for, in slices of the
 * window, those around the alert first.
 */
#include "connect/answer.h"
#include "connect/connector.h"
#include "connect/otlp_spans.h"
#include "connect/promql.h"
#include "connect/url.h"

#include "base/arena.h"

#define SLICES 6
#define TRACES_PER_ASK 20
#define TRACES_MAX 360 /* each is a question of its own */

static const struct field settings[] = {
    {"match", TYPE_TEXT, FIELD_OPTIONAL,
     "a condition of TraceQL for all searches: resource.namespace = \"shop\"", NULL},
    {"traces", TYPE_INT, FIELD_OPTIONAL, "how many are fetched; 360", NULL},
    {0},
};

/* ---- asking ---- */

/* The cursor of a search says which requests: "error", "service" or "any". */
static struct str search_of(struct arena *arena, const struct source *source,
                            const struct question *question)
{
    struct buf out = buf_new(arena);
    const struct str match = source_text(source, "match", STR(""));
    buf_add(&out, STR("{ "));
    buf_add(&out, match);
    const char *and = match.len > 0 ? " && " : "";
    if (str_eq(question->cursor, STR("error")))
        buf_printf(&out, "%sstatus = error", and);
    if (str_eq(question->cursor, STR("service"))) {
        buf_printf(&out, "%sresource.service.name = ", and);
        promql_put_text(&out, question->service);
    }
    buf_add(&out, STR(" }"));
    return buf_str(&out);
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url;
    switch (question->wanted) {
    case WANT_TRACES:
        url = url_begin(arena, source->url, "/api/search");
        url_param(&url, "q", search_of(arena, source, question));
        url_param_int(&url, "start", question->window.start_ns / NS_PER_S);
        url_param_int(&url, "end", (question->window.end_ns + NS_PER_S - 1) / NS_PER_S);
        url_param_int(&url, "limit", TRACES_PER_ASK);
        break;
    case WANT_SPANS:
        url = url_begin(arena, source->url, "/api/traces");
        url_part(&url, question->cursor);
        out->headers[out->headers_count++] =
            (struct header){.name = "Accept", .value = STR("application/json")};
        break;
    default:
        return err_set(err, ERR_USAGE, "Tempo has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    return true;
}

/* ---- reading ---- */

static void ask_slices(const struct question *question, const char *which, struct gathered *out)
{
    const struct window all = question->window;
    const int64_t span = (all.end_ns - all.start_ns) / SLICES;
    for (int slice = SLICES - 1; slice >= 0; slice--) {
        struct question next = *question;
        next.cursor = str_of(which);
        next.service = question->alert->service;
        next.window.start_ns = all.start_ns + span * slice;
        next.window.end_ns = next.window.start_ns + span;
        gathered_ask(out, &next);
    }
}

static void decode_search(const struct source *source, const struct question *question,
                          const json_t *root, struct gathered *out)
{
    const json_t *trace;
    size_t i;
    json_array_foreach(json_object_get(root, "traces"), i, trace)
    {
        struct question next = *question;
        next.wanted = WANT_SPANS;
        next.cursor = answer_text(trace, "traceID");
        if (next.cursor.len == 0 ||
            out->seen.count >= source_integer(source, "traces", TRACES_MAX) ||
            !gathered_is_new(out, next.cursor))
            continue;
        gathered_ask(out, &next);
    }
    if (question->cursor.len > 0)
        return;
    /* the first search was the opening, of the whole window; now slice by slice */
    ask_slices(question, "error", out);
    if (question->alert->service.len > 0)
        ask_slices(question, "service", out);
    ask_slices(question, "any", out);
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    json_t *root;
    if (!answer_json(scratch, body, &root, err))
        return false;
    if (question->wanted == WANT_SPANS)
        otlp_spans_read(scratch, source, root, out);
    else
        decode_search(source, question, root, out);
    return true;
}

const struct connector connector_tempo = {
    .name = "tempo",
    .summary = "traces of Grafana Tempo",
    .signal = SIGNAL_TRACES,
    .port = ":3200",
    .settings = settings,
    .first = {{WANT_TRACES, false}},
    .first_count = 1,
    .encode = encode,
    .decode = decode,
};
