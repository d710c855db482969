/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for evidence: an actor tells so many pieces and no more, for a person reads them, and each
 * is asked of the store again. Services near the alert's, others, and those that the graph does not
 * show have room apart: hundreds of services of other systems always say something, and must not
 * crowd out what the alert is about.
 *
 * Near is what the alert's service reaches by calls, and who calls any of that: who overloads it,
 * or holds what it waits for. Where the graph does not show the alert's service all are alike, and
 * have one room together.
 */
#pragma once

#include "case/call.h"

enum ring { RING_NEAR, RING_UNPLACED, RING_FAR, RINGS_COUNT };

struct room {
    const struct topology *topology;
    const enum ring *rings; /* by node; NULL: the graph does not show the alert's service */
    uint32_t left[RINGS_COUNT];
};

/* For `pieces` of each ring, by the graph as it is now. Lives as long as the call's scratch. */
struct room room_new(struct call *call, uint32_t pieces);

/* Whether a piece about `subject` may be told. */
bool room_is_left(const struct room *room, struct str subject);

/* One was told. */
void room_take(struct room *room, struct str subject);
