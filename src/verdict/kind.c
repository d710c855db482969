/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What names the fault goes before what shows it: one line that says "no space left" is worth more
 * than ten series that moved, for each of them may have moved for another reason. So, in this order
 * (docs/adr/0013):
 *
 *  1. Named. The surest piece that names a kind by itself decides, if it is sure enough: what the
 *     platform says of an object, what logs say of it at either end of a call, what a setting that
 *     was changed governs, what a database says it waits for.
 *  2. Shown. Else the pieces vote, each with what is left of its weight, for the kinds that its
 *     finding shows, in shares. A finding that any fault brings about (it answers late, it fails)
 *     has little to say where another one tells the reason, and its share goes to the reason that
 *     is left when nothing does: who answers late, with resources and code as ever, waits for the
 *     network.
 *  3. Changed. Where nothing votes, a change is all there is.
 */
#include "verdict/kind.h"

#include "case/symptom.h"

#include <math.h>

#define VOTES_MAX 2
#define OF_SYMPTOM 0.3     /* what a symptom says of the reason, beside a finding that names it */
#define NAMED_MIN 0.25     /* words that are less clear only vote */
#define TROUBLED_MIN 0.5   /* of weight: as much as one hint of strength 0.4 has */
#define MEASURED_MIN 0.4   /* of a metric of round trips: it rose clearly */
#define BY_SETTING 0.6     /* for what a setting governs, though nothing speaks of it */
#define CHANGED_LATELY 0.5 /* the same: within two minutes */
#define OVERRUN_MIN 0.66   /* of more that comes in: three times as much */
#define RIGHT_AT_ONSET 0.8 /* of how changed a suspect is: within half a minute or so */
#define BUSY_BY_MEMORY 0.5 /* of processor time that memory explains, for what memory weighs */

struct vote {
    enum kind kind;
    double share;
};

static const struct vote votes_of_finding[FINDINGS_COUNT][VOTES_MAX] = {
    [FINDING_CPU] = {{KIND_CPU, 1}},
    [FINDING_MEMORY] = {{KIND_MEMORY, 1}},
    [FINDING_DISK] = {{KIND_DISK, 1}},
    [FINDING_NETWORK] = {{KIND_NETWORK_LOSS, 0.5}, {KIND_NETWORK_DELAY, 0.5}},
    [FINDING_CONNECTIONS] = {{KIND_CAPACITY, 1}},
    [FINDING_LATENCY] = {{KIND_NETWORK_DELAY, OF_SYMPTOM}},
    [FINDING_ERRORS] = {{KIND_EXCEPTION, OF_SYMPTOM}},
    [FINDING_TRAFFIC] = {{KIND_TRAFFIC, OF_SYMPTOM}},
    [FINDING_MISSING] = {{KIND_MISSING_DATA, 1}},
    [FINDING_SELF_TIME] = {{KIND_SLOW_CODE, 0.5}},
    [FINDING_EDGE_GAP] = {{KIND_NETWORK_DELAY, 1}},
    [FINDING_OPERATIONS] = {{KIND_CODE_PATH, 1}},
    [FINDING_REPEATED] = {{KIND_CODE_PATH, OF_SYMPTOM}},
    [FINDING_SPAN_ERRORS] = {{KIND_EXCEPTION, 0.5}},
    [FINDING_LOG_ERRORS] = {{KIND_EXCEPTION, 0.5}},
    [FINDING_LOG_SHIFT] = {{KIND_CODE_PATH, 0.5}},
    [FINDING_EXCEPTION] = {{KIND_EXCEPTION, 1}},
    [FINDING_REPLICAS] = {{KIND_CHANGE, OF_SYMPTOM}},
    [FINDING_RESTART] = {{KIND_CRASH, 1}},
    [FINDING_QUERIES] = {{KIND_SLOW_QUERIES, 1}},
    [FINDING_LOCKS] = {{KIND_LOCKS, 1}},
    [FINDING_CONFIGURATION] = {{KIND_CONFIGURATION, OF_SYMPTOM}},
};

struct words {
    const char *words;
    enum kind kind;
};

/* The first that is in the text decides, so what is narrow stands before what is wide. */
static const struct words kinds_of_cause[] = {
    {"quota", KIND_ADMISSION},
    {"service account", KIND_ADMISSION},
    {"image", KIND_IMAGE},
    {"registry", KIND_IMAGE},
    {"probe", KIND_PROBE},
    {"volume", KIND_STORAGE},
    {"denied a file", KIND_STORAGE},
    {"scheduler", KIND_NODE},
    {"than any node has free", KIND_SCHEDULING},
    {"node affinity", KIND_SCHEDULING},
    {"node selector", KIND_SCHEDULING},
    {"anti-affinity", KIND_SCHEDULING},
    {"cordoned", KIND_SCHEDULING},
    {"taint", KIND_SCHEDULING},
    {"disruption budget", KIND_SCHEDULING},
    {"autoscaler is at", KIND_CAPACITY},
    {"certificate", KIND_CONFIGURATION},
    {"lacks a right", KIND_CONFIGURATION},
    {"lack of memory", KIND_MEMORY},
    {"processor", KIND_CPU},
    {"loses packets", KIND_NETWORK_LOSS},
    {"network policy", KIND_ROUTING},
    {"network", KIND_NETWORK_DELAY},
    {"environment", KIND_CONFIGURATION},
    {"config", KIND_CONFIGURATION},
    {"service", KIND_ROUTING},
    {"selector", KIND_ROUTING},
    {"node", KIND_NODE},
    {"restart", KIND_CRASH},
    {"crash", KIND_CRASH},
    {0},
};

static enum kind kind_by_words(const struct words *table, struct str text)
{
    for (; table->words; table++)
        if (str_find_no_case(text, str_of(table->words)) != STR_NPOS)
            return table->kind;
    return KIND_UNKNOWN;
}

/* ---- named ---- */

/* The kind that a piece names by itself; KIND_UNKNOWN: it shows something, and names nothing. */
static enum kind kind_named(const struct evidence *evidence)
{
    return evidence->finding == FINDING_OBJECT ? kind_by_words(kinds_of_cause, evidence->cause)
                                               : evidence->kind;
}

/* What its callers feel of it, or it does itself. */
static bool is_felt(const struct weighing *weighing, const struct suspect *suspect)
{
    static const enum finding felt[] = {FINDING_ERRORS,    FINDING_SPAN_ERRORS, FINDING_LOG_ERRORS,
                                        FINDING_EXCEPTION, FINDING_RESTART,     FINDING_COMPLAINT};
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        const struct suspect *other = &weighing->suspects[i];
        bool concerned = other == suspect;
        for (uint32_t j = 0; j < other->callees_count && !concerned; j++)
            concerned = &weighing->suspects[other->callees[j]] == suspect;
        for (size_t j = 0; concerned && j < sizeof felt / sizeof *felt; j++)
            if (other->loudness[felt[j]] + other->loudness_metrics[felt[j]] > 0)
                return true;
    }
    return false;
}

/* Something keeps it from answering: then a probe that fails is right to. */
static bool is_troubled(const struct suspect *suspect)
{
    static const enum finding troubles[] = {FINDING_CPU,        FINDING_MEMORY,
                                            FINDING_SELF_TIME,  FINDING_SPAN_ERRORS,
                                            FINDING_LOG_ERRORS, FINDING_EXCEPTION};
    double weight = 0;
    for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++)
        weight += suspect->left[troubles[i]];
    return weight > TROUBLED_MIN;
}

/*
 * How surely, 0 to 1. A probe that fails names the probe only where nothing else is wrong, and
 * somebody has just changed something: no probe becomes wrong by itself. A
 * setting that governs one thing alone names it as soon as it was changed, and the more the nearer
 * that was to the onset; that something speaks of it makes it surer. Of what a service did in its
 * requests only what no callee explains counts. A metric names nothing but slow statements, locks,
 * and data that are missing where nobody feels anything.
 */
static double sureness(const struct weighing *weighing, const struct suspect *suspect,
                       const struct evidence *evidence)
{
    const enum finding finding = evidence->finding;
    switch (finding) {
    case FINDING_CONFIGURATION:
        return suspect->changed * (BY_SETTING + (1 - BY_SETTING) * evidence->strength);
    case FINDING_REPEATED:
        return suspect->weights[finding] > 0
                   ? evidence->strength * suspect->left[finding] / suspect->weights[finding]
                   : 0;
    case FINDING_COMPLAINT:
        if (evidence->kind != KIND_PROBE)
            return evidence->strength;
        return is_troubled(suspect) ? 0 : suspect->changed * evidence->strength;
    case FINDING_OBJECT:
    case FINDING_LOCKS:
    case FINDING_QUERIES:
        return evidence->strength;
    default:
        if (evidence->signal != SIGNAL_METRICS)
            return evidence->strength;
        return evidence->kind == KIND_MISSING_DATA && !is_felt(weighing, suspect)
                   ? evidence->strength
                   : 0;
    }
}

const struct evidence *kind_namer(const struct weighing *weighing, const struct suspect *suspect)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, suspect->name) && kind_named(it) != KIND_UNKNOWN &&
            sureness(weighing, suspect, it) >= NAMED_MIN &&
            (!best || sureness(weighing, suspect, it) > sureness(weighing, suspect, best)))
            best = it;
    return best;
}

/* ---- shown ---- */

/*
 * Which part of the time that requests lost within a service, or before it took them up, they
 * waited for a processor: what is busier than ever makes all it does slow.
 */
static double for_processor(const struct suspect *suspect, enum finding finding)
{
    const double loudness = suspect->loudness[FINDING_CPU] + suspect->loudness_metrics[FINDING_CPU];
    const bool lost = finding == FINDING_SELF_TIME || finding == FINDING_EDGE_GAP;
    return lost ? 1 - exp(-loudness * suspect->stands[FINDING_CPU]) : 0;
}

/* Who uses less lacks nothing. But memory: who was killed for it begins anew with little. */
static bool shows_no_shortage(const struct evidence *evidence)
{
    return evidence->eased && evidence->finding != FINDING_MEMORY;
}

static void count(const struct weighing *weighing, const struct suspect *suspect,
                  const struct evidence *evidence, double *votes)
{
    const enum finding finding = evidence->finding;
    const enum kind named = kind_named(evidence);
    if (finding == FINDING_COMPLAINT)
        votes[named] -= log1p(-sureness(weighing, suspect, evidence));
    if (suspect->weights[finding] <= 0)
        return;
    const double weight = weigh_piece(weighing, evidence) * suspect->stands[finding] *
                          suspect->left[finding] / suspect->weights[finding];
    if (named != KIND_UNKNOWN) {
        votes[named] += weight;
        return;
    }
    if (shows_no_shortage(evidence))
        return;
    const double busy = for_processor(suspect, finding);
    for (int i = 0; i < VOTES_MAX; i++) {
        const struct vote *vote = &votes_of_finding[finding][i];
        votes[vote->kind] += vote->share * weight * (1 - busy);
        votes[KIND_CPU] += vote->share * weight * busy;
    }
}

/* Who takes memory allocates, collects and reclaims; who is busy does not take memory for it. */
static void explain_processor(double *votes)
{
    votes[KIND_CPU] = fmax(0, votes[KIND_CPU] - BUSY_BY_MEMORY * votes[KIND_MEMORY]);
}

bool kind_is_shown_by(enum kind kind, enum finding finding)
{
    for (int i = 0; i < VOTES_MAX; i++) {
        const struct vote *vote = &votes_of_finding[finding][i];
        if (vote->share > OF_SYMPTOM && vote->kind == kind)
            return true;
    }
    return false;
}

/*
 * Code that was changed and computes for longer now takes the processor and does not lack it; code
 * that nobody has changed does not become slow by itself: something keeps it from running.
 */
static void explain_computing(const struct suspect *suspect, double *votes)
{
    if (suspect->changed <= 0) {
        votes[KIND_CPU] += votes[KIND_SLOW_CODE];
        votes[KIND_SLOW_CODE] = 0;
        return;
    }
    const bool slower =
        suspect->weights[FINDING_LATENCY] > 0 || suspect->weights[FINDING_SELF_TIME] > 0;
    if (suspect->changed < RIGHT_AT_ONSET || !slower)
        return;
    votes[KIND_SLOW_CODE] += votes[KIND_CPU];
    votes[KIND_CPU] = 0;
}

/* Metrics that stop while those who call it fail: it does not run, or hangs. */
static void explain_silence(const struct weighing *weighing, const struct suspect *suspect,
                            double *votes)
{
    if (votes[KIND_MISSING_DATA] <= 0 || !is_felt(weighing, suspect))
        return;
    votes[KIND_CRASH] += votes[KIND_MISSING_DATA];
    votes[KIND_MISSING_DATA] = 0;
}

static enum kind kind_shown(const struct weighing *weighing, const struct suspect *suspect)
{
    double votes[KINDS_COUNT] = {0};
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, suspect->name) && !weigh_is_repeated(weighing->casefile, it))
            count(weighing, suspect, it, votes);
    explain_processor(votes);
    explain_computing(suspect, votes);
    explain_silence(weighing, suspect, votes);
    enum kind best = KIND_UNKNOWN;
    for (int kind = KIND_UNKNOWN + 1; kind < KINDS_COUNT; kind++)
        if (votes[kind] > (best == KIND_UNKNOWN ? 0 : votes[best]))
            best = (enum kind)kind;
    return best == KIND_UNKNOWN && suspect->changed > 0 ? KIND_CHANGE : best;
}

/* Packets that do not come in time are taken for lost by who waits; one that measures them knows.
 */
static bool packets_arrive(const struct weighing *weighing, const struct suspect *suspect)
{
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, suspect->name) && it->kind == KIND_NETWORK_DELAY &&
            it->signal == SIGNAL_METRICS && it->strength >= MEASURED_MIN)
            return true;
    return false;
}

/* ---- what it was given to do ---- */

/* Many times as much comes in as before, and nobody changed the one that cannot keep up with it. */
static bool is_overrun(const struct weighing *weighing, const struct suspect *suspect)
{
    if (suspect->changed >= CHANGED_LATELY)
        return false;
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->kind == KIND_TRAFFIC &&
            it->strength >= OVERRUN_MIN)
            return true;
    return false;
}

/* Who is overrun takes up no connections, answers no probe and ends; so do those whom it calls. */
static bool is_brought_by_load(enum kind kind)
{
    return kind == KIND_NETWORK_LOSS || kind == KIND_NETWORK_DELAY || kind == KIND_DEPENDENCY ||
           kind == KIND_CRASH || kind == KIND_PROBE;
}

/* What is missed, and nobody fails: who was changed just then leaves work out. */
static bool is_left_out(const struct weighing *weighing, const struct suspect *suspect)
{
    static const enum finding failures[] = {FINDING_ERRORS,     FINDING_SPAN_ERRORS,
                                            FINDING_LOG_ERRORS, FINDING_EXCEPTION,
                                            FINDING_RESTART,    FINDING_MISSING};
    if (symptom_of_alert(weighing->casefile->alert) != SYMPTOM_MISSING ||
        suspect->changed < RIGHT_AT_ONSET)
        return false;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (suspect->weights[failures[i]] > 0)
            return false;
    return true;
}

enum kind kind_of(const struct weighing *weighing, const struct suspect *suspect)
{
    const struct evidence *namer = kind_namer(weighing, suspect);
    const enum kind named = namer ? kind_named(namer) : KIND_UNKNOWN;
    if ((!namer || is_brought_by_load(named)) && is_overrun(weighing, suspect))
        return KIND_TRAFFIC;
    if (!namer)
        return is_left_out(weighing, suspect) ? KIND_CODE_PATH : kind_shown(weighing, suspect);
    return named == KIND_NETWORK_LOSS && packets_arrive(weighing, suspect) ? KIND_NETWORK_DELAY
                                                                           : named;
}
