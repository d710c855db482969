/* SPDX-License-Identifier: Apache-2.0 */
#include "train/example.h"

#include "base/arena.h"

struct examples examples_new(struct arena *arena)
{
    return (struct examples){.arena = arena, .sets = map_new(arena)};
}

/* A hypothesis names an instance where its evidence does, and is right by that too. */
static bool is_right(const struct casefile *casefile, struct str subject, const struct truth *truth)
{
    if (truth_names(truth, subject, STR("")))
        return true;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->instance.len > 0 && weigh_speaks_for(it, subject) &&
            truth_names(truth, subject, it->instance))
            return true;
    return false;
}

static struct example *next_item(struct examples *examples)
{
    if (examples->count == examples->room) {
        const uint32_t room = examples->room ? examples->room * 2 : 64;
        examples->items =
            arena_grow(examples->arena, examples->items, examples->count * sizeof *examples->items,
                       room * sizeof *examples->items);
        examples->room = room;
    }
    return &examples->items[examples->count++];
}

static struct example *hear(struct examples *examples, struct str set, struct str id,
                            const struct casefile *casefile)
{
    struct arena *arena = examples->arena;
    struct example *example = next_item(examples);
    *example = (struct example){.set = map_add(&examples->sets, set),
                                .id = str_copy(arena, id),
                                .weighing = weigh_hear(arena, casefile)};
    example->right = arena_push_many(arena, bool, example->weighing.names.count);
    return example;
}

void examples_add(struct examples *examples, struct str set, struct str id,
                  const struct casefile *casefile, const struct truth *truth)
{
    struct example *example = hear(examples, set, id, casefile);
    const struct weighing *weighing = &example->weighing;
    example->nobody = truth_is_nobody(truth);
    example->fault = str_copy(examples->arena, truth_fault(truth));
    example->place = str_copy(examples->arena, truth_place(truth));
    for (uint32_t i = 0; i < weighing->names.count; i++) {
        example->right[i] =
            !example->nobody && is_right(casefile, weighing->suspects[i].name, truth);
        example->findable |= example->right[i];
    }
}

void examples_add_wrong(struct examples *examples, struct str set, struct str id,
                        const struct casefile *casefile, struct str wrong)
{
    struct example *example = hear(examples, set, id, casefile);
    example->nobody = example->vague = true;
    for (uint32_t i = 0; i < example->weighing.names.count; i++)
        example->right[i] = !str_eq(example->weighing.suspects[i].name, wrong);
}

uint32_t examples_of_set(const struct examples *examples, uint32_t set)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < examples->count; i++)
        count += examples->items[i].set == set;
    return count;
}
