/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with the objects of the platform: everything is read here, and judged by the rules
 * (rules_*.c), which know no store.
 */
#include "agent/events/inquiry.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

static const struct field objects_input[] = {{}};

static const struct field objects_rows[] = {
    {"object_kind", TYPE_TEXT, 0, "service, node or namespace; a workload is a service", NULL},
    {"object", TYPE_TEXT, 0, "its name", NULL},
    {"cause", TYPE_TEXT, 0, "what is wrong, in constant words", NULL},
    {"symptom", TYPE_BOOL, 0, "only a symptom: it may well have its cause elsewhere", NULL},
    {"restart", TYPE_BOOL, 0, "a container of it restarted", NULL},
    {"strength", TYPE_REAL, 0, "0 to 1, before anything is explained away", NULL},
    {"depends_on", TYPE_TEXT, 0, "names, divided by blanks, of what may explain it", NULL},
    {"claim", TYPE_TEXT, 0, "one sentence that the query bears out", NULL},
    {"query", TYPE_TEXT, 0, "SQL that shows it again", NULL},
    {},
};

static const struct field objects_output[] = {
    {"findings", TYPE_ROWS, 0, "strongest first", objects_rows},
    {},
};

/* The same bounds hold for tests and for hostile bundles: bytes are capped where they enter. */
static const char state_sql[] =
    "SELECT coalesce(kind, '') AS kind, coalesce(name, '') AS name, "
    "coalesce(namespace, '') AS space, coalesce(format, '') AS format, text FROM ("
    "SELECT *, rowid AS number, sum(strlen(text)) OVER (ORDER BY rowid) AS bytes FROM state "
    "WHERE strlen(text) <= 1048576) WHERE bytes <= 67108864 ORDER BY number LIMIT 20000";

static const char events_sql[] =
    "SELECT coalesce(epoch_ns(time), 0)::BIGINT AS time, coalesce(type, '') AS type, "
    "coalesce(reason, '') AS reason, coalesce(object, '') AS object, "
    "coalesce(\"count\", 1)::BIGINT AS \"count\", left(coalesce(message, ''), 2000) AS message "
    "FROM events ORDER BY rowid LIMIT 20000";

static const char refused_sql[] =
    "SELECT service, left(arg_min(message, (time, message)), 2000) AS message FROM logs WHERE "
    "message ILIKE '%permission denied%' OR message ILIKE '%EACCES%' OR "
    "message ILIKE '%read-only file system%' OR message ILIKE '%operation not permitted%' "
    "GROUP BY service ORDER BY service LIMIT 1000";

static const char unresolved_sql[] =
    "SELECT DISTINCT service, left(message, 1000) AS message FROM logs WHERE "
    "message LIKE '%no such host%' OR message LIKE '%not known%' OR message LIKE '%resolve%' OR "
    "message LIKE '%lookup%' OR message LIKE '%ENOTFOUND%' OR message LIKE '%getaddrinfo%' OR "
    "message LIKE '%UnknownHost%' "
    "QUALIFY row_number() OVER (PARTITION BY service ORDER BY message) <= 100 "
    "ORDER BY ALL LIMIT 2000";

static const char forbidden_sql[] =
    "SELECT service, left(arg_min(message, (time, message)), 2000) AS message FROM logs WHERE "
    "message LIKE '%is forbidden: User %cannot %resource%' GROUP BY service ORDER BY service "
    "LIMIT 1000";

static const char logging_sql[] =
    "SELECT DISTINCT service FROM logs WHERE service IS NOT NULL ORDER BY service LIMIT 5000";

static bool rows_of(struct call *call, const char *sql, struct batch **out, struct err *err)
{
    return telemetry_rows(call->services->telemetry, call->scratch, str_of(sql), out, err);
}

static bool load_state(struct call *call, struct cluster *cluster, struct err *err)
{
    struct batch *rows;
    if (!rows_of(call, state_sql, &rows, err))
        return err_context(err, "state");
    for (size_t row = 0; row < rows->rows; row++)
        cluster_add_state(cluster, (struct snapshot){
                                       .kind = batch_column(rows, "kind")->texts[row],
                                       .name = batch_column(rows, "name")->texts[row],
                                       .space = batch_column(rows, "space")->texts[row],
                                       .format = batch_column(rows, "format")->texts[row],
                                       .text = batch_column(rows, "text")->texts[row],
                                   });
    return true;
}

static bool load_events(struct call *call, struct cluster *cluster, struct err *err)
{
    struct batch *rows;
    if (!rows_of(call, events_sql, &rows, err))
        return err_context(err, "events");
    for (size_t row = 0; row < rows->rows; row++)
        cluster_add_event(cluster,
                          (struct event){
                              .time_ns = batch_column(rows, "time")->integers[row],
                              .type = batch_column(rows, "type")->texts[row],
                              .reason = batch_column(rows, "reason")->texts[row],
                              .message = batch_column(rows, "message")->texts[row],
                              .count = batch_column(rows, "count")->integers[row],
                          },
                          batch_column(rows, "object")->texts[row]);
    return true;
}

static bool load_log_lines(struct call *call, struct cluster *cluster, const char *sql,
                           const struct log_line **list, struct err *err)
{
    struct batch *rows;
    if (!rows_of(call, sql, &rows, err))
        return err_context(err, "logs");
    for (size_t row = 0; row < rows->rows; row++)
        cluster_add_log(cluster, list, batch_column(rows, "service")->texts[row],
                        batch_column(rows, "message")->texts[row]);
    return true;
}

static bool load_logs(struct call *call, struct cluster *cluster, struct err *err)
{
    struct batch *rows;
    if (!load_log_lines(call, cluster, refused_sql, &cluster->refused, err) ||
        !load_log_lines(call, cluster, forbidden_sql, &cluster->forbidden, err) ||
        !load_log_lines(call, cluster, unresolved_sql, &cluster->unresolved, err) ||
        !rows_of(call, logging_sql, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++)
        map_add(&cluster->logging, batch_column(rows, "service")->texts[row]);
    return true;
}

static void load_calls(const struct topology *topology, struct cluster *cluster)
{
    for (uint32_t i = 0; i < topology->edges_count; i++)
        topology_add(&cluster->calls, topology->nodes.keys[topology->edges[i].caller],
                     topology->nodes.keys[topology->edges[i].callee]);
}

/* Strongest first; of equal strength, the one found first. */
static void sort_faults(struct inquiry *inquiry)
{
    for (uint32_t i = 1; i < inquiry->count; i++) {
        const struct fault fault = inquiry->faults[i];
        uint32_t at = i;
        for (; at > 0 && inquiry->faults[at - 1].strength < fault.strength; at--)
            inquiry->faults[at] = inquiry->faults[at - 1];
        inquiry->faults[at] = fault;
    }
}

static struct batch *batch_of(struct call *call, const struct inquiry *inquiry)
{
    struct batch *rows = batch_new(call->scratch, objects_rows);
    for (uint32_t i = 0; i < inquiry->count; i++) {
        const struct fault *fault = &inquiry->faults[i];
        const unsigned flags = cause_flags(fault->cause);
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "object_kind", value_text(str_of(object_kind_name(fault->kind))));
        batch_set(rows, row, "object", value_text(fault->object));
        batch_set(rows, row, "cause", value_text(str_of(cause_words(fault->cause))));
        batch_set(rows, row, "symptom", value_bool((flags & CAUSE_SYMPTOM) != 0));
        batch_set(rows, row, "restart", value_bool((flags & CAUSE_RESTART) != 0));
        batch_set(rows, row, "strength", value_real(fault->strength));
        batch_set(rows, row, "depends_on", value_text(fault->depends_on));
        batch_set(rows, row, "claim", value_text(fault->claim));
        batch_set(rows, row, "query", value_text(fault->query));
    }
    return rows;
}

static bool objects(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct cluster *cluster =
        cluster_new(call->scratch, alert_label(call->casefile->alert, "namespace"));
    if (!load_state(call, cluster, err) || !load_events(call, cluster, err) ||
        !load_logs(call, cluster, err))
        return false;
    load_calls(&call->casefile->topology, cluster);
    cluster_relate(cluster);

    struct inquiry inquiry = inquiry_new(call->scratch, cluster);
    inquiry_run(&inquiry);
    sort_faults(&inquiry);
    *record_at(out, "findings") = value_rows(batch_of(call, &inquiry));
    return true;
}

const struct tool tool_events_objects = {
    .sig =
        {
            .name = "objects",
            .summary = "Find what is wrong with pods, services, nodes, volumes and quotas",
            .input = objects_input,
            .output = objects_output,
        },
    .reads_graph = true,
    .run = objects,
};
