/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How objects hang together, and what stands in for what is missing: a pod without a description
 * has its workload's containers; a service without one has its manifest's ports; a caller that the
 * topology does not know has the addresses in its environment.
 */
#include "agent/events/cluster_parts.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

/* ---- pods and workloads ---- */

static void relate_manifests(struct cluster *cluster)
{
    static const char *const kinds[] = {"Deployment", "StatefulSet", "DaemonSet"};
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        struct workload *workload = cluster->workloads.items[i];
        for (size_t k = 0; k < 3 && !workload->manifest; k++) {
            const struct declared *declared = cluster_declared(cluster, kinds[k], workload->name);
            workload->manifest = declared ? &declared->manifest : NULL;
            workload->manifest_seen = declared ? declared->seen : NULL;
        }
    }
    for (uint32_t i = 0; i < roll_count(&cluster->claims); i++) {
        struct claim_object *claim = cluster->claims.items[i];
        const struct declared *declared =
            cluster_declared(cluster, "PersistentVolumeClaim", claim->name);
        claim->manifest = declared ? &declared->manifest : NULL;
        claim->manifest_seen = declared ? declared->seen : NULL;
    }
}

/* "ReplicaSet/cart-5bc9dbdf66" belongs to the Deployment; all other owners are workloads. */
static struct str app_of_pod(const struct cluster *cluster, const struct pod *pod)
{
    struct str name = pod->owner, kind;
    if (!str_contains(name, STR("/")) || !str_split(&name, '/', &kind) || name.len == 0)
        return cluster_app_of(cluster, pod->name, true);
    return str_eq(kind, STR("ReplicaSet")) ? cluster_app_of(cluster, name, false) : name;
}

static void relate_pods(struct cluster *cluster)
{
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++) {
        struct pod *pod = cluster->pods.items[i];
        pod->app = app_of_pod(cluster, pod);
        struct workload *workload = pod->workload = cluster_workload(cluster, pod->app);
        if (!workload)
            continue;
        pod->next_of_workload = workload->pods;
        workload->pods = pod;
        workload->pods_count++;
        if (pod->containers.count == 0) {
            pod->containers = workload->containers;
            pod->containers_seen = workload->described;
        }
        if (pod->labels.count == 0)
            pod->labels = workload->template_labels;
    }
}

/* ---- nodes ---- */

static bool is_control_plane(const struct node *node)
{
    static const char *const marks[] = {"control-plane", "master"};
    for (size_t m = 0; m < 2; m++) {
        const struct str mark = str_of(marks[m]);
        if (str_contains(node->roles, mark))
            return true;
        for (uint32_t i = 0; i < node->taints_count; i++)
            if (str_contains(node->taints[i], mark))
                return true;
        for (uint32_t i = 0; i < node->labels.count; i++)
            if (str_starts(node->labels.items[i].name, STR("node-role")) &&
                str_contains(node->labels.items[i].name, mark))
                return true;
    }
    return false;
}

static void relate_nodes(struct cluster *cluster)
{
    const struct str hostname = STR("kubernetes.io/hostname");
    for (uint32_t i = 0; i < roll_count(&cluster->nodes); i++) {
        struct node *node = cluster->nodes.items[i];
        node->control_plane = is_control_plane(node);
        if (node->labels.count == 0 || pairs_have(&node->labels, hostname))
            continue;
        /* kubelet sets it to the node's name, unless somebody chose another */
        struct pair *items =
            arena_grow(cluster->arena, node->labels.items, node->labels.count * sizeof *items,
                       (node->labels.count + 1) * sizeof *items);
        items[node->labels.count++] = (struct pair){.name = hostname, .value = node->name};
        node->labels.items = items;
    }
}

/* ---- services ---- */

/* "spec.ports[2].targetPort" -> port 2, "targetPort" */
static void take_ports(struct service *service, const struct entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        int64_t index;
        if (!str_starts(entry->path, STR("spec.ports[")) ||
            !words_number_after(entry->path, "spec.ports[", &index) || index >= SERVICE_PORTS_MAX)
            continue;
        struct service_port *port = &service->ports[index];
        if (str_ends(entry->path, STR("].port")))
            port->number = entry->value;
        else if (str_ends(entry->path, STR("].targetPort")))
            port->target = entry->value;
        else if (str_ends(entry->path, STR("].protocol")))
            port->protocol = entry->value;
        if (service->ports_count <= index)
            service->ports_count = (uint32_t)index + 1;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < service->ports_count; i++) {
        struct service_port port = service->ports[i];
        if (port.protocol.len == 0)
            port.protocol = STR("TCP"); /* the default */
        if (words_is_number(port.number))
            service->ports[kept++] = port;
    }
    service->ports_count = kept;
}

static void relate_services(struct cluster *cluster)
{
    for (uint32_t i = 0; i < roll_count(&cluster->services); i++) {
        struct service *service = cluster->services.items[i];
        const struct declared *declared = cluster_declared(cluster, "Service", service->name);
        if (service->ports_count > 0 || !declared)
            continue;
        take_ports(service, &declared->manifest.entries);
        service->ports_seen = declared->seen;
    }
}

/* ---- calls ---- */

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* Adds a call for each "host:port" whose host is a service. */
static void take_calls(struct cluster *cluster, const struct workload *workload, struct str value)
{
    struct str rest = value;
    size_t colon;
    while ((colon = str_find(rest, STR(":"))) != STR_NPOS) {
        size_t from = colon;
        while (from > 0 && is_host_char(rest.ptr[from - 1]))
            from--;
        struct str host = str_slice(rest, from, colon), name = STR("");
        int64_t port;
        const bool has_port = words_number(str_slice(rest, colon + 1, rest.len), &port);
        if (has_port && str_split(&host, '.', &name) && !str_eq(name, workload->name) &&
            roll_find(&cluster->services, name))
            topology_add(&cluster->calls, workload->name, name);
        rest = str_slice(rest, colon + 1, rest.len);
    }
}

static bool calls_anyone(const struct topology *calls, struct str caller)
{
    const uint32_t node = topology_find(calls, caller);
    for (uint32_t i = 0; node != MAP_NONE && i < calls->edges_count; i++)
        if (calls->edges[i].caller == node)
            return true;
    return false;
}

static void relate_calls(struct cluster *cluster)
{
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        if (calls_anyone(&cluster->calls, workload->name))
            continue;
        for (uint32_t c = 0; c < workload->containers.count; c++) {
            const struct pairs *env = &workload->containers.items[c].env;
            for (uint32_t v = 0; v < env->count; v++)
                take_calls(cluster, workload, env->items[v].value);
        }
    }
}

/* ---- events ---- */

static bool is_about_workload(struct str kind)
{
    static const char *const kinds[] = {"pod", "replicas", "deploy", "stateful", "daemon"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_starts(kind, str_of(kinds[i])))
            return true;
    return false;
}

static void relate_events(struct cluster *cluster)
{
    /* the list was made here, and is no longer constant in here */
    for (struct event *event = (struct event *)cluster->events; event;
         event = (struct event *)event->next) {
        if (!is_about_workload(event->kind))
            continue;
        const bool is_pod = str_starts(event->kind, STR("pod"));
        event->pod = is_pod ? roll_find(&cluster->pods, event->name) : NULL;
        event->app = event->pod ? event->pod->app : cluster_app_of(cluster, event->name, is_pod);
        if (!event->pod)
            continue;
        event->next_of_pod = event->pod->events;
        event->pod->events = event;
    }
}

void relate_objects(struct cluster *cluster)
{
    relate_manifests(cluster);
    relate_pods(cluster);
    relate_nodes(cluster);
    relate_services(cluster);
    relate_calls(cluster);
    relate_events(cluster);
}
