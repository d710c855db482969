/* SPDX-License-Identifier: Apache-2.0 */
/* A runbook explained before anyone follows it: its steps, what they read, what they may cost. */
#pragma once

#include "runbook/runbook.h"

#include <stdio.h>

/* What a bundle has for it; without one nothing is said about that. */
struct explain_bundle {
    bool is_given;
    unsigned signals; /* that are there, as bits 1u << SIGNAL_x */
    bool guard_holds; /* after triage */
};

/* `book` has been checked. */
void explain_book(FILE *out, const struct runbook *book, const struct explain_bundle *bundle);

/* "metrics and logs"; "nothing in particular" where none is set. */
struct str explain_signals(struct arena *arena, unsigned signals);
