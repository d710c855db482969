/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The platform's own pods. Where kubeadm or a provider set the cluster up, kube-proxy and the agent
 * of the pod network are pods of a DaemonSet, one a node, and the control plane is made of static
 * pods named after their node. One that is not ready is missed on its node; only names inside of
 * the cluster are resolved by several at once.
 */
#include "agent/events/inquiry.h"

static const struct {
    const char *prefix;
    enum cause cause;
    bool is_static; /* named after its node */
} parts[] = {
    {"kube-proxy-", CAUSE_UNIT_PROXY, false},
    {"kube-scheduler-", CAUSE_UNIT_SCHEDULER, true},
    {"kube-controller-manager-", CAUSE_UNIT_CONTROLLER, true},
    {"kube-apiserver-", CAUSE_UNIT_APISERVER, true},
    {"etcd-", CAUSE_UNIT_ETCD, true},
    {"antrea-agent-", CAUSE_NETWORK_AGENT, false},
    {"aws-node-", CAUSE_NETWORK_AGENT, false},
    {"azure-cni", CAUSE_NETWORK_AGENT, false},
    {"calico-node-", CAUSE_NETWORK_AGENT, false},
    {"canal-", CAUSE_NETWORK_AGENT, false},
    {"cilium-", CAUSE_NETWORK_AGENT, false},
    {"kindnet-", CAUSE_NETWORK_AGENT, false},
    {"kube-flannel-", CAUSE_NETWORK_AGENT, false},
    {"kube-router-", CAUSE_NETWORK_AGENT, false},
    {"ovnkube-node-", CAUSE_NETWORK_AGENT, false},
    {"weave-net-", CAUSE_NETWORK_AGENT, false},
};

static const char *const resolvers[] = {"coredns-", "kube-dns-"};

/* Those beside the agents that bear their name but run once. */
static bool is_beside(struct str name)
{
    return str_starts(name, STR("cilium-operator")) || str_starts(name, STR("cilium-envoy"));
}

static bool is_down(const struct pod *pod)
{
    return !pod->ready && !str_eq(pod->status, STR("Completed")) &&
           !str_eq(pod->status, STR("Terminating"));
}

static void check_part(struct inquiry *inquiry, const struct pod *pod, size_t part)
{
    const size_t prefix = str_of(parts[part].prefix).len;
    const struct str node = pod->node.len > 0       ? pod->node
                            : parts[part].is_static ? str_slice(pod->name, prefix, pod->name.len)
                                                    : STR("");
    if (node.len == 0)
        return;
    map_add(&inquiry->sick_nodes, node);
    inquiry_report(inquiry, parts[part].cause, OBJECT_NODE, node, 0.93,
                   shown_by(inquiry, pod->seen, pod->name),
                   "The pod %s of the node %s was not ready and in the state %s.",
                   quote(inquiry, pod->name), quote(inquiry, node), quote(inquiry, pod->status));
}

static void check_resolvers(struct inquiry *inquiry)
{
    const struct roll *pods = &inquiry->cluster->system_pods;
    const struct pod *down = NULL;
    for (uint32_t i = 0; i < roll_count(pods); i++) {
        const struct pod *pod = pods->items[i];
        for (size_t r = 0; r < sizeof resolvers / sizeof *resolvers; r++) {
            if (!str_starts(pod->name, str_of(resolvers[r])))
                continue;
            if (!is_down(pod))
                return;
            down = down ? down : pod;
        }
    }
    if (down)
        inquiry_report(inquiry, CAUSE_DNS_DOWN, OBJECT_SERVICE,
                       cluster_app_of(inquiry->cluster, down->name, true), 0.93,
                       shown_by(inquiry, down->seen, down->name),
                       "No pod that resolves names was ready: %s was in the state %s.",
                       quote(inquiry, down->name), quote(inquiry, down->status));
}

void rules_system(struct inquiry *inquiry)
{
    const struct roll *pods = &inquiry->cluster->system_pods;
    for (uint32_t i = 0; i < roll_count(pods); i++) {
        const struct pod *pod = pods->items[i];
        for (size_t part = 0; part < sizeof parts / sizeof *parts; part++)
            if (str_starts(pod->name, str_of(parts[part].prefix)) && !is_beside(pod->name) &&
                is_down(pod))
                check_part(inquiry, pod, part);
    }
    check_resolvers(inquiry);
}
