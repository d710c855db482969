/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pieces vote, each with what is left of its weight: for the kinds that its finding shows, in
 * shares. A finding that any fault brings about (it answers late, it fails) has little to say where
 * another one tells the reason, and its share goes to the reason that is left when nothing does:
 * who answers late, with resources and code as ever, waits for the network. A setting that does not
 * fit is such a reason for whatever fails, by as much as speaks for it.
 *
 * Of an object, the engine's own words for the cause tell the kind; of an error, the words that
 * every system has for running out of something, or for not getting through.
 */
#include "verdict/kind.h"

#include <math.h>

#define VOTES_MAX 2
#define OF_SYMPTOM 0.3     /* what a symptom says of the reason, beside a finding that names it */
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
    [FINDING_CONFIGURATION] = {{KIND_CONFIGURATION, 1}},
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

/* What an error that was logged or thrown says by itself, whatever language it is written in. */
static const struct words kinds_of_error[] = {
    {"outofmemory", KIND_MEMORY},
    {"out of memory", KIND_MEMORY},
    {"cannot allocate", KIND_MEMORY},
    {"no space left", KIND_DISK},
    {"deadlock", KIND_LOCKS},
    {"lock wait", KIND_LOCKS},
    {"too many connections", KIND_CAPACITY},
    {"connection slots", KIND_CAPACITY},
    {"pool exhausted", KIND_CAPACITY},
    {"too many open files", KIND_CAPACITY},
    {"connection refused", KIND_DEPENDENCY},
    {"connectexception", KIND_DEPENDENCY},
    {"unknownhost", KIND_DEPENDENCY},
    {"no such host", KIND_DEPENDENCY},
    {"no route to host", KIND_DEPENDENCY},
    {"connection reset", KIND_DEPENDENCY},
    {"deadline exceeded", KIND_DEPENDENCY},
    {"timed out", KIND_DEPENDENCY},
    {"timeoutexception", KIND_DEPENDENCY},
    {0},
};

static enum kind kind_by_words(const struct words *table, struct str text)
{
    for (; table->words; table++)
        if (str_find_no_case(text, str_of(table->words)) != STR_NPOS)
            return table->kind;
    return KIND_UNKNOWN;
}

/* Where the words of a piece tell more than its finding. */
static enum kind kind_told(const struct evidence *evidence)
{
    switch (evidence->finding) {
    case FINDING_OBJECT:
        return kind_by_words(kinds_of_cause, evidence->cause);
    case FINDING_EXCEPTION:
    case FINDING_LOG_ERRORS:
        return kind_by_words(kinds_of_error, evidence->claim);
    default:
        return KIND_UNKNOWN;
    }
}

static bool is_failing(enum finding finding)
{
    return finding == FINDING_ERRORS || finding == FINDING_SPAN_ERRORS ||
           finding == FINDING_LOG_ERRORS || finding == FINDING_EXCEPTION;
}

/* What a setting that does not fit leaves of failures: they are how it shows. */
static double beside_settings(const struct suspect *suspect, enum finding finding, enum kind told)
{
    const bool shows_it = told == KIND_UNKNOWN || told == KIND_DEPENDENCY;
    return is_failing(finding) && shows_it ? exp(-suspect->loudness[FINDING_CONFIGURATION]) : 1;
}

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

static void count(const struct weighing *weighing, const struct suspect *suspect,
                  const struct evidence *evidence, double *votes)
{
    const enum finding finding = evidence->finding;
    if (suspect->weights[finding] <= 0)
        return;
    const enum kind told = kind_told(evidence);
    const double weight = weigh_piece(weighing, evidence) * suspect->stands[finding] *
                          suspect->left[finding] / suspect->weights[finding] *
                          beside_settings(suspect, finding, told);
    if (told != KIND_UNKNOWN) {
        votes[told] += weight;
        return;
    }
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

enum kind kind_of(const struct weighing *weighing, const struct suspect *suspect)
{
    double votes[KINDS_COUNT] = {0};
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (weigh_speaks_for(it, suspect->name) && !weigh_is_repeated(weighing->casefile, it))
            count(weighing, suspect, it, votes);
    explain_processor(votes);
    enum kind best = KIND_UNKNOWN;
    for (int kind = KIND_UNKNOWN + 1; kind < KINDS_COUNT; kind++)
        if (votes[kind] > (best == KIND_UNKNOWN ? 0 : votes[best]))
            best = (enum kind)kind;
    return best == KIND_UNKNOWN && suspect->changed > 0 ? KIND_CHANGE : best;
}
