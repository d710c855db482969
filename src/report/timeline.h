/* SPDX-License-Identifier: Apache-2.0 */
/* What happened when: a lane a signal, the onset and the alert across all of them. */
#pragma once

#include "report/report.h"

void timeline_draw(struct buf *out, const struct report *report);

/* Whether there is anything to draw, and among it anything that refutes. */
bool timeline_has_any(const struct report *report);
bool timeline_has_against(const struct report *report);
