/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: what may be done at once, while the cause is still looked for. It need not be the cause:
 * it must be cheap, quick to take back, and something must speak for it. So only this is suggested:
 *
 *  - the newest change goes back, if it is of the last six minutes before the onset;
 *  - a replica that behaves worse than its siblings is replaced;
 *  - what is silent is started again;
 *  - a processor that is spent gets company.
 *
 * For an alert that is likely noise nothing is; and once the cause is named, propose_mitigation
 * takes all of this back, because it knows better. It reads what is in the case, so it comes after
 * blame_change and whoever looks at metrics.
 */
#include "actor/actor.h"

#include "actor/remedy.h"
#include "base/arena.h"

#define CHANGE_MIN 0.25 /* strength of a change that is six minutes old at the onset */
#define CLEAR 0.5       /* of other evidence */
#define SUGGESTIONS_MAX 3

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"proposals", TYPE_INT, 0, "how many things may be done at once", NULL},
    {0},
};

static const enum finding findings[] = {FINDING_CHANGE, FINDING_REPLICAS, FINDING_MISSING,
                                        FINDING_CPU};

static double strength_min(enum finding finding)
{
    return finding == FINDING_CHANGE ? CHANGE_MIN : CLEAR;
}

/* The strongest of its kind; of changes that is the newest. */
static const struct evidence *strongest(const struct casefile *casefile, enum finding finding)
{
    const struct evidence *best = NULL;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == finding && it->bearing == BEARING_SUPPORTS && it->subject.len > 0 &&
            it->strength >= strength_min(finding) && (!best || it->strength > best->strength))
            best = it;
    return best;
}

static bool remedy_for(struct call *call, const struct evidence *because, struct remedy *out,
                       struct err *err)
{
    struct arena *arena = call->scratch;
    struct platform platform;
    struct told_change change;
    if (!platform_load(call, because->subject, because->instance, &platform, err))
        return false;
    switch (because->finding) {
    case FINDING_CHANGE:
        if (!change_read(call, arena, because, &change, err))
            return false;
        *out = remedy_roll_back(arena, &platform, &change);
        return true;
    case FINDING_REPLICAS:
        *out = because->instance.len > 0
                   ? remedy_replace(arena, &platform, because->instance)
                   : (struct remedy){
                         .text = remedy_words(arena, "Stop the roll-out of @", because->subject)};
        return true;
    case FINDING_MISSING:
        *out = remedy_restart(arena, &platform, "See whether @ runs at all, and start it again");
        return true;
    default:
        *out = remedy_scale_out(arena, &platform);
        return true;
    }
}

/* What was suggested already, if this is asked twice, is not suggested again. */
static bool is_suggested(const struct casefile *casefile, struct str text)
{
    for (const struct proposal *it = casefile->proposals; it; it = it->next)
        if (str_eq(it->text, text))
            return true;
    return false;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct casefile *casefile = call->casefile;
    int64_t count = 0;
    for (size_t i = 0; i < sizeof findings / sizeof *findings && count < SUGGESTIONS_MAX; i++) {
        const struct evidence *because = strongest(casefile, findings[i]);
        struct remedy remedy;
        if (!because || casefile->triage.noise == NOISE_LIKELY)
            continue;
        if (!remedy_for(call, because, &remedy, err))
            return false;
        const struct str text =
            str_printf(call->scratch, "While the cause is looked for: %.*s [E%u].",
                       STR_ARG(remedy.text), because->id);
        if (!is_suggested(casefile, text))
            casefile_add_proposal(casefile,
                                  &(struct proposal){
                                      .kind = PROPOSAL_MITIGATION,
                                      .subject = because->subject,
                                      .text = text,
                                      .command = remedy.command,
                                      .undo = remedy.command.len > 0 ? remedy.undo : STR(""),
                                      .risk = remedy.risk,
                                  });
        count++;
    }
    *record_at(out, "proposals") = value_int(count);
    return true;
}

const struct actor actor_suggest_first_aid = {
    .sig = {.name = "suggest_first_aid",
            .summary = "Suggest what may be done at once, while the cause is looked for",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .effect = ACTOR_SUGGESTS,
    .reads_case = true,
    .run = run,
};
