/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads, pods and services, from what `kubectl get` and `kubectl describe` print of them. */
#include "agent/events/cluster_parts.h"
#include "agent/events/list.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

#define PAIRS_MAX 512
#define CONTAINERS_MAX 32
#define PORTS_MAX 64

struct pairs pairs_parse(struct arena *arena, struct str text)
{
    uint32_t count = 1;
    for (size_t i = 0; i < text.len && count < PAIRS_MAX; i++)
        count += text.ptr[i] == ',' || text.ptr[i] == '\n';
    struct pairs pairs = {.items = arena_push_many(arena, struct pair, count)};
    struct str line, part;
    while (str_split(&text, '\n', &line))
        while (str_split(&line, ',', &part)) {
            const size_t equals = str_find(part, STR("="));
            if (equals == STR_NPOS || pairs.count == count)
                continue;
            pairs.items[pairs.count++] =
                (struct pair){.name = str_trim(str_slice(part, 0, equals)),
                              .value = str_trim(str_slice(part, equals + 1, part.len))};
        }
    return pairs;
}

/* ---- containers ---- */

/* "9555/TCP, 8080/UDP" */
static void read_ports(struct arena *arena, struct str text, struct container *out)
{
    struct str part;
    while (str_split(&text, ',', &part) && out->ports_count < PORTS_MAX) {
        part = str_trim(part);
        const size_t slash = str_find(part, STR("/"));
        if (slash == STR_NPOS || !words_is_number(str_slice(part, 0, slash)))
            continue;
        if (!out->ports)
            out->ports = arena_push_many(arena, struct port, PORTS_MAX);
        out->ports[out->ports_count++] = (struct port){
            .number = str_slice(part, 0, slash), .protocol = str_slice(part, slash + 1, part.len)};
    }
}

static bool is_port_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_';
}

/* The port of "http-get http://host:PORT/path ...", "grpc <pod>:PORT ...", "tcp-socket :PORT". */
static struct str probe_port(struct str type, struct str text)
{
    struct str rest = str_slice(text, type.len, text.len), target;
    if (!words_next(&rest, &target))
        return STR("");
    const size_t scheme = str_find(target, STR("://"));
    if (scheme != STR_NPOS)
        target = str_slice(target, scheme + 3, target.len);
    const size_t colon = str_find(target, STR(":"));
    if (colon == STR_NPOS)
        return STR("");
    size_t end = colon + 1;
    while (end < target.len && is_port_char(target.ptr[end]))
        end++;
    return str_slice(target, colon + 1, end);
}

static struct probe read_probe(struct str text)
{
    struct probe probe = {.text = text, .failures = 3};
    struct str rest = text;
    (void)words_next(&rest, &probe.type);
    if (!str_eq(probe.type, STR("exec"))) /* its words are a command's */
        probe.port = probe_port(probe.type, text);
    (void)words_number_after(text, "delay=", &probe.delay_s);
    (void)words_number_after(text, "period=", &probe.period_s);
    (void)words_number_after(text, "#failure=", &probe.failures);
    return probe;
}

static void add_env(struct arena *arena, struct container *out, struct str name, struct str value)
{
    struct pairs *env = &out->env;
    if (env->count == PAIRS_MAX)
        return;
    if ((env->count & (env->count - 1)) == 0) /* full: it has doubled so far */
        env->items = arena_grow(arena, env->items, env->count * sizeof(struct pair),
                                (env->count * 2 + 1) * sizeof(struct pair));
    env->items[env->count++] = (struct pair){.name = name, .value = value};
}

static void read_container_entry(struct arena *arena, struct container *out, struct str key,
                                 struct str value)
{
    const struct {
        const char *key;
        struct str *to;
    } texts[] = {
        {"Image", &out->image},
        {"State/Reason", &out->reason_now},
        {"Last State/Reason", &out->reason_before},
        {"State/Exit Code", &out->exit_now},
        {"Last State/Exit Code", &out->exit_before},
    };
    static const struct {
        const char *key;
        enum probe_kind kind;
    } probes[] = {
        {"Liveness", PROBE_LIVENESS}, {"Startup", PROBE_STARTUP}, {"Readiness", PROBE_READINESS}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (str_eq(key, str_of(texts[i].key)))
            *texts[i].to = value;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        if (str_eq(key, str_of(probes[i].key)))
            out->probes[probes[i].kind] = read_probe(value);
    if (str_eq(key, STR("Port")) || str_eq(key, STR("Ports")))
        read_ports(arena, value, out);
    if (str_eq(key, STR("Restart Count")))
        (void)words_number(value, &out->restarts);
    if (str_starts(key, STR("Environment/")))
        add_env(arena, out, str_slice(key, strlen("Environment/"), key.len), value);
}

struct containers containers_parse(struct arena *arena, const struct entries *entries,
                                   const char *prefix)
{
    struct containers out = {.count = 0};
    const struct str before = str_printf(arena, "%sContainers/", prefix);
    for (uint32_t i = 0; i < entries->count; i++) {
        struct str key = entries->items[i].path, name;
        if (!str_starts(key, before))
            continue;
        key = str_slice(key, before.len, key.len);
        if (!str_split(&key, '/', &name) || name.len == 0)
            continue;
        if (out.count == 0 || !str_eq(out.items[out.count - 1].name, name)) {
            if (out.count == CONTAINERS_MAX)
                break;
            if ((out.count & (out.count - 1)) == 0)
                out.items = arena_grow(arena, out.items, out.count * sizeof(struct container),
                                       (out.count * 2 + 1) * sizeof(struct container));
            out.items[out.count++] = (struct container){.name = name};
        }
        if (key.len > 0)
            read_container_entry(arena, &out.items[out.count - 1], key, entries->items[i].value);
    }
    return out;
}

/* ---- workloads ---- */

static void list_workloads(struct cluster *cluster, const struct snapshot *snapshot)
{
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows; row++) {
        const struct str name = list_cell(&list, row, "NAME");
        struct workload *workload = roll_add(&cluster->workloads, name, sizeof *workload);
        if (!workload)
            continue;
        workload->name = name;
        workload->seen = snapshot;
        /* a DaemonSet has DESIRED and READY, the others READY as 1/2 */
        if (words_ratio(list_cell(&list, row, "READY"), &workload->ready, &workload->wanted) ||
            (words_number(list_cell(&list, row, "READY"), &workload->ready) &&
             words_number(list_cell(&list, row, "DESIRED"), &workload->wanted)))
            workload->counted = true;
    }
}

static void add_described_events(struct cluster *cluster, const struct description *description,
                                 const struct snapshot *snapshot, const char *kind, struct str name)
{
    const struct str object = str_printf(cluster->arena, "%s/%.*s", kind, STR_ARG(name));
    for (uint32_t i = 0; i < description->events_count; i++) {
        const struct described_event *event = &description->events[i];
        if (cluster_has_event(cluster, object, event->reason, event->message))
            continue;
        cluster_add_event(cluster,
                          (struct event){.type = event->type,
                                         .reason = event->reason,
                                         .message = event->message,
                                         .count = event->count,
                                         .seen = snapshot},
                          object);
    }
}

static struct str described_name(const struct description *description,
                                 const struct snapshot *snapshot)
{
    const struct str name = entries_value(&description->entries, "Name");
    return name.len > 0 ? name : snapshot->name;
}

/* "1 desired | 1 updated | 1 total | 0 available | 1 unavailable" */
static void count_replicas(struct workload *workload, struct str text)
{
    int64_t wanted = -1, ready = -1;
    struct str part;
    while (str_split(&text, '|', &part)) {
        part = str_trim(part);
        if (str_ends(part, STR(" desired")))
            (void)words_number(part, &wanted);
        else if (str_ends(part, STR(" available")))
            (void)words_number(part, &ready);
    }
    if (wanted < 0 || ready < 0)
        return;
    workload->counted = true;
    workload->wanted = wanted;
    workload->ready = ready;
}

void read_workloads(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot)) {
        list_workloads(cluster, snapshot);
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = described_name(&description, snapshot);
    struct workload *workload = roll_add(&cluster->workloads, name, sizeof *workload);
    if (!workload)
        return;
    workload->name = name;
    workload->seen = workload->described = snapshot;
    workload->containers = containers_parse(cluster->arena, entries, "Pod Template/");
    workload->template_labels =
        pairs_parse(cluster->arena, entries_value(entries, "Pod Template/Labels"));
    workload->account = entries_value(entries, "Pod Template/Service Account");
    count_replicas(workload, entries_value(entries, "Replicas"));
    /* a Deployment creates no pods itself, so its events tell nothing that its replica sets' don't
     */
    if (!str_starts(snapshot->kind, STR("deployment")))
        add_described_events(cluster, &description, snapshot, "statefulsets", name);
}

void read_replica_sets(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return;
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    add_described_events(cluster, &description, snapshot, "replicasets",
                         described_name(&description, snapshot));
}

/* ---- pods ---- */

static struct str node_name(struct str cell)
{
    struct str name = STR("");
    (void)str_split(&cell, '/', &name);
    return str_eq(name, STR("<none>")) ? STR("") : name;
}

/* Where a pod of that namespace belongs. */
static struct roll *pods_of(struct cluster *cluster, struct str space)
{
    return cluster_is_system_space(space) && !str_eq(space, cluster->space) ? &cluster->system_pods
                                                                            : &cluster->pods;
}

static void list_pods(struct cluster *cluster, const struct snapshot *snapshot)
{
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows; row++) {
        const struct str name = list_cell(&list, row, "NAME");
        const struct str space = list_cell(&list, row, "NAMESPACE");
        struct pod *pod =
            roll_add(pods_of(cluster, space.len > 0 ? space : snapshot->space), name, sizeof *pod);
        if (!pod)
            continue;
        int64_t ready = 0, wanted = 0;
        pod->name = name;
        pod->listed = true;
        pod->seen = snapshot;
        pod->status = list_cell(&list, row, "STATUS");
        pod->restarts = 0;
        (void)words_number(list_cell(&list, row, "RESTARTS"), &pod->restarts);
        pod->ready =
            words_ratio(list_cell(&list, row, "READY"), &ready, &wanted) && ready == wanted;
        const struct str node = node_name(list_cell(&list, row, "NODE"));
        if (node.len > 0)
            pod->node = node;
    }
}

/* "Volumes/data/ClaimName", "Volumes/data/Path": storage that outlives the pod, or is a host's. */
static void note_volumes(struct pod *pod, const struct entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        if (!str_starts(entry->path, STR("Volumes/")))
            continue;
        const bool claim = str_ends(entry->path, STR("/ClaimName"));
        pod->mounts_storage |= claim || str_ends(entry->path, STR("/Path"));
        if (claim && pod->claims_count < sizeof pod->claims / sizeof *pod->claims)
            pod->claims[pod->claims_count++] = entry->value;
    }
}

/* Without a list, the description stands in: its conditions, and why a container waits. */
static void guess_status(struct pod *pod, const struct entries *entries)
{
    const struct str reason = entries_value(entries, "Reason"); /* "Evicted" of a failed one */
    pod->status = reason.len > 0 ? reason : entries_value(entries, "Status");
    pod->ready = true;
    for (uint32_t i = 0; i < entries->count; i++) {
        struct str rest = entries->items[i].value, name, status;
        if (str_eq(entries->items[i].path, STR("Conditions/#")) && words_next(&rest, &name) &&
            words_next(&rest, &status) && str_eq(name, STR("Ready")))
            pod->ready = str_eq(status, STR("True"));
    }
    for (uint32_t i = 0; i < pod->containers.count; i++) {
        const struct container *container = &pod->containers.items[i];
        if (container->restarts > pod->restarts)
            pod->restarts = container->restarts;
        if (container->reason_now.len > 0 && !pod->ready)
            pod->status = container->reason_now;
    }
}

void read_pods(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot)) {
        list_pods(cluster, snapshot);
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = described_name(&description, snapshot);
    const struct str space = entries_value(entries, "Namespace");
    struct pod *pod =
        roll_add(pods_of(cluster, space.len > 0 ? space : snapshot->space), name, sizeof *pod);
    if (!pod)
        return;
    pod->name = name;
    pod->described = pod->containers_seen = snapshot;
    if (!pod->seen)
        pod->seen = snapshot;
    pod->containers = containers_parse(cluster->arena, entries, "");
    pod->labels = pairs_parse(cluster->arena, entries_value(entries, "Labels"));
    pod->node_selector = pairs_parse(cluster->arena, entries_value(entries, "Node-Selectors"));
    pod->owner = entries_value(entries, "Controlled By");
    const struct str node = node_name(entries_value(entries, "Node"));
    if (node.len > 0)
        pod->node = node;
    note_volumes(pod, entries);
    if (!pod->listed)
        guess_status(pod, entries);
    add_described_events(cluster, &description, snapshot, "pods", name);
}

/* ---- services ---- */

/* "80:30080/TCP,443/TCP": port, node port and protocol */
static void list_ports(struct service *service, struct str text)
{
    struct str part, number;
    service->listed_count = 0;
    while (str_split(&text, ',', &part) && service->listed_count < SERVICE_PORTS_MAX) {
        part = str_trim(part);
        size_t len = 0;
        while (len < part.len && part.ptr[len] >= '0' && part.ptr[len] <= '9')
            len++;
        number = str_slice(part, 0, len);
        if (len > 0)
            service->listed_ports[service->listed_count++] = number;
    }
}

static void list_services(struct cluster *cluster, const struct snapshot *snapshot)
{
    const struct list list = list_parse(cluster->arena, snapshot->text);
    for (uint32_t row = 0; row < list.rows; row++) {
        const struct str name = list_cell(&list, row, "NAME");
        struct service *service = roll_add(&cluster->services, name, sizeof *service);
        if (!service)
            continue;
        service->name = name;
        service->type = list_cell(&list, row, "TYPE");
        list_ports(service, list_cell(&list, row, "PORT(S)"));
        if (!service->seen)
            service->seen = snapshot;
        const struct str selector = list_cell(&list, row, "SELECTOR");
        if (selector.len > 0) {
            service->selector_text = selector;
            service->selector = pairs_parse(cluster->arena, selector);
            service->seen = snapshot;
        }
    }
}

/* Port, TargetPort and Endpoints come in groups, one a port: "Port:  grpc  9555/TCP". */
static void describe_ports(struct service *service, const struct entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        struct str rest = entry->value, field, last = STR("");
        if (str_eq(entry->path, STR("Port")) && service->ports_count < SERVICE_PORTS_MAX) {
            struct service_port *port = &service->ports[service->ports_count];
            *port = (struct service_port){.name = STR("")};
            for (; words_next(&rest, &field); last = field)
                port->name = last; /* the field before the last */
            if (str_starts(port->name, STR("<unset>")))
                port->name = STR("");
            port->protocol = last;
            if (str_split(&port->protocol, '/', &port->number) && words_is_number(port->number))
                service->ports_count++;
        }
        if (str_eq(entry->path, STR("TargetPort")) && service->ports_count > 0)
            (void)str_split(&rest, '/', &service->ports[service->ports_count - 1].target);
    }
}

void read_services(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot)) {
        list_services(cluster, snapshot);
        return;
    }
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = entries_value(entries, "Name");
    struct service *service = roll_add(&cluster->services, name, sizeof *service);
    if (!service)
        return;
    service->name = name;
    service->seen = service->ports_seen = snapshot;
    if (service->type.len == 0)
        service->type = entries_value(entries, "Type");
    service->selector_text = entries_value(entries, "Selector");
    service->selector = pairs_parse(cluster->arena, service->selector_text);
    service->labels = pairs_parse(cluster->arena, entries_value(entries, "Labels"));
    service->ports_count = 0;
    describe_ports(service, entries);
}
