/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scheduling. The scheduler puts each node through its filters in a fixed order (unschedulable,
 * name, taints, affinity, ports, resources, volumes, spread) and a node counts under the first that
 * refuses it. So its sentence "0/4 nodes are available: 1 ..., 3 ..." mixes what merely narrows
 * the choice (the selector of a pod that wants one node) with what refuses the rest; the labels,
 * taints and cordons of the nodes tell one from the other.
 */
#include "agent/events/inquiry.h"
#include "agent/events/words.h"
#include "base/arena.h"

#include <string.h>

enum refusal {
    REFUSAL_CPU,
    REFUSAL_MEMORY,
    REFUSAL_OTHER_RESOURCE,
    REFUSAL_ANTI_AFFINITY,
    REFUSAL_POD_AFFINITY,
    REFUSAL_NODE_MATCH,
    REFUSAL_NOT_READY,
    REFUSAL_CORDON,
    REFUSAL_TAINT,
    REFUSAL_VOLUME,
    REFUSAL_OTHER,
    REFUSALS_COUNT,
};

/* Of a clause the first that matches. */
static const struct {
    const char *pattern;
    enum refusal refusal;
} clauses[] = {
    {"taint*node.kubernetes.io/not-ready", REFUSAL_NOT_READY},
    {"taint*node.kubernetes.io/unreachable", REFUSAL_NOT_READY},
    {"taint*node.kubernetes.io/unschedulable", REFUSAL_CORDON},
    {"insufficient cpu", REFUSAL_CPU},
    {"insufficient memory", REFUSAL_MEMORY},
    {"insufficient", REFUSAL_OTHER_RESOURCE},
    {"too many pods", REFUSAL_OTHER_RESOURCE},
    {"anti-affinity", REFUSAL_ANTI_AFFINITY},
    {"pod affinity rules", REFUSAL_POD_AFFINITY},
    {"didn't match Pod's node affinity", REFUSAL_NODE_MATCH},
    {"didn't match node selector", REFUSAL_NODE_MATCH},
    {"didn't match node affinity", REFUSAL_NODE_MATCH},
    {"didn't satisfy*node affinity", REFUSAL_NODE_MATCH},
    {"didn't satisfy*node selector", REFUSAL_NODE_MATCH},
    {"taint", REFUSAL_TAINT},
    {"unschedulable", REFUSAL_CORDON},
    {"persistentvolume", REFUSAL_VOLUME},
    {"volume", REFUSAL_VOLUME},
};

struct tally {
    int64_t counts[REFUSALS_COUNT];
    struct str texts[REFUSALS_COUNT]; /* a clause of that refusal */
    bool seen[REFUSALS_COUNT];
    enum refusal order[REFUSALS_COUNT]; /* of first sight */
    uint32_t seen_count;
};

/* ---- the scheduler's sentence ---- */

static enum refusal refusal_of(struct str clause)
{
    for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
        if (words_match(clause, clauses[i].pattern))
            return clauses[i].refusal;
    return REFUSAL_OTHER;
}

/* Takes a clause off `rest`: they are divided by ", " and start with a number. */
static bool next_clause(struct str *rest, struct str *clause)
{
    if (rest->len == 0)
        return false;
    for (size_t i = 0; i + 2 < rest->len; i++) {
        struct str after = str_slice(*rest, i + 2, rest->len), word;
        if (rest->ptr[i] == ',' && rest->ptr[i + 1] == ' ' && words_next(&after, &word) &&
            words_is_number(word) && after.len > 0) {
            *clause = str_slice(*rest, 0, i);
            *rest = str_slice(*rest, i + 2, rest->len);
            return true;
        }
    }
    *clause = *rest;
    *rest = STR("");
    return true;
}

static void count_clause(struct tally *tally, struct str clause, int64_t nodes)
{
    struct str rest = clause, word;
    int64_t count = nodes > 0 ? nodes : 1; /* without a number it speaks of all nodes */
    if (words_next(&rest, &word) && words_is_number(word) && words_number(word, &count))
        clause = str_trim(rest);
    /* nearly every cluster keeps work off its control plane: that refuses nobody in particular */
    if (str_contains(clause, STR("node-role.kubernetes.io/control-plane")) ||
        str_contains(clause, STR("node-role.kubernetes.io/master")))
        return;
    const enum refusal refusal = refusal_of(clause);
    tally->counts[refusal] += count;
    tally->texts[refusal] = clause;
    if (!tally->seen[refusal])
        tally->order[tally->seen_count++] = refusal;
    tally->seen[refusal] = true;
}

static struct tally tally_of(const struct cluster *cluster, struct str message)
{
    struct tally tally = {.seen_count = 0};
    message = str_slice(message, 0, str_find(message, STR(" preemption:")));
    const size_t colon = str_find(message, STR(":"));
    struct str rest = colon == STR_NPOS ? message : str_slice(message, colon + 1, message.len);
    rest = str_trim(rest);
    while (rest.len > 0 && rest.ptr[rest.len - 1] == '.')
        rest.len--;
    struct str clause;
    while (next_clause(&rest, &clause))
        count_clause(&tally, clause, roll_count(&cluster->nodes));
    return tally;
}

/* ---- what the pod asks of a node ---- */

#define TERMS_MAX 8
#define REQUIREMENTS_MAX 8
#define LABELS_MAX 32

struct term { /* all of its requirements must be met */
    struct requirement requirements[REQUIREMENTS_MAX];
    uint32_t count;
};

struct wish {
    struct pairs selector;
    struct term terms[TERMS_MAX]; /* of the required node affinity; one of them must be met */
    uint32_t terms_count;
};

static void read_term_entry(struct wish *wish, struct str path, struct str value)
{
    int64_t term_index, index;
    const char *const before = "nodeAffinity.requiredDuringScheduling";
    if (!str_contains(path, str_of(before)) ||
        !words_number_after(path, ".nodeSelectorTerms[", &term_index) ||
        !words_number_after(path, ".matchExpressions[", &index) || term_index >= TERMS_MAX ||
        index >= REQUIREMENTS_MAX)
        return;
    struct term *term = &wish->terms[term_index];
    struct requirement *requirement = &term->requirements[index];
    if (wish->terms_count <= term_index)
        wish->terms_count = (uint32_t)term_index + 1;
    if (term->count <= index)
        term->count = (uint32_t)index + 1;
    if (str_ends(path, STR("].key")))
        requirement->key = value;
    else if (str_ends(path, STR("].operator")))
        requirement->op = value;
    else if (requirement->values_count < REQUIREMENT_VALUES_MAX)
        requirement->values[requirement->values_count++] = value;
}

static void read_wish(struct arena *arena, const struct pod *pod, struct wish *wish)
{
    *wish = (struct wish){.selector = pod->node_selector};
    const struct manifest *manifest = pod->workload ? pod->workload->manifest : NULL;
    const struct str key = STR("spec.template.spec.nodeSelector.");
    const bool undescribed = wish->selector.count == 0;
    if (undescribed)
        wish->selector.items = NULL;
    for (uint32_t i = 0; manifest && i < manifest->entries.count; i++) {
        const struct entry *entry = &manifest->entries.items[i];
        read_term_entry(wish, entry->path, entry->value);
        if (!undescribed || !str_starts(entry->path, key) || wish->selector.count == LABELS_MAX)
            continue;
        if (!wish->selector.items)
            wish->selector.items = arena_push_many(arena, struct pair, LABELS_MAX);
        wish->selector.items[wish->selector.count++] = (struct pair){
            .name = str_slice(entry->path, key.len, entry->path.len), .value = entry->value};
    }
}

static bool fits_affinity(const struct wish *wish, const struct pairs *labels)
{
    for (uint32_t t = 0; t < wish->terms_count; t++) {
        bool met = true;
        for (uint32_t r = 0; r < wish->terms[t].count; r++)
            met &= requirement_met(&wish->terms[t].requirements[r], labels);
        if (met)
            return true;
    }
    return wish->terms_count == 0;
}

/* How many nodes fit, of those whose labels are known; workers only, where there are any. */
struct fit {
    int64_t known;
    int64_t by_selector;
    int64_t by_affinity;
    int64_t by_both;
    int64_t cordoned; /* of those that fit both */
    int64_t tainted;  /* the same */
};

static struct fit fit_of(const struct cluster *cluster, const struct wish *wish)
{
    struct fit fit = {0};
    bool workers = false;
    for (uint32_t i = 0; i < roll_count(&cluster->nodes); i++) {
        const struct node *node = cluster->nodes.items[i];
        workers |= node->labels.count > 0 && !node->control_plane;
    }
    for (uint32_t i = 0; i < roll_count(&cluster->nodes); i++) {
        const struct node *node = cluster->nodes.items[i];
        if (node->labels.count == 0 || (workers && node->control_plane))
            continue;
        const bool selected = pairs_contain(&node->labels, &wish->selector);
        const bool liked = fits_affinity(wish, &node->labels);
        fit.known++;
        fit.by_selector += selected;
        fit.by_affinity += liked;
        fit.by_both += selected && liked;
        fit.cordoned += selected && liked && node->cordoned;
        fit.tainted += selected && liked && node->taints_count > 0;
    }
    return fit;
}

/* ---- which filter refuses it ---- */

static int64_t others(const struct tally *tally, enum refusal refusal)
{
    int64_t sum = 0;
    for (size_t i = 0; i < REFUSALS_COUNT; i++)
        sum += i == refusal ? 0 : tally->counts[i];
    return sum;
}

/* Takes out of the tally what only narrows the choice. */
static void correct(struct tally *tally, const struct cluster *cluster, const struct wish *wish,
                    const struct fit *fit)
{
    const bool wishes = wish->selector.count > 0 || wish->terms_count > 0;
    if (tally->counts[REFUSAL_CORDON] > 0) {
        /* a control plane may be cordoned for good */
        for (uint32_t i = 0; tally->seen_count > 1 && i < roll_count(&cluster->nodes); i++) {
            const struct node *node = cluster->nodes.items[i];
            tally->counts[REFUSAL_CORDON] -= node->control_plane && node->cordoned;
        }
        if (fit->by_both > 0 && wishes)
            tally->counts[REFUSAL_CORDON] = fit->cordoned;
    }
    if (tally->counts[REFUSAL_NODE_MATCH] > 0 &&
        ((tally->seen_count > 1 && fit->by_both > 0 && wishes) ||
         (fit->known == 0 && others(tally, REFUSAL_NODE_MATCH) > 0)))
        tally->counts[REFUSAL_NODE_MATCH] = 0;
    if (tally->counts[REFUSAL_TAINT] > 0 && wishes && fit->known > 0 && fit->tainted == 0)
        tally->counts[REFUSAL_TAINT] = 0;
}

static enum refusal deciding_refusal(const struct tally *tally)
{
    enum refusal best = tally->seen_count > 0 ? tally->order[0] : REFUSAL_OTHER;
    for (uint32_t i = 1; i < tally->seen_count; i++)
        if (tally->counts[tally->order[i]] > tally->counts[best])
            best = tally->order[i];
    return best;
}

/* ---- findings ---- */

static void report_clause(struct inquiry *inquiry, enum cause cause, double strength,
                          const struct pod *pod, const struct event *event, struct str clause)
{
    inquiry_report(inquiry, cause, OBJECT_SERVICE, pod->app, strength,
                   shown_by_event(inquiry, event), "The pod %s could not be placed: %s.",
                   quote(inquiry, pod->name), quote(inquiry, clause));
}

/* One sentence of the scheduler stands for selector and affinity; the pod's own wishes decide. */
static void report_node_match(struct inquiry *inquiry, const struct pod *pod,
                              const struct event *event, struct str clause, const struct wish *wish,
                              const struct fit *fit)
{
    const struct str shown = shown_by_event(inquiry, event);
    const struct workload *workload = pod->workload;
    const struct pair *first = wish->selector.count > 0 ? wish->selector.items : NULL;
    if (first && (wish->terms_count == 0 || (fit->known > 0 && fit->by_selector == 0))) {
        const bool none = fit->known > 0 && fit->by_selector == 0;
        const bool described = pod->node_selector.count > 0;
        const struct snapshot *seen = described  ? pod->described
                                      : workload ? workload->manifest_seen
                                                 : NULL;
        inquiry_report(inquiry, none ? CAUSE_NODE_SELECTOR : CAUSE_NODE_SELECTOR_NARROW,
                       OBJECT_SERVICE, pod->app, none ? 0.93 : 0.85,
                       shown_by_both(inquiry, shown, shown_by(inquiry, seen, pod->app)),
                       "The pod %s asked for a node with %s = %s, and none fitted: %s.",
                       quote(inquiry, pod->name), quote(inquiry, first->name),
                       quote(inquiry, first->value), quote(inquiry, clause));
        return;
    }
    if (wish->terms_count > 0 && (!first || (fit->known > 0 && fit->by_affinity == 0))) {
        const bool none = fit->known > 0 && fit->by_affinity == 0;
        const struct requirement *requirement = &wish->terms[0].requirements[0];
        inquiry_report(
            inquiry, none ? CAUSE_NODE_AFFINITY : CAUSE_NODE_AFFINITY_NARROW, OBJECT_SERVICE,
            pod->app, none ? 0.93 : 0.85,
            shown_by_both(inquiry, shown, shown_by(inquiry, workload->manifest_seen, pod->app)),
            "The pod %s required a node by its label %s (%s %s), and none fitted: %s.",
            quote(inquiry, pod->name), quote(inquiry, requirement->key),
            quote(inquiry, requirement->op), quote(inquiry, requirement->values[0]),
            quote(inquiry, clause));
        return;
    }
    report_clause(inquiry, CAUSE_NODE_MISMATCH, 0.75, pod, event, clause);
}

static void check_refused(struct inquiry *inquiry, const struct pod *pod, const struct event *event)
{
    static const struct {
        enum cause cause;
        double strength;
    } causes[REFUSALS_COUNT] = {
        [REFUSAL_CPU] = {CAUSE_TOO_LITTLE_CPU, 0.92},
        [REFUSAL_MEMORY] = {CAUSE_TOO_LITTLE_MEMORY, 0.92},
        [REFUSAL_OTHER_RESOURCE] = {CAUSE_UNSCHEDULABLE, 0.7},
        [REFUSAL_ANTI_AFFINITY] = {CAUSE_ANTI_AFFINITY, 0.92},
        [REFUSAL_POD_AFFINITY] = {CAUSE_POD_AFFINITY, 0.85},
        [REFUSAL_NOT_READY] = {CAUSE_NO_READY_NODE, 0.3},
        [REFUSAL_CORDON] = {CAUSE_CORDONED, 0.92},
        [REFUSAL_TAINT] = {CAUSE_TAINT, 0.92},
        [REFUSAL_OTHER] = {CAUSE_UNSCHEDULABLE, 0.7},
    };
    struct wish wish;
    read_wish(inquiry->arena, pod, &wish);
    const struct fit fit = fit_of(inquiry->cluster, &wish);
    struct tally tally = tally_of(inquiry->cluster, event->message);
    correct(&tally, inquiry->cluster, &wish, &fit);
    const enum refusal refusal = deciding_refusal(&tally);
    const struct str clause = tally.texts[refusal].len > 0 ? tally.texts[refusal] : event->message;
    if (refusal == REFUSAL_NODE_MATCH)
        report_node_match(inquiry, pod, event, clause, &wish, &fit);
    else if (refusal == REFUSAL_VOLUME)
        rules_volume(inquiry, pod, event, clause);
    else
        report_clause(inquiry, causes[refusal].cause, causes[refusal].strength, pod, event, clause);
}

/* ---- no scheduler ---- */

/* The control plane runs the scheduler; a node of it that is sick is the likelier one. */
static const struct node *scheduler_node(const struct inquiry *inquiry)
{
    const struct node *found = NULL;
    for (uint32_t i = 0; i < roll_count(&inquiry->cluster->nodes); i++) {
        const struct node *node = inquiry->cluster->nodes.items[i];
        if (!node->control_plane)
            continue;
        if (map_find(&inquiry->sick_nodes, node->name) != MAP_NONE)
            return node;
        found = found ? found : node;
    }
    return found;
}

/* A scheduler that lives says of each pod where it goes, or why it goes nowhere. */
static void check_silence(struct inquiry *inquiry, const struct pod *pod)
{
    const struct node *node = scheduler_node(inquiry);
    const struct str query = shown_by(inquiry, pod->seen, pod->name);
    if (node)
        inquiry_report(inquiry, CAUSE_NO_SCHEDULER, OBJECT_NODE, node->name, 0.55, query,
                       "The pod %s was %s without a node, and no event of a scheduler spoke of it.",
                       quote(inquiry, pod->name), quote(inquiry, pod->status));
    inquiry_report(inquiry, CAUSE_PENDING, OBJECT_SERVICE, pod->app, 0.1, query,
                   "The pod %s was %s.", quote(inquiry, pod->name), quote(inquiry, pod->status));
}

void rules_scheduling(struct inquiry *inquiry)
{
    for (uint32_t i = 0; i < roll_count(&inquiry->cluster->pods); i++) {
        const struct pod *pod = inquiry->cluster->pods.items[i];
        if (!str_eq(pod->status, STR("Pending")) || pod->node.len > 0)
            continue;
        const struct event *newest = NULL;
        bool scheduled = false;
        for (const struct event *event = pod->events; event; event = event->next_of_pod) {
            scheduled |= str_eq(event->reason, STR("Scheduled"));
            if (str_eq(event->reason, STR("FailedScheduling")) &&
                (!newest || event->time_ns > newest->time_ns)) /* the list is newest first */
                newest = event;
        }
        if (newest)
            check_refused(inquiry, pod, newest);
        else if (!scheduled)
            check_silence(inquiry, pod);
    }
}
