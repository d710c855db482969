/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ends a fault of an object of the platform: a table by cause (agent/events/inquiry.h), and
 * functions that make the command out of what is known of the workload.
 */
#pragma once

#include "actor/platform.h"
#include "agent/events/inquiry.h"

struct remedy {
    struct str text; /* what to do; ends without a stop */
    struct str command;
    struct str undo;
    struct str risk;
};

/* False: nothing is known that would end it. `cause` are the constant words of a finding. */
bool remedy_of(struct call *call, const struct platform *platform, struct str object,
               struct str cause, struct remedy *out);

/* The cause of these words; CAUSES_COUNT: there is none. */
enum cause remedy_cause(struct str words);

/* The text with the object's name, quoted, in the place of its `@`. */
struct str remedy_words(struct arena *arena, const char *text, struct str object);

/* Twice the limit: half of it is in use when all is well, and the shortage ends for now. */
struct remedy remedy_more_memory(struct arena *arena, const struct platform *platform);
