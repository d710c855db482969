/* SPDX-License-Identifier: Apache-2.0 */
/* The way that the investigation took: step by step, a row a lead, down to where it ended. */
#pragma once

#include "report/report.h"

void trail_draw(struct buf *out, const struct report *report);

/* Whether there is a lead to draw. */
bool trail_has_any(const struct report *report);

/* Whether a lead that held is the cause that the report names. */
bool trail_names_the_cause(const struct report *report);
