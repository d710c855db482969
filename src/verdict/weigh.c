/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explains symptoms away along the graph:
 *
 *  - a caller's symptom is explained, but for a fifth, by a callee that has it as strongly;
 *  - a subject that the symptoms of others do not lead back to gets half;
 *  - what the alert's service does not reach by calls gets a fifth: its trouble is another one;
 *  - where services were changed just before, a change is a little evidence by itself, and one
 *    that was not changed gets less, by the age of its last change;
 *  - evidence that refutes a finding takes its strength from that finding.
 */
#include "verdict/weigh.h"

#include "base/arena.h"

#include <math.h>

#define EXPLAIN 0.8
#define COVER 0.5
#define FAR 0.2
#define UNCHANGED 0.2
#define CHANGED 0.1
#define BESIDE_TRACES 0.1    /* of metrics, where requests themselves were followed */
#define STRENGTH_MAX 0.99999 /* -ln(1 - s) must stay finite */

static const double finding_weights[FINDINGS_COUNT] = {
    [FINDING_CPU] = 1,         [FINDING_MEMORY] = 1,        [FINDING_DISK] = 0.5,
    [FINDING_NETWORK] = 0.5,   [FINDING_CONNECTIONS] = 0.5, [FINDING_LATENCY] = 1,
    [FINDING_ERRORS] = 1,      [FINDING_TRAFFIC] = 0.3,     [FINDING_OTHER_METRIC] = 0.5,
    [FINDING_SELF_TIME] = 1,   [FINDING_EDGE_GAP] = 1,      [FINDING_OPERATIONS] = 0.5,
    [FINDING_SPAN_ERRORS] = 1, [FINDING_LOG_ERRORS] = 1,    [FINDING_LOG_SHIFT] = 1,
    [FINDING_EXCEPTION] = 1,   [FINDING_REPLICAS] = 1,      [FINDING_RESTART] = 0.3,
    [FINDING_OBJECT] = 1,      [FINDING_MISSING] = 1,       [FINDING_ALERTED] = 0.3,
    [FINDING_QUERIES] = 1,     [FINDING_LOCKS] = 1,         [FINDING_CONFIGURATION] = 0.5,
    [FINDING_NEIGHBOUR] = 0.1, [FINDING_PAST] = 0.3,
    /* the rest tell about the case, and speak for nobody as its cause */
};

/* What a subject did, as its requests and logs show: a callee that misbehaves can be the reason. */
static bool is_behaviour(enum finding finding)
{
    return finding == FINDING_OPERATIONS || finding == FINDING_SPAN_ERRORS ||
           finding == FINDING_LOG_ERRORS || finding == FINDING_LOG_SHIFT ||
           finding == FINDING_EXCEPTION;
}

static bool is_request_timing(enum finding finding)
{
    return finding == FINDING_SELF_TIME || finding == FINDING_EDGE_GAP;
}

double weigh_evidence(const struct evidence *evidence)
{
    const double strength = fmin(evidence->strength, STRENGTH_MAX);
    return finding_weights[evidence->finding] * -log1p(-strength);
}

bool weigh_tells(enum finding finding)
{
    return finding == FINDING_CHANGE || finding_weights[finding] > 0;
}

bool weigh_speaks_for(const struct evidence *evidence, struct str subject)
{
    return evidence->bearing == BEARING_SUPPORTS && str_eq(evidence->subject, subject);
}

static const uint32_t *distances_from(const struct weighing *weighing, uint32_t node)
{
    return node == MAP_NONE
               ? NULL
               : topology_distances(&weighing->casefile->topology, weighing->arena, node);
}

static void collect_names(struct weighing *weighing)
{
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->subject.len > 0)
            map_add(&weighing->names, it->subject);
    weighing->suspects = arena_push_many(weighing->arena, struct suspect, weighing->names.count);
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        struct suspect *suspect = &weighing->suspects[i];
        suspect->name = weighing->names.keys[i];
        suspect->node = topology_find(&weighing->casefile->topology, suspect->name);
        suspect->distances = distances_from(weighing, suspect->node);
    }
    weighing->from_alert = distances_from(
        weighing, topology_find(&weighing->casefile->topology, weighing->casefile->subject));
}

/* Whether an earlier, at least as strong piece says the same of the same subject. */
static bool is_repeated(const struct weighing *weighing, const struct evidence *evidence)
{
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next) {
        if (it == evidence || it->finding != evidence->finding ||
            !weigh_speaks_for(it, evidence->subject) || !str_eq(it->cause, evidence->cause))
            continue;
        if (it->strength > evidence->strength ||
            (it->strength == evidence->strength && it->id < evidence->id))
            return true;
    }
    return false;
}

/* One voice for each finding and cause: ten log lines of one fault are one witness. */
static void collect_weights(struct weighing *weighing)
{
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        weighing->traced |= it->signal == SIGNAL_TRACES && it->bearing == BEARING_SUPPORTS &&
                            weigh_evidence(it) > 0;
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_SUPPORTS || it->subject.len == 0 || is_repeated(weighing, it))
            continue;
        struct suspect *suspect = &weighing->suspects[map_find(&weighing->names, it->subject)];
        if (it->finding == FINDING_CHANGE) {
            suspect->changed = fmax(suspect->changed, it->strength);
            weighing->any_change = true;
        } else {
            suspect->weights[it->finding] +=
                weigh_evidence(it) *
                (weighing->traced && it->signal == SIGNAL_METRICS ? BESIDE_TRACES : 1);
        }
    }
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next) {
        const uint32_t number = map_find(&weighing->names, it->subject);
        if (it->bearing == BEARING_REFUTES && number != MAP_NONE)
            weighing->suspects[number].weights[it->finding] *= 1 - it->strength;
    }
}

static bool is_symptom(enum finding finding)
{
    return finding == FINDING_LATENCY || finding == FINDING_ERRORS;
}

static double symptoms_of(const struct suspect *suspect)
{
    return suspect->weights[FINDING_LATENCY] + suspect->weights[FINDING_ERRORS];
}

const struct evidence *weigh_strongest(const struct casefile *casefile, struct str subject,
                                       enum finding finding)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == finding && weigh_speaks_for(it, subject) &&
            (!best || it->strength > best->strength))
            best = it;
    return best;
}

/* The strength, 0 to 1, of all that requests and logs say of it. */
static double trouble_of(const struct suspect *suspect)
{
    double weight = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (is_behaviour((enum finding)finding) || is_request_timing((enum finding)finding))
            weight += suspect->weights[finding];
    return 1 - exp(-weight);
}

static void explain_behaviour(const struct weighing *weighing, struct suspect *suspect)
{
    const struct topology *topology = &weighing->casefile->topology;
    double trouble = 0;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        if (topology->edges[i].caller != suspect->node)
            continue;
        const uint32_t number =
            map_find(&weighing->names, topology->nodes.keys[topology->edges[i].callee]);
        if (number != MAP_NONE)
            trouble = fmax(trouble, trouble_of(&weighing->suspects[number]));
    }
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (is_behaviour((enum finding)finding))
            suspect->left[finding] *= 1 - trouble;
}

static void explain_away(const struct weighing *weighing, struct suspect *suspect)
{
    const struct topology *topology = &weighing->casefile->topology;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++) {
        const double weight = suspect->weights[finding];
        suspect->left[finding] = weight;
        if (!is_symptom((enum finding)finding) || weight <= 0)
            continue;
        double taken = 0;
        for (uint32_t i = 0; i < topology->edges_count; i++) {
            if (topology->edges[i].caller != suspect->node)
                continue;
            const struct str callee = topology->nodes.keys[topology->edges[i].callee];
            const uint32_t number = map_find(&weighing->names, callee);
            const double theirs =
                number == MAP_NONE ? 0 : weighing->suspects[number].weights[finding];
            if (fmin(1, theirs / weight) <= taken)
                continue;
            taken = fmin(1, theirs / weight);
            suspect->explained_by =
                weigh_strongest(weighing->casefile, callee, (enum finding)finding);
        }
        suspect->left[finding] = weight * (1 - EXPLAIN * taken);
    }
    explain_behaviour(weighing, suspect);
}

/* Which share of all symptoms the subject and its callers, near and far, show. */
static double share_of_symptoms(const struct weighing *weighing, const struct suspect *suspect)
{
    double all = 0, covered = 0;
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        const struct suspect *other = &weighing->suspects[i];
        const double symptoms = symptoms_of(other);
        const bool leads_here = other->distances && suspect->node != MAP_NONE &&
                                other->distances[suspect->node] != TOPOLOGY_FAR;
        all += symptoms;
        covered += other == suspect || leads_here ? symptoms : 0;
    }
    return all > 0 ? covered / all : 0;
}

bool weigh_is_reached(const struct weighing *weighing, const struct suspect *suspect)
{
    if (!weighing->from_alert || suspect->node == MAP_NONE)
        return true; /* the graph does not show one of them: nothing can be said */
    return weighing->from_alert[suspect->node] != TOPOLOGY_FAR;
}

static void score(const struct weighing *weighing, struct suspect *suspect)
{
    explain_away(weighing, suspect);
    double sum = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        sum += suspect->left[finding];
    /* an object of a platform need not be a node of the call graph */
    const bool placed = suspect->weights[FINDING_OBJECT] <= 0;
    if (placed && weighing->casefile->topology.edges_count > 0) {
        sum *= 1 - COVER * (1 - share_of_symptoms(weighing, suspect));
        if (!weighing->casefile->beyond_reach && !weigh_is_reached(weighing, suspect))
            sum *= FAR;
    }
    sum += CHANGED * suspect->changed;
    if (weighing->any_change && placed)
        sum *= UNCHANGED + (1 - UNCHANGED) * suspect->changed;
    suspect->score = sum;
}

static void mark_refuted(struct weighing *weighing)
{
    for (const struct lead *lead = weighing->casefile->leads; lead; lead = lead->next) {
        const uint32_t number = map_find(&weighing->names, lead->subject);
        if (number != MAP_NONE)
            weighing->suspects[number].refuted = lead->refuted;
    }
}

struct weighing weigh(struct arena *arena, const struct casefile *casefile)
{
    struct weighing weighing = {.casefile = casefile, .arena = arena, .names = map_new(arena)};
    collect_names(&weighing);
    collect_weights(&weighing);
    for (uint32_t i = 0; i < weighing.names.count; i++)
        score(&weighing, &weighing.suspects[i]);
    mark_refuted(&weighing);
    return weighing;
}

const struct suspect *weigh_find(const struct weighing *weighing, struct str name)
{
    const uint32_t number = map_find(&weighing->names, name);
    return number == MAP_NONE ? NULL : &weighing->suspects[number];
}

double weigh_loudness(const struct suspect *suspect)
{
    double sum = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        sum += suspect->weights[finding];
    return sum;
}

double weigh_explained_by(const struct suspect *caller, const struct suspect *callee)
{
    double explained = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++) {
        const double weight = caller->weights[finding];
        if (is_symptom((enum finding)finding))
            explained += EXPLAIN * fmin(weight, callee->weights[finding]);
        else if (is_behaviour((enum finding)finding))
            explained += weight * trouble_of(callee);
    }
    return explained;
}
