/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Actors: the verbs of a runbook.
 *
 * An actor judges. It uses tools, then puts evidence into the case: at least one piece, for,
 * against or a gap. One actor, one file, one verb.
 */
#pragma once

#include "case/call.h"

struct actor {
    struct signature sig;
    unsigned needs; /* 1u << SIGNAL_x for each signal that it cannot do without */
    call_fn *run;
};

extern const struct actor *const actors[]; /* ends with NULL */

const struct actor *actor_find(struct str name);

/* The front door: checks `in`, calls, and puts the actor's name before an error. */
MUST_CHECK bool actor_run(const struct actor *actor, struct call *call, const struct record *in,
                          struct record *out, struct err *err);
