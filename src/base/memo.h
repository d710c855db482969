/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was worked out once and will be asked for again: things by name, as long as the arena lives.
 * A thing that is kept is never changed again.
 */
#pragma once

struct arena;
struct memo;

struct memo *memo_new(struct arena *arena);

/* Where kept things must live. */
struct arena *memo_arena(struct memo *memo);

/* NULL: nothing of that name is kept. */
void *memo_find(const struct memo *memo, const char *name);

/* The name must live as long as the arena, and be new. */
void memo_keep(struct memo *memo, const char *name, void *thing);
