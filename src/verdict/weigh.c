/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Explains symptoms away along the graph:
 *
 *  - most of a caller's symptom is explained by a callee that has it as strongly;
 *  - what requests and logs show of a caller is explained by a callee in trouble of that kind, and
 *    speaks for it where it shows nothing else itself: its callers are its only witnesses;
 *  - a subject that the symptoms of others do not lead back to counts less;
 *  - so does what the alert's service does not reach by calls: its trouble is another one;
 *  - where services were changed just before, a change is a little evidence by itself, and one
 *    that was not changed gets less, by the age of its last change; what its callers suffer without
 *    another explanation is handed down to what was changed;
 *  - evidence that refutes a finding takes its strength from that finding.
 *
 * How much less each of them means stands in the weights.
 */
#include "verdict/weigh.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define STRENGTH_MAX 0.99999 /* -ln(1 - s) must stay finite */

/* What a subject did, as its requests and logs show: a callee that misbehaves can be the reason. */
static bool is_behaviour(enum finding finding)
{
    return finding == FINDING_OPERATIONS || finding == FINDING_SPAN_ERRORS ||
           finding == FINDING_LOG_ERRORS || finding == FINDING_LOG_SHIFT ||
           finding == FINDING_EXCEPTION || finding == FINDING_REPEATED;
}

static bool is_request_timing(enum finding finding)
{
    return finding == FINDING_SELF_TIME || finding == FINDING_EDGE_GAP;
}

static bool is_symptom(enum finding finding)
{
    return finding == FINDING_LATENCY || finding == FINDING_ERRORS;
}

/* A complaint that is heard at both ends of a call tells what is wrong, and not with whom. */
static double loudness_of(const struct evidence *evidence)
{
    if (evidence->finding == FINDING_COMPLAINT && !evidence->tells_place)
        return 0;
    return -log1p(-fmin(evidence->strength, STRENGTH_MAX));
}

double weigh_evidence(const struct weights *weights, const struct evidence *evidence)
{
    return weights->findings[evidence->finding] * loudness_of(evidence);
}

double weigh_piece(const struct weighing *weighing, const struct evidence *evidence)
{
    const bool beside = weighing->traced && evidence->signal == SIGNAL_METRICS;
    return weigh_evidence(weighing->weights, evidence) *
           (beside ? weighing->weights->beside_traces : 1);
}

bool weigh_tells(const struct weights *weights, enum finding finding)
{
    return finding == FINDING_CHANGE || weights->findings[finding] > 0;
}

bool weigh_speaks_for(const struct evidence *evidence, struct str subject)
{
    return evidence->bearing == BEARING_SUPPORTS && str_eq(evidence->subject, subject);
}

/* ---- hearing ---- */

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
        for (int finding = 0; finding < FINDINGS_COUNT; finding++)
            suspect->stands[finding] = 1;
    }
    weighing->from_alert = distances_from(
        weighing, topology_find(&weighing->casefile->topology, weighing->casefile->subject));
    for (uint32_t i = 0; i < weighing->names.count && weighing->from_alert; i++) {
        struct suspect *suspect = &weighing->suspects[i];
        if (suspect->node != MAP_NONE && weighing->from_alert[suspect->node] != TOPOLOGY_FAR)
            suspect->steps = weighing->from_alert[suspect->node];
    }
}

static void collect_callees(struct weighing *weighing, struct suspect *suspect)
{
    const struct topology *topology = &weighing->casefile->topology;
    suspect->callees = arena_push_many(weighing->arena, uint32_t, weighing->names.count);
    for (uint32_t i = 0; i < topology->edges_count && suspect->node != MAP_NONE; i++) {
        if (topology->edges[i].caller != suspect->node)
            continue;
        const uint32_t callee =
            map_find(&weighing->names, topology->nodes.keys[topology->edges[i].callee]);
        if (callee != MAP_NONE)
            suspect->callees[suspect->callees_count++] = callee;
    }
}

static void collect_paths(struct weighing *weighing)
{
    const uint32_t count = weighing->names.count;
    weighing->leads_to = arena_push_many(weighing->arena, bool, (size_t)count *count);
    for (uint32_t from = 0; from < count; from++) {
        const uint32_t *distances = weighing->suspects[from].distances;
        for (uint32_t to = 0; to < count; to++) {
            const uint32_t node = weighing->suspects[to].node;
            weighing->leads_to[(size_t)from * count + to] =
                from == to || (distances && node != MAP_NONE && distances[node] != TOPOLOGY_FAR);
        }
    }
}

bool weigh_is_repeated(const struct casefile *casefile, const struct evidence *evidence)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        if (it == evidence || it->finding != evidence->finding ||
            !weigh_speaks_for(it, evidence->subject) || !str_eq(it->cause, evidence->cause))
            continue;
        if (it->strength > evidence->strength ||
            (it->strength == evidence->strength && it->id < evidence->id))
            return true;
    }
    return false;
}

static void hear(struct weighing *weighing, const struct evidence *evidence)
{
    const uint32_t number = map_find(&weighing->names, evidence->subject);
    if (number == MAP_NONE)
        return;
    struct suspect *suspect = &weighing->suspects[number];
    suspect->passes_on |= evidence->finding == FINDING_COMPLAINT &&
                          evidence->kind == KIND_DEPENDENCY && !evidence->tells_place;
    if (evidence->bearing == BEARING_REFUTES) {
        suspect->stands[evidence->finding] *= 1 - evidence->strength;
    } else if (evidence->bearing == BEARING_SUPPORTS &&
               !weigh_is_repeated(weighing->casefile, evidence)) {
        if (evidence->finding == FINDING_CHANGE) {
            suspect->changed = fmax(suspect->changed, evidence->strength);
            weighing->most_changed = fmax(weighing->most_changed, evidence->strength);
        } else if (evidence->signal == SIGNAL_METRICS) {
            suspect->loudness_metrics[evidence->finding] += loudness_of(evidence);
        } else {
            suspect->loudness[evidence->finding] += loudness_of(evidence);
        }
    }
}

static void mark_refuted(struct weighing *weighing)
{
    for (const struct lead *lead = weighing->casefile->leads; lead; lead = lead->next) {
        const uint32_t number = map_find(&weighing->names, lead->subject);
        if (number != MAP_NONE)
            weighing->suspects[number].refuted = lead->refuted;
    }
}

/* One voice for each finding and cause: ten log lines of one fault are one witness. */
struct weighing weigh_hear(struct arena *arena, const struct casefile *casefile)
{
    struct weighing weighing = {.casefile = casefile, .arena = arena, .names = map_new(arena)};
    collect_names(&weighing);
    for (uint32_t i = 0; i < weighing.names.count; i++)
        collect_callees(&weighing, &weighing.suspects[i]);
    collect_paths(&weighing);
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        weighing.in_traces[it->finding] |=
            it->signal == SIGNAL_TRACES && it->bearing == BEARING_SUPPORTS && it->strength > 0;
        hear(&weighing, it);
    }
    mark_refuted(&weighing);
    return weighing;
}

/* ---- weighing ---- */

static void weigh_suspect(const struct weighing *weighing, struct suspect *suspect)
{
    const struct weights *weights = weighing->weights;
    const double beside = weighing->traced ? weights->beside_traces : 1;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        suspect->weights[finding] =
            weights->findings[finding] * suspect->stands[finding] *
            (suspect->loudness[finding] + beside * suspect->loudness_metrics[finding]);
    suspect->inherited = 0;
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
        if (is_behaviour((enum finding)finding) || is_request_timing((enum finding)finding) ||
            finding == FINDING_COMPLAINT)
            weight += suspect->weights[finding];
    return 1 - exp(-weight);
}

/* The share of a symptom that a callee with the same one takes, and which callee that is. */
static double share_taken(const struct weighing *weighing, const struct suspect *suspect,
                          int finding, uint32_t *by)
{
    double taken = 0;
    for (uint32_t i = 0; i < suspect->callees_count; i++) {
        const struct suspect *callee = &weighing->suspects[suspect->callees[i]];
        const double share = fmin(1, callee->weights[finding] / suspect->weights[finding]);
        if (share <= taken)
            continue;
        taken = share;
        *by = suspect->callees[i];
    }
    return taken;
}

/* In trouble, by failed or late calls to it, and it says and does nothing that anybody saw. */
static bool is_mute(const struct suspect *suspect)
{
    if (suspect->passes_on)
        return false;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (suspect->weights[finding] > 0 && finding != FINDING_SPAN_ERRORS &&
            (is_behaviour((enum finding)finding) || finding == FINDING_SELF_TIME))
            return false;
    return trouble_of(suspect) > 0;
}

/* Of those it calls; and of those they call who show nothing themselves, but pass it on. */
static double most_trouble(const struct weighing *weighing, const struct suspect *suspect,
                           uint32_t *by)
{
    double most = 0;
    for (uint32_t i = 0; i < suspect->callees_count; i++) {
        const struct suspect *callee = &weighing->suspects[suspect->callees[i]];
        uint32_t who = suspect->callees[i];
        const double own = trouble_of(callee);
        double trouble = own;
        for (uint32_t k = 0; own <= 0 && k < callee->callees_count; k++) {
            const struct suspect *below = &weighing->suspects[callee->callees[k]];
            if (below == suspect || !is_mute(below) || trouble_of(below) <= trouble)
                continue;
            trouble = trouble_of(below);
            who = callee->callees[k];
        }
        if (trouble <= most)
            continue;
        most = trouble;
        *by = who;
    }
    return most;
}

/*
 * By a callee that has the same symptom as strongly; or by one that shows nothing, for who is seen
 * through its callers only has no metrics that could move: theirs are its own.
 */
static void explain_symptom(const struct weighing *weighing, struct suspect *suspect, int finding,
                            struct suspect *mute, double trouble)
{
    const double weight = suspect->weights[finding];
    const double taken = share_taken(weighing, suspect, finding, &suspect->taken_by[finding]);
    const bool by_mute = mute && trouble > taken;
    const double explained = weighing->weights->explained * (by_mute ? trouble : taken);
    suspect->left[finding] *= 1 - explained;
    if (!by_mute)
        return;
    suspect->taken_by[finding] = (uint32_t)(mute - weighing->suspects);
    suspect->witnessed[finding] = weight * explained;
    mute->inherited += weight * explained;
}

static void explain_away(const struct weighing *weighing, struct suspect *suspect)
{
    uint32_t troubled = MAP_NONE;
    const double trouble = most_trouble(weighing, suspect, &troubled);
    struct suspect *mute = trouble > 0 && is_mute(&weighing->suspects[troubled])
                               ? &weighing->suspects[troubled]
                               : NULL;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++) {
        const double weight = suspect->weights[finding];
        suspect->left[finding] = weight;
        suspect->witnessed[finding] = 0;
        suspect->taken_by[finding] = MAP_NONE;
        if (weight <= 0)
            continue;
        if (is_symptom((enum finding)finding)) {
            explain_symptom(weighing, suspect, finding, mute, trouble);
        } else if (is_behaviour((enum finding)finding)) {
            suspect->left[finding] *= 1 - trouble;
            suspect->taken_by[finding] = troubled;
            if (!mute)
                continue;
            suspect->witnessed[finding] = weight * trouble;
            mute->inherited += weight * trouble;
        }
    }
}

/*
 * What is left of a caller's symptoms is explained by those callees of it that were changed, and
 * shared out among them; a caller that was changed itself keeps its part. A bad replica that never
 * answers shows nothing of itself: only its callers show it.
 */
static void hand_down(struct weighing *weighing, struct suspect *caller)
{
    double among = 0, most = 0, handed = 0;
    uint32_t to = MAP_NONE;
    for (uint32_t i = 0; i < caller->callees_count; i++) {
        const double changed = weighing->suspects[caller->callees[i]].changed;
        among += changed;
        if (changed <= most)
            continue;
        most = changed;
        to = caller->callees[i];
    }
    const double share = weighing->weights->handed_down * most * (1 - caller->changed);
    caller->handed_among = among;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++) {
        caller->handed[finding] =
            is_symptom((enum finding)finding) ? share * caller->left[finding] : 0;
        caller->left[finding] -= caller->handed[finding];
        if (caller->handed[finding] > 0 && caller->taken_by[finding] == MAP_NONE)
            caller->taken_by[finding] = to;
        handed += caller->handed[finding];
    }
    for (uint32_t i = 0; i < caller->callees_count && handed > 0; i++) {
        struct suspect *callee = &weighing->suspects[caller->callees[i]];
        callee->inherited += handed * callee->changed / among;
    }
}

/* Which share of all symptoms the subject and its callers, near and far, show. */
static double share_of_symptoms(const struct weighing *weighing, const struct suspect *suspect)
{
    const uint32_t count = weighing->names.count;
    const size_t to = (size_t)(suspect - weighing->suspects);
    double all = 0, covered = 0;
    for (uint32_t i = 0; i < count; i++) {
        const double symptoms = symptoms_of(&weighing->suspects[i]);
        all += symptoms;
        covered += weighing->leads_to[(size_t)i * count + to] ? symptoms : 0;
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
    const struct weights *weights = weighing->weights;
    double sum = suspect->inherited;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        sum += suspect->left[finding];
    suspect->place = suspect->age = 1;
    /* an object of a platform need not be a node of the call graph */
    const bool placed = suspect->weights[FINDING_OBJECT] <= 0;
    if (placed && weighing->casefile->topology.edges_count > 0) {
        suspect->place -= weights->elsewhere * (1 - share_of_symptoms(weighing, suspect));
        if (!weighing->casefile->beyond_reach && !weigh_is_reached(weighing, suspect))
            suspect->place *= weights->out_of_reach;
        /* what others choke on that was set here came to them by queues and tables, not by calls */
        suspect->place +=
            (1 - suspect->place) * (1 - exp(-suspect->loudness[FINDING_CONFIGURATION]));
    }
    if (placed) /* where nobody was changed much, not to be changed says little */
        suspect->age = 1 - (1 - weights->unchanged) * (weighing->most_changed - suspect->changed);
    suspect->score = (sum * suspect->place + weights->changed * suspect->changed) * suspect->age;
}

void weigh_by(struct weighing *weighing, const struct weights *weights)
{
    weighing->weights = weights;
    weighing->traced = false;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        weighing->traced |= weighing->in_traces[finding] && weights->findings[finding] > 0;
    for (uint32_t i = 0; i < weighing->names.count; i++)
        weigh_suspect(weighing, &weighing->suspects[i]);
    for (uint32_t i = 0; i < weighing->names.count; i++)
        explain_away(weighing, &weighing->suspects[i]);
    for (uint32_t i = 0; i < weighing->names.count; i++)
        hand_down(weighing, &weighing->suspects[i]);
    for (uint32_t i = 0; i < weighing->names.count; i++)
        score(weighing, &weighing->suspects[i]);
}

struct weighing weigh(struct arena *arena, const struct casefile *casefile)
{
    struct weighing weighing = weigh_hear(arena, casefile);
    weigh_by(&weighing, weights_of(casefile));
    return weighing;
}

/* ---- asking ---- */

int weigh_tie(const struct suspect *a, const struct suspect *b)
{
    if (a->steps != b->steps)
        return a->steps < b->steps ? 1 : -1;
    return str_compare(a->name, b->name);
}

static int better_first(const void *a, const void *b)
{
    const struct suspect *x = *(const struct suspect *const *)a;
    const struct suspect *y = *(const struct suspect *const *)b;
    if (x->refuted != y->refuted)
        return x->refuted ? 1 : -1;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return weigh_tie(x, y);
}

void weigh_rank(struct weighing *weighing)
{
    const uint32_t count = weighing->names.count;
    if (!weighing->ranked)
        weighing->ranked = arena_push_many(weighing->arena, const struct suspect *, count);
    for (uint32_t i = 0; i < count; i++)
        weighing->ranked[i] = &weighing->suspects[i];
    qsort(weighing->ranked, count, sizeof(struct suspect *), better_first);
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

double weigh_explained_by(const struct weighing *weighing, const struct suspect *caller,
                          const struct suspect *callee)
{
    double explained = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++) {
        const double weight = caller->weights[finding];
        if (is_symptom((enum finding)finding))
            explained += weighing->weights->explained * fmin(weight, callee->weights[finding]);
        else if (is_behaviour((enum finding)finding))
            explained += weight * trouble_of(callee);
    }
    return explained;
}
