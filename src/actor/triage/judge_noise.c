/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: does the alert fire without anything being wrong? To say so wrongly sends people back to
 * bed, so it takes two things: that what users see was measured and shows nothing, and that the
 * alert is known to do that: it fired and ended by itself a few times in the day before, or its own
 * metric never left its usual range, or was back within a minute. Anything that speaks clearly for
 * a fault, of whomever, and it is not said.
 *
 * An alert that says only how much is asked complains of nothing: where what is asked is answered
 * as before, and no other alert fired, that is enough.
 *
 * measure_impact comes before this one; without it nothing is known of users, and of noise neither.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"

#define FIRED_MIN 3     /* twice may be chance */
#define BASELINE_MIN 20 /* samples of the alert's metric, for a range */
#define LOOKED_AT_MIN 10
#define ROOM_NS (60 * NS_PER_S)
#define BACK_NS (60 * NS_PER_S)
#define STAYED_NS (120 * NS_PER_S) /* so long it must have stayed back */
#define FAULT_CLEAR 0.5            /* strength of evidence that speaks clearly */

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"noise", TYPE_BOOL, FIELD_OPTIONAL, "whether it is noise; not known where nothing tells",
     NULL},
    {0},
};

static const struct evidence *add_evidence(struct call *call, enum signal signal, bool noisy,
                                           struct str claim, struct str query)
{
    return casefile_add(call->casefile, &(struct evidence){
                                            .step_id = call->step_id,
                                            .signal = signal,
                                            .bearing = noisy ? BEARING_SUPPORTS : BEARING_REFUTES,
                                            .finding = FINDING_HISTORY,
                                            .subject = call->casefile->subject,
                                            .window = call->casefile->data,
                                            .claim = claim,
                                            .query = query,
                                        });
}

/* ---- what the alert did before ---- */

static bool ask_history(struct call *call, const struct evidence **out, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct alert *alert = call->casefile->alert;
    struct record asked = record_new(arena, agent_tool(STR("events.history"))->sig.input), answer;
    *record_at(&asked, "name") = value_text(alert->name);
    *record_at(&asked, "before") = value_time(alert->starts_ns);
    if (alert->service.len > 0)
        *record_at(&asked, "service") = value_text(alert->service);
    if (!agent_use(call, "events.history", &asked, &answer, err))
        return false;
    const int64_t fired = record_at(&answer, "fired")->integer;
    const int64_t ended = record_at(&answer, "ended")->integer;
    if (fired == 0)
        return true;
    const bool noisy = fired >= FIRED_MIN && ended == fired;
    const struct evidence *told = add_evidence(
        call, SIGNAL_EVENTS, noisy,
        str_printf(arena,
                   "The alert `%.*s` fired %lld time%s before, between %s and %s, and %lld of them "
                   "ended by then.",
                   STR_ARG(alert->name), (long long)fired, fired == 1 ? "" : "s",
                   time_format(arena, record_at(&answer, "first")->integer).ptr,
                   time_format(arena, record_at(&answer, "last")->integer).ptr, (long long)ended),
        record_at(&answer, "query")->text);
    if (noisy)
        *out = told;
    return true;
}

/* ---- what its own metric did ---- */

/* "its usual range, 12 to 40," or "its usual 0" */
static struct str usual(struct arena *arena, const struct record *answer)
{
    const struct str low = claim_number(arena, record_at(answer, "low")->real);
    const struct str high = claim_number(arena, record_at(answer, "high")->real);
    if (str_eq(low, high))
        return str_printf(arena, "its usual %s", low.ptr);
    return str_printf(arena, "its usual range, %s to %s,", low.ptr, high.ptr);
}

static struct str excursion_claim(struct arena *arena, const struct record *asked,
                                  const struct record *answer)
{
    const struct str where = str_printf(arena, "`%s` of `%s`", record_at(asked, "metric")->text.ptr,
                                        record_at(asked, "service")->text.ptr);
    const struct str since = time_format_short(arena, record_at(asked, "since")->integer);
    const long long samples = (long long)record_at(answer, "samples")->integer;
    if (record_at(answer, "outside")->integer == 0)
        return str_printf(arena, "%s stayed at %s in all %lld samples since %s.", where.ptr,
                          usual(arena, answer).ptr, samples, since.ptr);
    return str_printf(
        arena, "%s left %s in %lld of %lld samples since %s, first at %s and last at %s.",
        where.ptr, usual(arena, answer).ptr, (long long)record_at(answer, "outside")->integer,
        samples, since.ptr, time_format_short(arena, record_at(answer, "first")->integer).ptr,
        time_format_short(arena, record_at(answer, "last")->integer).ptr);
}

/* Before the onset or the alert, so that what is usual has no part of what it is held against. */
static int64_t looked_at_from(const struct casefile *casefile)
{
    const int64_t onset_ns = casefile->onset_known ? casefile->incident.start_ns : INT64_MAX;
    const int64_t alert_ns = casefile->alert->starts_ns;
    return (onset_ns < alert_ns ? onset_ns : alert_ns) - ROOM_NS;
}

/* It never left its range, or was back within a minute, and stayed. */
static bool is_harmless(const struct record *answer)
{
    if (record_at(answer, "outside")->integer == 0)
        return true;
    const int64_t away_ns =
        record_at(answer, "last")->integer - record_at(answer, "first")->integer;
    const int64_t back_ns = record_at(answer, "end")->integer - record_at(answer, "last")->integer;
    return away_ns <= BACK_NS && back_ns >= STAYED_NS;
}

static bool ask_metric(struct call *call, const struct evidence **out, struct err *err)
{
    struct arena *arena = call->scratch;
    const struct alert *alert = call->casefile->alert;
    const struct str metric = str_copy(arena, alert_label(alert, "metric"));
    const struct str instance = alert_label(alert, "instance");
    const struct str service = str_copy(arena, call->casefile->subject);
    if (metric.len == 0 || service.len == 0)
        return true;
    struct record asked = record_new(arena, agent_tool(STR("metrics.excursion"))->sig.input),
                  answer;
    *record_at(&asked, "service") = value_text(service);
    *record_at(&asked, "metric") = value_text(metric);
    *record_at(&asked, "since") = value_time(looked_at_from(call->casefile));
    if (instance.len > 0)
        *record_at(&asked, "instance") = value_text(instance);
    if (!agent_use(call, "metrics.excursion", &asked, &answer, err))
        return false;
    if (record_at(&answer, "baseline")->integer < BASELINE_MIN ||
        record_at(&answer, "samples")->integer < LOOKED_AT_MIN)
        return true;
    const struct evidence *told =
        add_evidence(call, SIGNAL_METRICS, is_harmless(&answer),
                     excursion_claim(arena, &asked, &answer), record_at(&answer, "query")->text);
    if (is_harmless(&answer))
        *out = told;
    return true;
}

/* ---- the judgement ---- */

static bool speaks_of_no_fault(enum finding finding)
{
    return finding == FINDING_CHANGE || finding == FINDING_ALERTED || finding == FINDING_PAST ||
           finding == FINDING_NEIGHBOUR || finding == FINDING_HISTORY || finding == FINDING_IMPACT;
}

/* What speaks most clearly for something being wrong; NULL: nothing does. */
static const struct evidence *clearest_fault(const struct casefile *casefile)
{
    const struct evidence *clearest = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        const bool fault = it->finding == FINDING_IMPACT
                               ? it->strength > 0
                               : !speaks_of_no_fault(it->finding) && it->strength >= FAULT_CLEAR;
        if (it->bearing == BEARING_SUPPORTS && fault &&
            (!clearest || it->strength > clearest->strength))
            clearest = it;
    }
    return clearest;
}

static const struct evidence *no_suffering(const struct casefile *casefile)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_IMPACT && it->bearing == BEARING_REFUTES)
            return it;
    return NULL;
}

static bool others_alerted(const struct casefile *casefile)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_ALERTED && it->bearing == BEARING_SUPPORTS)
            return true;
    return false;
}

static struct str cited(struct arena *arena, const struct evidence *evidence)
{
    struct str claim = evidence->claim;
    while (str_ends(claim, STR(".")))
        claim.len--;
    return str_printf(arena, "%.*s [E%u]", STR_ARG(claim), evidence->id);
}

static void judge(struct call *call, const struct evidence *habit)
{
    struct arena *arena = call->scratch;
    struct triage *triage = &call->casefile->triage;
    const struct evidence *fault = clearest_fault(call->casefile);
    const struct evidence *calm = no_suffering(call->casefile);
    struct str reason = STR("");
    triage->noise = NOISE_UNKNOWN;
    if (fault) {
        triage->noise = NOISE_NO;
        reason = str_printf(arena, "Something is wrong, and it shows [E%u].", fault->id);
    } else if (calm && habit && triage->affected_count == 0) {
        triage->noise = NOISE_LIKELY;
        reason = str_printf(arena,
                            "Nobody seems to suffer: %s; and the alert is one that does "
                            "that: %s.",
                            cited(arena, calm).ptr, cited(arena, habit).ptr);
    } else if (calm && triage->symptom == SYMPTOM_TRAFFIC && !others_alerted(call->casefile)) {
        triage->noise = NOISE_LIKELY;
        reason =
            str_printf(arena, "The alert says how much is asked, and it is answered as before: %s.",
                       cited(arena, calm).ptr);
    } else if (calm) {
        reason =
            str_printf(arena, "Nobody seems to suffer, which alone does not make it noise: %s.",
                       cited(arena, calm).ptr);
    }
    triage->noise_reason = str_copy(call->casefile->arena, reason);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    const struct evidence *habit = NULL;
    if (!ask_history(call, &habit, err) || !ask_metric(call, &habit, err))
        return false;
    judge(call, habit);
    const enum noise noise = call->casefile->triage.noise;
    if (noise != NOISE_UNKNOWN)
        *record_at(out, "noise") = value_bool(noise == NOISE_LIKELY);
    return true;
}

const struct actor actor_judge_noise = {
    .sig = {.name = "judge_noise",
            .summary = "Judge whether the alert fires without anything being wrong",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .reads_case = true,
    .run = run,
};
