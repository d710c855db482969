/* SPDX-License-Identifier: Apache-2.0 */
/* An arena a test, and noise that is the same each time. */
#pragma once

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena *arena;

static inline int setup(void **state)
{
    (void)state;
    arena = arena_new("test");
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* -1 to 1. */
static inline double noise(uint64_t number)
{
    uint64_t mixed = number * UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 29)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (double)((mixed ^ (mixed >> 32)) >> 11) / 4503599627370496.0 - 1;
}
