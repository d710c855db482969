/* SPDX-License-Identifier: Apache-2.0 */
/* Each case is a small cluster, and the strongest thing that the rules find in it. */
#include "agent/events/inquiry.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct text {
    const char *kind;
    const char *name;
    const char *format;
    const char *text;
};

struct happening {
    const char *reason;
    const char *object;
    const char *message;
};

#define TEXTS_MAX 6
#define HAPPENINGS_MAX 3

/* ---- the parts that clusters are made of ---- */

#define NODES                                                                                      \
    {"nodes", "w1", "describe", "Name: w1\nRoles: node\nLabels: disk=hdd\nTaints: <none>\n"},      \
    {                                                                                              \
        "nodes", "w2", "describe", "Name: w2\nRoles: node\nLabels: disk=hdd\nTaints: <none>\n"     \
    }
#define PENDING_POD(more)                                                                          \
    {"pods", "", "list", "NAME      READY   STATUS    RESTARTS\napi-0     0/1     Pending   0\n"}, \
    {                                                                                              \
        "pods", "api-0", "describe", "Name: api-0\nLabels: app=api\nNode: <none>\n" more           \
    }
#define READY_POD                                                                                  \
    {                                                                                              \
        "pods", "", "list",                                                                        \
            "NAME      READY   STATUS    RESTARTS\napi-0     1/1     Running   0\n"                \
    }
#define POD_OF(containers)                                                                         \
    {                                                                                              \
        "pods", "api-0", "describe",                                                               \
            "Name: api-0\nLabels: app=api\nContainers:\n  main:\n" containers                      \
    }
#define WORKLOAD(ready)                                                                            \
    {                                                                                              \
        "deployments", "", "list", "NAME   READY\napi    " ready "/1\n"                            \
    }
#define API_SERVICE(selector, target)                                                              \
    {                                                                                              \
        "services", "api", "describe",                                                             \
            "Name: api\nSelector: " selector "\nType: ClusterIP\nPort: http  80/TCP\n"             \
            "TargetPort: " target "/TCP\n"                                                         \
    }
#define ENDPOINTS(ready, waiting)                                                                  \
    {                                                                                              \
        "endpoints", "api", "describe",                                                            \
            "Name:  api\nSubsets:\n  Addresses:  " ready "\n  NotReadyAddresses:  " waiting "\n"   \
    }
/* web calls api, as the address in its environment shows */
#define CALLER                                                                                     \
    {"deployments", "web", "describe",                                                             \
     "Name: web\nPod Template:\n  Labels: app=web\n  Containers:\n   main:\n    Environment:\n"    \
     "      API:  api:80\n"},                                                                      \
    {                                                                                              \
        "services", "api", "describe",                                                             \
            "Name: api\nSelector: app=api\nPort: http  80/TCP\nTargetPort: 80/TCP\n"               \
    }
#define CALLEE                                                                                     \
    {                                                                                              \
        "deployments", "api", "describe", "Name: api\nPod Template:\n  Labels: app=api\n"          \
    }
#define POLICY(selector, rules)                                                                    \
    {                                                                                              \
        "networkpolicies", "shut", "describe",                                                     \
            "Name:  shut\nSpec:\n  PodSelector:  " selector                                        \
            "\n  Allowing ingress traffic:\n" rules "  Not affecting egress traffic\n"             \
    }
#define FROM(selector) "    From:\n      PodSelector:  " selector "\n"
#define INGRESS_TO(backend)                                                                        \
    {                                                                                              \
        "ingresses", "front", "describe",                                                          \
            "Name:  front\nRules:\n  Host  Path  Backends\n  ----  ----  --------\n  *\n"          \
            "        /  " backend " (10.0.0.1:80)\nAnnotations:  /  x:1\n"                         \
    }
#define POD_ON(node)                                                                               \
    {                                                                                              \
        "pods", "api-0", "describe", "Name: api-0\nLabels: app=api\nNode: " node "\n"              \
    }
#define CORDONED_NODE                                                                              \
    {                                                                                              \
        "nodes", "w1", "describe", "Name: w1\nUnschedulable: true\n"                               \
    }
#define BUDGET(allowed)                                                                            \
    {                                                                                              \
        "poddisruptionbudgets", "keep", "describe",                                                \
            "Name:  keep\nSelector:  app=api\nStatus:\n    Allowed disruptions:  " allowed "\n"    \
    }
#define AUTOSCALER(condition)                                                                      \
    {                                                                                              \
        "horizontalpodautoscalers", "more", "describe",                                            \
            "Name:  more\nReference:  Deployment/api\nMax replicas:  3\nDeployment pods:  3 "      \
            "current / 3 desired\nConditions:\n  Type  Status  Reason  Message\n" condition        \
    }
#define UNSCHEDULED(text)                                                                          \
    {                                                                                              \
        "FailedScheduling", "pods/api-0", "0/2 nodes are available: " text                         \
    }

static const struct {
    const char *why;
    struct text texts[TEXTS_MAX];
    struct happening happenings[HAPPENINGS_MAX];
    const char *want; /* "kind/object: words", or "" */
} cases[] = {
    {"all is well", {WORKLOAD("1"), READY_POD, NODES}, {{0}}, ""},
    {"nothing is known", {{0}}, {{0}}, ""},

    {"a unit says itself that it does not run",
     {{"node-service", "w1/kubelet", "systemctl",
       "  Loaded: loaded (/x; enabled)\n  Active: failed (Result: core-dump) since Fri\n"}},
     {{0}},
     "node/w1: kubelet is not running on the node"},
    {"a unit that runs on no node is not used",
     {{"node-service", "w1/etcd", "systemctl", "  Active: inactive (dead)\n"},
      {"node-service", "w2/etcd", "systemctl", "  Active: inactive (dead)\n"},
      {"node-service", "w2/kubelet", "systemctl", "  Active: activating (auto-restart)\n"}},
     {{0}},
     "node/w2: kubelet is not running on the node"},
    {"a node's condition says who fell silent",
     {{"nodes", "w1", "describe",
       "Name: w1\nConditions:\n  Ready   Unknown   Mon, 1 Jun   NodeStatusUnknown   Kubelet "
       "stopped posting node status.\n"}},
     {{0}},
     "node/w1: the node is not ready: kubelet stopped posting its status"},

    {"a service account that is not there",
     {WORKLOAD("0"), {"serviceaccounts", "", "list", "NAME      SECRETS\ndefault   0\n"}},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "error looking up service account shop/robot: serviceaccount \"robot\" not found"}},
     "service/api: the service account it names does not exist"},
    {"one that came a moment later is noise",
     {WORKLOAD("1"), {"serviceaccounts", "", "list", "NAME      SECRETS\nrobot     0\n"}},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "error looking up service account shop/robot: serviceaccount \"robot\" not found"}},
     ""},
    {"a quota that is used up",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "exceeded quota: small, requested: limits.memory=1Gi, used: limits.memory=4Gi, limited: "
       "limits.memory=4Gi"}},
     "namespace/shop: the namespace's memory quota is used up"},

    {"pods that a quota refuses",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: pods \"api-6f9d54cf87-x2k4v\" is forbidden: exceeded quota: count, "
       "requested: pods=1, used: pods=10, limited: pods=10"}},
     "namespace/shop: the namespace's pod quota is used up"},
    {"a quota that is seen full, and pods are missing",
     {WORKLOAD("0"),
      {"resourcequotas", "count", "describe",
       "Name:       count\nNamespace:  shop\nResource    Used  Hard\n--------    ----  ----\n"
       "pods        10    10\n"}},
     {{0}},
     "namespace/shop: the namespace's pod quota is used up"},
    {"memory that is requested, not limited",
     {WORKLOAD("0")},
     {{"FailedCreate", "statefulsets/api",
       "create Pod api-0 in StatefulSet api failed error: pods \"api-0\" is forbidden: exceeded "
       "quota: mem, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: "
       "requests.memory=8Gi"}},
     "namespace/shop: the namespace's memory quota is used up"},
    {"memory that must be specified",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: pods \"api-6f9d54cf87-\" is forbidden: failed quota: mem: must specify "
       "limits.memory for: main"}},
     "namespace/shop: a quota demands a memory limit or request of every pod"},

    {"kubelet: the controller of nodes says so",
     {{"nodes", "", "list",
       "NAME   STATUS     ROLES    AGE   VERSION\nw1     NotReady   <none>   9d    v1.29.2\nw2     "
       "Ready      <none>   9d    v1.29.2\n"}},
     {{"NodeNotReady", "nodes/w1", "Node w1 status is now: NodeNotReady"}},
     "node/w1: the node is not ready"},
    {"kubelet: its heartbeat",
     {{"nodes", "w1", "describe",
       "Name:  w1\nConditions:\n  Type             Status    LastHeartbeatTime   Reason            "
       " "
       "Message\n  MemoryPressure   Unknown   Mon, 1 Jun          NodeStatusUnknown  Kubelet "
       "stopped posting node status.\n  Ready            Unknown   Mon, 1 Jun          "
       "NodeStatusUnknown  Kubelet stopped posting node status.\n"}},
     {{0}},
     "node/w1: the node is not ready: kubelet stopped posting its status"},
    {"kube-proxy as a unit",
     {{"node-service", "w1/kube-proxy", "systemctl", "  Active: inactive (dead) since Fri\n"},
      {"node-service", "w2/kube-proxy", "systemctl", "  Active: active (running) since Fri\n"}},
     {{0}},
     "node/w1: kube-proxy is not running on the node"},
    {"kube-proxy as a pod of its DaemonSet",
     {{"pods", "", "list",
       "NAMESPACE     NAME               READY   STATUS             RESTARTS   AGE   IP         "
       "NODE\nkube-system   kube-proxy-7xk2p   0/1     CrashLoopBackOff   9          9d    "
       "10.0.0.4 "
       "  w1\nkube-system   kube-proxy-9zt5q   1/1     Running            0          9d    "
       "10.0.0.5 "
       "  w2\n"}},
     {{0}},
     "node/w1: kube-proxy is not running on the node"},
    {"the scheduler as a static pod",
     {{"pods", "", "list",
       "NAMESPACE     NAME                 READY   STATUS   RESTARTS   AGE   IP         NODE\n"
       "kube-system   kube-scheduler-cp1   0/1     Error    9          9d    10.0.0.4   cp1\n"}},
     {{0}},
     "node/cp1: kube-scheduler is not running on the node"},
    {"the network's agent is down on one node",
     {{"pods", "", "list",
       "NAMESPACE     NAME                READY   STATUS             RESTARTS   AGE   IP         "
       "NODE\nkube-system   calico-node-8wz4m   0/1     CrashLoopBackOff   9          9d    "
       "10.0.0.4   w1\n"}},
     {{0}},
     "node/w1: the agent of the pod network is not running on the node"},
    {"names are not resolved",
     {{"deployments", "", "list", "NAMESPACE     NAME      READY\nkube-system   coredns   0/2\n"},
      {"pods", "", "list",
       "NAMESPACE     NAME                      READY   STATUS             RESTARTS   AGE   IP     "
       "    NODE\nkube-system   coredns-5d78c9869d-8wz4m   0/1     CrashLoopBackOff   9          "
       "9d  "
       "  10.0.0.4   w1\n"}},
     {{0}},
     "service/coredns: the cluster's DNS does not run"},

    {"a volume that is too small, as the controller says",
     {PENDING_POD("Volumes:\n  data:\n    ClaimName: data\n"),
      {"persistentvolumeclaims", "", "list", "NAME   STATUS    VOLUME\ndata   Pending   v\n"}},
     {{"VolumeMismatch", "persistentvolumeclaims/data",
       "Cannot bind to requested volume \"v\": requested PV is too small"},
      UNSCHEDULED("pod has unbound immediate PersistentVolumeClaims.")},
     "service/api: the volume claim asks for more than the volume holds"},
    {"access modes, as the controller says",
     {PENDING_POD("Volumes:\n  data:\n    ClaimName: data\n"),
      {"persistentvolumeclaims", "", "list", "NAME   STATUS    VOLUME\ndata   Pending   v\n"}},
     {{"VolumeMismatch", "persistentvolumeclaims/data",
       "Cannot bind to requested volume \"v\": incompatible accessMode"},
      UNSCHEDULED("pod has unbound immediate PersistentVolumeClaims.")},
     "service/api: the volume claim's access modes are not offered by the volume"},
    {"a storage class, as the controller says",
     {PENDING_POD("Volumes:\n  data:\n    ClaimName: data\n"),
      {"persistentvolumeclaims", "", "list", "NAME   STATUS    VOLUME\ndata   Pending   v\n"}},
     {{"VolumeMismatch", "persistentvolumeclaims/data",
       "Cannot bind to requested volume \"v\": storageClassName does not match"},
      UNSCHEDULED("pod has unbound immediate PersistentVolumeClaims.")},
     "service/api: the volume claim's storage class is not that of the volume"},
    {"a volume that is taken, as the controller says",
     {PENDING_POD("Volumes:\n  data:\n    ClaimName: data\n"),
      {"persistentvolumeclaims", "", "list", "NAME   STATUS    VOLUME\ndata   Pending   v\n"}},
     {{"FailedBinding", "persistentvolumeclaims/data",
       "volume \"v\" already bound to a different claim."},
      UNSCHEDULED("pod has unbound immediate PersistentVolumeClaims.")},
     "service/api: the volume is bound to another volume claim"},

    {"the service speaks UDP to a container of TCP",
     {READY_POD,
      POD_OF("    Port:  8080/TCP\n"),
      {"services", "api", "describe",
       "Name: api\nSelector: app=api\nType: ClusterIP\nPort: http  80/UDP\n"
       "TargetPort: 8080/UDP\n"},
      WORKLOAD("1")},
     {{0}},
     "service/api: the service uses another protocol than the container port"},
    {"a tag that nobody pushed",
     {PENDING_POD("")},
     {{"Failed", "pods/api-0",
       "Failed to pull image \"r.example/shop/api:v9\": rpc error: code = NotFound desc = failed "
       "to "
       "pull and unpack image \"r.example/shop/api:v9\": failed to resolve reference "
       "\"r.example/shop/api:v9\": r.example/shop/api:v9: not found"}},
     "service/api: the image reference (repository or tag) does not exist"},
    {"a tag that nobody pushed, in an older engine's words",
     {PENDING_POD("")},
     {{"Failed", "pods/api-0",
       "Failed to pull image \"r.example/api:v9\": rpc error: code = Unknown desc = Error response "
       "from daemon: manifest for r.example/api:v9 not found: manifest unknown: manifest unknown"}},
     "service/api: the image reference (repository or tag) does not exist"},
    {"a reference with a blank in it",
     {PENDING_POD("")},
     {{"InspectFailed", "pods/api-0",
       "Failed to apply default image tag \"r.example/API:v9\": couldn't parse image name "
       "\"r.example/API:v9\": invalid reference format: repository name must be lowercase"}},
     "service/api: the image reference (repository or tag) does not exist"},

    {"a selector that no node has",
     {NODES, PENDING_POD("Node-Selectors: disk=ssd\n")},
     {UNSCHEDULED("2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 ...")},
     "service/api: the node selector matches no node"},
    {"a selector that only narrows the choice",
     {NODES, PENDING_POD("Node-Selectors: kubernetes.io/hostname=w1\n")},
     {UNSCHEDULED("1 Insufficient memory, 1 node(s) didn't match Pod's node affinity/selector.")},
     "service/api: it asks for more memory than any node has free"},
    {"affinity is in the manifest",
     {NODES,
      PENDING_POD(""),
      WORKLOAD("0"),
      {"app-yaml", "", "yaml",
       "kind: StatefulSet\nmetadata: {name: api}\nspec: {template: {spec: {affinity: {"
       "nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: ["
       "{matchExpressions: [{key: disk, operator: In, values: [ssd]}]}]}}}}}}\n"}},
     {UNSCHEDULED("2 node(s) didn't match Pod's node affinity/selector.")},
     "service/api: the required node affinity matches no node"},
    {"the taint of the control plane refuses nobody in particular",
     {NODES, PENDING_POD("")},
     {UNSCHEDULED("1 Insufficient cpu, 3 node(s) had untolerated taint "
                  "{node-role.kubernetes.io/control-plane: }.")},
     "service/api: it asks for more CPU than any node has free"},
    {"the newest sentence counts",
     {NODES, PENDING_POD("")},
     {UNSCHEDULED("2 Insufficient cpu."), UNSCHEDULED("2 node(s) had untolerated taint {a: b}.")},
     "service/api: it does not tolerate the taint of the nodes"},
    {"an old sentence about a pod that runs counts no more",
     {NODES, READY_POD},
     {UNSCHEDULED("2 Insufficient cpu.")},
     ""},
    {"a volume that is too small",
     {PENDING_POD("Volumes:\n  data:\n    ClaimName: data\n"),
      {"persistentvolumeclaims", "", "list", "NAME   STATUS    VOLUME\ndata   Pending\n"},
      {"persistentvolumes", "", "list",
       "NAME   CAPACITY   ACCESS MODES   STATUS      CLAIM\nv      1Gi        RWO            "
       "Available\n"},
      {"app-yaml", "", "yaml",
       "kind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], "
       "resources: {requests: {storage: 2Gi}}}\n"}},
     {UNSCHEDULED("pod has unbound immediate PersistentVolumeClaims.")},
     "service/api: the volume claim asks for more than the volume holds"},

    {"the registry's name, not the registry",
     {PENDING_POD("")},
     {{"Failed", "pods/api-0",
       "Failed to pull image \"r.example/api:1\": dial tcp: lookup r.example: no such host"}},
     "service/api: the image registry's name does not resolve"},
    {"what does not exist is refused, too",
     {PENDING_POD("")},
     {{"Failed", "pods/api-0",
       "Failed to pull image \"api:1\": pull access denied, repository does not exist or may "
       "require authorization"}},
     "service/api: the image reference (repository or tag) does not exist"},

    {"killed for lack of memory",
     {{"pods", "", "list",
       "NAME    READY   STATUS             RESTARTS\napi-0   0/1     "
       "CrashLoopBackOff   4\n"},
      POD_OF("    Last State:  Terminated\n      Reason:  OOMKilled\n")},
     {{0}},
     "service/api: its container is killed for lack of memory"},
    {"a probe of a port that is not open",
     {{"pods", "", "list", "NAME    READY   STATUS    RESTARTS\napi-0   0/1     Running   0\n"},
      POD_OF("    Port:  8080/TCP\n    Readiness:  http-get http://:8081/ delay=0s period=5s\n")},
     {{"Unhealthy", "pods/api-0", "Readiness probe failed: connection refused"}},
     "service/api: the readiness probe uses a port the container does not open"},
    {"a probe that failed while the pod came up",
     {READY_POD,
      POD_OF("    Port:  8080/TCP\n    Readiness:  http-get http://:8081/ delay=0s period=5s\n")},
     {{"Unhealthy", "pods/api-0", "Readiness probe failed: connection refused"}},
     ""},

    {"a webhook that is down",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: Internal error occurred: failed calling webhook \"inject.example.io\": "
       "failed to call webhook: Post \"https://inject.mesh.svc:443/x\": connect: connection "
       "refused"}},
     "service/api: an admission webhook does not answer"},
    {"a webhook that refuses",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: admission webhook \"policy.example.io\" denied the request: images must be "
       "signed"}},
     "service/api: an admission webhook refuses its pods"},
    {"a security standard",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: pods \"api-6f9d54cf87-x2k4v\" is forbidden: violates PodSecurity "
       "\"restricted:latest\": allowPrivilegeEscalation != false"}},
     "service/api: its pods break a security rule"},
    {"a limit range",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: pods \"api-6f9d54cf87-x2k4v\" is forbidden: maximum memory usage per "
       "Container is 1Gi, but limit is 2Gi"}},
     "service/api: a limit range of the namespace refuses its pods"},
    {"a priority class that is not there",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: pods \"api-6f9d54cf87-\" is forbidden: no PriorityClass with name urgent "
       "was found"}},
     "service/api: the priority class it names does not exist"},
    {"what kept pods back is over",
     {WORKLOAD("1")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: admission webhook \"policy.example.io\" denied the request: no"}},
     ""},
    {"pods of more importance",
     {WORKLOAD("0")},
     {{"Preempted", "pods/api-0", "Preempted by pod 6a1c on node w1"}},
     "service/api: its pods made room for others of a higher priority"},
    {"no address left",
     {{"pods", "", "list",
       "NAME    READY   STATUS              RESTARTS   AGE   IP       NODE\napi-0   0/1     "
       "ContainerCreating   0          9m    <none>   w1\n"},
      WORKLOAD("0")},
     {{"FailedCreatePodSandBox", "pods/api-0",
       "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for "
       "sandbox \"1f\": plugin type=\"host-local\" failed (add): failed to allocate for range 0: "
       "no "
       "IP addresses available in range set: 10.1.0.1-10.1.0.254"}},
     "node/w1: the node has no address left for another pod"},
    {"a volume that another node holds",
     {PENDING_POD(""), WORKLOAD("0")},
     {{"FailedAttachVolume", "pods/api-0",
       "Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node "
       "and can't be attached to another"}},
     "service/api: its volume is still attached to another node"},
    {"a key that a config map lacks",
     {PENDING_POD(""), WORKLOAD("0")},
     {{"Failed", "pods/api-0", "Error: couldn't find key URL in ConfigMap shop/api"}},
     "service/api: a secret or config map it needs does not exist"},
    {"a command that the image lacks",
     {{"pods", "", "list",
       "NAME    READY   STATUS              RESTARTS\napi-0   0/1     RunContainerError   3\n"},
      WORKLOAD("0")},
     {{"Failed", "pods/api-0",
       "Error: failed to create containerd task: failed to create shim task: OCI runtime create "
       "failed: exec: \"servr\": executable file not found in $PATH: unknown"}},
     "service/api: its command cannot be run"},
    {"evicted for the node's sake",
     {{"pods", "", "list",
       "NAME    READY   STATUS    RESTARTS   AGE   IP       NODE\napi-0   0/1     Evicted   0      "
       " "
       "   9m    <none>   w1\n"},
      WORKLOAD("0")},
     {{"Evicted", "pods/api-0",
       "The node was low on resource: memory. Threshold quantity: 100Mi, available: 40Mi."}},
     "node/w1: the node is short of memory"},

    {"a selector of no pod",
     {READY_POD, POD_OF("    Port:  8080/TCP\n"), API_SERVICE("app=apo", "8080"), WORKLOAD("1")},
     {{0}},
     "service/api: the service's selector matches no pod"},
    {"a port that the pods do not open",
     {READY_POD, POD_OF("    Port:  8080/TCP\n"), API_SERVICE("app=api", "8081"), WORKLOAD("1")},
     {{0}},
     "service/api: the service sends to a port the container does not open"},
    {"another protocol",
     {READY_POD, POD_OF("    Port:  8080/UDP\n"), API_SERVICE("app=api", "8080"), WORKLOAD("1")},
     {{0}},
     "service/api: the service uses another protocol than the container port"},
    {"an address with a wrong port",
     {READY_POD, POD_OF("    Port:  8080/TCP\n    Environment:\n      SELF:  api:81\n"),
      API_SERVICE("app=api", "8080"), WORKLOAD("1")},
     {{0}},
     "service/api: an address in its environment has a port the service does not have"},

    {"a service all of whose pods are unready",
     {API_SERVICE("app=api", "8080"), ENDPOINTS("<none>", "10.0.0.1")},
     {{0}},
     "service/api: the service has no ready address"},
    {"one address is enough",
     {API_SERVICE("app=api", "8080"), ENDPOINTS("10.0.0.2", "10.0.0.1")},
     {{0}},
     ""},
    {"a slice is of the service in its label",
     {API_SERVICE("app=api", "8080"),
      {"endpointslices", "api-x2k4v", "describe",
       "Name:  api-x2k4v\nLabels:  kubernetes.io/service-name=api\nSubsets:\n  Addresses:  "
       "<none>\n  NotReadyAddresses:  10.0.0.1\n"}},
     {{0}},
     "service/api: the service has no ready address"},

    {"a policy that isolates",
     {CALLER, CALLEE, POLICY("app=api", "    <none> (Selected pods are isolated)\n")},
     {{0}},
     "service/api: a network policy keeps its callers out"},
    {"a policy that lets others in",
     {CALLER, CALLEE, POLICY("app=api", FROM("app=batch"))},
     {{0}},
     "service/api: a network policy keeps its callers out"},
    {"a policy that lets the caller in",
     {CALLER, CALLEE, POLICY("app=api", FROM("app=batch") FROM("app=web"))},
     {{0}},
     ""},
    {"a policy for everybody",
     {CALLER, CALLEE, POLICY("app=api", "    From:  <any> (traffic not restricted by source)\n")},
     {{0}},
     ""},
    {"policies add up",
     {CALLER,
      CALLEE,
      POLICY("app=api", FROM("app=batch")),
      {"networkpolicies", "more", "describe",
       "Name:  more\nSpec:\n  PodSelector:  <none> (all pods)\n  Allowing ingress traffic:\n" FROM(
           "app=web")}},
     {{0}},
     ""},
    {"a policy of other pods",
     {CALLER, CALLEE, POLICY("app=db", "    <none> (Selected pods are isolated)\n")},
     {{0}},
     ""},
    {"expressions are not judged",
     {CALLER, CALLEE, POLICY("app=api", FROM("tier in (a,b)"))},
     {{0}},
     ""},
    {"a policy of what goes out",
     {CALLER,
      CALLEE,
      {"networkpolicies", "shut", "describe",
       "Name:  shut\nSpec:\n  PodSelector:  app=api\n  Not affecting ingress traffic\n  Allowing "
       "egress traffic:\n    <none> (Selected pods are isolated)\n"}},
     {{0}},
     ""},

    {"an ingress to nobody",
     {API_SERVICE("app=api", "8080"), INGRESS_TO("cart:80")},
     {{0}},
     "service/cart: an ingress sends to a service that does not exist"},
    {"an ingress to a port that is not there",
     {API_SERVICE("app=api", "8080"), INGRESS_TO("api:8080")},
     {{0}},
     "service/api: an ingress sends to a port that the service does not have"},
    {"an ingress to a port by another name",
     {API_SERVICE("app=api", "8080"), INGRESS_TO("api:web")},
     {{0}},
     "service/api: an ingress sends to a port that the service does not have"},
    {"an ingress by name", {API_SERVICE("app=api", "8080"), INGRESS_TO("api:http")}, {{0}}, ""},
    {"an ingress by number", {API_SERVICE("app=api", "8080"), INGRESS_TO("api:80")}, {{0}}, ""},
    {"nobody looked for services", {INGRESS_TO("api:80")}, {{0}}, ""},

    {"a budget that stops a drain",
     {POD_ON("w1"), CORDONED_NODE, BUDGET("0")},
     {{0}},
     "service/api: its disruption budget blocks the drain of a node"},
    {"a budget that lets one go", {POD_ON("w1"), CORDONED_NODE, BUDGET("1")}, {{0}}, ""},
    {"a pod on another node", {POD_ON("w2"), CORDONED_NODE, BUDGET("0")}, {{0}}, ""},

    {"an autoscaler at its end",
     {AUTOSCALER("  ScalingLimited  True  TooManyReplicas  the desired replica count is more than "
                 "the maximum replica count\n")},
     {{0}},
     "service/api: its autoscaler is at its maximum"},
    {"an autoscaler at its lower end",
     {AUTOSCALER("  ScalingLimited  True  TooFewReplicas  the desired replica count is less than "
                 "the minimum replica count\n")},
     {{0}},
     ""},
    {"an autoscaler that sees nothing",
     {AUTOSCALER("  ScalingActive  False  FailedGetResourceMetric  the HPA was unable to compute "
                 "the replica count: no metrics known for pod\n")},
     {{0}},
     "service/api: its autoscaler cannot read what it scales by"},
    {"an autoscaler at rest",
     {AUTOSCALER("  ScalingActive  False  ScalingDisabled  scaling is disabled since the replica "
                 "count of the target is zero\n")},
     {{0}},
     ""},

    {"a right that is lacking",
     {WORKLOAD("0")},
     {{"FailedMount", "pods/api-0",
       "configmaps \"x\" is forbidden: User \"system:serviceaccount:shop:api\" cannot get resource "
       "\"configmaps\" in API group \"\" in the namespace \"shop\""}},
     "service/api: it lacks a right it needs"},
    {"a certificate of a webhook that is over",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "Error creating: Internal error occurred: failed calling webhook \"v.x\": Post "
       "\"https://v.shop.svc:443/\": x509: certificate has expired or is not yet valid"}},
     "service/api: a certificate it depends on has expired"},
    {"a certificate that nobody knows",
     {WORKLOAD("0")},
     {{"FailedCreate", "replicasets/api-6f9d54cf87",
       "failed calling webhook \"v.x\": x509: certificate signed by unknown authority"}},
     "service/api: a certificate it depends on is not trusted"},
};

static const struct fault *strongest(const struct inquiry *inquiry)
{
    const struct fault *best = NULL;
    for (uint32_t i = 0; i < inquiry->count; i++)
        if (!best || inquiry->faults[i].strength > best->strength)
            best = &inquiry->faults[i];
    return best;
}

static struct inquiry inquire(struct arena *arena, const struct text *texts,
                              const struct happening *happenings)
{
    struct cluster *cluster = cluster_new(arena, STR("shop"));
    for (size_t i = 0; i < TEXTS_MAX && texts[i].kind; i++)
        cluster_add_state(cluster, (struct snapshot){.kind = str_of(texts[i].kind),
                                                     .name = str_of(texts[i].name),
                                                     .format = str_of(texts[i].format),
                                                     .text = str_of(texts[i].text)});
    for (size_t i = 0; i < HAPPENINGS_MAX && happenings[i].reason; i++)
        cluster_add_event(cluster,
                          (struct event){.time_ns = (int64_t)i + 1,
                                         .reason = str_of(happenings[i].reason),
                                         .message = str_of(happenings[i].message),
                                         .count = 1},
                          str_of(happenings[i].object));
    cluster_relate(cluster);
    struct inquiry inquiry = inquiry_new(arena, cluster);
    inquiry_run(&inquiry);
    return inquiry;
}

static void the_strongest_finding_is_the_cause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        const struct inquiry inquiry = inquire(arena, cases[i].texts, cases[i].happenings);
        const struct fault *fault = strongest(&inquiry);
        char got[256] = "";
        if (fault)
            snprintf(got, sizeof got, "%s/%.*s: %s", object_kind_name(fault->kind),
                     STR_ARG(fault->object), cause_words(fault->cause));
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].why, got, cases[i].want);
        arena_free(arena);
    }
}

/* A workload may live with it, and a log says nothing of that: its pods do. */
static void a_logged_refusal_weighs_by_the_pods(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        double strength;
    } rows[] = {{"NAME   READY\napi    0/1\n", 0.8},
                {"NAME   READY\napi    1/1\n", 0.35},
                {"NAME   READY\ncart   0/1\n", 0.35}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct arena *arena = arena_new("test");
        struct cluster *cluster = cluster_new(arena, STR("shop"));
        cluster_add_state(cluster, (struct snapshot){.kind = STR("deployments"),
                                                     .format = STR("list"),
                                                     .text = str_of(rows[i].list)});
        cluster_add_log(cluster, &cluster->forbidden, STR("api"),
                        STR("pods is forbidden: User \"x\" cannot list resource \"pods\""));
        cluster_relate(cluster);
        struct inquiry inquiry = inquiry_new(arena, cluster);
        inquiry_run(&inquiry);
        const struct fault *fault = strongest(&inquiry);
        assert_non_null(fault);
        assert_int_equal(fault->cause, CAUSE_NOT_ALLOWED);
        assert_true(fault->strength == rows[i].strength);
        arena_free(arena);
    }
}

static void quotes_hold_one_line_of_moderate_length(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct inquiry inquiry = inquiry_new(arena, cluster_new(arena, STR("")));
    assert_string_equal(quote(&inquiry, STR("a b\nc")), "`a b`");
    assert_string_equal(quote(&inquiry, STR("a `b`")), "`a `");
    assert_string_equal(quote(&inquiry, STR("")), "(nothing)");
    assert_string_equal(quote(&inquiry, STR("a\0b")), "`a`");
    char text[400];
    memset(text, 'x', sizeof text);
    text[300] = ' ';
    const struct str whole = {.ptr = text, .len = sizeof text};
    assert_int_equal(strlen(quote(&inquiry, whole)), 160 + 2);
    assert_int_equal(strlen(quote_end(&inquiry, whole)), 99 + 2); /* from the last word on */
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_finding_is_the_cause),
        cmocka_unit_test(a_logged_refusal_weighs_by_the_pods),
        cmocka_unit_test(quotes_hold_one_line_of_moderate_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
