/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that stand in what was learned from and in what is asked: eval/known_near, a line each.
 */
#pragma once

#include "base/err.h"
#include "eval/pile.h"

/* A pile of them, closed. Lines that begin with # are remarks. */
MUST_CHECK bool known_read(struct arena *arena, struct pile **out, struct err *err);

/* Whether a text is one of them, or hardly more than one. */
bool known_is(struct arena *scratch, const struct pile *known, struct str text);
