/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memo.h"

#include "base/arena.h"

#include <assert.h>
#include <string.h>

struct entry {
    const char *name;
    void *thing;
    struct entry *next;
};

struct memo {
    struct arena *arena;
    struct entry *entries; /* a handful */
};

struct memo *memo_new(struct arena *arena)
{
    struct memo *memo = arena_push(arena, struct memo);
    memo->arena = arena;
    return memo;
}

struct arena *memo_arena(struct memo *memo)
{
    return memo->arena;
}

void *memo_find(const struct memo *memo, const char *name)
{
    for (const struct entry *it = memo->entries; it; it = it->next)
        if (strcmp(it->name, name) == 0)
            return it->thing;
    return NULL;
}

void memo_keep(struct memo *memo, const char *name, void *thing)
{
    assert(!memo_find(memo, name));
    struct entry *entry = arena_push(memo->arena, struct entry);
    *entry = (struct entry){.name = name, .thing = thing, .next = memo->entries};
    memo->entries = entry;
}
