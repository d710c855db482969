/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loki. Which label tells services apart is found among those it has; then how many lines there
 * were a minute, of each service, and how many that speak of errors: these two are exact, as
 * metrics. Lines themselves are fetched in stretches of the window, so many of each: of the
 * alert's service any, of all others those that speak of errors. So there are lines from before to
 * compare with, whatever the volume.
 */
#include "connect/connector.h"
#include "connect/promql.h"
#include "connect/url.h"

#include "base/arena.h"

#define STRETCHES 12           /* of five minutes, in an hour */
#define LINES_PER_STRETCH 1000 /* Loki gives 5000 at once, unless it is told otherwise */
#define VALUES_MAX 5000        /* of a label that are looked at */
#define COUNT_STEP_NS (60 * NS_PER_S)

/* Words by which programs of all languages say that something went wrong. */
#define TROUBLE                                                                                    \
    "(?i)(error|exception|fatal|panic|critical|fail|refused|timeout|timed out|denied|warn|"        \
    "unavailable|out of memory|traceback)"

static const struct field settings[] = {
    {"match", TYPE_TEXT, FIELD_OPTIONAL, "matchers that all lines must have: namespace=\"shop\"",
     NULL},
    {0},
};

static struct str match_of(const struct source *source)
{
    return source_text(source, "match", STR(""));
}

/* ---- asking ---- */

static bool wants_trouble(const struct question *question)
{
    return str_eq(question->cursor, STR("trouble"));
}

/* names[0] is the label of services. Trouble is that of all but the alert's, whose lines all come.
 */
static void put_selector(struct buf *out, const struct source *source,
                         const struct question *question)
{
    const struct str label = question->names[0];
    const bool is_one = question->service.len > 0;
    buf_printf(out, "{%.*s", STR_ARG(label));
    if (!is_one || wants_trouble(question))
        buf_add(out, STR("=~\".+\""));
    if (is_one && wants_trouble(question))
        buf_printf(out, ",%.*s!", STR_ARG(label));
    if (is_one) {
        buf_add_char(out, '=');
        promql_put_text(out, question->service);
    }
    promql_put_matchers(out, question, match_of(source));
    buf_add_char(out, '}');
}

static void put_trouble(struct buf *out)
{
    buf_add(out, STR(" |~ "));
    promql_put_text(out, STR(TROUBLE));
}

static void encode_range(struct arena *arena, const struct source *source,
                         const struct question *question, struct buf *query, struct url *url)
{
    *url = url_begin(arena, source->url, "/loki/api/v1/query_range");
    url_param(url, "query", buf_str(query));
    url_param_int(url, "start", question->window.start_ns);
    url_param_int(url, "end", question->window.end_ns);
}

static void encode_counts(struct arena *arena, const struct source *source,
                          const struct question *question, struct url *url)
{
    struct buf query = buf_new(arena);
    buf_printf(&query, "sum by (%.*s) (count_over_time(", STR_ARG(question->names[0]));
    put_selector(&query, source, question);
    if (wants_trouble(question))
        put_trouble(&query);
    buf_printf(&query, "[%llds]))", (long long)(question->step_ns / NS_PER_S));
    encode_range(arena, source, question, &query, url);
    url_param_int(url, "step", question->step_ns / NS_PER_S);
}

static void encode_lines(struct arena *arena, const struct source *source,
                         const struct question *question, struct url *url)
{
    struct buf query = buf_new(arena);
    put_selector(&query, source, question);
    if (wants_trouble(question))
        put_trouble(&query);
    encode_range(arena, source, question, &query, url);
    url_param_int(url, "limit", question->rows_max);
    url_param(url, "direction", STR("forward"));
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct url url;
    switch (question->wanted) {
    case WANT_NAMES:
        url = url_begin(arena, source->url, "/loki/api/v1/label");
        if (question->names_count > 0) {
            url_part(&url, question->names[0]);
            buf_add(&url.text, STR("/values"));
        } else {
            buf_add(&url.text, STR("s"));
        }
        url_param_int(&url, "start", question->window.start_ns);
        url_param_int(&url, "end", question->window.end_ns);
        break;
    case WANT_SAMPLES:
        encode_counts(arena, source, question, &url);
        break;
    case WANT_LINES:
        encode_lines(arena, source, question, &url);
        break;
    default:
        return err_set(err, ERR_USAGE, "Loki has no %s", wanted_name(question->wanted));
    }
    out->url = url_text(&url);
    return true;
}

/* ---- which label, and which of its values ---- */

static bool has(const json_t *list, struct str name)
{
    for (size_t i = 0; i < json_array_size(list) && i < VALUES_MAX; i++)
        if (str_eq(answer_string(json_array_get(list, i)), name))
            return true;
    return false;
}

/* The first candidate that is among the labels, in the spelling that Loki's labels have. */
static struct str service_label(struct arena *scratch, const struct source *source,
                                const json_t *labels)
{
    struct str name;
    for (uint32_t n = 0; (name = mapping_candidate(&source->mapping, MAPPED_SERVICE, n)).len > 0;
         n++) {
        char *spelled = (char *)(uintptr_t)str_copy(scratch, name).ptr;
        for (size_t i = 0; i < name.len; i++)
            if (strchr("./-", spelled[i]))
                spelled[i] = '_';
        if (has(labels, str_of(spelled)))
            return str_of(spelled);
    }
    return STR("");
}

/* Whether one is the other, with the likes of "shop/" in front or "-svc" behind. */
static bool is_about(struct str value, struct str service)
{
    return service.len > 0 && value.len > 0 &&
           (str_eq(value, service) ||
            (service.len >= 3 && str_find_no_case(value, service) != STR_NPOS));
}

static struct str value_of_service(const json_t *values, struct str service)
{
    struct str found = STR("");
    if (has(values, service))
        return service;
    for (size_t i = 0; i < json_array_size(values) && i < VALUES_MAX; i++) {
        const struct str value = answer_string(json_array_get(values, i));
        if (is_about(value, service) && (found.len == 0 || value.len < found.len))
            found = value;
    }
    return found;
}

static void ask_stretches(const struct question *question, struct question next,
                          struct gathered *out)
{
    const int64_t span_ns =
        (question->window.end_ns - question->window.start_ns + STRETCHES - 1) / STRETCHES;
    next.wanted = WANT_LINES;
    next.rows_max = LINES_PER_STRETCH;
    for (int i = STRETCHES - 1; i >= 0; i--) { /* the latest first: time may be short */
        next.window.start_ns = question->window.start_ns + i * span_ns;
        next.window.end_ns = next.window.start_ns + span_ns < question->window.end_ns
                                 ? next.window.start_ns + span_ns
                                 : question->window.end_ns;
        if (next.window.start_ns < next.window.end_ns)
            gathered_ask(out, &next);
    }
}

static void ask_for_lines(const struct question *question, struct str value, struct gathered *out)
{
    struct question next = *question;
    next.wanted = WANT_SAMPLES;
    next.step_ns = COUNT_STEP_NS;
    next.optional = true;
    gathered_ask(out, &next);
    next.cursor = STR("trouble");
    gathered_ask(out, &next);
    next.optional = false;
    next.service = value;
    ask_stretches(question, next, out);
    next.cursor = STR("");
    if (value.len > 0)
        ask_stretches(question, next, out);
}

static bool decode_names(struct arena *scratch, const struct source *source,
                         const struct question *question, const json_t *data, struct gathered *out,
                         struct err *err)
{
    struct question next = *question;
    if (question->names_count > 0) {
        const struct str value = value_of_service(data, question->alert->service);
        if (value.len == 0 && question->alert->service.len > 0)
            gathered_note(out, "no %.*s is called %.*s, so only lines that speak of errors",
                          STR_ARG(question->names[0]), STR_ARG(question->alert->service));
        ask_for_lines(question, value, out);
        return true;
    }
    const struct str label = service_label(scratch, source, data);
    if (json_array_size(data) == 0)
        return true;
    if (label.len == 0)
        return err_set(err, ERR_NOT_FOUND,
                       "no label tells services apart; name one: mapping: {service: LABEL}");
    next.names = &label;
    next.names_count = 1;
    gathered_ask(out, &next);
    return true;
}

/* ---- reading ---- */

static void decode_counts(struct arena *scratch, const struct source *source,
                          const struct question *question, const json_t *data, struct gathered *out)
{
    const json_t *one, *point;
    size_t i, j;
    json_array_foreach(json_object_get(data, "result"), i, one)
    {
        const struct labelled labels = answer_labels(scratch, json_object_get(one, "metric"));
        const struct series_row row = {
            .service = mapping_service(&source->mapping, &labels),
            .metric = wants_trouble(question) ? STR("log_lines_of_errors") : STR("log_lines")};
        rows_series(&out->rows, &row);
        json_array_foreach(json_object_get(one, "values"), j, point)
        {
            int64_t time_ns;
            struct str value;
            if (promql_point(point, &time_ns, &value))
                rows_sample(&out->rows, time_ns, value);
        }
    }
}

static void decode_line(struct arena *scratch, const struct source *source,
                        const struct labelled *labels, const json_t *entry, struct gathered *out)
{
    int64_t time_ns;
    const struct labelled own = answer_labels(scratch, json_array_get(entry, 2));
    if (json_array_size(entry) < 2 ||
        !str_to_int(answer_string(json_array_get(entry, 0)), &time_ns))
        return;
    const struct mapping *mapping = &source->mapping;
    struct str level = mapping_value(mapping, MAPPED_LEVEL, &own, NULL);
    if (level.len == 0)
        level = mapping_value(mapping, MAPPED_LEVEL, labels, NULL);
    struct str trace_id = mapping_value(mapping, MAPPED_TRACE_ID, &own, NULL);
    if (trace_id.len == 0)
        trace_id = mapping_value(mapping, MAPPED_TRACE_ID, labels, NULL);
    const struct log_row row = {.time_ns = time_ns,
                                .service = mapping_service(mapping, labels),
                                .instance = mapping_value(mapping, MAPPED_INSTANCE, labels, NULL),
                                .level = level,
                                .message = answer_string(json_array_get(entry, 1)),
                                .trace_id = trace_id,
                                .span_id = mapping_value(mapping, MAPPED_SPAN_ID, &own, NULL),
                                .more = {.labels = own.labels, .count = own.count}};
    rows_log(&out->rows, &row);
}

static void decode_lines(struct arena *scratch, const struct source *source,
                         const struct question *question, const json_t *data, struct gathered *out)
{
    const json_t *stream, *entry;
    size_t i, j;
    int64_t lines = 0;
    json_array_foreach(json_object_get(data, "result"), i, stream)
    {
        const struct labelled labels = answer_labels(scratch, json_object_get(stream, "stream"));
        json_array_foreach(json_object_get(stream, "values"), j, entry)
        {
            decode_line(scratch, source, &labels, entry, out);
            lines++;
        }
    }
    if (lines >= question->rows_max)
        gathered_note(out, "of stretches with more lines than %d the first are fetched",
                      LINES_PER_STRETCH);
}

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    const json_t *data;
    if (!promql_data(scratch, body, out, &data, err))
        return false;
    switch (question->wanted) {
    case WANT_NAMES:
        return decode_names(scratch, source, question, data, out, err);
    case WANT_SAMPLES:
        decode_counts(scratch, source, question, data, out);
        return true;
    default:
        decode_lines(scratch, source, question, data, out);
        return true;
    }
}

const struct connector connector_loki = {
    .name = "loki",
    .summary = "log lines of Loki, and how many there are",
    .signal = SIGNAL_LOGS,
    .port = ":3100",
    .settings = settings,
    .first = {{WANT_NAMES, false}},
    .first_count = 1,
    .encode = encode,
    .decode = decode,
};
