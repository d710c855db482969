/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keeps the number of pods from being what is needed. An autoscaler stops at its maximum, and
 * does nothing at all while it cannot read its metrics. A drain evicts pods through the API, which
 * refuses where a disruption budget allows no pod to go: then the drain waits, for ever if need be.
 * All are hints, as things may run all the same.
 */
#include "agent/events/inquiry.h"

#include "base/arena.h"

static void check_autoscaler(struct inquiry *inquiry, const struct autoscaler *autoscaler)
{
    const struct str shown = shown_by(inquiry, autoscaler->seen, autoscaler->name);
    if (autoscaler->limited.len > 0)
        inquiry_report(inquiry, CAUSE_AUTOSCALER_FULL, OBJECT_SERVICE, autoscaler->target, 0.45,
                       shown, "The autoscaler %s wanted more than its maximum of %s pods.",
                       quote(inquiry, autoscaler->name), quote(inquiry, autoscaler->max));
    if (autoscaler->blind.len > 0)
        inquiry_report(inquiry, CAUSE_AUTOSCALER_BLIND, OBJECT_SERVICE, autoscaler->target, 0.4,
                       shown, "The autoscaler %s could not scale: %s.",
                       quote(inquiry, autoscaler->name), quote_end(inquiry, autoscaler->blind));
}

static void check_scaling_event(struct inquiry *inquiry, const struct event *event)
{
    if (!str_starts(event->reason, STR("FailedGet")) || !str_starts(event->kind, STR("horizontal")))
        return;
    const struct str app = cluster_app_of(inquiry->cluster, event->name, false);
    inquiry_report(inquiry, CAUSE_AUTOSCALER_BLIND, OBJECT_SERVICE, app, 0.4,
                   shown_by_event(inquiry, event), "The autoscaler %s could not scale: %s.",
                   quote(inquiry, event->name), quote_end(inquiry, event->message));
}

/* A drain cordons the node first: a pod of the budget that is still on such a node waits for it. */
static void check_budget(struct inquiry *inquiry, const struct disruption_budget *budget)
{
    const struct cluster *cluster = inquiry->cluster;
    for (uint32_t i = 0; i < roll_count(&cluster->pods); i++) {
        const struct pod *pod = cluster->pods.items[i];
        const struct node *node = roll_find(&cluster->nodes, pod->node);
        if (!node || !node->cordoned || !pairs_contain(&pod->labels, &budget->selector))
            continue;
        const struct snapshot *seen = node->described ? node->described : node->seen;
        inquiry_report(
            inquiry, CAUSE_BUDGET_BLOCKS, OBJECT_SERVICE, pod->app, 0.5,
            shown_by_both(inquiry, shown_by(inquiry, budget->seen, budget->name),
                          shown_by_both(inquiry, shown_by(inquiry, seen, node->name),
                                        shown_by(inquiry, pod->seen, pod->name))),
            "The disruption budget %s allowed no pod to go, and %s was on the cordoned node %s.",
            quote(inquiry, budget->name), quote(inquiry, pod->name), quote(inquiry, node->name));
        return;
    }
}

void rules_scale(struct inquiry *inquiry)
{
    const struct cluster *cluster = inquiry->cluster;
    for (const struct event *event = cluster->events; event; event = event->next)
        check_scaling_event(inquiry, event);
    for (uint32_t i = 0; i < roll_count(&cluster->autoscalers); i++)
        check_autoscaler(inquiry, cluster->autoscalers.items[i]);
    for (uint32_t i = 0; i < roll_count(&cluster->budgets); i++) {
        const struct disruption_budget *budget = cluster->budgets.items[i];
        if (budget->allowed == 0 && !budget->unclear)
            check_budget(inquiry, budget);
    }
}
