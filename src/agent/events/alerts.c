/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What else was firing, and what those alerts say was measured. Whom an alert is about stands in
 * its labels; where it does not, its name may be that of a service or a node. Alerts of other
 * systems than Prometheus often have no time: they came with this incident.
 *
 * Where there are series of somebody, those show better what a text restates, and all of its
 * course: such texts are passed over.
 */
#include "agent/events/measure.h"
#include "agent/events/words.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

#define MEASURES_OF_ALL_MAX 1000

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"name", TYPE_TEXT, 0, "of the alert", NULL},
    {"service", TYPE_TEXT, 0, "whom it is about", NULL},
    {"severity", TYPE_TEXT, 0, "as its source says; may be empty", NULL},
    {"time", TYPE_TIME, 0, "when it began to fire", NULL},
    {0},
};

static const struct field measure_columns[] = {
    {"name", TYPE_TEXT, 0, "of the alert", NULL},
    {"subject", TYPE_TEXT, 0, "the service or node that it is about", NULL},
    {"is_node", TYPE_BOOL, 0, "it is about a node", NULL},
    {"time", TYPE_TIME, FIELD_OPTIONAL, "when it began to fire; unknown: with this incident", NULL},
    {"kind", TYPE_TEXT, 0, "what is measured: latency, errors, cpu, ...", NULL},
    {"ratio", TYPE_REAL, 0, "how many times what it was, or should be", NULL},
    {"loses", TYPE_BOOL, 0, "it speaks of packets that are lost or sent again", NULL},
    {"text", TYPE_TEXT, 0, "the part of the alert that says so", NULL},
    {0},
};

static const struct field output[] = {
    {"alerts", TYPE_ROWS, 0, "those about a service, oldest first", columns},
    {"measures", TYPE_ROWS, 0, "what their texts say was measured", measure_columns},
    {0},
};

static const char alerts_sql[] =
    "SELECT coalesce(name, '') AS name, service, coalesce(severity, '') AS severity, \"time\" FROM "
    "alerts WHERE service <> '' AND \"time\" IS NOT NULL ORDER BY \"time\", name, service LIMIT "
    "1000";

/* Each text of each alert, with all that may tell whom it is about. */
static const char texts_sql[] =
    "WITH a AS (SELECT rowid AS number, coalesce(name, '') AS name, coalesce(service, '') AS "
    "service, \"time\", attributes FROM alerts WHERE json_valid(attributes) ORDER BY rowid LIMIT "
    "1000) SELECT a.name, a.service, epoch_ns(a.\"time\")::BIGINT AS time_ns, "
    "coalesce(attributes->>'$.labels.app', attributes->>'$.labels.deployment', "
    "attributes->>'$.labels.workload', '') AS workload, coalesce(attributes->>'$.labels.node', "
    "attributes->>'$.labels.nodename', '') AS node, lower(coalesce(attributes->>'$.type', "
    "attributes->>'$.kind', '')) AS kind, left((t.atom->>'$'), 2000) AS text FROM a, "
    "json_tree(a.attributes) t WHERE t.type = 'VARCHAR' AND (t.atom->>'$') LIKE '% %' ORDER BY "
    "a.number, t.id LIMIT 5000";

static const char measured_sql[] =
    "SELECT DISTINCT service::VARCHAR AS service FROM metrics WHERE service IS NOT NULL ORDER BY "
    "service LIMIT 5000";

struct about {
    struct str subject;
    bool is_node;
};

/* Nobody: the subject is empty. */
static struct about about_of(const struct call *call, const struct batch *texts, size_t row)
{
    const struct str name = batch_column(texts, "name")->texts[row];
    const struct str service = batch_column(texts, "service")->texts[row];
    const struct str workload = batch_column(texts, "workload")->texts[row];
    const struct str node = batch_column(texts, "node")->texts[row];
    const struct str kind = batch_column(texts, "kind")->texts[row];
    if (service.len > 0)
        return (struct about){service, false};
    if (workload.len > 0)
        return (struct about){workload, false};
    if (node.len > 0)
        return (struct about){node, true};
    if (str_eq(kind, STR("node")) || str_eq(kind, STR("host")))
        return (struct about){name, true};
    if (topology_find(&call->casefile->topology, name) != MAP_NONE)
        return (struct about){name, false};
    return (struct about){STR(""), false};
}

static void add_measures(const struct call *call, const struct map *measured, struct batch *rows,
                         const struct batch *texts, size_t from)
{
    static const char *const losses[] = {"retrans",     "packet loss",  "packet drop",
                                         "lost packet", "packets lost", "dropped packet",
                                         NULL};
    struct measure found[MEASURES_MAX];
    const struct about about = about_of(call, texts, from);
    const struct str name = batch_column(texts, "name")->texts[from];
    const struct column *times = batch_column(texts, "time_ns");
    if (about.subject.len == 0 || map_find(measured, about.subject) != MAP_NONE)
        return;
    const struct str text = batch_column(texts, "text")->texts[from];
    const uint32_t count = measures_parse(name, text, found);
    for (uint32_t i = 0; i < count && rows->rows < MEASURES_OF_ALL_MAX; i++) {
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "name", value_text(name));
        batch_set(rows, row, "subject", value_text(about.subject));
        batch_set(rows, row, "is_node", value_bool(about.is_node));
        if (times->known[from])
            batch_set(rows, row, "time", value_time(times->integers[from]));
        batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(found[i].kind))));
        batch_set(rows, row, "ratio", value_real(found[i].ratio));
        batch_set(rows, row, "loses", value_bool(words_match_any(text, losses)));
        batch_set(rows, row, "text", value_text(found[i].text));
    }
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct batch *rows, *texts, *services;
    struct map measured = map_new(call->scratch);
    struct batch *measures = batch_new(call->scratch, measure_columns);
    if (!telemetry_rows(call->services->telemetry, call->scratch, str_of(alerts_sql), &rows, err) ||
        !telemetry_rows(call->services->telemetry, call->scratch, str_of(texts_sql), &texts, err) ||
        !telemetry_rows(call->services->telemetry, call->scratch, str_of(measured_sql), &services,
                        err))
        return false;
    for (size_t row = 0; row < services->rows; row++)
        map_add(&measured, batch_column(services, "service")->texts[row]);
    for (size_t row = 0; row < texts->rows; row++)
        add_measures(call, &measured, measures, texts, row);
    *record_at(out, "alerts") = value_rows(rows);
    *record_at(out, "measures") = value_rows(measures);
    return true;
}

const struct tool tool_events_alerts = {
    .sig = {.name = "alerts",
            .summary = "List what else was firing, and what that says was measured",
            .input = input,
            .output = output},
    .reads_graph = true,
    .run = run,
};
