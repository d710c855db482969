/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranks the suspects by what is left of the evidence for them (weigh.h), and puts each into words.
 * What confidence.h leaves of certainty is shared out among the rivals.
 */
#include "verdict/verdict.h"

#include "base/arena.h"
#include "verdict/blame.h"
#include "verdict/confidence.h"
#include "verdict/contribution.h"
#include "verdict/kind.h"
#include "verdict/weigh.h"

#include <math.h>
#include <stdlib.h>

#define SCORE_MIN 0.05
#define HYPOTHESES_MAX 10
#define CITED_MAX 6
#define CITED_SHARE 0.15

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
    [FINDING_REPEATED] = "a trace of it: who repeats the calls, and why.",
    [FINDING_LEAD] = "what drives that series, and whether the two are tied at other times too.",
    [FINDING_ATTRIBUTE] = "what its code does with that value.",
    [FINDING_SPAN_ERRORS] = "the error of the deepest failing span.",
    [FINDING_LOG_ERRORS] = "the code that logs the new errors, and its last change.",
    [FINDING_LOG_SHIFT] = "the code that logs what changed, and its last change.",
    [FINDING_EXCEPTION] = "the frame of the exception in its own code.",
    [FINDING_REPLICAS] = "rolling its new version back, and comparing the two.",
    [FINDING_RESTART] = "why it ended: its exit code and last lines.",
    [FINDING_OBJECT] = "the object itself, as it stands now.",
    [FINDING_ALERTED] = "what that alert measures, as a series.",
    [FINDING_MISSING] = "whether it runs at all: its process, its exit code, its last lines.",
    [FINDING_QUERIES] = "the plans of its slow statements: EXPLAIN (ANALYZE, BUFFERS) of each.",
    [FINDING_LOCKS] = "the transactions that hold the locks, and what they do meanwhile.",
    [FINDING_CONFIGURATION] = "the option as it stands now against the last version that worked.",
    [FINDING_COMPLAINT] = "the first lines that say so, and what stands right before them.",
    [FINDING_NEIGHBOUR] = "what it did since the onset: its metrics, its log and its last change.",
    [FINDING_PAST] = "whether what ended it the last time applies now.",
    [FINDING_OTHER_METRIC] = "what the metric that shifted stands for.",
};

static int stronger_first(const void *a, const void *b, void *of)
{
    const struct weighing *weighing = of;
    const struct evidence *x = *(const struct evidence *const *)a;
    const struct evidence *y = *(const struct evidence *const *)b;
    const double of_x = x->finding == FINDING_CHANGE ? x->strength : weigh_piece(weighing, x);
    const double of_y = y->finding == FINDING_CHANGE ? y->strength : weigh_piece(weighing, y);
    if (of_x != of_y)
        return of_x < of_y ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

/* What explains its symptom best, be it a change of whom it calls; NULL: nothing does. */
static const struct evidence *explained_symptom(const struct weighing *weighing,
                                                const struct suspect *suspect)
{
    static const enum finding symptoms[] = {FINDING_ERRORS, FINDING_LATENCY};
    for (size_t i = 0; i < sizeof symptoms / sizeof *symptoms; i++) {
        const uint32_t by = suspect->taken_by[symptoms[i]];
        if (by == MAP_NONE)
            continue;
        const struct str name = weighing->names.keys[by];
        const struct evidence *same = weigh_strongest(weighing->casefile, name, symptoms[i]);
        return same ? same : weigh_strongest(weighing->casefile, name, FINDING_CHANGE);
    }
    return NULL;
}

static void cite(const struct weighing *weighing, const struct suspect *suspect,
                 struct hypothesis *hypothesis)
{
    struct arena *arena = weighing->casefile->arena;
    const struct weights *weights = weighing->weights;
    const uint32_t count = weighing->casefile->evidence_count + 1;
    hypothesis->cited_for = arena_push_many(arena, const struct evidence *, count);
    hypothesis->cited_against = arena_push_many(arena, const struct evidence *, count);
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next) {
        if (!weigh_tells(weights, it->finding))
            continue;
        if (weigh_speaks_for(it, suspect->name))
            hypothesis->cited_for[hypothesis->cited_for_count++] = it;
        else if (it->bearing == BEARING_REFUTES && str_eq(it->subject, suspect->name))
            hypothesis->cited_against[hypothesis->cited_against_count++] = it;
    }
    const struct evidence *explained_by = explained_symptom(weighing, suspect);
    if (explained_by)
        hypothesis->cited_against[hypothesis->cited_against_count++] = explained_by;
    qsort_r(hypothesis->cited_for, hypothesis->cited_for_count, sizeof *hypothesis->cited_for,
            stronger_first, (void *)(uintptr_t)weighing);
    /* what weighs next to nothing beside the strongest piece would only distract */
    uint32_t kept = 0;
    for (uint32_t i = 0; i < hypothesis->cited_for_count && kept < CITED_MAX; i++) {
        const struct evidence *it = hypothesis->cited_for[i];
        if (it->finding == FINDING_CHANGE ||
            weigh_piece(weighing, it) >=
                CITED_SHARE * weigh_piece(weighing, hypothesis->cited_for[0]))
            hypothesis->cited_for[kept++] = it;
    }
    hypothesis->cited_for_count = kept;
}

/* The finding with the most weight left: of those that show the kind, or of all of KIND_UNKNOWN. */
static enum finding strongest_left(const struct suspect *suspect, enum kind kind)
{
    enum finding best = FINDING_NONE;
    double most = 0;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        if (finding != FINDING_ALERTED && finding != FINDING_CULPRIT &&
            suspect->left[finding] > most &&
            (kind == KIND_UNKNOWN || kind_is_shown_by(kind, (enum finding)finding))) {
            most = suspect->left[finding];
            best = (enum finding)finding;
        }
    return best;
}

/*
 * What is put into words as the cause: what shows the kind of fault rather than what is loudest,
 * for a setting that does not fit says more than all the failures it makes. An object has words of
 * its own, and so has a complaint that names the kind. That an alert fired is no cause while there
 * is another, nor is what fits a change.
 */
static enum finding main_finding(const struct suspect *suspect, enum kind kind)
{
    const enum finding loudest = strongest_left(suspect, KIND_UNKNOWN);
    const enum finding shows = strongest_left(suspect, kind);
    if (shows != FINDING_NONE && loudest != FINDING_OBJECT)
        return shows;
    if (loudest != FINDING_NONE)
        return loudest;
    return suspect->left[FINDING_ALERTED] > 0 ? FINDING_ALERTED : FINDING_CHANGE;
}

/* What the cause is put into words of is cited first; the rest stays strongest first. */
static void cite_first(struct hypothesis *hypothesis, const struct evidence *main)
{
    uint32_t at = 0;
    while (at < hypothesis->cited_for_count && hypothesis->cited_for[at] != main)
        at++;
    if (at == CITED_MAX)
        at--; /* it takes the place of the weakest */
    else if (at == hypothesis->cited_for_count)
        hypothesis->cited_for_count++;
    for (; at > 0; at--)
        hypothesis->cited_for[at] = hypothesis->cited_for[at - 1];
    hypothesis->cited_for[0] = main;
}

static void word(const struct weighing *weighing, const struct suspect *suspect,
                 struct hypothesis *hypothesis)
{
    struct arena *arena = weighing->casefile->arena;
    const struct evidence *namer = kind_namer(weighing, suspect);
    const bool told = namer && namer->finding == FINDING_COMPLAINT;
    const enum finding finding = told ? FINDING_COMPLAINT : main_finding(suspect, hypothesis->kind);
    const struct evidence *main =
        told ? namer : weigh_strongest(weighing->casefile, suspect->name, finding);
    const struct str cause =
        main && main->cause.len > 0 ? main->cause : str_of(finding_text(finding));
    if (main)
        cite_first(hypothesis, main);
    hypothesis->finding = finding;
    hypothesis->instance = main ? main->instance : STR("");
    hypothesis->since_ns = main && main->onset_ns != 0       ? main->onset_ns
                           : weighing->casefile->onset_known ? weighing->casefile->incident.start_ns
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

static void add_hypothesis(const struct weighing *weighing, const struct suspect *suspect,
                           double confidence, struct hypothesis ***tail)
{
    struct hypothesis *hypothesis = arena_push(weighing->casefile->arena, struct hypothesis);
    *hypothesis = (struct hypothesis){
        .subject = str_copy(weighing->casefile->arena, suspect->name),
        .score = 1 - exp(-suspect->score),
        .confidence = confidence,
    };
    hypothesis->kind = kind_of(weighing, suspect);
    cite(weighing, suspect, hypothesis);
    word(weighing, suspect, hypothesis);
    contribution_list(weighing, suspect, hypothesis);
    **tail = hypothesis;
    *tail = &hypothesis->next;
}

void verdict_rank(struct casefile *casefile)
{
    struct arena *scratch = arena_new("verdict");
    struct weighing weighing = weigh(scratch, casefile);
    weigh_rank(&weighing);

    casefile->hypotheses = NULL;
    struct hypothesis **tail = &casefile->hypotheses;
    const double best = confidence_of(&weighing);
    double rivals = 0;
    for (uint32_t i = 1; i < weighing.names.count; i++)
        rivals += weighing.ranked[i]->score;
    uint32_t count = 0;
    for (uint32_t i = 0; i < weighing.names.count && count < HYPOTHESES_MAX; i++) {
        const struct suspect *suspect = weighing.ranked[i];
        if (suspect->score < SCORE_MIN)
            continue;
        const double share = i == 0 ? best : fmin(best, (1 - best) * suspect->score / rivals);
        add_hypothesis(&weighing, suspect, share, &tail);
        count++;
    }
    arena_free(scratch);
    blame_rank(casefile);
}
