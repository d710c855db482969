/* SPDX-License-Identifier: Apache-2.0 */
/* Pods, and workloads by their template. */
#include "kube/print_parts.h"

#include "base/arena.h"

/* ---- containers ---- */

static void put_ports(struct printing *it, int indent, const json_t *container)
{
    struct buf ports = buf_new(it->arena);
    const json_t *list = json_object_get(container, "ports");
    json_t *port;
    size_t i;
    json_array_foreach(list, i, port)
    {
        const struct str protocol = text_at(it, port, "protocol");
        const struct str number = text_at(it, port, "containerPort");
        if (i < ITEMS_MAX)
            buf_printf(&ports, "%s%.*s/%.*s", i > 0 ? ", " : "", STR_ARG(number),
                       STR_ARG(protocol.len > 0 ? protocol : STR("TCP")));
    }
    put_line(it, indent, json_array_size(list) == 1 ? "Port" : "Ports", buf_str(&ports));
}

/* "http-get http://:8080/ready", "tcp-socket :80", "grpc <pod>:80", "exec [a b]" */
static struct str probe_action(struct printing *it, const json_t *probe)
{
    const json_t *http = json_object_get(probe, "httpGet");
    if (http) {
        const struct str scheme = str_lower(it->arena, text_at(it, http, "scheme"));
        const struct str host = text_at(it, http, "host"), port = text_at(it, http, "port"),
                         path = text_at(it, http, "path");
        return str_printf(it->arena, "http-get %.*s://%.*s:%.*s%.*s",
                          STR_ARG(scheme.len > 0 ? scheme : STR("http")), STR_ARG(host),
                          STR_ARG(port), STR_ARG(path));
    }
    const struct str socket = text_at(it, probe, "tcpSocket.port");
    if (socket.len > 0)
        return str_printf(it->arena, "tcp-socket :%.*s", STR_ARG(socket));
    const struct str grpc = text_at(it, probe, "grpc.port");
    if (grpc.len > 0)
        return str_printf(it->arena, "grpc <pod>:%.*s", STR_ARG(grpc));
    const struct str command = joined(it, object_at(probe, "exec.command"), "");
    return str_printf(it->arena, "exec [%.*s]", STR_ARG(command));
}

/* What is not said has the defaults of the API. */
static struct str number_or(struct printing *it, const json_t *json, const char *name,
                            const char *otherwise)
{
    const struct str number = text_at(it, json, name);
    return number.len > 0 ? number : str_of(otherwise);
}

static void put_probe(struct printing *it, int indent, const char *name, const json_t *probe)
{
    if (!json_is_object(probe))
        return;
    const struct str action = probe_action(it, probe);
    const struct str delay = number_or(it, probe, "initialDelaySeconds", "0"),
                     timeout = number_or(it, probe, "timeoutSeconds", "1"),
                     period = number_or(it, probe, "periodSeconds", "10"),
                     success = number_or(it, probe, "successThreshold", "1"),
                     failure = number_or(it, probe, "failureThreshold", "3");
    put_line(it, indent, name,
             str_printf(it->arena,
                        "%.*s delay=%.*ss timeout=%.*ss period=%.*ss #success=%.*s #failure=%.*s",
                        STR_ARG(action), STR_ARG(delay), STR_ARG(timeout), STR_ARG(period),
                        STR_ARG(success), STR_ARG(failure)));
}

static void put_amounts(struct printing *it, int indent, const char *name, const json_t *amounts)
{
    json_t *value;
    const char *key;
    uint32_t count = 0;
    if (json_object_size(amounts) == 0)
        return;
    buf_printf(&it->out, "%*s%s:\n", indent, "", name);
    json_object_foreach((json_t *)amounts, key, value) if (count++ < ITEMS_MAX)
        put_line(it, indent + 2, key, text_at(it, value, ""));
}

/* "State:  Waiting" and "  Reason:  CrashLoopBackOff" below it */
static void put_state(struct printing *it, int indent, const char *name, const json_t *state)
{
    static const struct {
        const char *key, *words;
    } states[] = {{"waiting", "Waiting"}, {"running", "Running"}, {"terminated", "Terminated"}};
    for (size_t i = 0; i < 3; i++) {
        const json_t *one = json_object_get(state, states[i].key);
        if (!one)
            continue;
        put_line(it, indent, name, str_of(states[i].words));
        put_line(it, indent + 2, "Reason", text_at(it, one, "reason"));
        put_line(it, indent + 2, "Message", text_at(it, one, "message"));
        put_line(it, indent + 2, "Exit Code", text_at(it, one, "exitCode"));
        return;
    }
}

/* A value from elsewhere is a reference, and references to secrets stay references. */
static void put_environment(struct printing *it, int indent, const json_t *container)
{
    json_t *variable;
    size_t i;
    if (json_array_size(json_object_get(container, "env")) == 0)
        return;
    buf_printf(&it->out, "%*sEnvironment:\n", indent, "");
    json_array_foreach(json_object_get(container, "env"), i, variable)
    {
        const struct str name = text_at(it, variable, "name");
        struct str value = text_at(it, variable, "value");
        const json_t *from = json_object_get(variable, "valueFrom");
        const struct str secret = text_at(it, from, "secretKeyRef.name"),
                         map = text_at(it, from, "configMapKeyRef.name");
        if (secret.len > 0)
            value = str_printf(it->arena, "<set in secret '%.*s'>", STR_ARG(secret));
        else if (map.len > 0)
            value = str_printf(it->arena, "<set in config map '%.*s'>", STR_ARG(map));
        if (i < ITEMS_MAX && name.len > 0)
            put_line(it, indent + 2, str_copy(it->arena, name).ptr, value);
    }
}

static const json_t *status_of(const json_t *status, const char *list, struct printing *it,
                               struct str name)
{
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(status, list), i, one)
    {
        if (i < ITEMS_MAX && str_eq(text_at(it, one, "name"), name))
            return one;
    }
    return NULL;
}

static void put_container(struct printing *it, int indent, const json_t *container,
                          const json_t *status)
{
    put_line(it, indent, "Image", text_at(it, container, "image"));
    put_ports(it, indent, container);
    if (status) {
        put_state(it, indent, "State", json_object_get(status, "state"));
        put_state(it, indent, "Last State", json_object_get(status, "lastState"));
        put_line(it, indent, "Ready",
                 json_is_true(json_object_get(status, "ready")) ||
                         str_eq(text_at(it, status, "ready"), STR("true"))
                     ? STR("True")
                     : STR("False"));
        put_line(it, indent, "Restart Count", text_at(it, status, "restartCount"));
    }
    put_amounts(it, indent, "Limits", object_at(container, "resources.limits"));
    put_amounts(it, indent, "Requests", object_at(container, "resources.requests"));
    put_probe(it, indent, "Liveness", json_object_get(container, "livenessProbe"));
    put_probe(it, indent, "Readiness", json_object_get(container, "readinessProbe"));
    put_probe(it, indent, "Startup", json_object_get(container, "startupProbe"));
    put_environment(it, indent, container);
}

/* "Containers:" and all below, of a pod or of a template. */
static void put_containers(struct printing *it, int indent, const json_t *spec,
                           const json_t *status)
{
    static const struct {
        const char *field, *status, *words;
    } lists[] = {{"initContainers", "initContainerStatuses", "Init Containers"},
                 {"containers", "containerStatuses", "Containers"}};
    for (size_t l = 0; l < 2; l++) {
        const json_t *list = json_object_get(spec, lists[l].field);
        json_t *container;
        size_t i;
        if (json_array_size(list) > 0)
            buf_printf(&it->out, "%*s%s:\n", indent, "", lists[l].words);
        json_array_foreach(list, i, container)
        {
            const struct str name = text_at(it, container, "name");
            if (i == ITEMS_MAX || name.len == 0)
                break;
            buf_printf(&it->out, "%*s%.*s:\n", indent + 2, "", STR_ARG(name));
            put_container(it, indent + 4, container, status_of(status, lists[l].status, it, name));
        }
    }
}

static void put_volumes(struct printing *it, int indent, const json_t *spec)
{
    static const struct {
        const char *path, *words;
    } kinds[] = {{"persistentVolumeClaim.claimName", "ClaimName"},
                 {"hostPath.path", "Path"},
                 {"secret.secretName", "SecretName"},
                 {"configMap.name", "ConfigMapName"}};
    const json_t *volumes = json_object_get(spec, "volumes");
    json_t *volume;
    size_t i;
    if (json_array_size(volumes) > 0)
        buf_printf(&it->out, "%*sVolumes:\n", indent, "");
    json_array_foreach(volumes, i, volume)
    {
        const struct str name = text_at(it, volume, "name");
        if (i == ITEMS_MAX || name.len == 0)
            break;
        buf_printf(&it->out, "%*s%.*s:\n", indent + 2, "", STR_ARG(name));
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            put_line(it, indent + 4, kinds[k].words, text_at(it, volume, kinds[k].path));
    }
}

/* ---- pods ---- */

static void put_owner(struct printing *it)
{
    const json_t *owner = json_array_get(object_at(it->json, "metadata.ownerReferences"), 0);
    const struct str kind = text_at(it, owner, "kind"), name = text_at(it, owner, "name");
    if (name.len > 0)
        put_line(it, 0, "Controlled By",
                 str_printf(it->arena, "%.*s/%.*s", STR_ARG(kind), STR_ARG(name)));
}

static void put_conditions(struct printing *it)
{
    json_t *condition;
    size_t i;
    if (json_array_size(object_at(it->json, "status.conditions")) > 0)
        buf_printf(&it->out, "Conditions:\n");
    json_array_foreach(object_at(it->json, "status.conditions"), i, condition)
    {
        const struct str type = text_at(it, condition, "type"),
                         status = text_at(it, condition, "status");
        if (i < ITEMS_MAX)
            buf_printf(&it->out, "  %.*s  %.*s\n", STR_ARG(type), STR_ARG(status));
    }
}

void print_pod(struct printing *it)
{
    put_at(it, 0, "Service Account", "spec.serviceAccountName");
    put_at(it, 0, "Node", "spec.nodeName");
    put_at(it, 0, "Status", "status.phase");
    put_at(it, 0, "Reason", "status.reason");
    put_at(it, 0, "Message", "status.message");
    put_at(it, 0, "IP", "status.podIP");
    put_owner(it);
    put_containers(it, 0, json_object_get(it->json, "spec"), json_object_get(it->json, "status"));
    put_conditions(it);
    put_volumes(it, 0, json_object_get(it->json, "spec"));
    put_line(it, 0, "Node-Selectors", pairs_text(it, object_at(it->json, "spec.nodeSelector")));
}

/* ---- workloads ---- */

/* A DaemonSet counts nodes, the others replicas; what is not counted is none. */
static void put_replicas(struct printing *it)
{
    const bool daemons = object_at(it->json, "status.desiredNumberScheduled") != NULL;
    const json_t *status = json_object_get(it->json, "status");
    const struct str wanted =
        daemons ? text_at(it, status, "desiredNumberScheduled")
                : number_or(it, json_object_get(it->json, "spec"), "replicas", "1");
    const struct str total =
        number_or(it, status, daemons ? "currentNumberScheduled" : "replicas", "0");
    const struct str updated =
        number_or(it, status, daemons ? "updatedNumberScheduled" : "updatedReplicas", "0");
    /* a StatefulSet of an older cluster counts the ready ones only */
    const struct str ready = daemons ? number_or(it, status, "numberAvailable", "0")
                             : json_object_get(status, "availableReplicas")
                                 ? text_at(it, status, "availableReplicas")
                                 : number_or(it, status, "readyReplicas", "0");
    put_line(it, 0, "Replicas",
             str_printf(it->arena, "%.*s desired | %.*s updated | %.*s total | %.*s available",
                        STR_ARG(wanted), STR_ARG(updated), STR_ARG(total), STR_ARG(ready)));
}

void print_workload(struct printing *it)
{
    const json_t *template = object_at(it->json, "spec.template");
    const json_t *meta = object_at(it->json, "metadata.annotations");
    const json_t *revision = json_object_get(meta, "deployment.kubernetes.io/revision");
    if (revision)
        put_line(it, 0, "Annotations",
                 str_printf(it->arena, "deployment.kubernetes.io/revision: %.*s",
                            STR_ARG(text_at(it, revision, ""))));
    put_line(it, 0, "Selector", selector_text(it, object_at(it->json, "spec.selector")));
    put_owner(it);
    if (json_object_get(it->json, "status"))
        put_replicas(it);
    buf_printf(&it->out, "Pod Template:\n");
    put_line(it, 2, "Labels", pairs_text(it, object_at(template, "metadata.labels")));
    put_line(it, 2, "Service Account", text_at(it, template, "spec.serviceAccountName"));
    put_containers(it, 2, json_object_get(template, "spec"), NULL);
    put_volumes(it, 2, json_object_get(template, "spec"));
    put_line(it, 2, "Node-Selectors", pairs_text(it, object_at(template, "spec.nodeSelector")));
}
