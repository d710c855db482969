/* SPDX-License-Identifier: Apache-2.0 */
/* What decides who is reached: endpoints, network policies, ingresses, as they are described. */
#include "agent/events/cluster_parts.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

#define PEERS_MAX 500

/* ---- endpoints ---- */

static bool is_none(struct str value)
{
    return value.len == 0 || str_starts(value, STR("<none>"));
}

/* A slice is named after its service and five letters more; its label says the service. */
static struct str service_of(struct cluster *cluster, const struct entries *entries)
{
    const struct pairs labels = pairs_parse(cluster->arena, entries_value(entries, "Labels"));
    const struct str named = pairs_value(&labels, STR("kubernetes.io/service-name"));
    return named.len > 0 ? named : entries_value(entries, "Name");
}

void read_endpoints(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return; /* what is not ready is not in there */
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    struct service *service = roll_find(&cluster->services, service_of(cluster, entries));
    const struct str ready = entries_value(entries, "Subsets/Addresses");
    const struct str waiting = entries_value(entries, "Subsets/NotReadyAddresses");
    if (!service || !is_none(ready) || is_none(waiting))
        return;
    service->no_address = snapshot;
    service->waiting = waiting;
}

/* ---- network policies ---- */

/* Expressions ("tier in (a,b)") are not read. */
static bool take_selector(struct cluster *cluster, struct str text, struct pairs *out)
{
    *out = is_none(text) ? (struct pairs){.count = 0} : pairs_parse(cluster->arena, text);
    return is_none(text) ||
           (out->count > 0 && !str_contains(text, STR("(")) && !str_contains(text, STR("!")));
}

static void take_peer(struct cluster *cluster, struct policy *policy, struct str text)
{
    if (policy->peers_count == PEERS_MAX) {
        policy->unclear = true;
        return;
    }
    if (!policy->peers)
        policy->peers = arena_push_many(cluster->arena, struct pairs, PEERS_MAX);
    policy->unclear |= !take_selector(cluster, text, &policy->peers[policy->peers_count++]);
}

#define INGRESS "Spec/Allowing ingress traffic"

static void take_rules(struct cluster *cluster, struct policy *policy,
                       const struct entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        if (str_eq(entry->path, STR(INGRESS "/From")))
            policy->open |= str_starts(entry->value, STR("<any>"));
        else if (str_eq(entry->path, STR(INGRESS "/From/PodSelector")))
            take_peer(cluster, policy, entry->value);
        else if (str_starts(entry->path, STR(INGRESS "/From/")))
            policy->unclear = true;
    }
}

/* A policy that has nothing to say of what comes in keeps nobody out. */
static bool is_of_ingress(const struct entries *entries)
{
    for (uint32_t i = 0; i < entries->count; i++)
        if (str_starts(entries->items[i].path, STR(INGRESS)))
            return true;
    return false;
}

void read_policies(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return;
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = entries_value(entries, "Name");
    if (!is_of_ingress(entries))
        return;
    struct policy *policy = roll_add(&cluster->policies, name, sizeof *policy);
    if (!policy)
        return;
    *policy = (struct policy){.name = name, .seen = snapshot};
    policy->unclear =
        !take_selector(cluster, entries_value(entries, "Spec/PodSelector"), &policy->selector);
    take_rules(cluster, policy, entries);
}

/* ---- ingresses ---- */

static void add_backend(struct cluster *cluster, const struct snapshot *snapshot,
                        struct str ingress, struct str word)
{
    struct backend backend = {.ingress = ingress, .port = word, .seen = snapshot};
    if (!str_split(&backend.port, ':', &backend.service) || backend.service.len == 0 ||
        backend.port.len == 0)
        return;
    struct backend *place = roll_add(
        &cluster->backends,
        str_printf(cluster->arena, "%.*s %.*s", STR_ARG(ingress), STR_ARG(word)), sizeof *place);
    if (place)
        *place = backend;
}

/* Below "Rules:" a line is a host, or a path and a backend: "  /cart   cart:80 (10.0.0.7:80)". */
void read_ingresses(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return;
    struct str rest = snapshot->text, line, name = snapshot->name;
    bool in_rules = false;
    while (str_split(&rest, '\n', &line)) {
        struct str path, backend;
        if (str_starts(line, STR("Name:")))
            name = str_trim(str_slice(line, strlen("Name:"), line.len));
        if (line.len > 0 && line.ptr[0] != ' ')
            in_rules = str_starts(line, STR("Rules:"));
        else if (in_rules && words_next(&line, &path) && words_next(&line, &backend) &&
                 str_starts(path, STR("/")))
            add_backend(cluster, snapshot, name, backend);
    }
}
