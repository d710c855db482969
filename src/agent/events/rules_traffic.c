/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let through. A pod that any NetworkPolicy selects for ingress takes only what one of those
 * that select it allows; policies add up. An Ingress may name a service or a port that there is
 * not: it is accepted, and answers 503. A service whose pods are all unready refuses every caller.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"
#include "base/arena.h"

/* ---- addresses ---- */

/* Why the pods are not ready is for other rules; this tells what callers see. */
static void check_addresses(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    for (uint32_t i = 0; i < roll_count(&cluster->services); i++) {
        const struct service *service = cluster->services.items[i];
        const struct str owner = cluster_app_of(cluster, service->name, false);
        if (!service->no_address || service->selector.count == 0 ||
            inquiry_strongest(inquiry, owner) > 0.0)
            continue;
        inquiry_report(inquiry, CAUSE_NO_ADDRESS, OBJECT_SERVICE, owner, 0.2,
                       shown_by(inquiry, service->no_address, service->name),
                       "The service %s had no ready address, and %s was not ready.",
                       quote(inquiry, service->name), quote(inquiry, service->waiting));
    }
}

/* ---- network policies ---- */

static struct pairs labels_of(const struct cluster *cluster, struct str app)
{
    const struct workload *workload = cluster_workload(cluster, app);
    if (workload && workload->template_labels.count > 0)
        return workload->template_labels;
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++) {
        const struct pod *pod = cluster->pods.items[i];
        if (str_eq(pod->app, app) && pod->labels.count > 0)
            return pod->labels;
    }
    return (struct pairs){.count = 0};
}

enum passage { PASSAGE_FREE, PASSAGE_UNKNOWN, PASSAGE_SHUT };

static enum passage through(const struct policy *policy, const struct pairs *caller)
{
    if (policy->open)
        return PASSAGE_FREE;
    for (uint32_t i = 0; i < policy->peers_count; i++) {
        if (policy->peers[i].count == 0)
            return PASSAGE_FREE; /* any pod of the namespace */
        if (caller->count > 0 && pairs_contain(caller, &policy->peers[i]))
            return PASSAGE_FREE;
    }
    const bool unknown = policy->unclear || (caller->count == 0 && policy->peers_count > 0);
    return unknown ? PASSAGE_UNKNOWN : PASSAGE_SHUT;
}

/* The policy that shuts the caller out; NULL: one lets it in, none selects it, or it is unclear. */
static const struct policy *shut_by(const struct cluster *cluster, const struct pairs *callee,
                                    const struct pairs *caller)
{
    const struct policy *shut = NULL;
    for (uint32_t i = 0; i < roll_count(&cluster->policies); i++) {
        const struct policy *policy = cluster->policies.items[i];
        if (!pairs_contain(callee, &policy->selector))
            continue;
        if (through(policy, caller) != PASSAGE_SHUT)
            return NULL;
        if (!shut)
            shut = policy;
    }
    return shut;
}

/* That nothing gets through is sure where a test failed as well; not all networks keep policies. */
static void check_policies(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct topology *calls = &cluster->calls;
    for (uint32_t i = 0; roll_count(&cluster->policies) > 0 && i < calls->edges_count; i++) {
        const struct str caller = calls->nodes.keys[calls->edges[i].caller];
        const struct str callee = calls->nodes.keys[calls->edges[i].callee];
        const struct pairs from = labels_of(cluster, caller), to = labels_of(cluster, callee);
        const struct service *service = roll_find(&cluster->services, callee);
        const struct workload *workload = cluster_workload(cluster, callee);
        const struct policy *policy = to.count > 0 ? shut_by(cluster, &to, &from) : NULL;
        if (!policy)
            continue;
        struct str query = shown_by(inquiry, policy->seen, policy->name);
        if (workload && workload->seen)
            query = shown_by_both(inquiry, query, shown_by(inquiry, workload->seen, callee));
        inquiry_report(inquiry, CAUSE_POLICY_FORBIDS, OBJECT_SERVICE, callee,
                       service && service->unreachable ? 0.9 : 0.7, query,
                       "The network policy %s selected the pods of %s and did not let their "
                       "callers in.",
                       quote(inquiry, policy->name), quote(inquiry, callee));
    }
}

/* ---- ingresses ---- */

static bool has_port(const struct service *service, struct str port)
{
    for (uint32_t i = 0; i < service->ports_count; i++)
        if (str_eq(service->ports[i].number, port) || str_eq(service->ports[i].name, port))
            return true;
    return false;
}

/* Names of ports are in no list, and in descriptions only. */
static bool has_names(const struct service *service)
{
    for (uint32_t i = 0; i < service->ports_count; i++)
        if (service->ports[i].name.len > 0)
            return true;
    return false;
}

static void check_backend(struct inquiry *inquiry, const struct backend *backend)
{
    const struct cluster *cluster = inquiry->cluster;
    const struct service *service = roll_find(&cluster->services, backend->service);
    const struct str owner = cluster_app_of(cluster, backend->service, false);
    const struct str shown = shown_by(inquiry, backend->seen, backend->service);
    if (!service) {
        inquiry_report(inquiry, CAUSE_INGRESS_SERVICE, OBJECT_SERVICE, owner, 0.85, shown,
                       "The ingress %s sent to the service %s, which was not there.",
                       quote(inquiry, backend->ingress), quote(inquiry, backend->service));
        return;
    }
    const bool knows =
        words_is_number(backend->port) ? service->ports_count > 0 : has_names(service);
    if (knows && !has_port(service, backend->port))
        inquiry_report(
            inquiry, CAUSE_INGRESS_PORT, OBJECT_SERVICE, owner, 0.88,
            shown_by_both(inquiry, shown, shown_by(inquiry, service->ports_seen, service->name)),
            "The ingress %s sent to the port %s of the service %s, which had %s.",
            quote(inquiry, backend->ingress), quote(inquiry, backend->port),
            quote(inquiry, backend->service), quote(inquiry, service->ports[0].number));
}

void rules_traffic(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    check_policies(inquiry);
    /* without any service nobody looked for them */
    for (uint32_t i = 0; roll_count(&cluster->services) > 0 && i < roll_count(&cluster->backends);
         i++)
        check_backend(inquiry, cluster->backends.items[i]);
    check_addresses(inquiry);
}
