/* SPDX-License-Identifier: Apache-2.0 */
/* The table of kinds, and those that take a few lines. */
#include "kube/print.h"

#include "base/arena.h"
#include "kube/print_parts.h"

/* ---- pieces ---- */

struct str text_at(struct printing *it, const json_t *json, const char *path)
{
    return object_text(it->arena, json, path);
}

/* Keys are somebody's words too, and must not make lines either. */
static struct str one_line(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < ' ')
            return str_slice(text, 0, i);
    return text;
}

void put_line(struct printing *it, int indent, const char *name, struct str value)
{
    if (value.len > 0)
        buf_printf(&it->out, "%*s%.*s:  %.*s\n", indent, "", STR_ARG(one_line(str_of(name))),
                   STR_ARG(value));
}

void put_at(struct printing *it, int indent, const char *name, const char *path)
{
    put_line(it, indent, name, text_at(it, it->json, path));
}

static void add_pairs(struct printing *it, struct buf *out, const json_t *mapping)
{
    json_t *value;
    const char *key;
    uint32_t count = 0;
    json_object_foreach((json_t *)mapping, key, value)
    {
        const struct str text = text_at(it, value, "");
        if (count++ < ITEMS_MAX)
            buf_printf(out, "%s%s=%.*s", out->len > 0 ? "," : "", key, STR_ARG(text));
    }
}

struct str pairs_text(struct printing *it, const json_t *mapping)
{
    struct buf out = buf_new(it->arena);
    add_pairs(it, &out, mapping);
    return out.len > 0 ? one_line(buf_str(&out)) : STR("<none>");
}

struct str joined(struct printing *it, const json_t *array, const char *path)
{
    struct buf out = buf_new(it->arena);
    json_t *one;
    size_t i;
    json_array_foreach(array, i, one)
    {
        const struct str text = text_at(it, one, path);
        if (i < ITEMS_MAX && text.len > 0)
            buf_printf(&out, "%s%.*s", out.len > 0 ? ", " : "", STR_ARG(text));
    }
    return buf_str(&out);
}

struct str selector_text(struct printing *it, const json_t *selector)
{
    struct buf out = buf_new(it->arena);
    json_t *expression;
    size_t i;
    add_pairs(it, &out, json_object_get(selector, "matchLabels"));
    json_array_foreach(json_object_get(selector, "matchExpressions"), i, expression)
    {
        const struct str key = text_at(it, expression, "key"),
                         op = str_lower(it->arena, text_at(it, expression, "operator")),
                         values = joined(it, json_object_get(expression, "values"), "");
        if (i < ITEMS_MAX)
            buf_printf(&out, "%s%.*s %.*s (%.*s)", out.len > 0 ? "," : "", STR_ARG(key),
                       STR_ARG(op), STR_ARG(values));
    }
    return out.len > 0 ? one_line(buf_str(&out)) : STR("<none>");
}

/* ---- nodes ---- */

static void put_taints(struct printing *it)
{
    json_t *taint;
    size_t i;
    if (json_array_size(object_at(it->json, "spec.taints")) == 0)
        put_line(it, 0, "Taints", STR("<none>"));
    json_array_foreach(object_at(it->json, "spec.taints"), i, taint)
    {
        const struct str key = text_at(it, taint, "key"), value = text_at(it, taint, "value"),
                         effect = text_at(it, taint, "effect");
        if (i < ITEMS_MAX)
            buf_printf(&it->out, "%-18s %.*s%s%.*s:%.*s\n", i == 0 ? "Taints:" : "", STR_ARG(key),
                       value.len > 0 ? "=" : "", STR_ARG(value), STR_ARG(effect));
    }
}

/* Type, status, time of the heartbeat, reason and message, as kubectl has the columns. */
static void put_conditions(struct printing *it)
{
    json_t *condition;
    size_t i;
    if (json_array_size(object_at(it->json, "status.conditions")) > 0)
        buf_printf(&it->out, "Conditions:\n");
    json_array_foreach(object_at(it->json, "status.conditions"), i, condition)
    {
        const struct str type = text_at(it, condition, "type"),
                         status = text_at(it, condition, "status"),
                         beat = text_at(it, condition, "lastHeartbeatTime"),
                         since = text_at(it, condition, "lastTransitionTime"),
                         reason = text_at(it, condition, "reason"),
                         message = text_at(it, condition, "message");
        if (i < ITEMS_MAX)
            buf_printf(&it->out, "  %.*s   %.*s   %.*s   %.*s   %.*s\n", STR_ARG(type),
                       STR_ARG(status), STR_ARG(beat.len > 0 ? beat : since), STR_ARG(reason),
                       STR_ARG(message));
    }
}

static void print_node(struct printing *it)
{
    const struct str unschedulable = text_at(it, it->json, "spec.unschedulable");
    put_taints(it);
    put_line(it, 0, "Unschedulable", unschedulable.len > 0 ? unschedulable : STR("false"));
    put_conditions(it);
}

/* ---- services and their addresses ---- */

static void print_service(struct printing *it)
{
    json_t *port;
    size_t i;
    put_line(it, 0, "Selector", pairs_text(it, object_at(it->json, "spec.selector")));
    put_at(it, 0, "Type", "spec.type");
    json_array_foreach(object_at(it->json, "spec.ports"), i, port)
    {
        struct str protocol = text_at(it, port, "protocol"), name = text_at(it, port, "name"),
                   number = text_at(it, port, "port"), target = text_at(it, port, "targetPort");
        if (i == ITEMS_MAX)
            break;
        protocol = protocol.len > 0 ? protocol : STR("TCP");
        put_line(it, 0, "Port",
                 str_printf(it->arena, "%.*s  %.*s/%.*s",
                            STR_ARG(name.len > 0 ? name : STR("<unset>")), STR_ARG(number),
                            STR_ARG(protocol)));
        put_line(it, 0, "TargetPort",
                 str_printf(it->arena, "%.*s/%.*s", STR_ARG(target.len > 0 ? target : number),
                            STR_ARG(protocol)));
    }
}

static void put_addresses(struct printing *it, const char *name, const struct buf *addresses)
{
    put_line(it, 2, name,
             addresses->len > 0 ? (struct str){.ptr = addresses->ptr, .len = addresses->len}
                                : STR("<none>"));
}

static void add_addresses(struct printing *it, struct buf *out, const json_t *list,
                          const char *path)
{
    const struct str text = joined(it, list, path);
    if (text.len > 0)
        buf_printf(out, "%s%.*s", out->len > 0 ? ", " : "", STR_ARG(text));
}

static void print_endpoints(struct printing *it)
{
    struct buf ready = buf_new(it->arena), waiting = buf_new(it->arena);
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(it->json, "subsets"), i, one)
    {
        if (i == ITEMS_MAX)
            break;
        add_addresses(it, &ready, json_object_get(one, "addresses"), "ip");
        add_addresses(it, &waiting, json_object_get(one, "notReadyAddresses"), "ip");
    }
    buf_printf(&it->out, "Subsets:\n");
    put_addresses(it, "Addresses", &ready);
    put_addresses(it, "NotReadyAddresses", &waiting);
}

/* A slice is of the service in its label; not to say whether one is ready is to say that it is. */
static void print_slice(struct printing *it)
{
    struct buf ready = buf_new(it->arena), waiting = buf_new(it->arena);
    json_t *one;
    size_t i;
    json_array_foreach(json_object_get(it->json, "endpoints"), i, one)
    {
        if (i == ITEMS_MAX)
            break;
        const bool is_ready = !str_eq(text_at(it, one, "conditions.ready"), STR("false"));
        add_addresses(it, is_ready ? &ready : &waiting, json_object_get(one, "addresses"), "");
    }
    buf_printf(&it->out, "Subsets:\n");
    put_addresses(it, "Addresses", &ready);
    put_addresses(it, "NotReadyAddresses", &waiting);
}

/* ---- storage ---- */

static void print_claim(struct printing *it)
{
    put_at(it, 0, "StorageClass", "spec.storageClassName");
    put_at(it, 0, "Status", "status.phase");
    put_at(it, 0, "Volume", "spec.volumeName");
    put_at(it, 0, "Capacity", "status.capacity.storage");
    put_line(it, 0, "Access Modes", joined(it, object_at(it->json, "spec.accessModes"), ""));
}

/* "ReadWriteOnce" is RWO wherever kubectl prints modes of volumes. */
static struct str short_modes(struct printing *it)
{
    static const char *const modes[][2] = {{"ReadWriteOncePod", "RWOP"},
                                           {"ReadWriteOnce", "RWO"},
                                           {"ReadOnlyMany", "ROX"},
                                           {"ReadWriteMany", "RWX"}};
    struct buf out = buf_new(it->arena);
    json_t *one;
    size_t i;
    json_array_foreach(object_at(it->json, "spec.accessModes"), i, one)
    {
        for (size_t m = 0; m < 4 && i < ITEMS_MAX; m++)
            if (str_eq(text_at(it, one, ""), str_of(modes[m][0])))
                buf_printf(&out, "%s%s", out.len > 0 ? "," : "", modes[m][1]);
    }
    return buf_str(&out);
}

static void print_volume(struct printing *it)
{
    const struct str space = text_at(it, it->json, "spec.claimRef.namespace"),
                     name = text_at(it, it->json, "spec.claimRef.name");
    put_at(it, 0, "StorageClass", "spec.storageClassName");
    put_at(it, 0, "Status", "status.phase");
    if (name.len > 0)
        put_line(it, 0, "Claim", str_printf(it->arena, "%.*s/%.*s", STR_ARG(space), STR_ARG(name)));
    put_line(it, 0, "Access Modes", short_modes(it));
    put_at(it, 0, "Capacity", "spec.capacity.storage");
}

/* ---- quotas and limits ---- */

static void print_quota(struct printing *it)
{
    json_t *hard = object_at(it->json, "status.hard"), *value;
    const char *key;
    uint32_t count = 0;
    buf_printf(&it->out, "Resource  Used  Hard\n--------  ----  ----\n");
    json_object_foreach(hard, key, value)
    {
        const struct str used =
            text_at(it, json_object_get(object_at(it->json, "status.used"), key), "");
        const struct str limit = text_at(it, value, "");
        if (count++ < ITEMS_MAX)
            buf_printf(&it->out, "%.*s  %.*s  %.*s\n", STR_ARG(one_line(str_of(key))),
                       STR_ARG(used.len > 0 ? used : STR("0")), STR_ARG(limit));
    }
}

/* ---- autoscalers and disruption budgets ---- */

static void print_autoscaler(struct printing *it)
{
    const struct str kind = text_at(it, it->json, "spec.scaleTargetRef.kind"),
                     name = text_at(it, it->json, "spec.scaleTargetRef.name");
    put_line(it, 0, "Reference", str_printf(it->arena, "%.*s/%.*s", STR_ARG(kind), STR_ARG(name)));
    put_at(it, 0, "Min replicas", "spec.minReplicas");
    put_at(it, 0, "Max replicas", "spec.maxReplicas");
    const struct str current = text_at(it, it->json, "status.currentReplicas"),
                     desired = text_at(it, it->json, "status.desiredReplicas");
    if (current.len > 0 && desired.len > 0)
        put_line(it, 0, str_printf(it->arena, "%.*s pods", STR_ARG(kind)).ptr,
                 str_printf(it->arena, "%.*s current / %.*s desired", STR_ARG(current),
                            STR_ARG(desired)));
    put_conditions(it);
}

static void print_budget(struct printing *it)
{
    put_at(it, 0, "Min available", "spec.minAvailable");
    put_at(it, 0, "Max unavailable", "spec.maxUnavailable");
    put_line(it, 0, "Selector", selector_text(it, object_at(it->json, "spec.selector")));
    buf_printf(&it->out, "Status:\n");
    put_at(it, 4, "Allowed disruptions", "status.disruptionsAllowed");
    put_at(it, 4, "Current", "status.currentHealthy");
    put_at(it, 4, "Desired", "status.desiredHealthy");
    put_at(it, 4, "Total", "status.expectedPods");
}

/* ---- what is there, and no more ---- */

static void print_keys(struct printing *it)
{
    json_t *data = json_object_get(it->json, "data"), *value;
    const char *key;
    uint32_t count = 0;
    buf_printf(&it->out, "Data\n====\n");
    json_object_foreach(data, key, value)
    {
        if (count++ < ITEMS_MAX)
            buf_printf(&it->out, "%.*s:  %zu bytes\n", STR_ARG(one_line(str_of(key))),
                       json_string_length(value));
    }
}

static void print_secret(struct printing *it)
{
    json_t *data = json_object_get(it->json, "data"), *value;
    const char *key;
    uint32_t count = 0;
    put_at(it, 0, "Type", "type");
    buf_printf(&it->out, "Data\n====\n");
    json_object_foreach(data, key, value) if (count++ < ITEMS_MAX)
        buf_printf(&it->out, "%.*s:  (not kept)\n", STR_ARG(one_line(str_of(key))));
}

static void print_nothing_more(struct printing *it)
{
    (void)it;
}

/* ---- the table ---- */

static const struct {
    const char *kind;
    void (*print)(struct printing *it);
} kinds[] = {
    {"Pod", print_pod},
    {"Deployment", print_workload},
    {"ReplicaSet", print_workload},
    {"StatefulSet", print_workload},
    {"DaemonSet", print_workload},
    {"Service", print_service},
    {"Endpoints", print_endpoints},
    {"EndpointSlice", print_slice},
    {"Node", print_node},
    {"PersistentVolumeClaim", print_claim},
    {"PersistentVolume", print_volume},
    {"ResourceQuota", print_quota},
    {"NetworkPolicy", print_policy},
    {"Ingress", print_ingress},
    {"HorizontalPodAutoscaler", print_autoscaler},
    {"PodDisruptionBudget", print_budget},
    {"ConfigMap", print_keys},
    {"Secret", print_secret},
    {"ServiceAccount", print_nothing_more},
    {"LimitRange", print_nothing_more},
};

struct str print_object(struct arena *arena, const struct object *object)
{
    struct printing it = {.arena = arena, .json = object->json, .out = buf_new(arena)};
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && !str_eq(object->kind, str_of(kinds[i].kind)))
        i++;
    if (i == sizeof kinds / sizeof *kinds)
        return STR("");
    put_line(&it, 0, "Name", object->name);
    put_line(&it, 0, "Namespace", object->space);
    put_line(&it, 0, "Labels", pairs_text(&it, object_at(object->json, "metadata.labels")));
    kinds[i].print(&it);
    return buf_str(&it.out);
}
