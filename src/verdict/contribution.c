/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The score, taken apart again. Each piece that was heard has its part of what is left of its
 * finding, as large as its part of the finding's weight; place and age, which the whole is
 * multiplied by, lessen each part alike.
 */
#include "verdict/contribution.h"

#include "base/arena.h"

#include <stdlib.h>

static int larger_first(const void *a, const void *b)
{
    const struct contribution *x = a, *y = b;
    if (x->left != y->left)
        return x->left < y->left ? 1 : -1;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->evidence->id > y->evidence->id) - (x->evidence->id < y->evidence->id);
}

/* The change that is nearest to the onset; the others add nothing. What callers handed down is its.
 */
static const struct evidence *change_of(const struct weighing *weighing,
                                        const struct suspect *suspect)
{
    return suspect->changed > 0 ? weigh_strongest(weighing->casefile, suspect->name, FINDING_CHANGE)
                                : NULL;
}

static struct contribution contribution_of(const struct weighing *weighing,
                                           const struct suspect *suspect,
                                           const struct evidence *evidence)
{
    const enum finding finding = evidence->finding;
    const double weight = weigh_piece(weighing, evidence) * suspect->stands[finding];
    const double stays =
        suspect->weights[finding] > 0 ? suspect->left[finding] / suspect->weights[finding] : 0;
    const uint32_t by = suspect->taken_by[finding];
    return (struct contribution){
        .evidence = evidence,
        .weight = weight,
        .left = weight * stays * suspect->place * suspect->age,
        .explained_by = by != MAP_NONE && stays < 1
                            ? str_copy(weighing->casefile->arena, weighing->names.keys[by])
                            : STR(""),
    };
}

void contribution_list(const struct weighing *weighing, const struct suspect *suspect,
                       struct hypothesis *hypothesis)
{
    struct contribution *list = arena_push_many(weighing->casefile->arena, struct contribution,
                                                weighing->casefile->evidence_count + 1);
    const struct evidence *change = change_of(weighing, suspect);
    uint32_t count = 0;
    if (change)
        list[count++] = (struct contribution){
            .evidence = change,
            .weight = weighing->weights->changed * suspect->changed + suspect->inherited,
            .left = (weighing->weights->changed * suspect->changed +
                     suspect->inherited * suspect->place) *
                    suspect->age,
        };
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next)
        if (it->finding != FINDING_CHANGE && weigh_speaks_for(it, suspect->name) &&
            !weigh_is_repeated(weighing->casefile, it) && weigh_piece(weighing, it) > 0)
            list[count++] = contribution_of(weighing, suspect, it);
    for (uint32_t i = 0; i < count && suspect->score > 0; i++)
        list[i].share = list[i].left / suspect->score;
    qsort(list, count, sizeof *list, larger_first);
    hypothesis->contributions = list;
    hypothesis->contributions_count = count;
    hypothesis->place = suspect->place;
    hypothesis->age = suspect->age;
}
