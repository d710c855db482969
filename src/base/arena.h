/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is given back all at once.
 *
 * An arena stands for a lifetime. Allocation never fails: sizes are bounded where bytes enter the
 * program, and running out of memory ends the process (base/ending.h).
 * An arena belongs to one thread at a time; hand over the whole arena or nothing.
 */
#pragma once

#include <stddef.h>

struct arena;

/* `name` must outlive the arena: it is printed if memory runs out. */
struct arena *arena_new(const char *name);
void arena_free(struct arena *arena);
void arena_reset(struct arena *arena);
size_t arena_used_bytes(const struct arena *arena);

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));

/* A larger copy of a block of `size` bytes; the old block stays until the arena goes. */
void *arena_grow(struct arena *arena, const void *block, size_t size, size_t size_new)
    __attribute__((returns_nonnull));

#define arena_push(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_push_many(arena, type, count) ((type *)arena_alloc((arena), sizeof(type) * (count)))

/* Runs undo(thing) when the arena is reset or freed, last registered first. For files. */
void arena_defer(struct arena *arena, void (*undo)(void *thing), void *thing);
