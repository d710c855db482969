/* SPDX-License-Identifier: Apache-2.0 */
/* A request of log records as the collector's batch processor sends them, of 220 bytes each. */
#pragma once

#include "base/buf.h"

#define PUSH_RECORDS 500

/* Records `from` and the next 499, whose times are `time_ns` and some microseconds more. */
struct str push_body(struct arena *arena, unsigned from, int64_t time_ns);
