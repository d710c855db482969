/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes. On each node run kubelet, a container runtime and kube-proxy; on control-plane nodes also
 * the API server, its store, the controllers and the scheduler. kubelet reports the node's health;
 * when it stops, the node's controller sets the conditions to Unknown and says who fell silent.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"

/* ---- units ---- */

static enum cause cause_of_unit(struct str name)
{
    static const struct {
        const char *name;
        enum cause cause;
    } units[] = {
        {"containerd", CAUSE_UNIT_CONTAINERD},
        {"docker", CAUSE_UNIT_DOCKER},
        {"crio", CAUSE_UNIT_CRIO},
        {"kubelet", CAUSE_UNIT_KUBELET},
        {"kube-proxy", CAUSE_UNIT_PROXY},
        {"kube-scheduler", CAUSE_UNIT_SCHEDULER},
        {"kube-controller-manager", CAUSE_UNIT_CONTROLLER},
        {"kube-apiserver", CAUSE_UNIT_APISERVER},
        {"etcd", CAUSE_UNIT_ETCD},
    };
    if (str_ends(name, STR(".service")))
        name.len -= 8;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq(name, str_of(units[i].name)))
            return units[i].cause;
    return CAUSE_UNIT_OTHER;
}

/* Whether units of that name stand on several nodes and run on none: then nobody uses them. */
static bool runs_nowhere(const struct cluster *cluster, struct str name)
{
    uint32_t nodes = 0;
    for (uint32_t i = 0; i < cluster->units_count; i++) {
        const struct unit *unit = &cluster->units[i];
        if (!str_eq(unit->name, name))
            continue;
        if (str_starts(unit->active, STR("active")))
            return false;
        nodes++;
    }
    return nodes > 1;
}

static void check_units(struct inquiry *inquiry)
{
    for (uint32_t i = 0; i < inquiry->cluster->units_count; i++) {
        const struct unit *unit = &inquiry->cluster->units[i];
        if (str_starts(unit->active, STR("active (running)")) ||
            str_starts(unit->active, STR("active (exited)")))
            continue;
        const bool down =
            str_starts(unit->active, STR("inactive")) || str_starts(unit->active, STR("failed"));
        const bool unused = unit->disabled || runs_nowhere(inquiry->cluster, unit->name);
        if (!unused)
            map_add(&inquiry->sick_nodes, unit->node);
        struct str state = unit->active; /* "inactive (dead) since ..." */
        state = str_slice(state, 0, str_find(state, STR(" since ")));
        inquiry_report(inquiry, cause_of_unit(unit->name), OBJECT_NODE, unit->node,
                       unused ? 0.35
                       : down ? 0.97
                              : 0.9,
                       shown_by(inquiry, unit->seen, unit->name),
                       "The unit %s of the node %s was %s.", quote(inquiry, unit->name),
                       quote(inquiry, unit->node), quote(inquiry, state));
    }
}

/* ---- conditions ---- */

/* The message of a condition is the last of its fields. */
static struct str message_of(const struct condition *condition)
{
    struct str rest = condition->text, field, last = STR("");
    while (words_next_field(&rest, &field))
        last = field;
    return last;
}

static const struct condition *condition_of(const struct node *node, const char *name)
{
    for (uint32_t i = 0; i < node->conditions_count; i++)
        if (str_eq(node->conditions[i].name, str_of(name)))
            return &node->conditions[i];
    return NULL;
}

static enum cause cause_of_not_ready(struct str text)
{
    static const char *const runtime[] = {"runtime", "PLEG", "containerd", NULL};
    static const char *const kubelet[] = {"stopped posting", "Unknown", NULL};
    if (words_match_any(text, runtime))
        return CAUSE_RUNTIME_DOWN; /* kubelet lives and says so */
    return words_match_any(text, kubelet) ? CAUSE_KUBELET_SILENT : CAUSE_NODE_NOT_READY;
}

static void check_ready(struct inquiry *inquiry, const struct node *node)
{
    const struct condition *ready = condition_of(node, "Ready");
    const bool listed = str_contains(node->status, STR("NotReady"));
    if (!listed && (!ready || str_eq(ready->status, STR("True"))))
        return;
    map_add(&inquiry->sick_nodes, node->name);
    inquiry_report(inquiry, cause_of_not_ready(ready ? ready->text : node->status), OBJECT_NODE,
                   node->name, 0.75,
                   shown_by(inquiry, ready ? node->described : node->seen, node->name),
                   "The node %s was not ready: %s.", quote(inquiry, node->name),
                   quote(inquiry, ready ? message_of(ready) : node->status));
}

static void check_pressure(struct inquiry *inquiry, const struct node *node)
{
    static const struct {
        const char *condition;
        enum cause cause;
    } pressures[] = {
        {"MemoryPressure", CAUSE_NODE_MEMORY},
        {"DiskPressure", CAUSE_NODE_DISK},
        {"PIDPressure", CAUSE_NODE_PIDS},
        {"NetworkUnavailable", CAUSE_NODE_NETWORK},
    };
    for (size_t i = 0; i < sizeof pressures / sizeof *pressures; i++) {
        const struct condition *condition = condition_of(node, pressures[i].condition);
        if (condition && str_eq(condition->status, STR("True")))
            inquiry_report(inquiry, pressures[i].cause, OBJECT_NODE, node->name, 0.6,
                           shown_by(inquiry, node->described, node->name),
                           "The condition %s of the node %s was true: %s.",
                           quote(inquiry, condition->name), quote(inquiry, node->name),
                           quote(inquiry, message_of(condition)));
    }
}

/* ---- events ---- */

/* kubelet speaks to the runtime through a socket; when nobody listens there, it says so. */
static void check_runtime(struct inquiry *inquiry, const struct event *event)
{
    static const char *const patterns[] = {"dial unix*containerd*sock",
                                           "dial unix*crio*sock",
                                           "dial unix*docker*sock",
                                           "connection error*containerd*sock",
                                           "connection error*crio*sock",
                                           "connection error*docker*sock",
                                           NULL};
    if (!words_match_any(event->message, patterns))
        return;
    const struct str shown = shown_by_event(inquiry, event);
    if (str_starts(event->kind, STR("node"))) /* this one is often left from an earlier stop */
        inquiry_report(inquiry, CAUSE_RUNTIME_SILENT, OBJECT_NODE, event->name, 0.15, shown,
                       "The node %s said: %s.", quote(inquiry, event->name),
                       quote_end(inquiry, event->message));
    else if (event->pod)
        inquiry_report(inquiry, CAUSE_RUNTIME_SILENT, OBJECT_NODE, event->pod->node, 0.5, shown,
                       "The pod %s could not be started on its node: %s.",
                       quote(inquiry, event->name), quote_end(inquiry, event->message));
}

static void check_events(struct inquiry *inquiry)
{
    static const char *const reasons[] = {"FailedCreatePodSandBox", "ContainerGCFailed", "Failed"};
    for (const struct event *event = inquiry->cluster->events; event; event = event->next) {
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
            if (str_eq(event->reason, str_of(reasons[i])))
                check_runtime(inquiry, event);
        if (str_eq(event->reason, STR("SystemOOM")))
            inquiry_report(inquiry, CAUSE_NODE_MEMORY, OBJECT_NODE, event->name, 0.5,
                           shown_by_event(inquiry, event), "The node ran out of memory: %s.",
                           quote(inquiry, event->message));
    }
}

void rules_node(struct inquiry *inquiry)
{
    check_units(inquiry);
    for (uint32_t i = 0; i < roll_count(&inquiry->cluster->nodes); i++) {
        check_ready(inquiry, inquiry->cluster->nodes.items[i]);
        check_pressure(inquiry, inquiry->cluster->nodes.items[i]);
    }
    check_events(inquiry);
}
