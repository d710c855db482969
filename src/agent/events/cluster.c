/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts first, objects later: a list and a description of one object may come in any order, and
 * the list has the status as a person sees it ("CrashLoopBackOff") while the description has the
 * rest. So lists are read before descriptions, kind by kind, in the order of the table below.
 */
#include "agent/events/cluster.h"

#include "agent/events/cluster_parts.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

#define SNAPSHOTS_MAX 20000
#define EVENTS_MAX 20000
#define LOG_LINES_MAX 5000

static const struct {
    const char *kind;
    void (*read)(struct cluster *cluster, const struct snapshot *snapshot);
} readers[] = {
    {"app-yaml", read_manifests},
    {"deployments", read_workloads},
    {"statefulsets", read_workloads},
    {"daemonsets", read_workloads},
    {"pods", read_pods},
    {"replicasets", read_replica_sets},
    {"services", read_services},
    {"nodes", read_nodes},
    {"persistentvolumeclaims", read_claims},
    {"persistentvolumes", read_volumes},
    {"serviceaccounts", read_accounts},
    {"resourcequotas", read_quotas},
    {"endpoints", read_endpoints},
    {"endpointslices", read_endpoints},
    {"networkpolicies", read_policies},
    {"ingresses", read_ingresses},
    {"poddisruptionbudgets", read_budgets},
    {"horizontalpodautoscalers", read_autoscalers},
    {"node-service", read_units},
    {"connectivity", read_connectivity},
};

/* ---- rolls and labels ---- */

static struct roll roll_new(struct arena *arena)
{
    return (struct roll){.names = map_new(arena)};
}

void *roll_find(const struct roll *roll, struct str name)
{
    const uint32_t number = map_find(&roll->names, name);
    return number == MAP_NONE ? NULL : roll->items[number];
}

void *roll_add(struct roll *roll, struct str name, size_t size)
{
    void *known = roll_find(roll, name);
    if (known || name.len == 0 || roll->names.count == ROLL_MAX)
        return known;
    struct arena *arena = roll->names.arena;
    const uint32_t number = map_add(&roll->names, name);
    if (number >= roll->room) {
        const uint32_t room = roll->room == 0 ? 32 : roll->room * 2;
        roll->items =
            arena_grow(arena, roll->items, roll->room * sizeof(void *), room * sizeof(void *));
        roll->room = room;
    }
    return roll->items[number] = arena_alloc(arena, size);
}

struct str pairs_value(const struct pairs *pairs, struct str name)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if (str_eq(pairs->items[i].name, name))
            return pairs->items[i].value;
    return STR("");
}

bool pairs_have(const struct pairs *pairs, struct str name)
{
    for (uint32_t i = 0; i < pairs->count; i++)
        if (str_eq(pairs->items[i].name, name))
            return true;
    return false;
}

bool pairs_contain(const struct pairs *pairs, const struct pairs *wanted)
{
    for (uint32_t i = 0; i < wanted->count; i++)
        if (!pairs_have(pairs, wanted->items[i].name) ||
            !str_eq(pairs_value(pairs, wanted->items[i].name), wanted->items[i].value))
            return false;
    return true;
}

static bool is_one_of(struct str value, const struct requirement *requirement)
{
    for (uint32_t i = 0; i < requirement->values_count; i++)
        if (str_eq(requirement->values[i], value))
            return true;
    return false;
}

bool requirement_met(const struct requirement *requirement, const struct pairs *labels)
{
    const bool there = pairs_have(labels, requirement->key);
    const struct str value = pairs_value(labels, requirement->key);
    int64_t have = 0, bound = 0;
    if (str_eq(requirement->op, STR("In")))
        return there && is_one_of(value, requirement);
    if (str_eq(requirement->op, STR("NotIn")))
        return !there || !is_one_of(value, requirement);
    if (str_eq(requirement->op, STR("Exists")))
        return there;
    if (str_eq(requirement->op, STR("DoesNotExist")))
        return !there;
    const bool numbers = words_is_number(value) && requirement->values_count > 0 &&
                         words_is_number(requirement->values[0]) && words_number(value, &have) &&
                         words_number(requirement->values[0], &bound);
    if (str_eq(requirement->op, STR("Gt")))
        return numbers && have > bound;
    if (str_eq(requirement->op, STR("Lt")))
        return numbers && have < bound;
    return true; /* an operator of the future excludes nothing */
}

/* ---- adding ---- */

struct cluster *cluster_new(struct arena *arena, struct str space)
{
    struct cluster *cluster = arena_push(arena, struct cluster);
    *cluster = (struct cluster){
        .arena = arena,
        .space = space,
        .events_seen = map_new(arena),
        .workloads = roll_new(arena),
        .pods = roll_new(arena),
        .system_pods = roll_new(arena),
        .nodes = roll_new(arena),
        .services = roll_new(arena),
        .claims = roll_new(arena),
        .volumes = roll_new(arena),
        .policies = roll_new(arena),
        .backends = roll_new(arena),
        .budgets = roll_new(arena),
        .autoscalers = roll_new(arena),
        .manifests = roll_new(arena),
        .accounts = map_new(arena),
        .calls = topology_new(arena),
        .logging = map_new(arena),
    };
    return cluster;
}

void cluster_add_state(struct cluster *cluster, struct snapshot snapshot)
{
    if (cluster->snapshots_count == SNAPSHOTS_MAX)
        return;
    if (cluster->snapshots_count == cluster->snapshots_room) {
        const uint32_t room = cluster->snapshots_room == 0 ? 64 : cluster->snapshots_room * 2;
        cluster->snapshots =
            arena_grow(cluster->arena, cluster->snapshots,
                       cluster->snapshots_room * sizeof snapshot, room * sizeof snapshot);
        cluster->snapshots_room = room;
    }
    cluster->snapshots[cluster->snapshots_count++] = snapshot;
}

static struct str event_key(const struct cluster *cluster, struct str object, struct str reason,
                            struct str message)
{
    return str_printf(cluster->arena, "%.*s\n%.*s\n%.*s", STR_ARG(object), STR_ARG(reason),
                      STR_ARG(message));
}

bool cluster_has_event(const struct cluster *cluster, struct str object, struct str reason,
                       struct str message)
{
    return map_find(&cluster->events_seen, event_key(cluster, object, reason, message)) != MAP_NONE;
}

void cluster_add_event(struct cluster *cluster, struct event event, struct str object)
{
    if (cluster->events_count == EVENTS_MAX)
        return;
    map_add(&cluster->events_seen, event_key(cluster, object, event.reason, event.message));
    struct event *copy = arena_push(cluster->arena, struct event);
    *copy = event;
    copy->next = NULL;
    copy->object = copy->name = object;
    if (!str_contains(object, STR("/")) || !str_split(&copy->name, '/', &copy->kind))
        copy->kind = STR("");
    if (cluster->events_last)
        cluster->events_last->next = copy;
    else
        cluster->events = copy;
    cluster->events_last = copy;
    cluster->events_count++;
}

void cluster_add_log(struct cluster *cluster, const struct log_line **list, struct str service,
                     struct str message)
{
    uint32_t count = 0;
    for (; *list; count++)
        list = (const struct log_line **)&(*list)->next;
    if (count == LOG_LINES_MAX)
        return;
    struct log_line *line = arena_push(cluster->arena, struct log_line);
    *line = (struct log_line){.service = service, .message = message};
    *list = line;
}

/* ---- relating ---- */

bool snapshot_is_list(const struct snapshot *snapshot)
{
    return str_starts(snapshot->format, STR("list"));
}

/* "deployments" and "deployment" are one kind. */
static bool is_kind(struct str kind, const char *plural)
{
    const struct str whole = str_of(plural);
    return str_eq(kind, whole) ||
           (str_ends(whole, STR("s")) && str_eq(kind, str_slice(whole, 0, whole.len - 1)));
}

static void name_the_space(struct cluster *cluster)
{
    struct map spaces = map_new(cluster->arena);
    uint32_t *counts = arena_push_many(cluster->arena, uint32_t, cluster->snapshots_count + 1);
    uint32_t best = MAP_NONE;
    for (uint32_t i = 0; i < cluster->snapshots_count; i++) {
        if (cluster->snapshots[i].space.len == 0)
            continue;
        const uint32_t number = map_add(&spaces, cluster->snapshots[i].space);
        counts[number]++;
        if (best == MAP_NONE || counts[number] > counts[best])
            best = number;
    }
    cluster->space = best == MAP_NONE ? STR("default") : spaces.keys[best];
}

static void read_all(struct cluster *cluster, size_t reader, bool lists)
{
    for (uint32_t i = 0; i < cluster->snapshots_count; i++) {
        const struct snapshot *snapshot = &cluster->snapshots[i];
        const bool foreign = snapshot->space.len > 0 && !str_eq(snapshot->space, cluster->space);
        const bool system =
            readers[reader].read == read_pods && cluster_is_system_space(snapshot->space);
        if ((!foreign || system) && snapshot_is_list(snapshot) == lists &&
            is_kind(snapshot->kind, readers[reader].kind))
            readers[reader].read(cluster, snapshot);
    }
}

void cluster_relate(struct cluster *cluster)
{
    if (cluster->space.len == 0)
        name_the_space(cluster);
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        read_all(cluster, i, true);
        read_all(cluster, i, false);
    }
    relate_objects(cluster);
}

/* ---- questions ---- */

bool cluster_is_system_space(struct str space)
{
    static const char *const spaces[] = {"kube-system",  "calico-system",
                                         "kube-flannel", "cilium",
                                         "kube-router",  "openshift-ovn-kubernetes"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (str_eq(space, str_of(spaces[i])))
            return true;
    return false;
}

struct workload *cluster_workload(const struct cluster *cluster, struct str name)
{
    return roll_find(&cluster->workloads, name);
}

const struct declared *cluster_declared(const struct cluster *cluster, const char *kind,
                                        struct str name)
{
    return roll_find(&cluster->manifests,
                     str_printf(cluster->arena, "%s/%.*s", kind, STR_ARG(name)));
}

static bool is_hash(struct str s, size_t len_min, size_t len_max)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'z'))
            return false;
    return s.len >= len_min && s.len <= len_max;
}

/* Takes "-x" off the end of the name. */
static bool take_suffix(struct str *name, struct str *suffix)
{
    size_t dash = name->len;
    while (dash > 0 && name->ptr[dash - 1] != '-')
        dash--;
    if (dash < 2)
        return false;
    *suffix = str_slice(*name, dash, name->len);
    name->len = dash - 1;
    return true;
}

/*
 * A Deployment's pods are named NAME-HASH-xxxxx, its replica sets NAME-HASH, a StatefulSet's pods
 * NAME-0, a DaemonSet's NAME-xxxxx.
 */
static struct str stripped(struct str name, bool is_pod)
{
    struct str rest = name, last, hash;
    if (!take_suffix(&rest, &last))
        return name;
    if (!is_pod)
        return is_hash(last, 6, 10) ? rest : name;
    struct str deployment = rest;
    if (is_hash(last, 5, 5) && take_suffix(&deployment, &hash) && is_hash(hash, 6, 10))
        for (size_t i = 0; i < hash.len; i++)
            if (hash.ptr[i] >= '0' && hash.ptr[i] <= '9') /* a word of the name has none, mostly */
                return deployment;
    return words_is_number(last) || is_hash(last, 5, 5) ? rest : name;
}

struct str cluster_app_of(const struct cluster *cluster, struct str name, bool is_pod)
{
    struct str part = name, suffix;
    do {
        if (cluster_workload(cluster, part))
            return part;
    } while (take_suffix(&part, &suffix));
    return stripped(name, is_pod);
}

bool cluster_calls(const struct cluster *cluster, struct str caller, struct str callee)
{
    const uint32_t from = topology_find(&cluster->calls, caller);
    const uint32_t to = topology_find(&cluster->calls, callee);
    return from != MAP_NONE && to != MAP_NONE && topology_has_edge(&cluster->calls, from, to);
}

bool cluster_is_lacking(const struct cluster *cluster, struct str app)
{
    const struct workload *workload = cluster_workload(cluster, app);
    return !workload || !workload->counted || workload->ready < workload->wanted;
}
