/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes. A Service picks pods by their labels and sends to its target port on them. Nothing checks
 * that labels, port and protocol fit: one that does not is accepted and leads nowhere. A
 * container's ports are only declared, so a port that is not among them is a strong hint only where
 * the service cannot be reached either.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"
#include "base/arena.h"

#define CONTAINERS_MAX 256

/* What a service picks. */
struct picked {
    const struct workload *workload; /* the first whose pods it would pick */
    bool own;                        /* one of its own name among them */
    const struct pod *pod;
    bool own_pod;
    const struct container *containers[CONTAINERS_MAX];
    uint32_t count;
    struct str port_names[CONTAINERS_MAX]; /* as the manifests of the workloads declare */
    uint32_t port_names_count;
    const struct snapshot *seen;
};

static void pick_containers(struct picked *picked, const struct containers *containers)
{
    for (uint32_t i = 0; i < containers->count && picked->count < CONTAINERS_MAX; i++)
        picked->containers[picked->count++] = &containers->items[i];
}

static void pick_port_names(struct picked *picked, const struct manifest *manifest)
{
    for (uint32_t i = 0; manifest && i < manifest->entries.count; i++) {
        const struct entry *entry = &manifest->entries.items[i];
        if (str_ends(entry->path, STR("].name")) &&
            words_match(entry->path, "containers[*].ports[") &&
            picked->port_names_count < CONTAINERS_MAX)
            picked->port_names[picked->port_names_count++] = entry->value;
    }
}

static struct picked *pick(const struct inquiry *inquiry, const struct service *service)
{
    const struct cluster *cluster = inquiry->cluster;
    struct picked *picked = arena_push(inquiry->arena, struct picked);
    for (uint32_t i = 0; i < roll_count(&cluster->workloads); i++) {
        const struct workload *workload = cluster->workloads.items[i];
        if (workload->template_labels.count == 0 ||
            !pairs_contain(&workload->template_labels, &service->selector))
            continue;
        picked->own |= str_eq(workload->name, service->name);
        if (!picked->workload) {
            picked->workload = workload;
            picked->seen = workload->described;
        }
        pick_containers(picked, &workload->containers);
        pick_port_names(picked, workload->manifest);
    }
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++) {
        const struct pod *pod = cluster->pods.items[i];
        if (pod->labels.count == 0 || !pairs_contain(&pod->labels, &service->selector))
            continue;
        picked->own_pod |= str_eq(pod->app, service->name);
        if (!picked->pod)
            picked->pod = pod;
        if (!picked->seen)
            picked->seen = pod->containers_seen;
        pick_containers(picked, &pod->containers);
    }
    return picked;
}

/* The workload that the service is for, whether it picks its pods or not. */
static struct str owner_of(const struct cluster *cluster, const struct service *service,
                           const struct picked *picked)
{
    if (cluster_workload(cluster, service->name))
        return service->name;
    struct str name = picked->workload ? picked->workload->name
                      : picked->pod    ? picked->pod->app
                                       : cluster_app_of(cluster, service->name, false);
    if (cluster_workload(cluster, name))
        return name;
    for (uint32_t i = 0; i < service->labels.count; i++)
        if (cluster_workload(cluster, service->labels.items[i].value))
            return service->labels.items[i].value;
    return name;
}

static bool any_labels(const struct cluster *cluster)
{
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++)
        if (((const struct pod *)cluster->pods.items[i])->labels.count > 0)
            return true;
    return false;
}

/* ---- selector ---- */

/* True: no port needs to be looked at. */
static bool check_selector(struct inquiry *inquiry, const struct service *service,
                           const struct picked *picked, struct str owner)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct str shown = shown_by(inquiry, service->seen, service->name);
    if (!picked->workload && !picked->pod && any_labels(cluster)) {
        inquiry_report(inquiry, CAUSE_SELECTOR, OBJECT_SERVICE, owner,
                       cluster_workload(cluster, owner) ? 0.93 : 0.6, shown,
                       "The selector %s of the service %s matched no pod.",
                       quote(inquiry, service->selector_text), quote(inquiry, service->name));
        return true;
    }
    if (!cluster_workload(cluster, service->name) || !picked->workload || picked->own ||
        picked->own_pod || !service->unreachable)
        return false;
    inquiry_report(
        inquiry, CAUSE_SELECTOR_OTHER, OBJECT_SERVICE, service->name, 0.8,
        shown_by_both(inquiry, shown,
                      shown_by(inquiry, picked->workload->described, picked->workload->name)),
        "The selector %s of the service %s picked the pods of %s.",
        quote(inquiry, service->selector_text), quote(inquiry, service->name),
        quote(inquiry, picked->workload->name));
    return true;
}

/* ---- ports ---- */

struct opened {
    struct str first;    /* a port that the containers open */
    struct str protocol; /* the one with the wanted number has this protocol */
    bool any;
    bool number;   /* the wanted number is open */
    bool both;     /* and with the wanted protocol */
    bool listened; /* a variable such as PORT says that it is listened at */
};

static bool is_port_variable(struct str name)
{
    return str_eq(name, STR("PORT")) || str_ends(name, STR("_PORT"));
}

static struct opened look(const struct picked *picked, struct str number, struct str protocol)
{
    struct opened opened = {.any = false};
    for (uint32_t c = 0; c < picked->count; c++) {
        const struct container *container = picked->containers[c];
        for (uint32_t i = 0; i < container->ports_count; i++) {
            const struct port *port = &container->ports[i];
            if (!opened.any)
                opened.first = port->number;
            opened.any = true;
            if (!str_eq(port->number, number))
                continue;
            opened.number = true;
            opened.protocol = port->protocol;
            opened.both |= str_eq(port->protocol, protocol);
        }
        for (uint32_t i = 0; i < container->env.count; i++)
            opened.listened |= is_port_variable(container->env.items[i].name) &&
                               str_eq(container->env.items[i].value, number);
    }
    return opened;
}

static bool is_declared(const struct picked *picked, struct str name)
{
    for (uint32_t i = 0; i < picked->port_names_count; i++)
        if (str_eq(picked->port_names[i], name))
            return true;
    return false;
}

static void check_port(struct inquiry *inquiry, const struct service *service,
                       const struct service_port *port, const struct picked *picked,
                       struct str owner)
{
    const bool down = service->unreachable != NULL;
    const struct str target = port->target.len > 0 ? port->target : port->number;
    const struct opened opened = look(picked, target, port->protocol);
    if (!opened.any)
        return;
    const struct str shown =
        shown_by_both(inquiry, shown_by(inquiry, service->ports_seen, service->name),
                      shown_by(inquiry, picked->seen, owner));
    const char *const name = quote(inquiry, service->name);

    if (!words_is_number(target)) {
        const bool wrong = picked->port_names_count > 0 ? !is_declared(picked, target) : down;
        if (wrong)
            inquiry_report(inquiry, CAUSE_SERVICE_PORT_NAME, OBJECT_SERVICE, owner, 0.93, shown,
                           "The service %s sent to a port named %s, and no port of that name was "
                           "declared; one was %s.",
                           name, quote(inquiry, target), quote(inquiry, opened.first));
    } else if (!opened.number && !opened.listened) {
        inquiry_report(inquiry, CAUSE_SERVICE_PORT, OBJECT_SERVICE, owner, down ? 0.93 : 0.7, shown,
                       "The service %s sent to the port %s, and its pods opened %s.", name,
                       quote(inquiry, target), quote(inquiry, opened.first));
    } else if (opened.number && !opened.both) {
        inquiry_report(inquiry, CAUSE_SERVICE_PROTOCOL, OBJECT_SERVICE, owner, 0.93, shown,
                       "The service %s sent to the port %s by %s, and its pods opened it for %s.",
                       name, quote(inquiry, target), quote(inquiry, port->protocol),
                       quote(inquiry, opened.protocol));
    } else if (opened.number && !str_eq(port->protocol, STR("TCP")) && down) {
        inquiry_report(inquiry, CAUSE_SERVICE_NOT_TCP, OBJECT_SERVICE, owner, 0.6, shown,
                       "The service %s and its pods used %s.", name,
                       quote(inquiry, port->protocol));
    }
}

void rules_route(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    for (uint32_t i = 0; i < roll_count(&cluster->services); i++) {
        const struct service *service = cluster->services.items[i];
        if (service->selector.count == 0 || str_eq(service->type, STR("ExternalName")))
            continue; /* its addresses are kept by hand, or by the API server for itself */
        const struct picked *picked = pick(inquiry, service);
        const struct str owner = owner_of(cluster, service, picked);
        if (check_selector(inquiry, service, picked, owner))
            continue;
        for (uint32_t p = 0; p < service->ports_count; p++)
            check_port(inquiry, service, &service->ports[p], picked, owner);
        if (service->unreachable && inquiry_strongest(inquiry, owner) <= 0.4)
            inquiry_report(inquiry, CAUSE_UNREACHABLE, OBJECT_SERVICE, owner, 0.15,
                           shown_by(inquiry, service->unreachable, STR("")),
                           "A test of the way to the service %s failed.",
                           quote(inquiry, service->name));
    }
}
