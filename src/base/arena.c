/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Blocks of doubling size in a chain. Fresh blocks come from calloc(), which hands out zeroed pages
 * for free; a reset keeps the newest block only and clears what was used of it.
 */
#include "base/arena.h"

#include "base/ending.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES_MIN ((size_t)16 << 10)
#define BLOCK_BYTES_MAX ((size_t)4 << 20)
#define ALIGNMENT alignof(max_align_t)

struct block {
    struct block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct undo {
    struct undo *older;
    void (*run)(void *thing);
    void *thing;
};

struct arena {
    const char *name;
    struct block *newest;
    struct undo *undos;
    size_t used_bytes;
};

static void add_block(struct arena *arena, size_t size_min)
{
    size_t size = arena->newest ? arena->newest->size * 2 : BLOCK_BYTES_MIN;
    if (size > BLOCK_BYTES_MAX)
        size = BLOCK_BYTES_MAX;
    if (size < size_min)
        size = size_min;
    struct block *block = calloc(1, sizeof *block + size);
    if (!block)
        ending_out_of_memory(arena->name, size);
    block->size = size;
    block->older = arena->newest;
    arena->newest = block;
}

struct arena *arena_new(const char *name)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        ending_out_of_memory(name, sizeof *arena);
    arena->name = name;
    return arena;
}

static void run_undos(struct arena *arena)
{
    for (struct undo *undo = arena->undos; undo; undo = undo->older)
        undo->run(undo->thing);
    arena->undos = NULL;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    run_undos(arena);
    free_blocks(arena->newest);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    run_undos(arena);
    struct block *newest = arena->newest;
    if (newest) {
        free_blocks(newest->older);
        newest->older = NULL;
        memset(newest->bytes, 0, newest->used);
        newest->used = 0;
    }
    arena->used_bytes = 0;
}

size_t arena_used_bytes(const struct arena *arena)
{
    return arena->used_bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    assert(size <= SIZE_MAX / 2);
    const size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = arena->newest;
    if (!block || block->size - block->used < rounded) {
        add_block(arena, rounded);
        block = arena->newest;
    }
    void *memory = block->bytes + block->used;
    block->used += rounded;
    arena->used_bytes += rounded;
    return memory;
}

void *arena_grow(struct arena *arena, const void *block, size_t size, size_t size_new)
{
    assert(size_new >= size);
    void *copy = arena_alloc(arena, size_new);
    if (size > 0)
        memcpy(copy, block, size);
    return copy;
}

void arena_defer(struct arena *arena, void (*undo)(void *thing), void *thing)
{
    struct undo *entry = arena_push(arena, struct undo);
    *entry = (struct undo){.older = arena->undos, .run = undo, .thing = thing};
    arena->undos = entry;
}
