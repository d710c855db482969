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

/* The change that is nearest to the onset; the others add nothing. */
static const struct evidence *change_of(const struct weighing *weighing,
                                        const struct suspect *suspect)
{
    return suspect->changed > 0 ? weigh_strongest(weighing->casefile, suspect->name, FINDING_CHANGE)
                                : NULL;
}

/* The part of that piece in what all such pieces weigh for their subject. */
static double part_of(const struct weighing *weighing, const struct suspect *suspect,
                      const struct evidence *evidence)
{
    const enum finding finding = evidence->finding;
    return suspect->weights[finding] > 0 ? weigh_piece(weighing, evidence) *
                                               suspect->stands[finding] / suspect->weights[finding]
                                         : 0;
}

static struct contribution contribution_of(const struct weighing *weighing,
                                           const struct suspect *suspect,
                                           const struct evidence *evidence)
{
    const enum finding finding = evidence->finding;
    const double part = part_of(weighing, suspect, evidence);
    const double stays = part * suspect->left[finding];
    const double weight = part * suspect->weights[finding];
    const uint32_t by = suspect->taken_by[finding];
    return (struct contribution){
        .evidence = evidence,
        .weight = weight,
        .left = stays * suspect->place * suspect->age,
        .explained_by = by != MAP_NONE && stays < weight
                            ? str_copy(weighing->casefile->arena, weighing->names.keys[by])
                            : STR(""),
    };
}

/* Whether that one handed something of this finding down to the suspect. */
static bool has_handed(const struct weighing *weighing, const struct suspect *caller,
                       enum finding finding, const struct suspect *suspect)
{
    if (!caller || caller->handed[finding] <= 0 || suspect->changed <= 0)
        return false;
    for (uint32_t i = 0; i < caller->callees_count; i++)
        if (&weighing->suspects[caller->callees[i]] == suspect)
            return true;
    return false;
}

/* Whether what that caller shows of this finding speaks for the suspect, which shows nothing. */
static bool is_witness(const struct weighing *weighing, const struct suspect *caller,
                       enum finding finding, const struct suspect *suspect)
{
    return caller && caller->witnessed[finding] > 0 &&
           &weighing->suspects[caller->taken_by[finding]] == suspect;
}

/* Of a piece about one of its callers, what that one handed down to it. */
static struct contribution contribution_inherited(const struct weighing *weighing,
                                                  const struct suspect *suspect,
                                                  const struct suspect *caller,
                                                  const struct evidence *evidence)
{
    const enum finding finding = evidence->finding;
    const double witnessed =
        is_witness(weighing, caller, finding, suspect) ? caller->witnessed[finding] : 0;
    const double handed = has_handed(weighing, caller, finding, suspect)
                              ? caller->handed[finding] * suspect->changed / caller->handed_among
                              : 0;
    return (struct contribution){
        .evidence = evidence,
        .weight = weigh_piece(weighing, evidence) * caller->stands[finding],
        .left = part_of(weighing, caller, evidence) * (witnessed + handed) * suspect->place *
                suspect->age,
    };
}

static bool is_heard(const struct weighing *weighing, const struct evidence *evidence)
{
    return evidence->bearing == BEARING_SUPPORTS && evidence->finding != FINDING_CHANGE &&
           weigh_piece(weighing, evidence) > 0 && !weigh_is_repeated(weighing->casefile, evidence);
}

static uint32_t list_pieces(const struct weighing *weighing, const struct suspect *suspect,
                            struct contribution *list)
{
    uint32_t count = 0;
    const struct evidence *change = change_of(weighing, suspect);
    if (change)
        list[count++] = (struct contribution){
            .evidence = change,
            .weight = weighing->weights->changed * suspect->changed,
            .left = weighing->weights->changed * suspect->changed * suspect->age,
        };
    for (const struct evidence *it = weighing->casefile->evidence; it; it = it->next) {
        const struct suspect *about = weigh_find(weighing, it->subject);
        if (!is_heard(weighing, it))
            continue;
        if (about == suspect)
            list[count++] = contribution_of(weighing, suspect, it);
        else if (has_handed(weighing, about, it->finding, suspect) ||
                 is_witness(weighing, about, it->finding, suspect))
            list[count++] = contribution_inherited(weighing, suspect, about, it);
    }
    return count;
}

void contribution_list(const struct weighing *weighing, const struct suspect *suspect,
                       struct hypothesis *hypothesis)
{
    struct contribution *list = arena_push_many(weighing->arena, struct contribution,
                                                weighing->casefile->evidence_count + 1);
    const uint32_t count = list_pieces(weighing, suspect, list);
    for (uint32_t i = 0; i < count && suspect->score > 0; i++)
        list[i].share = list[i].left / suspect->score;
    qsort(list, count, sizeof *list, larger_first);
    struct contribution *kept =
        arena_push_many(weighing->casefile->arena, struct contribution, count);
    for (uint32_t i = 0; i < count; i++)
        kept[i] = list[i];
    hypothesis->contributions = kept;
    hypothesis->contributions_count = count;
    hypothesis->place = suspect->place;
    hypothesis->age = suspect->age;
}
