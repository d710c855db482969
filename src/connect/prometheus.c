/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prometheus, and what speaks its HTTP API: VictoriaMetrics, Mimir, Thanos.
 *
 * It is asked by which rule the alert fires, what else fires, when this alert fired the day before,
 * how often it measures, and which metrics there are; connect/choice.h says which are fetched.
 */
#include "connect/choice.h"
#include "connect/firing.h"
#include "connect/promql.h"
#include "connect/url.h"

#include "base/arena.h"

#define SERIES_MAX 3000 /* in all; at 240 points that is 700,000 samples */
#define FIRINGS_BACK_NS NS_PER_DAY
#define FIRINGS_STEP_NS (120 * NS_PER_S)

static const struct field settings[] = {
    {"match", TYPE_TEXT, FIELD_OPTIONAL, "matchers that all series must have: namespace=\"shop\"",
     NULL},
    {"series", TYPE_INT, FIELD_OPTIONAL, "how many series are fetched; 3000", NULL},
    {0},
};

static struct str match_of(const struct source *source)
{
    return source_text(source, "match", STR(""));
}

/* ---- asking ---- */

static void put_names(struct buf *out, const struct question *question, struct str match)
{
    buf_add(out, STR("{__name__=~"));
    promql_put_pattern(out, question->names, question->names_count);
    promql_put_matchers(out, question, match);
    buf_add_char(out, '}');
}

/* Labels by which a sum keeps apart what the report tells apart. */
static void put_kept_labels(struct buf *out, const struct mapping *mapping)
{
    static const char *const failed[] = {"code", "status", "status_code", "outcome", "result"};
    struct str name;
    bool first = true;
    for (int what = MAPPED_SERVICE; what <= MAPPED_INSTANCE; what++)
        for (uint32_t n = 0; (name = mapping_candidate(mapping, (enum mapped)what, n)).len > 0; n++)
            if (!str_contains(name, STR(".")) && !str_contains(name, STR("/"))) {
                buf_printf(out, "%s%.*s", first ? "" : ",", STR_ARG(name));
                first = false;
            }
    for (size_t i = 0; i < sizeof failed / sizeof *failed; i++)
        buf_printf(out, ",%s", failed[i]);
    buf_add(out, STR(",namespace"));
}

static bool is_sum(const struct question *question)
{
    return question->wanted == WANT_SAMPLES && str_eq(question->cursor, STR(CHOICE_SUM));
}

static struct str samples_query(struct arena *arena, const struct source *source,
                                const struct question *question)
{
    struct buf out = buf_new(arena);
    if (is_sum(question)) {
        buf_add(&out, STR("sum by ("));
        put_kept_labels(&out, &source->mapping);
        buf_add(&out, STR(") ("));
    }
    put_names(&out, question, match_of(source));
    if (is_sum(question))
        buf_add_char(&out, ')');
    return buf_str(&out);
}

static void encode_instant(struct request *out, struct arena *arena, const struct source *source,
                           struct str query, int64_t at_ns)
{
    struct url url = url_begin(arena, source->url, "/api/v1/query");
    struct url form = url_form(arena);
    url_param(&form, "query", query);
    url_param_seconds(&form, "time", at_ns);
    out->url = url_text(&url);
    out->body = url_text(&form);
    out->headers[out->headers_count++] =
        (struct header){.name = "Content-Type", .value = STR("application/x-www-form-urlencoded")};
}

static void encode_range(struct request *out, struct arena *arena, const struct source *source,
                         struct str query, struct window window, int64_t step_ns)
{
    struct url url = url_begin(arena, source->url, "/api/v1/query_range");
    struct url form = url_form(arena);
    url_param(&form, "query", query);
    url_param_seconds(&form, "start", window.start_ns);
    url_param_seconds(&form, "end", window.end_ns);
    url_param_int(&form, "step", step_ns / NS_PER_S);
    out->url = url_text(&url);
    out->body = url_text(&form);
    out->headers[out->headers_count++] =
        (struct header){.name = "Content-Type", .value = STR("application/x-www-form-urlencoded")};
}

static void encode_samples(struct request *out, struct arena *arena, const struct source *source,
                           const struct question *question)
{
    const struct str query = samples_query(arena, source, question);
    if (question->step_ns > 0)
        encode_range(out, arena, source, query, question->window, question->step_ns);
    else
        encode_instant(out, arena, source,
                       str_printf(arena, "%.*s[%llds]", STR_ARG(query),
                                  (long long)choice_seconds(question->window)),
                       question->window.end_ns);
}

static void encode_names(struct request *out, struct arena *arena, const struct source *source,
                         const struct question *question)
{
    struct url url = url_begin(arena, source->url, "/api/v1/label/__name__/values");
    const struct str match = match_of(source);
    url_param_seconds(&url, "start", question->window.start_ns);
    url_param_seconds(&url, "end", question->window.end_ns);
    if (match.len > 0)
        url_param(&url, "match[]", str_printf(arena, "{%.*s}", STR_ARG(match)));
    out->url = url_text(&url);
}

static void encode_firings(struct request *out, struct arena *arena, const struct source *source,
                           const struct question *question)
{
    struct buf query = buf_new(arena);
    const int64_t alert_ns = question->alert->starts_ns;
    buf_add(&query, STR("ALERTS{alertstate=\"firing\",alertname="));
    promql_put_text(&query, question->alert->name);
    buf_add_char(&query, '}');
    encode_range(out, arena, source, buf_str(&query),
                 (struct window){alert_ns - FIRINGS_BACK_NS, alert_ns}, FIRINGS_STEP_NS);
}

static bool encode(struct arena *arena, const struct source *source,
                   const struct question *question, struct request *out, struct err *err)
{
    struct buf query = buf_new(arena);
    struct url url;
    switch (question->wanted) {
    case WANT_RULES:
        url = url_begin(arena, source->url, "/api/v1/rules");
        url_param(&url, "type", STR("alert"));
        out->url = url_text(&url);
        return true;
    case WANT_ALERTS:
        url = url_begin(arena, source->url, "/api/v1/alerts");
        out->url = url_text(&url);
        return true;
    case WANT_FIRINGS:
        encode_firings(out, arena, source, question);
        return true;
    case WANT_PACE:
        buf_printf(&query, "max(count_over_time(up[%llds]))",
                   (long long)choice_seconds(question->window));
        encode_instant(out, arena, source, buf_str(&query), question->window.end_ns);
        return true;
    case WANT_NAMES:
        encode_names(out, arena, source, question);
        return true;
    case WANT_SIZES:
        buf_add(&query, STR("count by (__name__) ("));
        put_names(&query, question, match_of(source));
        buf_add_char(&query, ')');
        encode_instant(out, arena, source, buf_str(&query), question->window.end_ns);
        return true;
    case WANT_SAMPLES:
        encode_samples(out, arena, source, question);
        return true;
    default:
        return err_set(err, ERR_USAGE, "Prometheus has no %s", wanted_name(question->wanted));
    }
}

/* ---- rules, and what fires ---- */

static void decode_alerts(struct arena *scratch, const struct source *source,
                          const struct question *question, const json_t *data, struct gathered *out)
{
    const json_t *alert;
    size_t i;
    json_array_foreach(json_object_get(data, "alerts"), i, alert)
    {
        struct firing firing = {.labels = json_object_get(alert, "labels"),
                                .annotations = json_object_get(alert, "annotations")};
        if (str_eq(answer_text(alert, "state"), STR("firing")) &&
            time_parse_rfc3339(answer_text(alert, "activeAt"), &firing.starts_ns))
            firing_add(scratch, source, question->alert, &firing, out);
    }
}

/* The expression of the rule that has the alert's name says which metrics it is about. */
static void decode_rules(const struct question *question, const json_t *data, struct gathered *out)
{
    const json_t *group, *rule;
    size_t i, j;
    json_array_foreach(json_object_get(data, "groups"), i, group)
    {
        json_array_foreach(json_object_get(group, "rules"), j, rule)
        {
            if (str_eq(answer_text(rule, "name"), question->alert->name))
                gathered_learn(out, CHOICE_EXPRESSION, answer_text(rule, "query"));
        }
    }
}

/* ---- samples ---- */

/* Stretches of "it fires" without a hole in them are firings; the last is the alert itself. */
static void decode_firings_of(struct arena *scratch, const struct source *source,
                              const struct question *question, const json_t *series,
                              struct gathered *out)
{
    const json_t *points = json_object_get(series, "values");
    const size_t count = json_array_size(points);
    struct firing firing = {.labels = json_object_get(series, "metric")};
    for (size_t i = 0; i <= count; i++) {
        int64_t time_ns = 0;
        struct str value;
        const bool is_point = promql_point(json_array_get(points, i), &time_ns, &value);
        if (is_point && firing.ends_ns > 0 &&
            time_ns - firing.ends_ns <= FIRINGS_STEP_NS + NS_PER_S) {
            firing.ends_ns = time_ns;
            continue;
        }
        if (firing.ends_ns > 0 && firing.ends_ns < question->alert->starts_ns - FIRINGS_STEP_NS)
            firing_add(scratch, source, question->alert, &firing, out);
        firing.starts_ns = firing.ends_ns = time_ns;
    }
}

static void decode_firings(struct arena *scratch, const struct source *source,
                           const struct question *question, const json_t *data,
                           struct gathered *out)
{
    const json_t *series;
    size_t i;
    json_array_foreach(json_object_get(data, "result"), i, series)
        decode_firings_of(scratch, source, question, series, out);
}

/* Where both ends are told, it is an edge, and the one that is called is whom it is about. */
static struct str service_of(const struct source *source, const struct labelled *labels,
                             struct gathered *out)
{
    const struct str caller = mapping_value(&source->mapping, MAPPED_CALLER, labels, NULL);
    const struct str callee = mapping_value(&source->mapping, MAPPED_CALLEE, labels, NULL);
    if (caller.len == 0 || callee.len == 0)
        return mapping_service(&source->mapping, labels);
    rows_edge(&out->rows, caller, callee);
    return callee;
}

/*
 * Who watches the others: what Prometheus, Alertmanager or this program do is asked only where the
 * alert is about them, for an incident keeps them busy, and then they look like its cause.
 */
static bool is_of_an_observer(const struct alert *alert, struct str service)
{
    static const char *const observers[] = {"prometheus", "alertmanager", "warroom", "grafana"};
    for (size_t i = 0; i < sizeof observers / sizeof *observers; i++)
        if (str_eq(service, str_of(observers[i])))
            return !str_eq(alert->service, service);
    return false;
}

static void decode_one_series(struct arena *scratch, const struct source *source,
                              const struct question *question, const json_t *one,
                              struct gathered *out)
{
    const struct labelled labels = answer_labels(scratch, json_object_get(one, "metric"));
    struct str used;
    const struct str name =
        is_sum(question) ? question->names[0] : labelled_value(&labels, STR("__name__"));
    const struct str instance = mapping_value(&source->mapping, MAPPED_INSTANCE, &labels, &used);
    const struct str told[] = {STR("__name__"), STR("job"), used};
    const struct series_row row = {.service = service_of(source, &labels, out),
                                   .instance = instance,
                                   .metric = name,
                                   .labels = labels_as_json(scratch, &labels, told, 3)};
    const json_t *point;
    size_t i;
    if (is_of_an_observer(question->alert, row.service)) {
        gathered_note(out, "what `%.*s` does is left out: the alert is not about it",
                      STR_ARG(row.service));
        return;
    }
    rows_series(&out->rows, &row);
    json_array_foreach(json_object_get(one, "values"), i, point)
    {
        int64_t time_ns;
        struct str value;
        if (promql_point(point, &time_ns, &value))
            rows_sample(&out->rows, time_ns, value);
    }
    if (json_object_get(one, "histograms"))
        gathered_note(out, "native histograms are not read");
}

static void decode_samples(struct arena *scratch, const struct source *source,
                           const struct question *question, const json_t *data,
                           struct gathered *out)
{
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(data, "result"), i, one)
        decode_one_series(scratch, source, question, one, out);
}

/* How often a target is measured in the window: what a series has for points, more or less. */
static void decode_pace(const json_t *data, struct gathered *out)
{
    const json_t *first = json_array_get(json_object_get(data, "result"), 0);
    gathered_learn(out, CHOICE_POINTS,
                   answer_string(json_array_get(json_object_get(first, "value"), 1)));
}

/* ---- reading ---- */

static bool decode(struct arena *scratch, const struct source *source,
                   const struct question *question, struct str body, struct gathered *out,
                   struct err *err)
{
    const json_t *data;
    if (!promql_data(scratch, body, out, &data, err))
        return false;
    switch (question->wanted) {
    case WANT_RULES:
        decode_rules(question, data, out);
        return true;
    case WANT_ALERTS:
        decode_alerts(scratch, source, question, data, out);
        return true;
    case WANT_FIRINGS:
        decode_firings(scratch, source, question, data, out);
        return true;
    case WANT_PACE:
        decode_pace(data, out);
        return true;
    case WANT_NAMES:
        choice_of_names(scratch, question, data, out);
        return true;
    case WANT_SIZES:
        choice_of_samples(scratch, question, source_integer(source, "series", SERIES_MAX),
                          json_object_get(data, "result"), out);
        return true;
    default:
        decode_samples(scratch, source, question, data, out);
        return true;
    }
}

const struct connector connector_prometheus = {
    .name = "prometheus",
    .summary = "metrics, alerts and rules of Prometheus, VictoriaMetrics, Mimir or Thanos",
    .signal = SIGNAL_METRICS,
    .port = ":9090",
    .settings = settings,
    .first = {{WANT_RULES, true},
              {WANT_ALERTS, true},
              {WANT_FIRINGS, true},
              {WANT_PACE, true},
              {WANT_NAMES, false}},
    .first_count = 5,
    .encode = encode,
    .decode = decode,
};
