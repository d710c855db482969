/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ends a fault of an object of the platform: a table by cause (agent/events/inquiry.h), and
 * functions that make the command out of what is known of the workload.
 */
#pragma once

#include "actor/remedy.h"
#include "agent/events/inquiry.h"

/* False: nothing is known that would end it. */
bool objects_remedy(struct call *call, const struct platform *platform, struct str object,
                    enum cause cause, struct remedy *out);

/* The cause of these words; CAUSES_COUNT: there is none. */
enum cause objects_cause(struct str words);
