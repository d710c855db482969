/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change is blamed on whoever was changed; here it must be of the last minutes too, for what is
 * proposed is to take it back. What it was stands in the rows of the evidence's own query.
 */
#include "actor/correct/culprit.h"

#define CHANGE_MIN 0.1 /* strength of a change that is 18 minutes old at the onset */

/* The first piece that the verdict cites for that finding: the strongest. */
static const struct evidence *cited(const struct hypothesis *best, enum finding finding)
{
    for (uint32_t i = 0; i < best->cited_for_count; i++)
        if (best->cited_for[i]->finding == finding)
            return best->cited_for[i];
    return NULL;
}

/* What was changed at the best hypothesis; both kinds of proposal ask for it. */
struct known_change {
    uint32_t evidence_id;
    struct change change;
};

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct known_change *out = thing;
    const struct evidence *changed = cited(call->casefile->hypotheses, FINDING_CHANGE);
    *out = (struct known_change){.evidence_id = changed->id};
    return change_read(call, arena, changed, &out->change, err);
}

bool culprit_load(struct call *call, struct culprit *out, bool *known, struct err *err)
{
    const struct hypothesis *best = call->casefile->hypotheses;
    *out = (struct culprit){.best = best};
    *known = best && best->confidence >= CONFIDENCE_MIN && best->cited_for_count > 0;
    if (!*known)
        return true;
    out->because = cited(best, best->finding);
    out->changed = cited(best, FINDING_CHANGE);
    if (out->changed && out->changed->strength < CHANGE_MIN)
        out->changed = NULL;
    if (!out->changed)
        return true;
    struct known_change kept;
    if (!call_load_once(call, "culprit", sizeof kept, load, &kept, err))
        return false;
    out->change = kept.change;
    return kept.evidence_id == out->changed->id ||
           change_read(call, call->scratch, out->changed, &out->change, err);
}
