/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which change is to go back: the one that the verdict names, where it names one. Else the last of
 * whoever is to blame, if it is of the last minutes: it need not be the cause, but it is cheap to
 * try. What it was stands in the rows of the evidence's own query.
 *
 * The last version of a service takes back only what the last rollout brought. Whether that was the
 * change is told by blame_change, which knows the newest of each service.
 */
#include "actor/correct/culprit.h"

#include "guard/claim.h"

#define CHANGE_MIN 0.1 /* strength of a change that is 18 minutes old at the onset */
#define ID_BYTES_MAX 80

/* The first piece that the verdict cites for that finding: the strongest. */
static const struct evidence *cited(const struct hypothesis *best, enum finding finding)
{
    for (uint32_t i = 0; i < best->cited_for_count; i++)
        if (best->cited_for[i]->finding == finding)
            return best->cited_for[i];
    return NULL;
}

/* What was changed; both kinds of proposal ask for it. */
struct known_change {
    const struct evidence *evidence;
    struct told_change change;
};

static const struct evidence *changed_by(const struct casefile *casefile)
{
    const struct culprit_change *named = casefile_named_change(casefile);
    if (named)
        return named->evidence;
    const struct evidence *last = cited(casefile->hypotheses, FINDING_CHANGE);
    return last && last->strength >= CHANGE_MIN ? last : NULL;
}

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct known_change *out = thing;
    const struct evidence *changed = changed_by(call->casefile);
    *out = (struct known_change){.evidence = changed};
    return change_read(call, arena, changed, &out->change, err);
}

/* Whether anything is known to have come to its service later than it. */
static bool is_last(const struct casefile *casefile, const struct evidence *changed)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_CHANGE && str_eq(it->subject, changed->subject) &&
            it->window.start_ns > changed->window.start_ns)
            return false;
    return true;
}

bool culprit_load(struct call *call, struct culprit *out, bool *known, struct err *err)
{
    const struct hypothesis *best = call->casefile->hypotheses;
    *out = (struct culprit){.best = best};
    *known = best && best->confidence >= CONFIDENCE_MIN && best->cited_for_count > 0;
    if (!*known)
        return true;
    out->because = cited(best, best->finding);
    out->changed = changed_by(call->casefile);
    if (!out->changed)
        return true;
    out->service = out->changed->subject;
    out->is_last = is_last(call->casefile, out->changed);
    struct known_change kept;
    if (!call_load_once(call, "culprit", sizeof kept, load, &kept, err))
        return false;
    out->change = kept.change;
    return kept.evidence == out->changed ||
           change_read(call, call->scratch, out->changed, &out->change, err);
}

struct remedy culprit_remedy(struct arena *arena, const struct culprit *culprit,
                             const struct platform *platform)
{
    const struct str id = claim_quote(arena, culprit->changed->change, ID_BYTES_MAX);
    return id.len > 0 ? remedy_take_back(arena, platform, &culprit->change, id, culprit->is_last)
                      : remedy_roll_back(arena, platform, &culprit->change);
}
