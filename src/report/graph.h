/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls whom, callers on the left, and where in it the suspects are. */
#pragma once

#include "report/report.h"

/* Nothing is drawn where the topology has no edge. */
void graph_draw(struct buf *out, const struct report *report);
bool graph_has_any(const struct report *report);
