/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast one address may post: a bucket of tokens each (J. Turner, "New directions in
 * communications", 1986), which holds what comes in PACE_BURST_S and is full at first. Of one
 * thread; reads no clock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct pace;

#define PACE_BURST_S 10 /* a storm of alerts comes at once, and is over soon */

/* `per_second` 0: as fast as they like. */
struct pace *pace_new(struct arena *arena, uint32_t per_second);

/* One more of that address (client_address()). False: it is too fast, and is to wait a second. */
bool pace_take(struct pace *pace, uint64_t address, int64_t now_ns);
