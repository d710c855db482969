/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Correct: what would have prevented it, caught it before users did, or shown it sooner. Most of it
 * follows from the kind of finding, by a table; the rest from how it came to light: who was
 * alerted, how late, and what was not there to look at.
 *
 * The order is that of worth: what keeps the same change from doing it again, what keeps the same
 * fault from doing it, what makes it short. Six at most: a list of twenty is done by nobody.
 */
#include "actor/actor.h"

#include "actor/correct/culprit.h"
#include "actor/correct/objects.h"
#include "base/arena.h"

#define CORRECTIONS_MAX 6
#define LATE_NS (120 * NS_PER_S) /* people look after a minute or two; a later alert is late */
#define MISSING_MAX 2

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"proposals", TYPE_INT, 0, "how many corrections are proposed", NULL},
    {0},
};

struct correcting {
    struct call *call;
    struct culprit culprit;
    const struct evidence *main; /* what shows the fault: for all that has no evidence of its own */
    int64_t count;
};

/* `@` in the text stands for the culprit; of the change, for the service that was changed. */
static void correct(struct correcting *it, const char *text, const struct evidence *because,
                    struct str command)
{
    struct arena *arena = it->call->scratch;
    if (it->count >= CORRECTIONS_MAX || !because)
        return;
    const struct culprit *culprit = &it->culprit;
    const struct str subject = because == culprit->changed && culprit->service.len > 0
                                   ? culprit->service
                                   : culprit->best->subject;
    const struct str words = remedy_words(arena, text, subject);
    casefile_add_proposal(it->call->casefile,
                          &(struct proposal){
                              .kind = PROPOSAL_CORRECTION,
                              .subject = subject,
                              .text = str_printf(arena, "%.*s [E%u].", STR_ARG(words), because->id),
                              .command = command,
                          });
    it->count++;
}

/* ---- the change ---- */

/* Whether the mitigation goes back on the platform alone: the source still has the change then. */
static bool is_left_in_source(const struct correcting *it, bool *out, struct err *err)
{
    struct platform platform;
    *out = false;
    if (it->culprit.change.commit.len == 0 || !it->culprit.is_last || it->culprit.service.len == 0)
        return true;
    if (!platform_load(it->call, it->culprit.service, STR(""), &platform, err))
        return false;
    *out = platform_undo(it->call->scratch, &platform).len > 0;
    return true;
}

static bool about_change(struct correcting *it, struct err *err)
{
    static const char *const by_option[] = {
        [OPTION_TIMEOUT] = "Hold a timeout of @ against what its callees need before it is rolled "
                           "out: one was changed before it began",
        [OPTION_CAPACITY] = "Try a change of limits, pools or sizes of @ under the load of "
                            "production before it is rolled out: one was made before it "
                            "began",
        [OPTION_SWITCH] = "Switch on what is new in @ for a small share of its load first: it was "
                          "switched for all of it before it began",
    };
    const struct culprit *culprit = &it->culprit;
    bool left;
    if (!culprit->changed)
        return true;
    if (!is_left_in_source(it, &left, err))
        return false;
    if (left)
        correct(it,
                "Take the change of @ back in its source too, or the next deploy brings it "
                "again",
                culprit->changed,
                change_revert_command(it->call->scratch, culprit->change.commit,
                                      culprit->change.parents));
    if (by_option[culprit->change.option])
        correct(it, by_option[culprit->change.option], culprit->changed, STR(""));
    if (culprit->best->finding != FINDING_REPLICAS)
        correct(it,
                "Roll a change of @ out to one replica first, and go on only where that does "
                "as well as the others",
                culprit->changed, STR(""));
    return true;
}

/* ---- the fault ---- */

static const char *const by_finding[FINDINGS_COUNT] = {
    [FINDING_CPU] = "Let @ grow with its load, or let an alert fire before its processor is spent",
    [FINDING_MEMORY] = "Set the memory limit of @ by its measured peaks, and let an alert fire "
                       "before it is reached",
    [FINDING_DISK] = "Let an alert on the disk of @ go by how fast it fills rather than by how "
                     "full it is",
    [FINDING_NETWORK] = "Watch drops and retransmissions on the way to @",
    [FINDING_EDGE_GAP] = "Watch drops, retransmissions and accept queues on the way to @",
    [FINDING_CONNECTIONS] = "Bound how long a connection of @ is held, and let an alert fire "
                            "before its pool is empty",
    [FINDING_LATENCY] = "Measure @ under load before each release, so that it is slow there first",
    [FINDING_SELF_TIME] = "Measure @ under load before each release, so that it is slow there "
                          "first",
    [FINDING_QUERIES] = "Read the plans of the statements of @ against data of the size of "
                        "production",
    [FINDING_ERRORS] = "Add a test that takes the failing way through @, so that it fails before "
                       "a release",
    [FINDING_SPAN_ERRORS] = "Add a test that takes the failing way through @, so that it fails "
                            "before a release",
    [FINDING_LOG_ERRORS] = "Add a test that takes the failing way through @, so that it fails "
                           "before a release",
    [FINDING_EXCEPTION] = "Add a test that takes the failing way through @, so that it fails "
                          "before a release",
    [FINDING_TRAFFIC] = "Bound what @ takes on, so that it turns some away rather than failing "
                        "for all",
    [FINDING_MISSING] = "Let an alert fire when @ falls silent, before those who use it notice",
    [FINDING_RESTART] = "Let an alert fire when @ restarts more than once, with its last lines",
    [FINDING_REPLICAS] = "Compare new replicas of @ with old ones while they are rolled out, and "
                         "stop where they do worse",
    [FINDING_LOCKS] = "Bound how long a transaction of @ may hold its locks or be idle",
    [FINDING_CONFIGURATION] = "Check the configuration of @ against its limits before it is "
                              "rolled out",
};

static const char *by_cause(enum cause cause)
{
    switch (cause) {
    case CAUSE_QUOTA_CPU:
    case CAUSE_QUOTA_MEMORY:
    case CAUSE_QUOTA_PODS:
    case CAUSE_QUOTA_SERVICES:
    case CAUSE_QUOTA_STORAGE:
    case CAUSE_QUOTA_OTHER:
        return "Let an alert fire before a quota of @ is used up";
    case CAUSE_OUT_OF_MEMORY:
    case CAUSE_KILLED:
        return by_finding[FINDING_MEMORY];
    case CAUSE_CORDONED:
        return "Let an alert fire when a node stays cordoned for longer than it was meant to";
    default:
        break;
    }
    if (cause <= CAUSE_NO_SCHEDULER) /* the rules of nodes come first in the table */
        return "Let an alert fire when a system service of @ stops, before pods suffer from it";
    return "Try manifests against the cluster before they are applied, with rules for what did "
           "not fit here at @";
}

static void about_fault(struct correcting *it)
{
    const struct evidence *because = it->culprit.because;
    if (!because)
        return;
    const char *text = because->finding == FINDING_OBJECT ? by_cause(objects_cause(because->cause))
                                                          : by_finding[because->finding];
    if (text)
        correct(it, text, because, STR(""));
}

/* ---- how it came to light ---- */

static bool was_alerted(const struct casefile *casefile, struct str subject)
{
    if (str_eq(casefile->subject, subject) || str_eq(casefile->alert->service, subject))
        return true;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_ALERTED && str_eq(it->subject, subject))
            return true;
    return false;
}

static void about_detection(struct correcting *it)
{
    const struct casefile *casefile = it->call->casefile;
    const int64_t late_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    if (!was_alerted(casefile, it->culprit.best->subject))
        correct(it, "Let an alert watch @ itself: those that fired were about others", it->main,
                STR(""));
    if (casefile->onset_known && late_ns > LATE_NS)
        correct(it,
                str_printf(it->call->scratch, "Let the alert fire sooner than %s after it begins",
                           span_format(it->call->scratch, late_ns).ptr)
                    .ptr,
                it->main, STR(""));
}

static void about_signals(struct correcting *it)
{
    static const struct {
        const char *source;
        const char *text;
    } lacking[] = {
        {"traces", "Record traces: where requests fail or lose their time was not to be seen here"},
        {"changes", "Record changes: whether one did it was not to be seen here"},
        {"metrics", "Record metrics: what ran short, and when, was not to be seen here"},
        {"logs", "Keep logs: what failed in its own words was not to be seen here"},
    };
    uint32_t told = 0;
    for (size_t i = 0; i < sizeof lacking / sizeof *lacking; i++)
        for (const struct source_entry *source = it->call->casefile->sources; source;
             source = source->next)
            if (source->state == SOURCE_MISSING && told < MISSING_MAX &&
                str_eq(source->name, str_of(lacking[i].source))) {
                correct(it, lacking[i].text, it->main, STR(""));
                told++;
            }
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct correcting it = {.call = call};
    bool known;
    *record_at(out, "proposals") = value_int(0);
    if (!culprit_load(call, &it.culprit, &known, err))
        return false;
    if (!known)
        return true;
    it.main = it.culprit.because ? it.culprit.because : it.culprit.best->cited_for[0];
    if (!about_change(&it, err))
        return false;
    about_fault(&it);
    about_detection(&it);
    about_signals(&it);
    *record_at(out, "proposals") = value_int(it.count);
    return true;
}

const struct actor actor_propose_corrections = {
    .sig = {.name = "propose_corrections",
            .summary = "Propose what would have prevented it, or shown it sooner",
            .input = input,
            .output = output},
    .phase = PHASE_CORRECT,
    .effect = ACTOR_SUGGESTS,
    .reads_case = true,
    .run = run,
};
