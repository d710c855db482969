/* SPDX-License-Identifier: Apache-2.0 */
/* What the list of incidents says of a report: read from its JSON, which a child has written. */
#pragma once

#include "incident/incident.h"

#define REPORT_BYTES_MAX ((size_t)64 << 20)

/* Texts live in `arena`. ERR_PROTOCOL: it is no report. */
MUST_CHECK bool brief_read(struct arena *arena, struct str report, struct verdict_brief *out,
                           struct err *err);
