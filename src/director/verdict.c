/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Weighs the evidence for each subject, and explains symptoms away along the graph.
 *
 * Evidence of strength s weighs -ln(1 - s), so that weights add up as a noisy-or of strengths does;
 * each finding has a factor, for a symptom that any service shows says less than a cause. Then:
 *
 *  - a caller's symptom is explained, but for a fifth, by a callee that has it as strongly;
 *  - a subject that the symptoms of others do not lead back to gets half;
 *  - what the alert's service does not reach by calls gets a fifth: its trouble is another one;
 *  - where services were changed just before, a change is a little evidence by itself, and one
 *    that was not changed gets less, by the age of its last change;
 *  - evidence that refutes a finding takes its strength from that finding.
 *
 * The confidence comes from the margin to the second best and from how much there is at all; it is
 * lowered for each source that is broken: what we could not read might have said otherwise. What is
 * left of certainty is shared out among the rivals.
 */
#include "director/verdict.h"

#include "base/arena.h"

#include <math.h>
#include <stdlib.h>

#define EXPLAIN 0.8
#define COVER 0.5
#define FAR 0.2
#define UNCHANGED 0.2
#define CHANGED 0.1
#define BESIDE_TRACES 0.1    /* of metrics, where requests themselves were followed */
#define STRENGTH_MAX 0.99999 /* -ln(1 - s) must stay finite */
#define SCORE_MIN 0.05
#define HYPOTHESES_MAX 10
#define CITED_MAX 6
#define CITED_SHARE 0.15
#define BROKEN_FACTOR 0.9
#define CONFIDENCE_MAX 0.99 /* nobody who saw only recordings is certain */

static const double finding_weights[FINDINGS_COUNT] = {
    [FINDING_CPU] = 1,         [FINDING_MEMORY] = 1,        [FINDING_DISK] = 0.5,
    [FINDING_NETWORK] = 0.5,   [FINDING_CONNECTIONS] = 0.5, [FINDING_LATENCY] = 1,
    [FINDING_ERRORS] = 1,      [FINDING_TRAFFIC] = 0.3,     [FINDING_OTHER_METRIC] = 0.5,
    [FINDING_SELF_TIME] = 1,   [FINDING_EDGE_GAP] = 1,      [FINDING_OPERATIONS] = 0.5,
    [FINDING_SPAN_ERRORS] = 1, [FINDING_LOG_ERRORS] = 1,    [FINDING_LOG_SHIFT] = 1,
    [FINDING_EXCEPTION] = 1,   [FINDING_REPLICAS] = 1,      [FINDING_RESTART] = 0.3,
    [FINDING_OBJECT] = 1,      [FINDING_MISSING] = 1,       [FINDING_ALERTED] = 0.3,
};

/* What to look at to be sure, for a person who has the system before them. */
static const char *const settling[FINDINGS_COUNT] = {
    [FINDING_CPU] = "a processor profile of it since the onset, and its processor limit.",
    [FINDING_MEMORY] = "its memory limit, heap profile and out-of-memory kills since the onset.",
    [FINDING_DISK] = "the latency and free space of its disk since the onset.",
    [FINDING_NETWORK] = "retransmissions and drops on its interface since the onset.",
    [FINDING_CONNECTIONS] =
        "who holds its connections or locks: the sessions and what they wait for.",
    [FINDING_LATENCY] = "a slow trace through it: where its time goes.",
    [FINDING_ERRORS] = "the failing requests of it: their error texts and first failing call.",
    [FINDING_TRAFFIC] = "who sends it the traffic that changed.",
    [FINDING_SELF_TIME] = "a profile of its code on the slow operation.",
    [FINDING_EDGE_GAP] = "the network between it and its callers, and its accept queue.",
    [FINDING_OPERATIONS] =
        "the code of the operation that takes another path, and its last change.",
    [FINDING_SPAN_ERRORS] = "the error of the deepest failing span.",
    [FINDING_LOG_ERRORS] = "the code that logs the new errors, and its last change.",
    [FINDING_LOG_SHIFT] = "the code that logs what changed, and its last change.",
    [FINDING_EXCEPTION] = "the frame of the exception in its own code.",
    [FINDING_REPLICAS] = "rolling its new version back, and comparing the two.",
    [FINDING_RESTART] = "why it ended: its exit code and last lines.",
    [FINDING_OBJECT] = "the object itself, as it stands now.",
    [FINDING_ALERTED] = "what that alert measures, as a series.",
    [FINDING_MISSING] = "whether it runs at all: its process, its exit code, its last lines.",
    [FINDING_OTHER_METRIC] = "what the metric that shifted stands for.",
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

struct suspect {
    struct str name;
    uint32_t node;                  /* of the topology; MAP_NONE: not in it */
    const uint32_t *distances;      /* from it to each node; NULL: not in it */
    double weights[FINDINGS_COUNT]; /* of the evidence for it, as it came */
    double left[FINDINGS_COUNT];    /* after explaining away */
    double changed;                 /* 0: not; 1: right at the onset */
    double score;
    const struct evidence *explained_by;
};

struct bench {
    struct casefile *casefile;
    struct arena *scratch;
    struct map names;
    struct suspect *suspects;   /* by number of the name */
    const uint32_t *from_alert; /* steps from the alert's service; NULL: it is not in the graph */
    bool any_change;
    bool traced; /* requests were followed, and some differ */
};

static double weight_of(const struct evidence *evidence)
{
    const double strength = fmin(evidence->strength, STRENGTH_MAX);
    return finding_weights[evidence->finding] * -log1p(-strength);
}

static bool speaks_for(const struct evidence *evidence, struct str subject)
{
    return evidence->bearing == BEARING_SUPPORTS && str_eq(evidence->subject, subject);
}

static const uint32_t *distances_from(const struct bench *bench, uint32_t node)
{
    return node == MAP_NONE ? NULL
                            : topology_distances(&bench->casefile->topology, bench->scratch, node);
}

static void collect_names(struct bench *bench)
{
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->subject.len > 0)
            map_add(&bench->names, it->subject);
    bench->suspects = arena_push_many(bench->scratch, struct suspect, bench->names.count);
    for (uint32_t i = 0; i < bench->names.count; i++) {
        struct suspect *suspect = &bench->suspects[i];
        suspect->name = bench->names.keys[i];
        suspect->node = topology_find(&bench->casefile->topology, suspect->name);
        suspect->distances = distances_from(bench, suspect->node);
    }
    bench->from_alert =
        distances_from(bench, topology_find(&bench->casefile->topology, bench->casefile->subject));
}

/* Whether an earlier, at least as strong piece says the same of the same subject. */
static bool is_repeated(const struct bench *bench, const struct evidence *evidence)
{
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next) {
        if (it == evidence || it->finding != evidence->finding ||
            !speaks_for(it, evidence->subject) || !str_eq(it->cause, evidence->cause))
            continue;
        if (it->strength > evidence->strength ||
            (it->strength == evidence->strength && it->id < evidence->id))
            return true;
    }
    return false;
}

/* One voice for each finding and cause: ten log lines of one fault are one witness. */
static void collect_weights(struct bench *bench)
{
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next)
        bench->traced |= it->signal == SIGNAL_TRACES && it->bearing == BEARING_SUPPORTS;
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next) {
        if (it->bearing != BEARING_SUPPORTS || it->subject.len == 0 || is_repeated(bench, it))
            continue;
        struct suspect *suspect = &bench->suspects[map_find(&bench->names, it->subject)];
        if (it->finding == FINDING_CHANGE) {
            suspect->changed = fmax(suspect->changed, it->strength);
            bench->any_change = true;
        } else {
            suspect->weights[it->finding] +=
                weight_of(it) * (bench->traced && it->signal == SIGNAL_METRICS ? BESIDE_TRACES : 1);
        }
    }
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next) {
        const uint32_t number = map_find(&bench->names, it->subject);
        if (it->bearing == BEARING_REFUTES && number != MAP_NONE)
            bench->suspects[number].weights[it->finding] *= 1 - it->strength;
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

static const struct evidence *strongest(const struct bench *bench, struct str subject,
                                        enum finding finding)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next)
        if (it->finding == finding && speaks_for(it, subject) &&
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

static void explain_behaviour(const struct bench *bench, struct suspect *suspect)
{
    const struct topology *topology = &bench->casefile->topology;
    double trouble = 0;
    for (uint32_t i = 0; i < topology->edges_count; i++) {
        if (topology->edges[i].caller != suspect->node)
            continue;
        const uint32_t number =
            map_find(&bench->names, topology->nodes.keys[topology->edges[i].callee]);
        if (number != MAP_NONE)
            trouble = fmax(trouble, trouble_of(&bench->suspects[number]));
    }
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (is_behaviour((enum finding)finding))
            suspect->left[finding] *= 1 - trouble;
}

static void explain_away(const struct bench *bench, struct suspect *suspect)
{
    const struct topology *topology = &bench->casefile->topology;
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
            const uint32_t number = map_find(&bench->names, callee);
            const double theirs = number == MAP_NONE ? 0 : bench->suspects[number].weights[finding];
            if (fmin(1, theirs / weight) <= taken)
                continue;
            taken = fmin(1, theirs / weight);
            suspect->explained_by = strongest(bench, callee, (enum finding)finding);
        }
        suspect->left[finding] = weight * (1 - EXPLAIN * taken);
    }
    explain_behaviour(bench, suspect);
}

/* Which share of all symptoms the subject and its callers, near and far, show. */
static double share_of_symptoms(const struct bench *bench, const struct suspect *suspect)
{
    double all = 0, covered = 0;
    for (uint32_t i = 0; i < bench->names.count; i++) {
        const struct suspect *other = &bench->suspects[i];
        const double symptoms = symptoms_of(other);
        const bool leads_here = other->distances && suspect->node != MAP_NONE &&
                                other->distances[suspect->node] != TOPOLOGY_FAR;
        all += symptoms;
        covered += other == suspect || leads_here ? symptoms : 0;
    }
    return all > 0 ? covered / all : 0;
}

static bool is_reached_by_alert(const struct bench *bench, const struct suspect *suspect)
{
    if (!bench->from_alert || suspect->node == MAP_NONE)
        return true; /* the graph does not show one of them: nothing can be said */
    return bench->from_alert[suspect->node] != TOPOLOGY_FAR;
}

static void score(const struct bench *bench, struct suspect *suspect)
{
    explain_away(bench, suspect);
    double sum = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        sum += suspect->left[finding];
    /* an object of a platform need not be a node of the call graph */
    const bool placed = suspect->weights[FINDING_OBJECT] <= 0;
    if (placed && bench->casefile->topology.edges_count > 0) {
        sum *= 1 - COVER * (1 - share_of_symptoms(bench, suspect));
        if (!is_reached_by_alert(bench, suspect))
            sum *= FAR;
    }
    sum += CHANGED * suspect->changed;
    if (bench->any_change && placed)
        sum *= UNCHANGED + (1 - UNCHANGED) * suspect->changed;
    suspect->score = sum;
}

/* ---- hypotheses ---- */

static int stronger_first(const void *a, const void *b)
{
    const struct evidence *x = *(const struct evidence *const *)a;
    const struct evidence *y = *(const struct evidence *const *)b;
    const double of_x = x->finding == FINDING_CHANGE ? x->strength : weight_of(x);
    const double of_y = y->finding == FINDING_CHANGE ? y->strength : weight_of(y);
    if (of_x != of_y)
        return of_x < of_y ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

static void cite(const struct bench *bench, const struct suspect *suspect,
                 struct hypothesis *hypothesis)
{
    struct arena *arena = bench->casefile->arena;
    const uint32_t count = bench->casefile->evidence_count + 1;
    hypothesis->cited_for = arena_push_many(arena, const struct evidence *, count);
    hypothesis->cited_against = arena_push_many(arena, const struct evidence *, count);
    for (const struct evidence *it = bench->casefile->evidence; it; it = it->next) {
        if (speaks_for(it, suspect->name))
            hypothesis->cited_for[hypothesis->cited_for_count++] = it;
        else if (it->bearing == BEARING_REFUTES && str_eq(it->subject, suspect->name))
            hypothesis->cited_against[hypothesis->cited_against_count++] = it;
    }
    if (suspect->explained_by)
        hypothesis->cited_against[hypothesis->cited_against_count++] = suspect->explained_by;
    qsort(hypothesis->cited_for, hypothesis->cited_for_count, sizeof *hypothesis->cited_for,
          stronger_first);
    /* what weighs next to nothing beside the strongest piece would only distract */
    uint32_t kept = 0;
    for (uint32_t i = 0; i < hypothesis->cited_for_count && kept < CITED_MAX; i++) {
        const struct evidence *it = hypothesis->cited_for[i];
        if (it->finding == FINDING_CHANGE ||
            weight_of(it) >= CITED_SHARE * weight_of(hypothesis->cited_for[0]))
            hypothesis->cited_for[kept++] = it;
    }
    hypothesis->cited_for_count = kept;
}

/* The finding with the most weight left. That an alert fired is no cause while there is another. */
static enum finding main_finding(const struct suspect *suspect)
{
    enum finding best = FINDING_NONE;
    double most = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (finding != FINDING_ALERTED && suspect->left[finding] > most) {
            most = suspect->left[finding];
            best = (enum finding)finding;
        }
    if (best != FINDING_NONE)
        return best;
    return suspect->left[FINDING_ALERTED] > 0 ? FINDING_ALERTED : FINDING_CHANGE;
}

static void word(const struct bench *bench, const struct suspect *suspect,
                 struct hypothesis *hypothesis)
{
    struct arena *arena = bench->casefile->arena;
    const enum finding finding = main_finding(suspect);
    const struct evidence *main = strongest(bench, suspect->name, finding);
    const struct str cause =
        main && main->cause.len > 0 ? main->cause : str_of(finding_text(finding));
    hypothesis->finding = finding;
    hypothesis->instance = main ? main->instance : STR("");
    hypothesis->since_ns = main && main->onset_ns != 0    ? main->onset_ns
                           : bench->casefile->onset_known ? bench->casefile->incident.start_ns
                                                          : 0;
    const bool changed = suspect->changed > 0;
    hypothesis->cause =
        changed && finding != FINDING_CHANGE
            ? str_printf(arena, "it was changed just before, and %.*s", STR_ARG(cause))
            : cause;
    const char *look_at = settling[finding] ? settling[finding] : "what it did since the onset.";
    hypothesis->would_settle = str_printf(
        arena,
        changed ? "`%.*s`: undo its last change and watch whether it ends; failing that, %s"
                : "`%.*s`: %s",
        STR_ARG(suspect->name), look_at);
}

static int better_first(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;
    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return str_compare(x->name, y->name);
}

static double readable(const struct casefile *casefile)
{
    double factor = 1;
    for (const struct source_entry *entry = casefile->sources; entry; entry = entry->next)
        if (entry->state == SOURCE_BROKEN)
            factor *= BROKEN_FACTOR;
    return factor;
}

static void add_hypothesis(const struct bench *bench, const struct suspect *suspect,
                           double confidence, struct hypothesis ***tail)
{
    struct hypothesis *hypothesis = arena_push(bench->casefile->arena, struct hypothesis);
    *hypothesis = (struct hypothesis){
        .subject = str_copy(bench->casefile->arena, suspect->name),
        .score = 1 - exp(-suspect->score),
        .confidence = confidence,
    };
    cite(bench, suspect, hypothesis);
    word(bench, suspect, hypothesis);
    **tail = hypothesis;
    *tail = &hypothesis->next;
}

/*
 * The margin to the second best, by how much there is at all. Doubt is squared because a margin is
 * too modest as a probability: among known incidents a margin of a half is right nine times in ten.
 */
static double confidence_in_best(const struct bench *bench)
{
    if (bench->names.count == 0 || bench->suspects[0].score <= 0)
        return 0;
    const double score = bench->suspects[0].score;
    const double rival = bench->names.count > 1 ? bench->suspects[1].score : 0;
    const double doubt = 1 - (1 - rival / score) * (1 - exp(-score));
    return fmin(1 - doubt * doubt, CONFIDENCE_MAX) * readable(bench->casefile);
}

void director_verdict(struct casefile *casefile)
{
    struct arena *scratch = arena_new("verdict");
    struct bench bench = {.casefile = casefile, .scratch = scratch, .names = map_new(scratch)};
    collect_names(&bench);
    collect_weights(&bench);
    for (uint32_t i = 0; i < bench.names.count; i++)
        score(&bench, &bench.suspects[i]);
    qsort(bench.suspects, bench.names.count, sizeof *bench.suspects, better_first);

    struct hypothesis **tail = &casefile->hypotheses;
    const double best = confidence_in_best(&bench);
    double rivals = 0;
    for (uint32_t i = 1; i < bench.names.count; i++)
        rivals += bench.suspects[i].score;
    for (uint32_t i = 0; i < bench.names.count && i < HYPOTHESES_MAX; i++) {
        const struct suspect *suspect = &bench.suspects[i];
        if (suspect->score < SCORE_MIN)
            break;
        const double share = i == 0 ? best : fmin(best, (1 - best) * suspect->score / rivals);
        add_hypothesis(&bench, suspect, share, &tail);
    }
    arena_free(scratch);
}
