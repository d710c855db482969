/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our words for a cause, and the words of sets that have a closed list of causes.
 *
 * The engine says what it found in its own words and knows no set; what a set calls it is told
 * here.
 */
#pragma once

#include "base/str.h"

struct cause {
    const char *phrase;   /* `cause` of a hypothesis, to the letter */
    const char *name;     /* `fault` in the truth */
    const char *taxonomy; /* `taxonomy` in the truth */
};

extern const struct cause causes[]; /* ends with a NULL phrase */

/* NULL: no set has a name for it. */
const struct cause *cause_find(struct str phrase);
