/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at a cluster: rules ask the cluster, and report what they find here.
 *
 * A finding names a cause out of the table below. Its words are constant: they tell what kind of
 * thing is wrong, while the claim tells which names and values show it.
 */
#pragma once

#include "agent/events/cluster.h"

enum object_kind { OBJECT_SERVICE, OBJECT_NODE, OBJECT_NAMESPACE };

const char *object_kind_name(enum object_kind kind);

/*
 * What else may explain a finding: SUFFERS, from its node, its callees or a quota; QUOTA, from a
 * quota alone. A symptom never is the cause itself.
 */
enum cause_flag {
    CAUSE_SYMPTOM = 1 << 0,
    CAUSE_SUFFERS = 1 << 1,
    CAUSE_QUOTA = 1 << 2,
    CAUSE_RESTART = 1 << 3,
};

#define CAUSE_IS_SYMPTOM (CAUSE_SYMPTOM | CAUSE_SUFFERS)

#define CAUSES(X)                                                                                  \
    /* nodes */                                                                                    \
    X(UNIT_CONTAINERD, 0, "containerd is not running on the node")                                 \
    X(UNIT_DOCKER, 0, "docker is not running on the node")                                         \
    X(UNIT_CRIO, 0, "cri-o is not running on the node")                                            \
    X(UNIT_KUBELET, 0, "kubelet is not running on the node")                                       \
    X(UNIT_PROXY, 0, "kube-proxy is not running on the node")                                      \
    X(UNIT_SCHEDULER, 0, "kube-scheduler is not running on the node")                              \
    X(UNIT_CONTROLLER, 0, "kube-controller-manager is not running on the node")                    \
    X(UNIT_APISERVER, 0, "kube-apiserver is not running on the node")                              \
    X(UNIT_ETCD, 0, "etcd is not running on the node")                                             \
    X(UNIT_OTHER, 0, "a system service is not running on the node")                                \
    X(RUNTIME_DOWN, 0, "the node is not ready: its container runtime is down")                     \
    X(RUNTIME_SILENT, 0, "the container runtime of the node does not answer")                      \
    X(KUBELET_SILENT, 0, "the node is not ready: kubelet stopped posting its status")              \
    X(NODE_NOT_READY, 0, "the node is not ready")                                                  \
    X(NODE_MEMORY, 0, "the node is short of memory")                                               \
    X(NODE_DISK, 0, "the node is short of disk space")                                             \
    X(NODE_PIDS, 0, "the node is short of process ids")                                            \
    X(NODE_NETWORK, 0, "the network of the node is not set up")                                    \
    X(NETWORK_AGENT, 0, "the agent of the pod network is not running on the node")                 \
    X(NO_POD_ADDRESS, 0, "the node has no address left for another pod")                           \
    X(DNS_DOWN, 0, "the cluster's DNS does not run")                                               \
    X(NO_SCHEDULER, 0, "pods wait and no scheduler looks at them")                                 \
    /* admission */                                                                                \
    X(NO_ACCOUNT, CAUSE_QUOTA, "the service account it names does not exist")                      \
    X(QUOTA_CPU, 0, "the namespace's CPU quota is used up")                                        \
    X(QUOTA_MEMORY, 0, "the namespace's memory quota is used up")                                  \
    X(QUOTA_PODS, 0, "the namespace's pod quota is used up")                                       \
    X(QUOTA_SERVICES, 0, "the namespace's service quota is used up")                               \
    X(QUOTA_STORAGE, 0, "the namespace's storage quota is used up")                                \
    X(QUOTA_OTHER, 0, "a quota of the namespace is used up")                                       \
    X(QUOTA_WANTS_CPU, 0, "a quota demands a CPU limit or request of every pod")                   \
    X(QUOTA_WANTS_MEMORY, 0, "a quota demands a memory limit or request of every pod")             \
    X(NO_SERVICE, CAUSE_QUOTA, "the workload has no Service object")                               \
    X(NO_CLAIM, CAUSE_QUOTA, "the volume claim it mounts does not exist")                          \
    X(WEBHOOK_DENIES, 0, "an admission webhook refuses its pods")                                  \
    X(WEBHOOK_SILENT, 0, "an admission webhook does not answer")                                   \
    X(POD_SECURITY, 0, "its pods break a security rule")                                           \
    X(LIMIT_RANGE, 0, "a limit range of the namespace refuses its pods")                           \
    X(NO_PRIORITY, 0, "the priority class it names does not exist")                                \
    X(NOT_ALLOWED, 0, "it lacks a right it needs")                                                 \
    X(CERTIFICATE_EXPIRED, 0, "a certificate it depends on has expired")                           \
    X(CERTIFICATE_UNTRUSTED, 0, "a certificate it depends on is not trusted")                      \
    /* scheduling */                                                                               \
    X(NODE_SELECTOR, 0, "the node selector matches no node")                                       \
    X(NODE_SELECTOR_NARROW, 0, "the node selector excludes the usable nodes")                      \
    X(NODE_AFFINITY, 0, "the required node affinity matches no node")                              \
    X(NODE_AFFINITY_NARROW, 0, "the required node affinity excludes the usable nodes")             \
    X(NODE_MISMATCH, 0, "the node affinity or selector matches no usable node")                    \
    X(TAINT, 0, "it does not tolerate the taint of the nodes")                                     \
    X(CORDONED, 0, "the nodes it may use are cordoned")                                            \
    X(ANTI_AFFINITY, 0, "its pod anti-affinity leaves no node")                                    \
    X(POD_AFFINITY, 0, "its pod affinity matches no node")                                         \
    X(TOO_LITTLE_CPU, 0, "it asks for more CPU than any node has free")                            \
    X(TOO_LITTLE_MEMORY, 0, "it asks for more memory than any node has free")                      \
    X(NO_READY_NODE, CAUSE_IS_SYMPTOM, "no node is ready for it")                                  \
    X(UNSCHEDULABLE, 0, "it cannot be scheduled")                                                  \
    X(PREEMPTED, 0, "its pods made room for others of a higher priority")                          \
    X(EVICTED, CAUSE_IS_SYMPTOM, "its pod was evicted")                                            \
    X(AUTOSCALER_BLIND, 0, "its autoscaler cannot read what it scales by")                         \
    X(AUTOSCALER_FULL, 0, "its autoscaler is at its maximum")                                      \
    X(BUDGET_BLOCKS, 0, "its disruption budget blocks the drain of a node")                        \
    X(PENDING, CAUSE_IS_SYMPTOM, "its pod is pending")                                             \
    /* storage */                                                                                  \
    X(CLASS_MISSING, 0, "the storage class of the volume claim does not exist")                    \
    X(CLASS_DIFFERS, 0, "the volume claim's storage class is not that of the volume")              \
    X(MODE_DIFFERS, 0, "the volume claim's access modes are not offered by the volume")            \
    X(SIZE_DIFFERS, 0, "the volume claim asks for more than the volume holds")                     \
    X(LABELS_DIFFER, 0, "the volume claim's selector does not match the volume's labels")          \
    X(VOLUME_TAKEN, 0, "the volume is bound to another volume claim")                              \
    X(VOLUME_ELSEWHERE, 0, "its volume lives on another node")                                     \
    X(NO_VOLUME_OF_CLASS, 0, "no volume of the storage class exists for the volume claim")         \
    X(NO_VOLUME, 0, "no volume exists for the volume claim")                                       \
    X(VOLUME_ATTACHED, 0, "its volume is still attached to another node")                          \
    X(CLAIM_UNBOUND, 0, "a volume claim it mounts is not bound")                                   \
    /* start */                                                                                    \
    X(IMAGE_DNS, 0, "the image registry's name does not resolve")                                  \
    X(IMAGE_REFERENCE, 0, "the image reference (repository or tag) does not exist")                \
    X(IMAGE_REFUSED, 0, "the registry that serves its neighbours refuses its image")               \
    X(IMAGE_INVALID, 0, "the image reference is invalid")                                          \
    X(IMAGE_REGISTRY, 0, "the image registry cannot be reached")                                   \
    X(IMAGE_UNKNOWN, 0, "the image cannot be pulled")                                              \
    X(PULL_SECRET, 0, "the registry refuses the pull: its image pull secret is missing or wrong")  \
    X(PULL_SECRET_MISSING, 0, "the image pull secret it names does not exist")                     \
    X(MOUNT_REFUSED, 0, "a volume cannot be mounted: permission denied")                           \
    X(MOUNT_FAILED, 0, "a volume cannot be mounted")                                               \
    X(COMMAND, 0, "its command cannot be run")                                                     \
    X(START_HOOK, 0, "its start hook fails")                                                       \
    X(CONFIG_MISSING, 0, "a secret or config map it needs does not exist")                         \
    /* run */                                                                                      \
    X(VOLUME_REFUSED, 0, "it may not read or write its volume")                                    \
    X(FILE_REFUSED, 0, "it is denied a file")                                                      \
    X(VOLUME_SUSPECT, 0, "it crashes with a volume mounted and left no log")                       \
    X(OUT_OF_MEMORY, 0, "its container is killed for lack of memory")                              \
    X(KILLED, 0, "its container dies by SIGKILL, likely for lack of memory")                       \
    X(LIVENESS_PORT, 0, "the liveness probe uses a port the container does not open")              \
    X(LIVENESS_PROTOCOL, 0, "the liveness probe speaks another protocol than the container")       \
    X(LIVENESS_TIMING, CAUSE_SUFFERS, "the liveness probe gives the container too little time")    \
    X(READINESS_PORT, 0, "the readiness probe uses a port the container does not open")            \
    X(READINESS_PROTOCOL, 0, "the readiness probe speaks another protocol than the container")     \
    X(READINESS_FAILS, CAUSE_IS_SYMPTOM, "the readiness probe keeps failing")                      \
    X(CRASH, CAUSE_IS_SYMPTOM | CAUSE_RESTART, "its container keeps crashing")                     \
    X(RESTARTED, CAUSE_IS_SYMPTOM | CAUSE_RESTART, "its container restarted")                      \
    X(NOT_READY, CAUSE_IS_SYMPTOM, "its pod is not ready")                                         \
    /* routes */                                                                                   \
    X(SELECTOR, 0, "the service's selector matches no pod")                                        \
    X(SELECTOR_OTHER, 0, "the service's selector picks another workload's pods")                   \
    X(SERVICE_PORT, 0, "the service sends to a port the container does not open")                  \
    X(SERVICE_PORT_NAME, 0, "the service's named target port is not declared by the container")    \
    X(SERVICE_PORT_CALLERS, 0, "the service's port is not the one its callers use")                \
    X(SERVICE_PROTOCOL, 0, "the service uses another protocol than the container port")            \
    X(SERVICE_NOT_TCP, 0, "the service and the port are not TCP, and cannot be reached")           \
    X(NO_ADDRESS, CAUSE_IS_SYMPTOM, "the service has no ready address")                            \
    X(POLICY_FORBIDS, 0, "a network policy keeps its callers out")                                 \
    X(INGRESS_SERVICE, 0, "an ingress sends to a service that does not exist")                     \
    X(INGRESS_PORT, 0, "an ingress sends to a port that the service does not have")                \
    X(UNREACHABLE, CAUSE_IS_SYMPTOM, "the service cannot be reached")                              \
    X(ADDRESS_UNKNOWN, CAUSE_QUOTA, "an address in its environment names no service")              \
    X(ADDRESS_PORT, CAUSE_QUOTA,                                                                   \
      "an address in its environment has a port the service does not have")                        \
    X(ADDRESS_OTHER, CAUSE_QUOTA,                                                                  \
      "an address in its environment names another service than the one it calls")

enum cause {
#define X(id, flags, words) CAUSE_##id,
    CAUSES(X)
#undef X
        CAUSES_COUNT
};

const char *cause_words(enum cause cause);
unsigned cause_flags(enum cause cause);

struct fault {
    enum cause cause;
    enum object_kind kind;
    struct str object;
    double strength; /* before anything is explained away */
    struct str claim;
    struct str query;
    struct str depends_on; /* names, divided by blanks, of what may explain it */
};

struct inquiry {
    struct arena *arena;
    struct cluster *cluster;
    struct fault *faults;
    uint32_t count;
    uint32_t room;

    struct map sick_nodes;       /* with a unit that does not run, or not ready */
    struct map short_of_quota;   /* workloads that a quota kept from getting pods */
    struct map missing_services; /* called or declared, but not there */
    uint32_t claims_checked;
    bool services_refused; /* a quota on services explains the missing ones */
};

struct inquiry inquiry_new(struct arena *arena, struct cluster *cluster);

/* Runs all rules in their order, and notes what each finding may come from. */
void inquiry_run(struct inquiry *inquiry);

/* Of one object and cause only the strongest finding is kept. The format makes the claim. */
void inquiry_report(struct inquiry *inquiry, enum cause cause, enum object_kind kind,
                    struct str object, double strength, struct str query, const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* The strongest that was found for the service so far; 0: nothing. */
double inquiry_strongest(const struct inquiry *inquiry, struct str service);

/*
 * A name or text as claims hold it: in `backquotes`, on one line, of moderate length. The longer
 * ones keep their beginning, or (quote_end) their end, where errors name the cause.
 */
const char *quote(const struct inquiry *inquiry, struct str text);
const char *quote_end(const struct inquiry *inquiry, struct str text);

/* ---- queries that show a thing again; each gives the columns name and text ---- */

/* `piece` tells texts without a name apart: a list is told by a name that stands in it. */
struct str shown_by(const struct inquiry *inquiry, const struct snapshot *snapshot,
                    struct str piece);
struct str shown_by_event(const struct inquiry *inquiry, const struct event *event);
struct str shown_by_log(const struct inquiry *inquiry, const struct log_line *line);
struct str shown_by_both(const struct inquiry *inquiry, struct str a, struct str b);

/* ---- the rules, in the order in which they run ---- */

void rules_node(struct inquiry *inquiry);
void rules_system(struct inquiry *inquiry);
void rules_admission(struct inquiry *inquiry);
void rules_scheduling(struct inquiry *inquiry);
void rules_start(struct inquiry *inquiry);
void rules_event(struct inquiry *inquiry);
void rules_run(struct inquiry *inquiry);
void rules_route(struct inquiry *inquiry);
void rules_address(struct inquiry *inquiry);
void rules_traffic(struct inquiry *inquiry);
void rules_scale(struct inquiry *inquiry);

/* Why does the claim of this pod not bind? Part of the rules of scheduling. */
void rules_volume(struct inquiry *inquiry, const struct pod *pod, const struct event *event,
                  struct str clause);
