/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the templates that operators have marked, or that come with a fault, are told from the
 * others by their text alone, on a system that nothing was learned from. The measure is the area
 * under the ROC curve within a system, as a mean over what is to be found: an item is a template
 * that comes with trouble, its part the share of its system's other templates that are ranked
 * below it.
 */
#include "eval/suite/ask.h"

struct judged {
    struct str system;
    bool is_odd;
    double by_expert, by_words;
};

static struct judged judged_of(const json_t *item)
{
    return (struct judged){.system = str_of(json_string_value(json_array_get(item, 0))),
                           .is_odd = json_number_value(json_array_get(item, 1)) > 0.5,
                           .by_expert = json_number_value(json_array_get(item, 2)),
                           .by_words = json_number_value(json_array_get(item, 3))};
}

static double said_of(const struct judged *it, enum mind mind)
{
    return mind == MIND_SMALL ? it->by_expert : it->by_words;
}

/* Of the others of its system; false: all of it is odd. */
static bool share_below(const json_t *items, const struct judged *it, enum mind mind, double *out)
{
    const json_t *item;
    size_t i;
    double below = 0, others = 0;
    json_array_foreach(items, i, item)
    {
        const struct judged other = judged_of(item);
        if (other.is_odd || !str_eq(other.system, it->system))
            continue;
        const double ahead = said_of(it, mind) - said_of(&other, mind);
        below += ahead > 0.0 ? 1.0 : ahead < 0.0 ? 0.0 : 0.5;
        others += 1.0;
    }
    *out = others > 0.0 ? below / others : 0.0;
    return others > 0.0;
}

static bool run(struct task_run *run, struct err *err)
{
    const json_t *root, *item;
    size_t i;
    if (!ask_logs(run, &root, err))
        return false;
    const json_t *items = json_object_get(root, "anomaly_items");
    json_array_foreach(items, i, item)
    {
        const struct judged it = judged_of(item);
        double share;
        if (!it.is_odd || !share_below(items, &it, run->mind, &share))
            continue;
        task_add(run, TASK_US, it.system, &share, 1);
        task_add(run, "chance", it.system, &(double){0.5}, 1);
    }
    return true;
}

const struct task task_log_anomaly = {
    .name = "log_anomaly",
    .category = CATEGORY_LOGS,
    .summary = "which templates come with trouble, on a system never seen?",
    .measure = "AUC within a system",
    .source = "templates of loghub that operators have marked, and of public incidents",
    .minds = MIND(NONE) | MIND(SMALL),
    .run = run,
};
