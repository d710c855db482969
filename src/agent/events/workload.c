/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was printed about one workload and the Service object of its name: what a command about it
 * must know. Of several printouts the last counts. If two namespaces have such a workload and the
 * alert names none of them, nothing is known: it would be a guess which one is meant.
 */
#include "agent/events/describe.h"
#include "agent/events/list.h"
#include "agent/events/words.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

static const struct field input[] = {
    {"name", TYPE_TEXT, 0, "of the workload", NULL},
    {"pod", TYPE_TEXT, FIELD_OPTIONAL, "one that may be of it", NULL},
    {0},
};

static const struct field output[] = {
    {"kind", TYPE_TEXT, FIELD_OPTIONAL, "deployment, statefulset or daemonset", NULL},
    {"space", TYPE_TEXT, FIELD_OPTIONAL, "its namespace", NULL},
    {"revision", TYPE_INT, FIELD_OPTIONAL, "1: there is nothing to go back to", NULL},
    {"replicas", TYPE_INT, FIELD_OPTIONAL, "how many are wanted", NULL},
    {"container", TYPE_TEXT, FIELD_OPTIONAL, "its only container", NULL},
    {"memory_limit", TYPE_TEXT, FIELD_OPTIONAL, "of that container, as written", NULL},
    {"port", TYPE_TEXT, FIELD_OPTIONAL, "the only one that it opens, a number", NULL},
    {"liveness", TYPE_TEXT, FIELD_OPTIONAL, "its probe, as printed", NULL},
    {"readiness", TYPE_TEXT, FIELD_OPTIONAL, "its probe, as printed", NULL},
    {"account", TYPE_BOOL, 0, "there is a service account of its name", NULL},
    {"service_space", TYPE_TEXT, FIELD_OPTIONAL, "namespace of the Service of its name", NULL},
    {"target", TYPE_TEXT, FIELD_OPTIONAL, "the only port which that sends to", NULL},
    {"selector_key", TYPE_TEXT, FIELD_OPTIONAL, "what that selects by and pods have otherwise",
     NULL},
    {"selector_value", TYPE_TEXT, FIELD_OPTIONAL, "the value that it selects", NULL},
    {"label_value", TYPE_TEXT, FIELD_OPTIONAL, "the value that the pods have", NULL},
    {"pod_space", TYPE_TEXT, FIELD_OPTIONAL, "namespace of the pod, if there is one", NULL},
    {0},
};

static const char described_sql[] =
    "SELECT kind, coalesce(namespace, '') AS space, text FROM state WHERE name = %s AND format = "
    "'describe' AND kind IN ('deployments', 'statefulsets', 'daemonsets', 'services', "
    "'serviceaccounts') ORDER BY rowid DESC LIMIT 20";

static const char listed_sql[] =
    "SELECT kind, coalesce(namespace, '') AS space, text FROM state WHERE format LIKE 'list%%' AND "
    "kind IN ('deployments', 'statefulsets', 'daemonsets') AND contains(text, %s) ORDER BY rowid "
    "DESC LIMIT 20";

static const char pod_sql[] =
    "SELECT coalesce(namespace, '') AS space FROM state WHERE kind = 'pods' AND (name = %s OR "
    "contains(chr(10) || text, chr(10) || %s || ' ')) ORDER BY rowid DESC LIMIT 1";

static void set(const struct record *out, const char *name, struct str text)
{
    text = str_trim(text);
    if (text.len > 0 && !str_eq(text, STR("<none>")))
        *record_at(out, name) = value_text(text);
}

static struct str singular(struct str kind)
{
    return str_slice(kind, 0, kind.len - 1);
}

/* What a list of pairs such as "app=web,tier=front" or one pair a line says of that key. */
static struct str pair_value(struct str pairs, struct str key)
{
    while (pairs.len > 0) {
        size_t end = 0;
        while (end < pairs.len && pairs.ptr[end] != ',' && pairs.ptr[end] != '\n')
            end++;
        struct str value = str_trim(str_slice(pairs, 0, end)), name;
        pairs = str_slice(pairs, end + 1, pairs.len);
        if (str_split(&value, '=', &name) && str_eq(name, key))
            return value;
    }
    return STR("");
}

/* "8080/TCP" is 8080; two ports, or a name, are none. */
static struct str port_number(struct str text)
{
    struct str number = STR("");
    text = str_trim(text);
    if (str_contains(text, STR(",")) || !str_split(&text, '/', &number) || !words_is_number(number))
        return STR("");
    return number;
}

#define CONTAINERS "Pod Template/Containers/"

/* The path of the only container; empty where there are none or several. */
static struct str only_container(const struct entries *entries)
{
    const struct str prefix = STR(CONTAINERS);
    struct str found = STR("");
    for (uint32_t i = 0; i < entries->count; i++) {
        struct str rest = entries->items[i].path, name = STR("");
        if (!str_starts(rest, prefix))
            continue;
        rest = str_slice(rest, prefix.len, rest.len);
        str_split(&rest, '/', &name);
        if (found.len > 0 && !str_eq(found, name))
            return STR("");
        found = name;
    }
    return found;
}

static uint32_t count_of(const struct entries *entries, const char *path)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < entries->count; i++)
        count += str_eq(entries->items[i].path, str_of(path));
    return count;
}

static void read_workload(struct arena *arena, struct str kind, struct str space,
                          const struct entries *entries, const struct record *out)
{
    int64_t number;
    set(out, "kind", singular(kind));
    set(out, "space", space);
    struct str revision = entries_value(entries, "Annotations");
    if (words_number_after(revision, "deployment.kubernetes.io/revision: ", &number))
        *record_at(out, "revision") = value_int(number);
    if (words_number(entries_value(entries, "Replicas"), &number))
        *record_at(out, "replicas") = value_int(number);
    const struct str container = only_container(entries);
    if (container.len == 0)
        return;
    const char *path = str_printf(arena, CONTAINERS "%.*s", STR_ARG(container)).ptr;
    set(out, "container", container);
    set(out, "memory_limit",
        entries_value(entries, str_printf(arena, "%s/Limits/memory", path).ptr));
    set(out, "port", port_number(entries_value(entries, str_printf(arena, "%s/Port", path).ptr)));
    set(out, "liveness", entries_value(entries, str_printf(arena, "%s/Liveness", path).ptr));
    set(out, "readiness", entries_value(entries, str_printf(arena, "%s/Readiness", path).ptr));
}

static void read_service(struct str space, const struct entries *entries, const struct record *out)
{
    set(out, "service_space", space);
    if (count_of(entries, "Port") == 1) {
        struct str target = entries_value(entries, "TargetPort"), name = STR("");
        if (str_split(&target, '/', &name))
            set(out, "target", name);
    }
}

/* The first pair of the selector that the pods have with another value. */
static void compare_selector(struct str selector, struct str labels, const struct record *out)
{
    while (selector.len > 0) {
        struct str pair = STR(""), key = STR("");
        str_split(&selector, ',', &pair);
        pair = str_trim(pair);
        str_split(&pair, '=', &key);
        const struct str have = pair_value(labels, key);
        if (have.len == 0 || str_eq(have, pair))
            continue;
        set(out, "selector_key", key);
        set(out, "selector_value", pair);
        set(out, "label_value", have);
        return;
    }
}

/* Printouts of that kind all come from one namespace: the alert's, if it names one. */
static bool is_meant(struct call *call, const struct batch *rows, size_t row)
{
    const struct str wanted = alert_label(call->casefile->alert, "namespace");
    const struct column *kinds = batch_column(rows, "kind");
    const struct column *spaces = batch_column(rows, "space");
    if (wanted.len > 0 && spaces->texts[row].len > 0)
        return str_eq(spaces->texts[row], wanted);
    for (size_t i = 0; i < rows->rows; i++)
        if (str_eq(kinds->texts[i], kinds->texts[row]) &&
            !str_eq(spaces->texts[i], spaces->texts[row]))
            return false;
    return true;
}

static bool read_described(struct call *call, struct str name, const struct record *out,
                           struct err *err)
{
    struct arena *arena = call->scratch;
    struct batch *rows;
    struct str labels = STR(""), selector = STR("");
    if (!telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, described_sql, sql_quote(arena, name).ptr), &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str kind = batch_column(rows, "kind")->texts[row];
        if (!is_meant(call, rows, row))
            continue;
        if (str_eq(kind, STR("serviceaccounts"))) {
            *record_at(out, "account") = value_bool(true);
            continue;
        }
        const bool service = str_eq(kind, STR("services"));
        if (record_at(out, service ? "service_space" : "kind")->known)
            continue;
        const struct description description =
            describe_parse(arena, batch_column(rows, "text")->texts[row]);
        struct str space = batch_column(rows, "space")->texts[row];
        if (space.len == 0)
            space = entries_value(&description.entries, "Namespace");
        if (service) {
            read_service(space, &description.entries, out);
            selector = entries_value(&description.entries, "Selector");
        } else {
            read_workload(arena, kind, space, &description.entries, out);
            labels = entries_value(&description.entries, "Pod Template/Labels");
        }
    }
    compare_selector(selector, labels, out);
    return true;
}

static void read_list(struct call *call, const struct batch *rows, size_t row, struct str name,
                      const struct record *out)
{
    const struct list list = list_parse(call->scratch, batch_column(rows, "text")->texts[row]);
    for (uint32_t i = 0; i < list.rows; i++) {
        int64_t ready, wanted;
        if (!str_eq(list_cell(&list, i, "NAME"), name))
            continue;
        set(out, "kind", singular(batch_column(rows, "kind")->texts[row]));
        set(out, "space", batch_column(rows, "space")->texts[row]);
        if (words_ratio(list_cell(&list, i, "READY"), &ready, &wanted))
            *record_at(out, "replicas") = value_int(wanted);
        return;
    }
}

static bool read_listed(struct call *call, struct str name, const struct record *out,
                        struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, call->scratch,
                        str_printf(call->scratch, listed_sql, sql_quote(call->scratch, name).ptr),
                        &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows && !record_at(out, "kind")->known; row++)
        if (is_meant(call, rows, row))
            read_list(call, rows, row, name, out);
    return true;
}

static bool find_pod(struct call *call, struct str pod, const struct record *out, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct str quoted = sql_quote(arena, pod);
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, arena,
                        str_printf(arena, pod_sql, quoted.ptr, quoted.ptr), &rows, err))
        return false;
    if (rows->rows > 0)
        set(out, "pod_space", batch_column(rows, "space")->texts[0]);
    return true;
}

/* Which of the kinds were printed at all: most bundles have none, and several steps ask. */
struct printed {
    bool workloads;
    bool pods;
};

static bool load_printed(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct batch *rows;
    if (!telemetry_rows(call->services->telemetry, arena,
                        STR("SELECT coalesce(bool_or(kind IN ('deployments', 'statefulsets', "
                            "'daemonsets', 'services')), false) AS workloads, "
                            "coalesce(bool_or(kind = 'pods'), false) AS pods FROM state"),
                        &rows, err))
        return false;
    *(struct printed *)thing =
        (struct printed){.workloads = batch_column(rows, "workloads")->integers[0] != 0,
                         .pods = batch_column(rows, "pods")->integers[0] != 0};
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    const struct str name = record_at(in, "name")->text;
    const struct value *pod = record_at(in, "pod");
    struct printed printed;
    *record_at(out, "account") = value_bool(false);
    if (!call_load_once(call, "printed", sizeof printed, load_printed, &printed, err))
        return false;
    if (printed.pods && pod->known && pod->text.len > 0 && !find_pod(call, pod->text, out, err))
        return false;
    if (!printed.workloads)
        return true;
    return read_described(call, name, out, err) &&
           (record_at(out, "kind")->known || read_listed(call, name, out, err));
}

const struct tool tool_events_workload = {
    .sig = {.name = "workload",
            .summary = "Tell what was printed about one workload and its Service object",
            .input = input,
            .output = output},
    .run = run,
};
