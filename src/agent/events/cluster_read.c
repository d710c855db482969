/* SPDX-License-Identifier: Apache-2.0 */
/* Workloads, pods and services, from what `kubectl get` and `kubectl describe` print of them. */
#include "agent/events/cluster_parts.h"
#include "agent/events/list.h"
#include "agent/events/words.h"
#include "base/arena.h"

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
