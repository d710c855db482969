/* SPDX-License-Identifier: Apache-2.0 */
/* Each row is an object and a line that its description must have. */
#include "kube/print.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define META "metadata: {name: a, namespace: s, labels: {app: api}}\n"
#define POD_SPEC                                                                                   \
    "  containers:\n  - name: main\n    image: r/api:1\n    ports: [{containerPort: 80}]\n"        \
    "    readinessProbe: {httpGet: {path: /ok, port: 80}}\n"                                       \
    "    env: [{name: PW, valueFrom: {secretKeyRef: {name: pw, key: k}}}]\n"
#define POD                                                                                        \
    "kind: Pod\n" META "spec:\n  nodeName: w1\n  nodeSelector: {disk: ssd}\n" POD_SPEC             \
    "  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]\n"                           \
    "status:\n  phase: Pending\n  conditions: [{type: Ready, status: 'False'}]\n"                  \
    "  containerStatuses:\n  - {name: main, restartCount: 3, state: {waiting: {reason: "           \
    "ImagePullBackOff}}, lastState: {terminated: {reason: Error, exitCode: 137}}}\n"
#define NODE                                                                                       \
    "kind: Node\n" META "spec: {unschedulable: true, taints: [{key: k, value: v, effect: "         \
    "NoSchedule}, {key: x, effect: NoExecute}]}\n"                                                 \
    "status: {conditions: [{type: Ready, status: Unknown, lastHeartbeatTime: "                     \
    "'2026-01-01T00:00:00Z', reason: NodeStatusUnknown, message: Kubelet stopped posting node "    \
    "status.}]}\n"
#define POLICY                                                                                     \
    "kind: NetworkPolicy\n" META                                                                   \
    "spec: {podSelector: {matchLabels: {app: api}}, ingress: [{from: "                             \
    "[{podSelector: {matchLabels: {app: web}}}]}], policyTypes: [Ingress]}\n"

static const struct {
    const char *text;
    const char *line;
} cases[] = {
    {POD, "\nLabels:  app=api\n"},
    {POD, "\nNode:  w1\n"},
    {POD, "\n    Port:  80/TCP\n"},
    {POD, "\n    State:  Waiting\n      Reason:  ImagePullBackOff\n"},
    {POD, "\n    Last State:  Terminated\n      Reason:  Error\n      Exit Code:  137\n"},
    {POD, "\n    Restart Count:  3\n"},
    {POD,
     "Readiness:  http-get http://:80/ok delay=0s timeout=1s period=10s #success=1 #failure=3"},
    {POD, "\n      PW:  <set in secret 'pw'>\n"},
    {POD, "\nConditions:\n  Ready  False\n"},
    {POD, "\n    ClaimName:  data\n"},
    {POD, "\nNode-Selectors:  disk=ssd\n"},
    {"kind: Deployment\n" META "spec: {replicas: 2}\nstatus: {replicas: 2, readyReplicas: 1}\n",
     "\nReplicas:  2 desired | 0 updated | 2 total | 1 available\n"},
    {"kind: DaemonSet\n" META
     "spec: {}\nstatus: {desiredNumberScheduled: 3, numberAvailable: 1, currentNumberScheduled: "
     "3}\n",
     "\nReplicas:  3 desired | 0 updated | 3 total | 1 available\n"},
    {"kind: Service\n" META "spec: {selector: {app: api}, ports: [{name: http, port: 80, "
     "targetPort: web}]}\n",
     "\nPort:  http  80/TCP\nTargetPort:  web/TCP\n"},
    {"kind: Endpoints\n" META "subsets: [{notReadyAddresses: [{ip: 10.0.0.1}]}]\n",
     "\n  Addresses:  <none>\n  NotReadyAddresses:  10.0.0.1\n"},
    {"kind: EndpointSlice\n" META
     "endpoints: [{addresses: [10.0.0.1], conditions: {ready: false}}, {addresses: [10.0.0.2]}]\n",
     "\n  Addresses:  10.0.0.2\n  NotReadyAddresses:  10.0.0.1\n"},
    {NODE, "\nTaints:            k=v:NoSchedule\n                   x:NoExecute\n"},
    {NODE, "\nUnschedulable:  true\n"},
    {NODE, "  Ready   Unknown   2026-01-01T00:00:00Z   NodeStatusUnknown   Kubelet stopped"},
    {"kind: PersistentVolume\n" META
     "spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, claimRef: {namespace: s, "
     "name: data}}\n",
     "\nClaim:  s/data\nAccess Modes:  RWO\nCapacity:  1Gi\n"},
    {"kind: PersistentVolumeClaim\n" META "spec: {storageClassName: fast}\nstatus: {phase: "
     "Pending}\n",
     "\nStorageClass:  fast\nStatus:  Pending\n"},
    {"kind: ResourceQuota\n" META "status: {hard: {pods: '10'}, used: {pods: '9'}}\n",
     "\npods  9  10\n"},
    {POLICY, "\n  PodSelector:  app=api\n  Allowing ingress traffic:\n    To Port:  <any>"},
    {POLICY, "\n    From:\n      PodSelector:  app=web\n  Not affecting egress traffic\n"},
    {"kind: NetworkPolicy\n" META "spec: {podSelector: {}, policyTypes: [Ingress]}\n",
     "\n    <none> (Selected pods are isolated for ingress connectivity)\n"},
    {"kind: Ingress\n" META "spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: "
     "api, port: {number: 80}}}}]}}]}\n",
     "\n  *\n        /  api:80\n"},
    {"kind: HorizontalPodAutoscaler\n" META
     "spec: {maxReplicas: 3, scaleTargetRef: {kind: Deployment, name: api}}\n"
     "status: {currentReplicas: 3, desiredReplicas: 3}\n",
     "\nReference:  Deployment/api\nMax replicas:  3\nDeployment pods:  3 current / 3 desired\n"},
    {"kind: PodDisruptionBudget\n" META
     "spec: {minAvailable: 2, selector: {matchLabels: {app: api}}}\n"
     "status: {disruptionsAllowed: 0, currentHealthy: 2, expectedPods: 2}\n",
     "\nSelector:  app=api\nStatus:\n    Allowed disruptions:  0\n    Current:  2\n"},
    {"kind: ConfigMap\n" META "data: {url: abc}\n", "\nurl:  3 bytes\n"},
    {"kind: Secret\n" META "data: {pw: abc}\n", "\npw:  (not kept)\n"},
    {"kind: ServiceAccount\n" META, "Name:  a\nNamespace:  s\n"},
};

static void each_kind_is_printed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        struct objects objects = objects_read(arena, str_of(cases[i].text));
        assert_int_equal(objects.count, 1);
        const struct str text = print_object(arena, &objects.items[0]);
        if (!str_contains(text, str_of(cases[i].line)))
            fail_msg("no \"%s\" in:\n%.*s", cases[i].line, STR_ARG(text));
        objects_free(&objects);
        arena_free(arena);
    }
}

static void no_value_makes_a_line(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct objects objects = objects_read(
        arena, STR("{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\\nNode: x\",\"labels\":{\"k"
                   "\\nNode: x\":\"v\\nNode: x\"}},\"data\":{\"d\\nNode: x\":\"\"}}"));
    assert_int_equal(objects.count, 1);
    assert_false(str_contains(print_object(arena, &objects.items[0]), STR("\nNode")));
    objects_free(&objects);
    arena_free(arena);
}

static void a_kind_of_others_prints_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct objects objects = objects_read(arena, STR("kind: Widget\nmetadata: {name: a}\n"));
    assert_int_equal(print_object(arena, &objects.items[0]).len, 0);
    objects_free(&objects);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_printed),
        cmocka_unit_test(no_value_makes_a_line),
        cmocka_unit_test(a_kind_of_others_prints_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
