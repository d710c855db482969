/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Correct: the draft of a post-mortem, in the sections that people expect. It is put together from
 * claims, each with its citation, and from what the case says of itself; a sentence that its
 * evidence does not bear out is left out here, before the report would take it out.
 *
 * It blames nobody: no author of a change is named, and what people did is told by what changed.
 * What only people know (how it was noticed, who did what, how it ended) is not made up.
 */
#include "actor/actor.h"

#include "base/arena.h"
#include "base/buf.h"
#include "guard/claim.h"

#include <stdlib.h>

#define CLAIMS_MAX 4       /* of one section */
#define TIMELINE_MAX 20    /* what happened; of more, nobody reads the whole */
#define SUPPOSITIONS_MAX 6 /* that led nowhere */
#define QUICK_NS (120 * NS_PER_S)
#define BEFORE_NS (3600 * NS_PER_S) /* what was changed earlier belongs to another story */

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"sentences", TYPE_INT, 0, "how many sentences were drafted", NULL},
    {0},
};

struct drafting {
    struct call *call;
    const struct hypothesis *best; /* NULL: there is none at all */
    bool known;
    struct str beside; /* what a sentence may say without a citation */
    int64_t count;
};

static struct str without_stop(struct str text)
{
    text = str_trim(text);
    while (str_ends(text, STR(".")))
        text.len--;
    return text;
}

/* Keeps a sentence that holds. */
static bool say(struct drafting *it, const char *section, struct str text)
{
    struct err ignored = {0};
    if (!sentence_check_beside(text, it->beside, it->call->casefile->evidence, &ignored))
        return false;
    casefile_add_draft(it->call->casefile, str_of(section), text);
    it->count++;
    return true;
}

static bool say_claim(struct drafting *it, const char *section, const char *before,
                      const struct evidence *evidence)
{
    const struct str claim = without_stop(evidence->claim);
    return say(
        it, section,
        str_printf(it->call->scratch, "%s%.*s [E%u].", before, STR_ARG(claim), evidence->id));
}

static struct str citations(struct drafting *it)
{
    struct buf out = buf_new(it->call->scratch);
    for (uint32_t i = 0; i < it->best->cited_for_count && i < CLAIMS_MAX; i++)
        buf_printf(&out, " [E%u]", it->best->cited_for[i]->id);
    return buf_str(&out);
}

/* ---- sections ---- */

static void draft_summary(struct drafting *it)
{
    struct arena *arena = it->call->scratch;
    const struct casefile *casefile = it->call->casefile;
    if (it->known) {
        const struct str words = without_stop(it->best->cause);
        const struct str cause = words.len > 0 ? words : str_of(finding_text(it->best->finding));
        if (!say(it, "Summary",
                 str_printf(arena, "The cause lay in `%.*s`: %.*s%s.", STR_ARG(it->best->subject),
                            STR_ARG(cause), citations(it).ptr)))
            say(it, "Summary",
                str_printf(arena, "The cause lay in `%.*s`: %s%s.", STR_ARG(it->best->subject),
                           finding_text(it->best->finding), citations(it).ptr));
    } else {
        say(it, "Summary", STR("The cause is not known."));
    }
    if (casefile->triage.affected_count > 0 &&
        casefile->triage.services_count >= casefile->triage.affected_count)
        say(it, "Summary",
            str_printf(arena, "%u of %u services showed symptoms.", casefile->triage.affected_count,
                       casefile->triage.services_count));
}

static void draft_impact(struct drafting *it)
{
    uint32_t told = 0;
    for (const struct evidence *found = it->call->casefile->evidence; found; found = found->next)
        if (found->finding == FINDING_IMPACT && found->bearing == BEARING_SUPPORTS &&
            told < CLAIMS_MAX)
            told += say_claim(it, "Impact", "", found);
    for (const struct evidence *found = it->call->casefile->evidence; found && told == 0;
         found = found->next)
        if (found->finding == FINDING_IMPACT && found->bearing == BEARING_REFUTES)
            told += say_claim(it, "Impact", "No impact was measured where users come in: ", found);
}

/* ---- timeline ---- */

struct moment {
    int64_t time_ns;
    uint32_t order; /* of what happened at the same time */
    struct str text;
};

struct timeline {
    struct arena *arena;
    struct moment *moments;
    uint32_t count;
};

static int earlier_first(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* "02:33:31: WHAT [E16]." */
static void happened(struct timeline *timeline, int64_t time_ns, struct str what,
                     const struct evidence *evidence)
{
    struct arena *arena = timeline->arena;
    const struct str time = time_format_short(arena, time_ns);
    const struct str cited = evidence ? str_printf(arena, " [E%u]", evidence->id) : STR("");
    what = without_stop(what);
    timeline->moments[timeline->count] = (struct moment){
        .time_ns = time_ns,
        .order = timeline->count,
        .text = str_printf(arena, "%.*s: %.*s%.*s.", STR_ARG(time), STR_ARG(what), STR_ARG(cited)),
    };
    timeline->count++;
}

/* What happened at a time of its own, and not merely since the onset. */
static bool has_its_time(const struct casefile *casefile, const struct evidence *evidence)
{
    return evidence->bearing == BEARING_SUPPORTS &&
           evidence->onset_ns > casefile->incident.start_ns - BEFORE_NS &&
           evidence->onset_ns != casefile->incident.start_ns &&
           evidence->finding != FINDING_HISTORY && evidence->finding != FINDING_IMPACT &&
           evidence->finding != FINDING_PAST;
}

static void draft_timeline(struct drafting *it)
{
    const struct casefile *casefile = it->call->casefile;
    struct timeline timeline = {
        .arena = it->call->scratch,
        .moments = arena_push_many(it->call->scratch, struct moment, casefile->evidence_count + 2),
    };
    for (const struct evidence *found = casefile->evidence; found; found = found->next)
        if (has_its_time(casefile, found))
            happened(&timeline, found->onset_ns, found->claim, found);
    if (casefile->onset_known)
        happened(&timeline, casefile->incident.start_ns, STR("the incident began"),
                 it->known ? it->best->cited_for[0] : NULL);
    happened(&timeline, casefile->alert->starts_ns, STR("the alert fired"), NULL);
    qsort(timeline.moments, timeline.count, sizeof *timeline.moments, earlier_first);
    for (uint32_t i = 0, told = 0; i < timeline.count && told < TIMELINE_MAX; i++)
        told += say(it, "Timeline (UTC)", timeline.moments[i].text);
}

/* ---- the cause ---- */

static void draft_cause(struct drafting *it)
{
    const struct culprit_change *named = casefile_named_change(it->call->casefile);
    const struct evidence *change = named ? named->evidence : NULL;
    for (uint32_t i = 0, told = 0; i < it->best->cited_for_count; i++) {
        const struct evidence *cited = it->best->cited_for[i];
        if (cited->finding == FINDING_CHANGE && !change)
            change = cited;
        else if (cited != change && told < CLAIMS_MAX)
            told += say_claim(it, "Root cause", "", cited);
    }
    for (uint32_t i = 0; i < it->best->cited_against_count && i < 1; i++)
        say_claim(it, "Root cause", "Against it speaks: ", it->best->cited_against[i]);
    if (change)
        say_claim(it, "Trigger", "", change);
    else
        say(it, "Trigger",
            str_printf(
                it->call->scratch,
                "What set it off is not known: no change of `%.*s` just before it was found.",
                STR_ARG(it->best->subject)));
}

static const struct evidence *first_alerted(const struct casefile *casefile)
{
    const struct evidence *first = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_ALERTED && it->bearing == BEARING_SUPPORTS &&
            it->onset_ns != 0 && (!first || it->onset_ns < first->onset_ns))
            first = it;
    return first;
}

static void draft_detection(struct drafting *it)
{
    const struct casefile *casefile = it->call->casefile;
    struct arena *arena = it->call->scratch;
    const int64_t after_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    if (casefile->onset_known && after_ns > 0)
        say(it, "Detection",
            str_printf(arena, "The alert `%.*s` fired %s after it began.",
                       STR_ARG(casefile->alert->name), span_format(arena, after_ns).ptr));
    const struct evidence *first = first_alerted(casefile);
    if (first && first->onset_ns < casefile->alert->starts_ns)
        say_claim(it, "Detection", "Another one came first: ", first);
}

static void draft_proposals(struct drafting *it, const char *section, enum proposal_kind kind,
                            const char *before)
{
    for (const struct proposal *proposal = it->call->casefile->proposals; proposal;
         proposal = proposal->next)
        if (proposal->kind == kind)
            say(it, section,
                str_printf(it->call->scratch, "%s%.*s", before, STR_ARG(proposal->text)));
}

/* ---- how the investigation went ---- */

static bool shown_by_several(const struct hypothesis *best)
{
    for (uint32_t i = 1; i < best->cited_for_count && i < CLAIMS_MAX; i++)
        if (best->cited_for[i]->signal != best->cited_for[0]->signal &&
            best->cited_for[i]->signal != SIGNAL_CHANGES)
            return true;
    return false;
}

static void draft_went_well(struct drafting *it)
{
    const struct casefile *casefile = it->call->casefile;
    const int64_t after_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    if (casefile->onset_known && after_ns > 0 && after_ns <= QUICK_NS)
        say(it, "What went well", STR("The alert came soon after it began."));
    if (it->known && shown_by_several(it->best))
        say(it, "What went well",
            str_printf(it->call->scratch, "More than one signal shows the cause%s.",
                       citations(it).ptr));
}

static void draft_was_hard(struct drafting *it)
{
    const struct casefile *casefile = it->call->casefile;
    struct arena *arena = it->call->scratch;
    uint32_t told = 0;
    for (const struct lead *lead = casefile->leads; lead && told < SUPPOSITIONS_MAX;
         lead = lead->next) {
        if (lead->state != LEAD_ABANDONED || lead->reason.len == 0)
            continue;
        const struct str reason = without_stop(lead->reason);
        const struct str cited =
            lead->against ? str_printf(arena, " [E%u]", lead->against->id) : STR("");
        told += say(it, "What was hard",
                    str_printf(arena, "`%.*s` was suspected, and given up: %.*s%s.",
                               STR_ARG(lead->subject), STR_ARG(reason), cited.ptr));
    }
    for (const struct evidence *gap = casefile->evidence; gap && told < SUPPOSITIONS_MAX;
         gap = gap->next)
        if (gap->bearing == BEARING_GAP)
            told += say_claim(it, "What was hard", "It could not be found out: ", gap);
}

/* ---- what stands beside ---- */

static struct str beside_of(struct call *call)
{
    const struct casefile *casefile = call->casefile;
    const struct alert *alert = casefile->alert;
    const struct topology *topology = &casefile->topology;
    struct buf out = buf_new(call->scratch);
    const struct str names[] = {alert->name, alert->service, casefile->subject};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!str_contains(names[i], STR("`")))
            buf_printf(&out, "`%.*s`\n", STR_ARG(names[i]));
    for (uint32_t i = 0; i < topology->nodes.count; i++)
        if (!str_contains(topology->nodes.keys[i], STR("`")))
            buf_printf(&out, "`%.*s`\n", STR_ARG(topology->nodes.keys[i]));
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        if (!str_contains(it->subject, STR("`")))
            buf_printf(&out, "`%.*s`\n", STR_ARG(it->subject));
    for (const struct lead *it = casefile->leads; it; it = it->next)
        if (!str_contains(it->subject, STR("`")))
            buf_printf(&out, "`%.*s`\n", STR_ARG(it->subject));
    buf_printf(&out, "%s\n", time_format(call->scratch, alert->starts_ns).ptr);
    if (casefile->onset_known) {
        const int64_t after_ns = alert->starts_ns - casefile->incident.start_ns;
        buf_printf(&out, "%s\n", time_format(call->scratch, casefile->incident.start_ns).ptr);
        if (after_ns > 0)
            buf_printf(&out, "%s\n", span_format(call->scratch, after_ns).ptr);
    }
    buf_printf(&out, "%u %u\n", casefile->triage.affected_count, casefile->triage.services_count);
    return buf_str(&out);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    (void)err;
    const struct hypothesis *best = call->casefile->hypotheses;
    struct drafting it = {
        .call = call,
        .best = best,
        .known = best && best->confidence >= CONFIDENCE_MIN && best->cited_for_count > 0,
        .beside = beside_of(call),
    };
    draft_summary(&it);
    draft_impact(&it);
    draft_timeline(&it);
    if (it.known)
        draft_cause(&it);
    draft_detection(&it);
    draft_proposals(&it, "Resolution", PROPOSAL_MITIGATION, "Proposed, not carried out: ");
    draft_went_well(&it);
    draft_was_hard(&it);
    draft_proposals(&it, "Action items", PROPOSAL_CORRECTION, "");
    *record_at(out, "sentences") = value_int(it.count);
    return true;
}

const struct actor actor_draft_postmortem = {
    .sig = {.name = "draft_postmortem",
            .summary = "Draft a post-mortem that blames nobody",
            .input = input,
            .output = output},
    .phase = PHASE_CORRECT,
    .effect = ACTOR_SUGGESTS,
    .reads_case = true,
    .run = run,
};
