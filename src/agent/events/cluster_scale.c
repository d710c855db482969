/* SPDX-License-Identifier: Apache-2.0 */
/* What bounds the number of pods: disruption budgets and autoscalers, as they are described. */
#include "agent/events/cluster_parts.h"
#include "agent/events/words.h"
#include "base/arena.h"

void read_budgets(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return;
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = entries_value(entries, "Name");
    const struct str selector = entries_value(entries, "Selector");
    struct disruption_budget *budget = roll_add(&cluster->budgets, name, sizeof *budget);
    if (!budget)
        return;
    *budget = (struct disruption_budget){.name = name, .allowed = -1, .seen = snapshot};
    budget->selector = pairs_parse(cluster->arena, selector);
    budget->unclear = budget->selector.count == 0 || str_contains(selector, STR("("));
    (void)words_number(entries_value(entries, "Status/Allowed disruptions"), &budget->allowed);
}

/*
 * "  ScalingLimited  True  TooManyReplicas  the desired replica count is more than ..."; "False" of
 * ScalingActive means that it cannot read what it scales by, unless somebody put it at rest.
 */
static void read_condition(struct autoscaler *autoscaler, struct str line)
{
    struct str rest = line, name, status;
    if (!words_next(&rest, &name) || !words_next(&rest, &status))
        return;
    if (str_eq(name, STR("ScalingLimited")) && str_eq(status, STR("True")) &&
        str_contains(rest, STR("TooManyReplicas")))
        autoscaler->limited = line;
    if (str_eq(name, STR("ScalingActive")) && str_eq(status, STR("False")) &&
        !str_contains(rest, STR("ScalingDisabled")))
        autoscaler->blind = line;
}

void read_autoscalers(struct cluster *cluster, const struct snapshot *snapshot)
{
    if (snapshot_is_list(snapshot))
        return;
    const struct description description = describe_parse(cluster->arena, snapshot->text);
    const struct entries *entries = &description.entries;
    const struct str name = entries_value(entries, "Name");
    struct autoscaler *autoscaler = roll_add(&cluster->autoscalers, name, sizeof *autoscaler);
    if (!autoscaler)
        return;
    *autoscaler = (struct autoscaler){.name = name, .seen = snapshot};
    autoscaler->target = entries_value(entries, "Reference");
    struct str kind, rest = snapshot->text, line;
    (void)str_split(&autoscaler->target, '/', &kind);
    autoscaler->max = entries_value(entries, "Max replicas");
    for (uint32_t i = 0; i < entries->count; i++) { /* "Deployment pods:  3 current / 3 desired" */
        struct str value = entries->items[i].value;
        if (str_ends(entries->items[i].path, STR(" pods")))
            (void)words_next(&value, &autoscaler->current);
    }
    while (str_split(&rest, '\n', &line))
        read_condition(autoscaler, str_trim(line));
}
