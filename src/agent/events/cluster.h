/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cluster as its texts and events show it: workloads, pods, nodes, services, claims, and how
 * they hang together.
 *
 * Texts and events are added first, in any order; cluster_relate() then makes objects of them. All
 * that is missing stays empty. Nothing is read from a store here, so a test needs none.
 */
#pragma once

#include "agent/events/describe.h"
#include "agent/events/manifest.h"
#include "case/topology.h"

/* A row of the table `state`: one object or one list, as some command printed it. */
struct snapshot {
    struct str kind;
    struct str name;  /* empty for lists */
    struct str space; /* the namespace; empty for what has none */
    struct str format;
    struct str text;
};

/* Things by name, in the order of first sight. */
struct roll {
    struct map names;
    void **items;
    uint32_t room;
};

#define ROLL_MAX 5000

void *roll_find(const struct roll *roll, struct str name); /* NULL: there is none */
static inline uint32_t roll_count(const struct roll *roll)
{
    return roll->names.count;
}

struct pair {
    struct str name;
    struct str value;
};

struct pairs {
    struct pair *items;
    uint32_t count;
};

struct str pairs_value(const struct pairs *pairs, struct str name);
bool pairs_have(const struct pairs *pairs, struct str name);
bool pairs_contain(const struct pairs *pairs, const struct pairs *wanted); /* name and value */

/* An expression of a selector: matchExpressions. */
#define REQUIREMENT_VALUES_MAX 16

struct requirement {
    struct str key;
    struct str op; /* In, NotIn, Exists, DoesNotExist, Gt, Lt */
    struct str values[REQUIREMENT_VALUES_MAX];
    uint32_t values_count;
};

bool requirement_met(const struct requirement *requirement, const struct pairs *labels);

enum probe_kind { PROBE_LIVENESS, PROBE_STARTUP, PROBE_READINESS, PROBE_KINDS };

struct probe {
    struct str text; /* "http-get http://:8080/ready delay=5s ..."; empty: there is none */
    struct str type; /* "http-get", "grpc", "tcp-socket", "exec" */
    struct str port; /* a number or the name of one */
    int64_t delay_s;
    int64_t period_s;
    int64_t failures; /* in a row that it takes */
};

struct port {
    struct str number;
    struct str protocol;
};

struct container {
    struct str name;
    struct str image;
    struct port *ports;
    uint32_t ports_count;
    struct probe probes[PROBE_KINDS];
    struct pairs env;
    struct str reason_now, reason_before; /* of "State" and "Last State" */
    struct str exit_now, exit_before;
    int64_t restarts;
};

struct containers {
    struct container *items;
    uint32_t count;
};

struct workload {
    struct str name;
    bool counted; /* are the next two known? */
    int64_t ready;
    int64_t wanted;
    struct containers containers;
    struct pairs template_labels;
    struct str account;
    struct pod *pods;
    uint32_t pods_count;
    const struct manifest *manifest;
    const struct snapshot *manifest_seen;
    const struct snapshot *seen;      /* where it is described, or else listed */
    const struct snapshot *described; /* may be NULL */
};

struct pod {
    struct str name;
    struct str app; /* the workload's name, also where it is not known otherwise */
    struct workload *workload;
    struct str owner; /* as "Controlled By" says: "ReplicaSet/x" */
    struct str status;
    struct str node;
    bool listed;
    bool ready;
    int64_t restarts;
    struct pairs labels;
    struct pairs node_selector;
    struct containers containers; /* of the pod, or else of its workload */
    struct str claims[8];
    uint32_t claims_count;
    bool mounts_storage;
    const struct event *events;
    const struct snapshot *seen;      /* where its status is from */
    const struct snapshot *described; /* may be NULL */
    const struct snapshot *containers_seen;
    struct pod *next_of_workload;
};

#define CONDITIONS_MAX 16
#define TAINTS_MAX 32

struct condition {
    struct str name;
    struct str status; /* "True", "False", "Unknown" */
    struct str text;   /* the whole line */
};

struct node {
    struct str name;
    struct str status;
    struct str roles;
    struct pairs labels;
    struct str taints[TAINTS_MAX];
    uint32_t taints_count;
    struct condition conditions[CONDITIONS_MAX];
    uint32_t conditions_count;
    bool cordoned;
    bool control_plane;
    const struct snapshot *seen;
    const struct snapshot *described;
};

struct service_port {
    struct str name; /* empty: it has none, or none is known */
    struct str number;
    struct str protocol;
    struct str target; /* a number, a name, or empty: the same number */
};

#define SERVICE_PORTS_MAX 32

struct service {
    struct str name;
    struct str type;
    struct str selector_text;
    struct pairs selector;
    struct pairs labels;
    struct service_port ports[SERVICE_PORTS_MAX];
    uint32_t ports_count;
    struct str listed_ports[SERVICE_PORTS_MAX];
    uint32_t listed_count;
    const struct snapshot *unreachable; /* a test that failed; NULL: none did */
    const struct snapshot *no_address;  /* its endpoints, where none of them was ready */
    struct str waiting;                 /* then: the addresses that were not */
    const struct snapshot *seen;
    const struct snapshot *ports_seen;
};

struct claim_object { /* a PersistentVolumeClaim */
    struct str name;
    struct str status;
    struct str storage_class;
    struct str used_by;
    const struct manifest *manifest;
    const struct snapshot *manifest_seen;
    const struct snapshot *seen;
};

struct volume { /* a PersistentVolume */
    struct str name;
    struct str status;
    struct str storage_class;
    struct str capacity;
    struct str modes;
    struct str claim; /* "namespace/name" */
    struct pairs labels;
    const struct snapshot *seen;
};

struct policy { /* a NetworkPolicy that selects pods for what may come in */
    struct str name;
    struct pairs selector; /* empty: all pods */
    struct pairs *peers;   /* labels of pods that may call; an empty one is any pod */
    uint32_t peers_count;
    bool unclear; /* it has what is not read here: expressions, namespaces, blocks of addresses */
    bool open;    /* to everybody */
    const struct snapshot *seen;
};

struct backend { /* where a path of an Ingress leads */
    struct str ingress;
    struct str service;
    struct str port; /* a number or a name */
    const struct snapshot *seen;
};

struct disruption_budget { /* a PodDisruptionBudget */
    struct str name;
    struct pairs selector;
    bool unclear;
    int64_t allowed; /* pods that may go now; -1: not known */
    const struct snapshot *seen;
};

struct autoscaler {
    struct str name;
    struct str target; /* the workload */
    struct str max, current;
    struct str limited, blind; /* the lines of its conditions that say so; empty: none does */
    const struct snapshot *seen;
};

struct quota { /* one resource of one ResourceQuota */
    struct str name;
    struct str resource;
    struct str used;
    struct str hard;
    const struct snapshot *seen;
};

struct unit { /* a systemd unit of a node */
    struct str node;
    struct str name;
    struct str active;
    bool disabled;
    const struct snapshot *seen;
};

struct event {
    int64_t time_ns; /* 0: not known */
    struct str type;
    struct str reason;
    struct str object; /* "pods/cart-5bc9dbdf66-xp6gj" */
    struct str kind;   /* "pods" */
    struct str name;
    struct str message;
    int64_t count;
    const struct snapshot *seen; /* NULL: it is a row of the table `events` */
    struct str app;              /* the workload it is about; empty: none */
    struct pod *pod;             /* NULL: it is about no known pod */
    const struct event *next;
    const struct event *next_of_pod;
};

/* A line of a log that speaks of something the rules ask for. */
struct log_line {
    struct str service;
    struct str message;
    const struct log_line *next;
};

struct cluster {
    struct arena *arena;
    struct str space; /* the namespace that the case is about */

    struct snapshot *snapshots;
    uint32_t snapshots_count;
    uint32_t snapshots_room;
    const struct event *events; /* in the order of adding */
    struct event *events_last;
    struct map events_seen; /* object, reason and message */
    uint32_t events_count;

    struct roll workloads;
    struct roll pods;
    struct roll system_pods; /* of the platform's own namespaces, where the case is about another */
    struct roll nodes;
    struct roll services;
    struct roll claims;
    struct roll volumes;
    struct roll policies;
    struct roll backends; /* by "ingress service:port" */
    struct roll budgets;
    struct roll autoscalers;
    struct roll manifests; /* struct declared, by "Kind/name" */
    struct map accounts;   /* the service accounts there are */
    bool accounts_known;
    struct quota *quotas;
    uint32_t quotas_count;
    struct unit *units;
    uint32_t units_count;

    struct topology calls;             /* between workloads or services */
    struct map logging;                /* services that logged anything */
    const struct log_line *refused;    /* of logs: access was denied */
    const struct log_line *forbidden;  /* of logs: the API server refused a request */
    const struct log_line *unresolved; /* of logs: a name could not be resolved */
};

struct declared {
    struct manifest manifest;
    const struct snapshot *seen;
};

/* An empty one; `space` may be empty: then it is the one most texts are from. */
struct cluster *cluster_new(struct arena *arena, struct str space);

/* The texts are not copied. */
void cluster_add_state(struct cluster *cluster, struct snapshot snapshot);
void cluster_add_event(struct cluster *cluster, struct event event, struct str object);
void cluster_add_log(struct cluster *cluster, const struct log_line **list, struct str service,
                     struct str message);

void cluster_relate(struct cluster *cluster);

/* ---- questions of the rules ---- */

struct workload *cluster_workload(const struct cluster *cluster, struct str name);
const struct declared *cluster_declared(const struct cluster *cluster, const char *kind,
                                        struct str name);

/* The workload that a pod or a replica set of this name belongs to, by its name alone. */
struct str cluster_app_of(const struct cluster *cluster, struct str name, bool is_pod);

bool cluster_calls(const struct cluster *cluster, struct str caller, struct str callee);

/* "kube-system" and its like. */
bool cluster_is_system_space(struct str space);

/* Whether it has fewer ready pods than it wants, as far as is known. */
bool cluster_is_lacking(const struct cluster *cluster, struct str app);
