/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change did it where it fits what is wrong and the fault is where it was brought to. How well it
 * fits is the strength of its culprit finding, a share among all candidates; that the fault is
 * there is the confidence of the hypothesis about that service. The two are multiplied, and shared
 * out anew: the onset, what came of a rollout and the graph speak through the second.
 *
 * A service that no hypothesis names may still have it, by ELSEWHERE: the verdict can be wrong. And
 * where the fault most likely is, there may be no change that could have done it: then it is
 * nobody's change by NOBODYS, the share of outages that no change brought (Beyer et al., Site
 * Reliability Engineering, chapter 1: some 70 % are due to changes).
 */
#include "verdict/blame.h"

#include "base/arena.h"

#include <stdlib.h>

#define ELSEWHERE 0.05 /* confidence in a place that is not among the hypotheses */
#define NOBODYS 0.3
#define CULPRITS_MAX 64

static double confidence_in(const struct casefile *casefile, struct str service)
{
    for (const struct hypothesis *it = casefile->hypotheses; it; it = it->next)
        if (service.len > 0 && str_eq(it->subject, service))
            return it->confidence > ELSEWHERE ? it->confidence : ELSEWHERE;
    return ELSEWHERE;
}

/* Whether one of them was brought to where the fault most likely is. */
static bool is_changed(const struct culprit_change *list, uint32_t count, struct str service)
{
    for (uint32_t i = 0; i < count; i++)
        if (str_eq(list[i].evidence->subject, service))
            return true;
    return false;
}

static int likelier_first(const void *a, const void *b)
{
    const struct culprit_change *x = a, *y = b;
    if (x->probability != y->probability)
        return x->probability < y->probability ? 1 : -1;
    return (x->evidence->id > y->evidence->id) - (x->evidence->id < y->evidence->id);
}

void blame_rank(struct casefile *casefile)
{
    struct culprit_change *list =
        arena_push_many(casefile->arena, struct culprit_change, CULPRITS_MAX);
    uint32_t count = 0;
    double told = 0, sum = 0;
    for (const struct evidence *it = casefile->evidence; it && count < CULPRITS_MAX;
         it = it->next) {
        if (it->finding != FINDING_CULPRIT || it->bearing != BEARING_SUPPORTS)
            continue;
        const double joint = it->strength * confidence_in(casefile, it->subject);
        list[count++] = (struct culprit_change){.evidence = it, .probability = joint};
        told += it->strength;
        sum += joint;
    }
    sum += told < 1 ? (1 - told) * ELSEWHERE : 0; /* those that fit too little to be told */
    const struct hypothesis *best = casefile->hypotheses;
    if (best && !is_changed(list, count, best->subject))
        sum += best->confidence * NOBODYS;
    if (count > 1)
        qsort(list, count, sizeof *list, likelier_first);
    casefile->culprits = count > 0 && sum > 0 ? list : NULL;
    for (uint32_t i = 0; i < count && sum > 0; i++) {
        list[i].probability /= sum;
        list[i].next = i + 1 < count ? &list[i + 1] : NULL;
    }
}
